"""Reminders by the clock: a profile that nobody has confirmed, a plan that is about to end."""

import datetime
from collections.abc import Iterable

from django.urls import reverse

from members.models import (
    EDITING_FUNCTIONS,
    ActionPlan,
    Designation,
    Function,
    Member,
    Notice,
    User,
)
from members.models.plan_states import months_from
from members.noticing import notify

# Months after the last confirmation, the latest first, and to whom one writes then.
STAGES: dict[int, list[Function]] = {
    13: [],
    12: [Function.ALTERNATE, Function.PRINCIPAL],
    11: [Function.PRINCIPAL, Function.ALTERNATE],
}
# Months before the end of a plan, the latest first.
PLAN_STAGES = (3, 6, 12)


def remind(on: datetime.date) -> int:
    """Store what is to be written on that day and return how many notices are new.

    It may run at any time and as often as one likes: each notice has a key that is stored once.
    After a standstill only the latest stage that is due is written, not those that were missed.
    """
    return remind_of_updates(on) + remind_of_plans(on)


def remind_of_updates(on: datetime.date) -> int:
    """Write 11 months after the last confirmation to the principals, 12 to the alternates, 13 to
    the secretariat's list (docs/domain.md, rule 13).

    Where nobody holds the function, its counterpart is written to; where nobody edits at all, the
    secretariat. A member never confirmed is counted from the first day of the earliest designation
    that edits and runs; one that was never confirmed and has nobody is not written about: what it
    lacks stands among the vacancies. A confirmation moves the day from which it counts, so it ends
    the row; after 13 months nothing follows.
    """
    due = list(Member.objects.update_due(on).named())
    editors = _editors(due, on)
    return sum(_remind_of_update(member, editors.get(member.pk, []), on) for member in due)


def withdraw(member: Member) -> None:
    """Let no reminder leave that waits while the member confirms."""
    Notice.objects.waiting().filter(kind="update_due", member=member).delete()


def remind_of_plans(on: datetime.date) -> int:
    """Write 12, 6 and 3 months before the last day of a plan to those who edit for its member.

    The last day of a period known to the year is 31 December. Where nobody edits, the
    secretariat's list is written to. Plans of those who are not members are not reminded of.
    """
    members = list(Member.objects.public().named())
    owner = {(member.state_id, member.organization_id): member for member in members}
    # A month more than the first stage: months counted back from the end may begin earlier.
    ending = ActionPlan.objects.ending_within(PLAN_STAGES[-1] + 1, on).in_order()
    owned = [(plan, owner.get((plan.state_id, plan.organization_id))) for plan in ending]
    found = [(plan, member) for plan, member in owned if member]
    editors = _editors((member for _plan, member in found), on)
    return sum(
        _remind_of_plan(plan, member, editors.get(member.pk, []), on) for plan, member in found
    )


def _remind_of_update(member: Member, editors: list[Designation], on: datetime.date) -> int:
    counted_from: datetime.date = member.silent_from  # type: ignore[attr-defined]
    stage = next(stage for stage in STAGES if months_from(counted_from, stage) <= on)
    readers: list[User | None] = list(_first_held(editors, STAGES[stage])) or [None]
    key = f"update:{member.slug}:{counted_from}:{stage}"
    return sum(
        notify("update_due", f"{key}:{_name(reader)}", _path(member, reader), reader, member)
        for reader in readers
    )


def _path(member: Member, reader: User | None) -> str:
    """Return where the reader acts: only the member's own people go through its update."""
    page = "members:update" if reader else "members:designations"
    return reverse(page, args=[member.slug])


def _remind_of_plan(
    plan: ActionPlan, member: Member, editors: list[Designation], on: datetime.date
) -> int:
    if plan.period_end is None:
        return 0
    last_day = plan.period_end.last_day
    due = [stage for stage in PLAN_STAGES if months_from(last_day, -stage) <= on]
    if not due:
        return 0
    readers: list[User | None] = list({one.user_id: one.user for one in editors}.values()) or [None]
    path = reverse("members:plan_edit", args=[member.slug, plan.pk])
    key = f"plan:{plan.pk}:{last_day}:{due[0]}"
    return sum(
        notify("plan_ends", f"{key}:{_name(reader)}", path, reader, member, plan)
        for reader in readers
    )


def _editors(members: Iterable[Member], on: datetime.date) -> dict[int, list[Designation]]:
    """Return who edits on that day, by member, in one query."""
    running = Designation.objects.running(on).filter(
        member__in={member.pk for member in members},
        function__in=EDITING_FUNCTIONS,
        user__is_active=True,
    )
    found: dict[int, list[Designation]] = {}
    for designation in running.select_related("user").order_by("since", "pk"):
        found.setdefault(designation.member_id, []).append(designation)
    return found


def _first_held(editors: list[Designation], functions: list[Function]) -> list[User]:
    """Return the people of the first of the functions that somebody holds."""
    for function in functions:
        people = [one.user for one in editors if one.function == function]
        if people:
            return people
    return []


def _name(reader: User | None) -> str:
    return str(reader.pk) if reader else "secretariat"
