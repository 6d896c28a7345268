"""What the workers do for the portal itself."""

from celery import shared_task

from wpsnetwork.heartbeats import beat


@shared_task(name="wpsnetwork.heartbeat")
def heartbeat(queue: str) -> None:
    """Show that beat, Redis, this queue's worker and the database work together."""
    beat(queue)
