"""The clock's part of the sending: what a killed worker left, and what nobody was woken for."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from newsletter.claiming import CLAIMABLE
from newsletter.finishing import finish
from newsletter.models import Delivery, Edition
from newsletter.steering import cancel_rest

State = Delivery.State


def sweep() -> list[int]:
    """Put right what was left behind, and return the editions that a worker is to be woken for.

    A claim that lapsed waits again: nothing had left. A message in flight whose worker is gone
    becomes a doubt: nobody knows, so it is never sent again by itself.
    """
    with transaction.atomic():
        # Of an edition that was sent nothing is in anybody's hands.
        begun = Edition.objects.filter(sending_started_at__isnull=False)
        unfinished = begun.exclude(state=Edition.State.SENT).values("pk")
        lapsed = Delivery.objects.filter(edition__in=unfinished, lease_until__lt=Now())
        lapsed.filter(state=State.CLAIMED).update(
            state=State.WAITING, claimed_at=None, lease_until=None
        )
        # claimed_at stays: a worker that was only slow can still say that the message left.
        lapsed.filter(state=State.IN_FLIGHT).update(state=State.IN_DOUBT, lease_until=None)
    _close_cancelled()
    sending = Edition.objects.filter(state=Edition.State.SENDING)
    for pk in sending.values_list("pk", flat=True):
        finish(pk)
    waiting = Delivery.objects.filter(CLAIMABLE, edition=OuterRef("pk"))
    return list(sending.filter(Exists(waiting)).values_list("pk", flat=True))


def _close_cancelled() -> None:
    """What a worker gave back at the moment of the cancelling is cancelled too."""
    open_ = Delivery.objects.filter(
        edition=OuterRef("pk"), state__in=[State.WAITING, State.RETRY, State.CLAIMED]
    )
    cancelled = Edition.objects.filter(state=Edition.State.CANCELLED)
    for pk in cancelled.filter(Exists(open_)).values_list("pk", flat=True):
        cancel_rest(pk)
