"""Beat, with a sign of life."""

from typing import Any

import structlog
from celery.beat import Scheduler
from django.db import DatabaseError, close_old_connections

from wpsnetwork.heartbeats import beat

log = structlog.get_logger(__name__)


class BeatingScheduler(Scheduler):
    """Celery's scheduler without a file, which notes each turn of its loop.

    A sign from the loop itself, not from a thread beside it: it stops when the loop hangs. No
    file is kept because nothing in the schedule is rarer than every few seconds.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; return the seconds to the next turn, at most ten."""
        pause = super().tick(*args, **kwargs)
        try:
            close_old_connections()
            beat("beat")
        except DatabaseError as error:
            log.warning("heartbeat_not_written", reason=type(error).__name__)
        return min(pause, 10.0)
