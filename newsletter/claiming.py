"""Deliveries change hands here: claimed by a worker, in flight, sent, or given back.

A claim is known by its moment (`claimed_at`): whatever a worker writes counts only while the row
still carries the moment of that worker's claim. So a worker that was slow, and whose rows went to
another one, can neither send them nor mark them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from newsletter.models import Delivery
from wpsnetwork.logs import without_private_words

BATCH = 150
LEASE_SECONDS = 120
MAX_ATTEMPTS = 6
# After the first, second ... refusal "for now"; the last one counts for all later ones.
RETRY_MINUTES = (2, 10, 30, 120)
REPLY_LENGTH = 300

State = Delivery.State
# A row of a slow worker may have become a doubt in the meantime; that worker still knows best.
HELD = (State.CLAIMED, State.IN_FLIGHT, State.IN_DOUBT)
# What is in nobody's hands is found by the index over these rows, delivery_claimable.
CLAIMABLE = Q(claimed_at__isnull=True) & (
    Q(state=State.WAITING) | Q(state=State.RETRY, lease_until__lte=Now())
)

# The edition must still be sending, and who has left by now is not claimed but noted as such.
CLAIM = """
WITH chosen AS (
    SELECT delivery.id FROM newsletter_delivery AS delivery
    WHERE delivery.edition_id = %(edition)s AND delivery.claimed_at IS NULL
      AND (delivery.state = 'waiting'
           OR (delivery.state = 'retry' AND delivery.lease_until <= clock_timestamp()))
      AND EXISTS (SELECT FROM newsletter_edition AS edition
                  WHERE edition.id = %(edition)s AND edition.state = 'sending')
    ORDER BY delivery.id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
UPDATE newsletter_delivery AS delivery SET
    state = CASE subscription.state WHEN 'active' THEN 'claimed' ELSE 'suppressed' END,
    claimed_at = statement_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM chosen, newsletter_subscription AS subscription
WHERE delivery.id = chosen.id AND subscription.id = delivery.subscription_id
RETURNING delivery.id, delivery.state, delivery.language, delivery.claimed_at,
    subscription.email, subscription.key
"""
# One statement for up to four rows: the last two messages have left, the next two are in flight.
# Killed at any moment, a worker leaves two rows at most of which nobody knows, and it waits for the
# disk once for two messages. The next rows are only marked while the edition is being sent and the
# reader has not left, so pausing and leaving act at once.
# Written so that Postgres finds the rows by their keys and looks up one edition and one reader
# each. No column of an index changes, so the row is written anew in its page and no index is.
PREPARE_MARK = """
PREPARE newsletter_mark (bigint[], text[], bigint[], timestamptz, double precision) AS
UPDATE newsletter_delivery AS delivery SET
    state = CASE WHEN delivery.id = ANY ($1) THEN 'sent' ELSE 'in_flight' END,
    sent_at = CASE WHEN delivery.id = ANY ($1) THEN clock_timestamp() END,
    smtp_reply = CASE WHEN delivery.id = ANY ($1)
        THEN $2[array_position($1, delivery.id)] ELSE '' END,
    attempts = delivery.attempts + CASE WHEN delivery.id = ANY ($1) THEN 0 ELSE 1 END,
    lease_until = CASE WHEN delivery.id = ANY ($1) THEN NULL
        ELSE clock_timestamp() + make_interval(secs => $5) END
WHERE delivery.id = ANY ($1 || $3) AND delivery.claimed_at = $4 AND CASE
    WHEN delivery.id = ANY ($1) THEN delivery.state IN ('in_flight', 'in_doubt')
    ELSE delivery.state IN ('claimed', 'in_flight')
        AND 'sending' = (SELECT edition.state FROM newsletter_edition AS edition
                         WHERE edition.id = delivery.edition_id)
        AND 'active' = (SELECT subscription.state FROM newsletter_subscription AS subscription
                        WHERE subscription.id = delivery.subscription_id)
    END
RETURNING delivery.id
"""
IS_PREPARED = "SELECT FROM pg_prepared_statements WHERE name = 'newsletter_mark'"
MARK = "EXECUTE newsletter_mark (%s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Claimed:
    """A delivery in the hands of this worker."""

    pk: int
    language: str
    claimed_at: datetime
    email: str
    key: UUID


@dataclass(frozen=True)
class Left:
    """A delivery that the relay has taken, with its answer, and that is not yet marked as sent."""

    delivery: Claimed
    reply: str


def claim(edition_id: int) -> list[Claimed]:
    """Take up to 150 waiting deliveries of the edition, in order; none unless it is sending.

    Those of readers that have left are marked as suppressed and not returned, so an empty answer
    does not mean that nothing waits: see `is_claimable`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, {"edition": edition_id, "batch": BATCH, "lease": float(LEASE_SECONDS)}
        )
        rows = sorted(cursor.fetchall())
    return [
        Claimed(pk, language, moment, email, key)
        for pk, state, language, moment, email, key in rows
        if state == State.CLAIMED
    ]


def is_claimable(edition_id: int) -> bool:
    """Whether a delivery of the edition waits and its turn has come."""
    return Delivery.objects.filter(CLAIMABLE, edition=edition_id, edition__state="sending").exists()


class Marker:
    """Marks deliveries on this thread's connection to the database."""

    def __init__(self) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute(IS_PREPARED)
        if self._cursor.fetchone() is None:
            self._cursor.execute(PREPARE_MARK)

    def mark(self, left: "list[Left]", following: list[Claimed]) -> set[int]:
        """Mark those that left as sent and the following as in flight; return who may go.

        One may not when its reader left, the edition was paused or cancelled, or the claim lapsed.
        All are of one claim.
        """
        if not (left or following):
            return set()
        claimed_at = (left[0].delivery if left else following[0]).claimed_at
        sent, replies = [one.delivery.pk for one in left], [short(one.reply) for one in left]
        coming = [delivery.pk for delivery in following]
        self._cursor.execute(MARK, (sent, replies, coming, claimed_at, float(LEASE_SECONDS)))
        return {pk for (pk,) in self._cursor.fetchall()} & set(coming)


def give_back(claimed: list[Claimed]) -> None:
    """Let others have the deliveries that were claimed and not begun."""
    if claimed:
        _mine(claimed, State.CLAIMED).update(state=State.WAITING, claimed_at=None, lease_until=None)


def renew(claimed: list[Claimed]) -> None:
    """Keep the claim for another while."""
    if claimed:
        _mine(claimed, State.CLAIMED).update(
            lease_until=timezone.now() + timedelta(seconds=LEASE_SECONDS)
        )


def failed(delivery: Claimed, reply: str) -> None:
    """The relay refused this reader for good."""
    _settle(delivery, state=State.FAILED, smtp_reply=short(reply), lease_until=None)


def try_later(delivery: Claimed, reply: str) -> None:
    """The relay refused for now: try again after a while, six times at most."""
    attempts = _mine([delivery], *HELD).values_list("attempts", flat=True).first()
    if attempts is None or attempts >= MAX_ATTEMPTS:
        failed(delivery, reply)
        return
    minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
    due = timezone.now() + timedelta(minutes=minutes)
    _settle(delivery, state=State.RETRY, smtp_reply=short(reply), claimed_at=None, lease_until=due)


def in_doubt(delivery: Claimed, reply: str) -> None:
    """The connection broke on the way: a person decides."""
    _settle(delivery, state=State.IN_DOUBT, smtp_reply=short(reply), lease_until=None)


def not_begun(delivery: Claimed) -> None:
    """It was marked as in flight, but for certain nothing left: it waits again, not counted."""
    _settle(
        delivery,
        state=State.WAITING,
        claimed_at=None,
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, 0),
    )


def short(reply: str) -> str:
    """Return an answer of the relay as it may be kept and shown: in one line, no address in it."""
    line = " ".join(reply.split())[:REPLY_LENGTH]
    # The usual "250 OK, queued as 1A2B" is not searched: this is asked for each message.
    return without_private_words(line) if "@" in line or "/" in line else line


def _settle(delivery: Claimed, **values: Any) -> None:
    _mine([delivery], *HELD).update(**values)


def _mine(claimed: list[Claimed], *states: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk__in=[row.pk for row in claimed], claimed_at=claimed[0].claimed_at, state__in=states
    )
