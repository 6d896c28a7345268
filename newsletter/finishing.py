"""When an edition is sent, and when it stops by itself."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from newsletter.models import Delivery, Edition

State = Delivery.State
CLOSED = [State.SENT, State.FAILED, State.SUPPRESSED, State.CANCELLED]


def finish(edition_id: int) -> bool:
    """Mark the edition as sent if the closed deliveries add up to those written at its start.

    One that waits, is in a worker's hands or in doubt keeps it open. False if nothing changed.
    """
    closed = (
        Delivery.objects.filter(edition=OuterRef("pk"), state__in=CLOSED)
        .order_by()
        .values("edition")
        .annotate(number=Count("pk"))
        .values("number")
    )
    number = Coalesce(Subquery(closed, output_field=IntegerField()), 0)
    changed = Edition.objects.filter(
        pk=edition_id, state=Edition.State.SENDING, recipient_count=number
    ).update(state=Edition.State.SENT, sent_at=timezone.now(), problem="")
    return bool(changed)


def pause_itself(edition_id: int, problem: str) -> None:
    """Pause a sending that cannot go on, and keep the sentence that tells the editor why."""
    Edition.objects.filter(pk=edition_id, state=Edition.State.SENDING).update(
        state=Edition.State.PAUSED, problem=_fitting(problem)
    )


def note_problem(edition_id: int, problem: str) -> None:
    """Keep a sentence about a sending that goes on by itself; an empty one when all is well."""
    Edition.objects.filter(pk=edition_id, state=Edition.State.SENDING).exclude(
        problem=_fitting(problem)
    ).update(problem=_fitting(problem))


def _fitting(problem: str) -> str:
    limit = Edition._meta.get_field("problem").max_length
    return problem[:limit]
