"""Bringing back an earlier text of one field of a profile or a plan."""

import datetime
from dataclasses import dataclass
from typing import Any

import pghistory

from members.concurrency import VersionedModelForm
from members.history import NOT_RESTORED
from members.history_rows import plan_events, profile_events
from members.models import ActionPlan, Member


@dataclass(frozen=True)
class Earlier:
    """What a field said once: the row it belongs to, and the value as the database held it."""

    row: Member | ActionPlan
    field: str
    value: Any
    stored_at: datetime.datetime


def earlier(
    member: Member, kind: str, event: int, field: str, *, whole: bool = False
) -> Earlier | None:
    """Return what the record of that number says of the field; None where there is no such record
    of this member, the row is gone, or the field is not one that is restored.

    `whole` is for the secretariat: it restores from before the member was one, too (history.Trail).
    """
    if kind not in ("profile", "plan") or field in NOT_RESTORED:
        return None
    records: Any = profile_events(member, whole)
    rows: Any = Member.objects.filter(pk=member.pk).named()
    if kind == "plan":
        records, rows = plan_events(member, whole), ActionPlan.objects.of(member).in_order()
    record = records.filter(pgh_id=event).first()
    row = rows.filter(pk=record.pgh_obj_id).first() if record else None
    if row is None or not (hasattr(record, field) and hasattr(row, field)):
        return None
    return Earlier(row, field, getattr(record, field), record.pgh_created_at)


def restore(form: VersionedModelForm) -> None:
    """Store the row with its earlier text; the history tells of it as of any change.

    Raises ConflictError, and changes nothing, if somebody else saved the row in the meantime.
    """
    with pghistory.context(restored=True):
        form.save_if_current()
