"""Signs of life of the workers and of beat, and who is late."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from wpsnetwork.models import Heartbeat

BEAT = "beat"
# A task of the clock runs for 240 seconds at most, and each worker can do two things at once.
LATE_AFTER = timedelta(seconds=60)


def beat(name: str) -> None:
    """Note that `name` works now."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": now})


def states(now: datetime | None = None) -> dict[str, str]:
    """Say of beat and of each queue's worker whether it works: ok, late, or never seen."""
    limit = (now or timezone.now()) - LATE_AFTER
    seen = dict(Heartbeat.objects.values_list("name", "beaten_at"))
    names = [BEAT, *settings.QUEUES]
    return {name: _state(seen.get(name), limit) for name in names}


def is_away(queue: str) -> bool:
    """Whether the worker of the queue does not show that it works."""
    return states()[queue] != "ok"


def _state(beaten_at: datetime | None, limit: datetime) -> str:
    if beaten_at is None:
        return "never seen"
    return "ok" if beaten_at >= limit else "late"
