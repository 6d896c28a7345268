"""How far a sending is, in numbers that add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from meetings.models.renderings import WAIT_IS_LONG
from newsletter.finishing import CLOSED
from newsletter.models import Delivery, Edition
from wpsnetwork import heartbeats

State = Delivery.State


@dataclass(frozen=True)
class Progress:
    """The deliveries of an edition by state. `total` is what the start wrote."""

    total: int
    counts: Mapping[str, int]

    @property
    def done(self) -> int:
        """Those with which nothing more happens."""
        return sum(self.counts[state] for state in CLOSED)

    @property
    def sent(self) -> int:
        return self.counts[State.SENT]

    @property
    def in_doubt(self) -> int:
        return self.counts[State.IN_DOUBT]

    @property
    def is_untouched(self) -> bool:
        """Whether no worker has taken up a single one."""
        return self.counts[State.WAITING] == self.total

    @property
    def adds_up(self) -> bool:
        """Whether there is still one row for each reader counted at the start."""
        return sum(self.counts.values()) == self.total

    @property
    def rows(self) -> list[tuple[str, int]]:
        """The states that have deliveries, by their words, in the order of the way."""
        return [(str(s.label), self.counts[s]) for s in State if self.counts[s]]


def progress(edition: Edition) -> Progress:
    """Count the deliveries of the edition by state, in one query."""
    found = edition.deliveries.order_by().values("state").annotate(number=Count("pk"))
    numbers = {row["state"]: row["number"] for row in found}
    counts = {state.value: numbers.get(state.value, 0) for state in State}
    return Progress(edition.recipient_count or 0, counts)


def waits_for_worker(edition: Edition, now: Progress) -> bool:
    """Whether the edition is to leave and no worker has it in hand.

    A worker that works is not enough: without Redis it is not told what there is to do.
    """
    if edition.state != Edition.State.SENDING:
        return False
    return heartbeats.is_away("newsletter") or _begins_late(edition, now)


def _begins_late(edition: Edition, now: Progress) -> bool:
    """Whether nothing has left for longer than a busy worker explains; a problem is told apart."""
    began = edition.sending_started_at
    is_long = began is not None and began < timezone.now() - WAIT_IS_LONG
    return is_long and now.is_untouched and not edition.problem


def doubts(edition: Edition) -> QuerySet[Delivery]:
    """Return the deliveries about which a person decides, with their readers."""
    rows = edition.deliveries.filter(state=State.IN_DOUBT)
    return rows.select_related("subscription").order_by("pk")
