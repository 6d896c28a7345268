"""What people do while an edition is being sent: pause, resume, cancel, and settle a doubt."""

from django.db import transaction
from django.utils import timezone

from members.errors import WrongStateError
from newsletter.finishing import finish
from newsletter.models import Delivery, Edition

State = Edition.State
OPEN = [Delivery.State.WAITING, Delivery.State.RETRY, Delivery.State.CLAIMED]


def pause(edition: Edition) -> None:
    """Stop after the messages that are on their way now. Raises WrongStateError."""
    _move(edition, [State.SENDING], State.PAUSED, problem="")


def resume(edition: Edition) -> None:
    """Go on with a paused sending; the caller wakes a worker. Raises WrongStateError."""
    _move(edition, [State.PAUSED], State.SENDING, problem="")


@transaction.atomic
def cancel(edition: Edition) -> None:
    """End a sending for good; what has left has left. Raises WrongStateError.

    The edition's page stays public, since mails that have left link to it.
    """
    _move(edition, [State.SENDING, State.PAUSED], State.CANCELLED, problem="")
    cancel_rest(edition.pk)


def cancel_rest(edition_id: int) -> int:
    """Mark what has not left of a cancelled edition as cancelled."""
    return Delivery.objects.filter(edition=edition_id, state__in=OPEN).update(
        state=Delivery.State.CANCELLED, claimed_at=None, lease_until=None
    )


def settle_in_doubt(delivery: Delivery, arrived: bool) -> None:
    """Record what a person found out: it arrived, or it is to be sent again.

    Raises WrongStateError if somebody settled it before. In a cancelled edition nothing is sent
    again: then the delivery is cancelled.
    """
    edition = Edition.objects.get(pk=delivery.edition_id)
    values: dict[str, object] = {"state": Delivery.State.WAITING}
    if arrived:
        values = {"state": Delivery.State.SENT, "sent_at": timezone.now()}
    elif edition.state == State.CANCELLED:
        values = {"state": Delivery.State.CANCELLED}
    rows = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.IN_DOUBT)
    if not rows.update(claimed_at=None, lease_until=None, **values):
        raise WrongStateError(delivery)
    finish(edition.pk)


def _move(edition: Edition, old: list[str], new: str, **values: str) -> None:
    rows = Edition.objects.filter(pk=edition.pk, state__in=old)
    if not rows.update(state=new, **values):
        raise WrongStateError(edition)
