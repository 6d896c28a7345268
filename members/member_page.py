"""What the page of a member shows: of today or, where another day is asked for, what is dated."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import (
    ActionPlan,
    ChairTerm,
    Member,
    PlanState,
    Practice,
    RegionalMembership,
    Theme,
    Troika,
    Twinning,
)
from members.models.plan_states import state_by_dates
from members.models.plans import STATE_TONES
from members.plan_charts import spans, state_css
from members.representing import representations
from wpsnetwork.charts import Chart, Key, Row, timeline

if TYPE_CHECKING:
    from members.models.members import MemberQuerySet

PLACES = {
    "outgoing": gettext_lazy("Outgoing Chair"),
    "current": gettext_lazy("Chair"),
    "incoming": gettext_lazy("Incoming Chair"),
    "following": gettext_lazy("Following Chair"),
}


@dataclass(frozen=True)
class PlanOnDay:
    """A plan and how it stands on the day of the page."""

    plan: ActionPlan
    state: PlanState

    @property
    def tone(self) -> str:
        return STATE_TONES.get(self.state, "")


@dataclass(frozen=True)
class Term:
    """A term of the member, and with whom it chairs."""

    term: ChairTerm
    others: list[Member]


@dataclass(frozen=True)
class Area:
    """The States of a regional organization on a day, and those of them that are members."""

    members: list[Member]
    memberships: list[RegionalMembership]

    @property
    def generally_known(self) -> int:
        return sum(row.is_generally_known for row in self.memberships)

    @property
    def undated(self) -> int:
        return sum(not row.is_dated for row in self.memberships)


def in_full(members: "MemberQuerySet") -> "MemberQuerySet":
    """With the name and, as `theme_names`, the themes, in one query."""
    themes = Theme.objects.filter(members=OuterRef("pk")).values("name")
    return members.named().annotate(theme_names=ArraySubquery(themes))


def page_of_day(member: Member, user: Any, on: datetime.date, today: datetime.date) -> Any:
    """Return the page's dated facts, in a fixed number of queries.

    Whose names are shown follows from who asks today. On another day than today a fact without a
    date is left out, since nobody knows whether it held then.
    """
    dated = on != today
    names_visible = Member.objects.names_shown_to(user, today)
    terms = list(ChairTerm.objects.with_members())
    troika = Troika.of(terms, on)
    plans = _plans(member, user, on, dated)
    return {
        "focal_points": representations(member, on, names_visible, dated),
        "places": _places(member, troika),
        "chair_terms": _terms(member, terms, troika, on if dated else None),
        "plans": plans,
        "chart": _time_line(plans, None if dated else today),
        "hosted_meetings": [
            meeting
            for meeting in member.hosted_meetings.visible_to(user, today)
            if not dated or _begun(meeting.starts_on, on)
        ],
        "twinnings": [one for one in _twinnings(member) if not dated or _runs(one, on)],
        "bodies": _bodies(member, on) if member.state_id else [],
        "area": None if member.state_id else _area(member, on),
    }


def page_of_today(member: Member) -> dict[str, Any]:
    """Return what carries no date of its own, and so stands on the page of today only."""
    practices = Practice.objects.public().of(member).in_full()
    return {
        # A card of the member need not name its parties: one of them is the member.
        "practices": practices.prefetch_related(None).prefetch_related("themes"),
    }


def _places(member: Member, troika: Troika) -> list[str]:
    """Return the member's places in the troika; one with two terms may have two."""
    found = []
    for name, words in PLACES.items():
        term = getattr(troika, name)
        if term and member in term.member_list:
            found.append(f"{words} ({term.years})")
    return found


def _terms(
    member: Member, terms: list[ChairTerm], troika: Troika, on: datetime.date | None
) -> list[Term]:
    """Return the member's terms; on another day those begun by then or in the troika then."""
    return [
        Term(term, [other for other in term.member_list if other != member])
        for term in terms
        if member in term.member_list and (not on or term.since <= on or term in troika.terms)
    ]


def _plans(member: Member, user: Any, on: datetime.date, dated: bool) -> list[PlanOnDay]:
    plans = ActionPlan.objects.of(member).in_order().with_regional_plan(user)
    if not member.state_id and not dated:
        national = ActionPlan.objects.visible_to(user).in_order()
        plans = plans.prefetch_related(Prefetch("national_plans", national))
    if not dated:
        return [PlanOnDay(plan, plan.state_on(on)) for plan in plans]
    states = (
        (plan, state_by_dates(plan.period_start, plan.period_end, plan.adopted_on, on))
        for plan in plans
    )
    return [PlanOnDay(plan, state) for plan, state in states if state]


def _time_line(plans: Iterable[PlanOnDay], today: datetime.date | None) -> Chart | None:
    """Return the picture of the plans whose beginning is known; None where there is none."""
    drawn = [(one, row) for one in plans if (row := _row(one)).spans]
    if not drawn:
        return None
    used = {one.state for one, row in drawn}
    return timeline(
        "plans-in-time",
        _("The plans in time"),
        _("From the start of a plan's period, or its adoption where the start is not recorded."),
        [row for one, row in drawn],
        today=today,
        legend=[Key(str(state.label), state_css(state)) for state in PlanState if state in used],
        head=_("Plan"),
    )


def _row(one: PlanOnDay) -> Row:
    plan = one.plan
    drawn = [replace(span, label=_period(plan)) for span in spans([plan], lambda _plan: one.state)]
    return Row(plan.title_or_default, drawn, plan.get_absolute_url())


def _period(plan: ActionPlan) -> str:
    return plan.period_label or _("adopted %(day)s") % {"day": plan.adopted_on}


def _twinnings(member: Member) -> list[Twinning]:
    return list(Twinning.objects.of(member).in_full().prefetch_related(None))


def _begun(date: Any, on: datetime.date) -> bool:
    return bool(date) and date.first_day <= on


def _runs(twinning: Twinning, on: datetime.date) -> bool:
    """Whether it is on record that it ran on that day."""
    return _begun(twinning.since, on) and not (twinning.until and twinning.until.last_day < on)


def _bodies(member: Member, on: datetime.date) -> list[RegionalMembership]:
    """Return to which organizations the State belongs, each with the `slug` of its public page."""
    page = Member.objects.public().filter(organization=OuterRef("organization")).values("slug")
    running = RegionalMembership.objects.running(on).filter(state=member.state_id)
    named = running.select_related("organization").order_by("organization__name", "pk")
    return list(named.annotate(slug=Subquery(page[:1])))


def _area(member: Member, on: datetime.date) -> Area:
    running = RegionalMembership.objects.running(on).filter(organization=member.organization_id)
    members = Member.objects.public().named().filter(state__in=running.values("state"))
    return Area(list(members), list(running))
