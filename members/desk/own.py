"""On the desk of a focal point or a drafter: what waits, member by member."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members.desk.rows import PARTIES, SHOWN, Act, Row, on_day
from members.models import (
    ActionPlan,
    ChairCall,
    ChairInterest,
    Drafter,
    Member,
    Practice,
    ProposedChange,
    User,
    YearlyUpdate,
)

PLANS_WITHIN = 12
# Each row beside the member at which it waits.
Found = Iterator[tuple[int, Row]]


@dataclass(frozen=True)
class MemberDesk:
    """A member for which the person has a function or drafts, and what waits there."""

    member: Member
    roles: list[str]
    edits: bool
    drafts: bool
    rows: list[Row]


@dataclass(frozen=True)
class Own:
    """The person's members: those that it edits, and those for which it drafts.

    Only members of the Network: elsewhere the rights of its people have ended, or not begun.
    """

    user: User
    on: datetime.date
    edited: dict[int, Member]
    drafted: dict[int, Member]


def own_desks(user: User, on: datetime.date) -> list[MemberDesk]:
    """Return a desk for each member of the person, in a fixed number of queries."""
    designations = list(user.designations.running(on).select_related(*PARTIES))
    drafting = list(user.drafting_for.running(on).select_related(*PARTIES))
    members = {one.member_id: one.member for one in [*designations, *drafting]}
    if not members:
        return []
    edited = Member.objects.confirmable_by(user, on).named()
    drafted = Drafter.objects.members_of(user, on).named()
    own = Own(user, on, {one.pk: one for one in edited}, {one.pk: one for one in drafted})
    kinds = [_at_most(found) for found in _found(own)]
    return [
        MemberDesk(
            member,
            [_role(one) for one in designations if one.member_id == pk],
            pk in own.edited,
            pk in own.drafted,
            [row for kind in kinds for row in kind.get(pk, [])],
        )
        for pk, member in members.items()
    ]


def _role(one: Any) -> str:
    label = str(one.get_function_display())
    return label + on_day(_(", until %(day)s"), one.until) if one.until else label


def _found(own: Own) -> list[Found]:
    """Return what waits, kind by kind: what is due first."""
    return [_updates(own), _offered(own), _prepared(own), _plans(own), _calls(own), _practices(own)]


def _at_most(found: Found) -> dict[int, list[Row]]:
    """Return the first rows of a kind by member."""
    by_member: dict[int, list[Row]] = {}
    for pk, row in found:
        rows = by_member.setdefault(pk, [])
        if len(rows) < SHOWN:
            rows.append(row)
    return by_member


def _updates(own: Own) -> Found:
    due = Member.objects.confirmable_by(own.user, own.on).update_due(own.on)
    begun = YearlyUpdate.objects.open().filter(member__in=own.edited).select_related("started_by")
    open_ones = {update.member_id: update for update in begun}
    late = set(due.values_list("pk", flat=True))
    for pk, member in own.edited.items():
        update = open_ones.get(pk)
        if pk in late or update:
            url = reverse("members:update", args=[member.slug])
            who = {"name": update.started_by} if update else {}
            facts = [_("%(name)s has begun it") % who] if update else []
            act = Act(_("Go on") if update else _("Go through it"), url)
            yield pk, Row(_("Yearly update"), [act], facts, _("Due") if pk in late else "")


def _offered(own: Own) -> Found:
    """Yield what drafters have prepared and the person is to publish or to lay aside."""
    for change in ProposedChange.objects.waiting_for(own.user, own.on).named():
        prepared = on_day(_("prepared by %%(name)s on %(day)s"), change.written_at)
        facts = [prepared % {"name": change.written_by}]
        act = Act(_("Read and decide"), change.get_absolute_url())
        yield change.member_id, Row(change.title, [act], facts)


def _prepared(own: Own) -> Found:
    """Yield what the person has prepared as a drafter, with its state, the latest first."""
    changes = ProposedChange.objects.written_by_drafter(own.user, own.on)
    for change in changes.named().order_by("-written_at", "-pk"):
        facts = [str(change.get_state_display())]
        facts.append(on_day(_("written on %(day)s"), change.written_at))
        act = Act(_("Open"), change.get_absolute_url())
        yield change.member_id, Row(change.title, [act], facts)


def _plans(own: Own) -> Found:
    states = {one.state_id: pk for pk, one in own.edited.items() if one.state_id}
    bodies = {one.organization_id: pk for pk, one in own.edited.items() if one.organization_id}
    plans = ActionPlan.objects.filter(Q(state__in=states) | Q(organization__in=bodies))
    in_order = plans.ending_within(PLANS_WITHIN, own.on).order_by("period_end", "pk")
    for plan in in_order.select_related("state", "organization"):
        pk = states[plan.state_id] if plan.state_id else bodies[plan.organization_id or 0]
        facts = [_("period ends: %(end)s") % {"end": plan.period_end}]
        act = Act(
            _("Edit the plan"), reverse("members:plan_edit", args=[own.edited[pk].slug, plan.pk])
        )
        yield pk, Row(plan.title_or_default, [act], facts, url=plan.get_absolute_url())


def _calls(own: Own) -> Found:
    calls = list(ChairCall.objects.open_on(own.on).order_by("closes_on", "year"))
    interests = ChairInterest.objects.visible_to(own.user, own.on).standing()
    mine = interests.filter(member__in=own.edited, call__in=calls)
    answered = set(mine.values_list("call", "member"))
    for call in calls:
        for pk, member in own.edited.items():
            url = reverse("chairs:interest_edit", args=[call.year, member.slug])
            until = on_day(_("open until %(day)s"), call.closes_on)
            has_answered = (call.pk, pk) in answered
            act = Act(_("Change the answer") if has_answered else _("Answer"), url)
            said = _("your member has answered") if has_answered else _("not answered yet")
            yield pk, Row(str(call), [act], [until, said], url=call.get_absolute_url())


def _practices(own: Own) -> Found:
    drafts = Practice.objects.drafts().editable_by(own.user, own.on)
    for practice in drafts.filter(member__in={*own.edited, *own.drafted}).order_by("pk"):
        act = Act(_("Open the draft"), practice.get_absolute_url())
        facts = [_("a good practice that is not public yet")]
        yield practice.member_id or 0, Row(practice.title, [act], facts)
