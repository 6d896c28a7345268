"""What the directory says of each member, on its page and in its files; no names of persons."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import ActionPlan, Designation, Member, RegionalGroup
from members.models.members import EDITING_FUNCTIONS, MemberQuerySet
from members.plan_charts import ORGANIZATIONS
from wpsnetwork.tables import Table


@dataclass(frozen=True)
class Entry:
    """A member with its newest plan, if any, and where its focal point sits, as far as known."""

    member: Member
    plan: ActionPlan | None
    office: str
    ministry: str


@dataclass(frozen=True)
class Numbers:
    """How many members there are of each kind."""

    states: int
    organizations: int

    @property
    def all(self) -> int:
        return self.states + self.organizations

    @property
    def words(self) -> str:
        """ "64 members: 57 States, 7 regional organizations"; of one kind, only that."""
        parts = []
        if self.states:
            words = ngettext("%(count)s State", "%(count)s States", self.states)
            parts.append(words % {"count": self.states})
        if self.organizations:
            words = ngettext(
                "%(count)s regional organization",
                "%(count)s regional organizations",
                self.organizations,
            )
            parts.append(words % {"count": self.organizations})
        members = ngettext("%(count)s member", "%(count)s members", self.all) % {"count": self.all}
        return _("%(members)s: %(parts)s") % {"members": members, "parts": ", ".join(parts)}


def numbers_of(members: MemberQuerySet) -> Numbers:
    """Count these members by kind, in one query."""
    return Numbers(
        **members.order_by().aggregate(states=Count("state"), organizations=Count("organization"))
    )


def public_by_group() -> Counter[str]:
    """Count all members by the group that they are counted with, organizations apart."""
    counted = (
        Member.objects.public()
        .order_by()
        .values_list("state__regional_group")
        .annotate(count=Count("pk"))
    )
    numbers: Counter[str] = Counter()
    for group, count in counted:
        # Without a State it is an organization; the State without a group is counted with WEOG.
        region = ORGANIZATIONS if group is None else group or RegionalGroup.WEOG.value
        numbers[region] += count
    return numbers


def entries(members: Sequence[Member], on: datetime.date) -> list[Entry]:
    """Return an entry for each of these public members, in two queries for all of them."""
    plans = _newest_plans(members)
    offices = _offices(members, on)
    return [
        Entry(
            member,
            plans.get((member.state_id, member.organization_id)),
            *offices.get(member.pk, (member.office, member.ministry)),
        )
        for member in members
    ]


def _newest_plans(members: Sequence[Member]) -> dict[tuple[Any, Any], ActionPlan]:
    """Return the newest plan of each by its owner: a State or an organization."""
    states = [member.state_id for member in members if member.state_id]
    bodies = [member.organization_id for member in members if member.organization_id]
    owned = ActionPlan.objects.public().filter(Q(state__in=states) | Q(organization__in=bodies))
    return {(plan.state_id, plan.organization_id): plan for plan in owned.newest()}


def _offices(members: Sequence[Member], on: datetime.date) -> dict[int, tuple[str, str]]:
    """Return unit and ministry of the principal, else of the alternate, of the members that have
    named neither themselves: as their pages do where no name is public.
    """
    silent = [member.pk for member in members if not (member.office or member.ministry)]
    running = Designation.objects.running(on).filter(
        member__in=silent, function__in=EDITING_FUNCTIONS
    )
    found: dict[int, tuple[str, str]] = {}
    # In the alphabet the principal follows the alternate.
    rows = running.order_by("-function", "since", "pk").values_list("member", "unit", "ministry")
    for pk, unit, ministry in rows:
        if unit or ministry:
            found.setdefault(pk, (unit, ministry))
    return found


COLUMNS = [
    "Member",
    "Kind",
    "ISO 3166-1 alpha-3",
    "Acronym",
    "Regional group",
    "Joined",
    "Newest plan",
    "State of the plan today",
    "Plan adopted",
    "Period begins",
    "Period ends",
    "Ministry or body of the focal point",
    "Office of the focal point",
    "Website",
    "Themes",
    "Last confirmed",
    "Source",
]


def as_table(listed: Sequence[Entry]) -> Table:
    """Return the entries as the rows of a file; the members come with their themes."""
    return Table("members", COLUMNS, [_row(entry) for entry in listed])


def _row(entry: Entry) -> list[Any]:
    member, plan = entry.member, entry.plan
    return [
        member.name,
        "State" if member.state else "Regional organization",
        member.state_id or "",
        member.organization.acronym if member.organization else "",
        str(RegionalGroup(member.state.counted_with).label) if member.state else "",
        member.joined_on,
        *_plan_cells(plan),
        entry.ministry,
        entry.office,
        member.website,
        [str(theme) for theme in member.themes.all()],
        member.confirmed_on,
        member.source,
    ]


def _plan_cells(plan: ActionPlan | None) -> list[Any]:
    if plan is None:
        return [None] * 5
    return [
        plan.title_or_default,
        plan.state_label,
        plan.adopted_on,
        plan.period_start,
        plan.period_end,
    ]
