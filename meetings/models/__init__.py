"""Meetings, their sessions, documents and Chair's summaries with their letters."""

from meetings.models.documents import Document, DocumentVersion
from meetings.models.letters import GeneralAssemblySession, Letter, Signatory
from meetings.models.meetings import Meeting, MeetingSession, Speaker
from meetings.models.renderings import Rendering
from meetings.models.summaries import ChairsSummary, SummarySection

__all__ = [
    "ChairsSummary",
    "Document",
    "DocumentVersion",
    "GeneralAssemblySession",
    "Letter",
    "Meeting",
    "MeetingSession",
    "Rendering",
    "Signatory",
    "Speaker",
    "SummarySection",
]
