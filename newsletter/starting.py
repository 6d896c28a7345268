"""The start of a sending: from here on the edition is public, and its readers are counted."""

from django.db import connection, transaction
from django.utils import timezone

from members.errors import WrongStateError
from members.models import User
from newsletter.composing import content_hash
from newsletter.models import Edition

State = Edition.State
STARTABLE = [State.APPROVED, State.SCHEDULED]
WRITE_DELIVERIES = """
INSERT INTO newsletter_delivery
    (edition_id, subscription_id, language, state, attempts, smtp_reply)
SELECT %s, id, language, 'waiting', 0, '' FROM newsletter_subscription
WHERE state = 'active' ORDER BY id
"""


@transaction.atomic
def start(edition: Edition, by: User) -> int:
    """Begin to send an approved edition, and return how many readers get it.

    One delivery is written for each reader of this moment; who confirms later gets the next
    edition. Of two callers the first wins, the other gets WrongStateError; so does whoever would
    send a text that is not the approved one. Then nothing is changed. The caller wakes a worker.
    """
    stored = Edition.objects.select_for_update().get(pk=edition.pk)
    if stored.state not in STARTABLE or content_hash(stored) != stored.content_hash:
        raise WrongStateError(edition)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_DELIVERIES, [stored.pk])
        readers = cursor.rowcount
    changed = Edition.objects.filter(pk=stored.pk, state__in=STARTABLE).update(
        state=State.SENDING,
        started_by=by,
        sending_started_at=timezone.now(),
        recipient_count=readers,
        problem="",
    )
    if not changed:
        raise WrongStateError(edition)
    return readers
