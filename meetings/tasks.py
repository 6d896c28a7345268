"""The clock of this app: fetch, call one function."""

from celery import shared_task

from meetings import rendering


@shared_task(name="meetings.render_waiting")
def render_waiting() -> None:
    """Make the PDFs that wait."""
    rendering.render_all()
