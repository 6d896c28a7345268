"""A drafter prepares, a focal point publishes (docs/domain.md, roles).

A prepared change goes from *offered* to *published*, *declined* or *withdrawn*, once.
"""

import datetime
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from members.errors import WrongStateError
from members.models import EDITING_FUNCTIONS, Designation, Drafter, ProposedChange, User
from members.noticing import notify

State = ProposedChange.State
# Kept in no history (docs/domain.md): when a draft is decided on, it is forgotten there as well.
FORGOTTEN = "telephone"


@transaction.atomic
def offer(change: ProposedChange) -> ProposedChange:
    """Store what was prepared; the member's editing focal points are told that it waits."""
    change.save()
    today = timezone.localdate()
    running = Designation.objects.running(today).filter(
        member=change.member_id, function__in=EDITING_FUNCTIONS, user__is_active=True
    )
    path = change.get_absolute_url()
    for user in {one.user_id: one.user for one in running.select_related("user")}.values():
        key = f"draft:{change.pk}:offered:{user.pk}"
        notify("draft_offered", key, path, user, change.member)
    return change


def revise(change: ProposedChange, typed: dict[str, Any], word: str, base_version: int) -> None:
    """Replace what was prepared. Raises WrongStateError if it was decided on in the meantime."""
    rows = ProposedChange.objects.offered().filter(pk=change.pk)
    fields = {"typed": typed, "word": word, "base_version": base_version}
    if not rows.update(**fields, written_at=timezone.now()):
        raise WrongStateError(change)


@transaction.atomic
def withdraw(change: ProposedChange) -> None:
    """Take back what was prepared. Raises WrongStateError if it was decided on in the meantime."""
    rows = ProposedChange.objects.filter(pk=change.pk)
    _decide(rows, change, State.WITHDRAWN, change.written_by, "")


@transaction.atomic
def publish(
    change: ProposedChange,
    seen: datetime.datetime,
    by: User,
    word: str,
    save: Callable[[], Any],
) -> None:
    """Store the row by `save` as the focal point has it before the eyes, and tell the drafter.

    All of it or nothing: raises WrongStateError if it was decided on, or revised by its drafter
    after `seen`, in the meantime; and what `save` raises, such as ConflictError.
    """
    rows = ProposedChange.objects.filter(pk=change.pk, written_at=seen)
    _decide(rows, change, State.PUBLISHED, by, word)
    with pghistory.context(prepared_by=change.written_by_id):
        save()
    _tell(change)


@transaction.atomic
def lay_aside(change: ProposedChange, seen: datetime.datetime, by: User, word: str) -> None:
    """Close what was prepared without publishing it, and tell the drafter.

    Raises WrongStateError if it was decided on, or revised by its drafter after `seen`, in the
    meantime.
    """
    rows = ProposedChange.objects.filter(pk=change.pk, written_at=seen)
    _decide(rows, change, State.DECLINED, by, word)
    _tell(change)


def _decide(rows: Any, change: ProposedChange, state: str, by: User, word: str) -> None:
    # Locked, and the words as stored: `change` may have been read before a revision.
    stored = rows.filter(state=State.OFFERED).select_for_update().first()
    if stored is None:
        raise WrongStateError(change)
    kept = {name: value for name, value in stored.typed.items() if name != FORGOTTEN}
    ProposedChange.objects.filter(pk=stored.pk).update(
        state=state, decided_by=by, decided_at=timezone.now(), decision_word=word, typed=kept
    )


def _tell(change: ProposedChange) -> None:
    """Write to the drafter, who can still read what became of it while the term runs."""
    still = Drafter.objects.running(timezone.localdate()).filter(
        member=change.member_id, user=change.written_by_id
    )
    if still.exists():
        key = f"draft:{change.pk}:decided"
        notify("draft_decided", key, change.get_absolute_url(), change.written_by, change.member)
