"""The pages of meetings, their documents and Chair's summaries."""
