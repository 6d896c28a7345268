"""Pictures of all plans; the sums are made by the database."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.models import ActionPlan, PlanState, RegionalGroup
from members.models.plan_queries import ActionPlanQuerySet
from members.models.plan_states import months_between
from wpsnetwork.charts import Chart, Key, Row, Series, Span, bars, columns, timeline

ORGANIZATIONS = "organizations"
# Months without a progress note: the first of each step, and its words.
SILENCES = [
    (36, gettext_lazy("36 months or more")),
    (24, gettext_lazy("24 to 35 months")),
    (12, gettext_lazy("12 to 23 months")),
    (6, gettext_lazy("6 to 11 months")),
    (0, gettext_lazy("Less than 6 months")),
]


def state_css(state: str) -> str:
    return "state-" + state.replace(" ", "-")


def regions() -> list[tuple[str, str]]:
    """Return the regional groups and the organizations, by name of the address and in words."""
    groups = [(group.value, str(group.label)) for group in RegionalGroup]
    return [*groups, (ORGANIZATIONS, str(_("Regional organizations")))]


def states_by_group(plans: ActionPlanQuerySet, on: datetime.date) -> Chart:
    """How many plans are in which state, by the regional group of their owner."""
    counted = (
        plans.with_state(on)
        .order_by()
        .values_list("state__regional_group", F("state_now"))
        .annotate(Count("pk"))
    )
    numbers: Counter[tuple[str, str]] = Counter()
    for group, state, count in counted:
        # Without a State it is an organization's; the State without a group is counted with WEOG.
        region = ORGANIZATIONS if group is None else group or RegionalGroup.WEOG.value
        numbers[region, state] += count
    return bars(
        "states",
        _("Plans by state and regional group"),
        _("The state of each plan today, as it follows from its dates or as its owner says."),
        [label for _slug, label in regions()],
        [
            Series(str(s.label), state_css(s), [numbers[slug, s] for slug, _label in regions()])
            for s in PlanState
        ],
        stacked=True,
    )


def adopted_per_year(plans: ActionPlanQuerySet) -> Chart:
    """How many plans were adopted in which year."""
    years = (
        plans.annotate(adopted_year=Left("adopted_on", 4))
        .order_by()
        .values_list("adopted_year")
        .annotate(Count("pk"))
    )
    counts: dict[Any, int] = dict(years)
    unknown = counts.pop(None, 0)
    numbers = {int(str(year)): count for year, count in counts.items()}
    span = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    return columns(
        "adopted",
        _("Plans adopted per year"),
        _unknown_years(unknown),
        [str(year) for year in span],
        [numbers.get(year, 0) for year in span],
        head=_("Year"),
    )


def _unknown_years(count: int) -> str:
    words = ngettext(
        "For %(count)s plan the year of adoption is not recorded.",
        "For %(count)s plans the year of adoption is not recorded.",
        count,
    )
    return words % {"count": count} if count else ""


def lull(plans: ActionPlanQuerySet, on: datetime.date) -> Chart:
    """How long the plans that are launched and not over have been without a progress note."""
    rows = plans.launched(on).with_silence()
    noted: Counter[int] = Counter()
    never: Counter[int] = Counter()
    unknown = 0
    for last, since in rows.values_list(F("last_note_on"), F("silent_since")):
        if since is None:
            unknown += 1
            continue
        months = months_between(datetime.date.fromisoformat(since), on)
        first = next(first for first, _words in SILENCES if months >= first)
        (noted if last else never)[first] += 1
    steps = SILENCES[::-1]
    return bars(
        "lull",
        _("Months since the last progress note"),
        _lull_words(unknown),
        [str(words) for _first, words in steps],
        [
            Series(_("Since the last note"), "series-1", [noted[f] for f, _words in steps]),
            Series(
                _("No note yet, since adoption or start"),
                "series-2",
                [never[f] for f, _words in steps],
            ),
        ],
    )


def _lull_words(unknown: int) -> str:
    words = _(
        "Plans that are launched and not over, of each owner the newest: adopted, in force or "
        "under review. A plan without a recorded end counts until its owner says that it is over. "
        "Where no note was written "
        "yet, the months count from the adoption, else from the start of the period; of a day that "
        "is not known, from the first that it can be, so that the silence may be shorter."
    )
    if not unknown:
        return words
    more = ngettext(
        "For %(count)s more plan none of these is recorded.",
        "For %(count)s more plans none of these is recorded.",
        unknown,
    )
    return f"{words} {more % {'count': unknown}}"


def time_line(plans: ActionPlanQuerySet, region: str, label: str, on: datetime.date) -> Chart:
    """The periods of the plans of one region, an owner on each line."""
    chosen = (
        plans.filter(organization__isnull=False)
        if region == ORGANIZATIONS
        else plans.in_group(region)
    )
    owners: dict[str, list[ActionPlan]] = {}
    for plan in chosen.in_order():
        owners.setdefault(str(plan.party), []).append(plan)
    rows = [
        Row(name, list(spans(owned, lambda plan: plan.state_on(on))), _address(owned))
        for name, owned in owners.items()
    ]
    return timeline(
        "time-line",
        label,
        _("From the start of a plan's period, or its adoption where the start is not recorded."),
        rows,
        today=on,
        legend=[Key(str(state.label), state_css(state)) for state in PlanState],
        head=_("Owner"),
    )


def spans(
    plans: Iterable[ActionPlan], state_of: Callable[[ActionPlan], PlanState]
) -> Iterable[Span]:
    """Yield the period of each plan whose beginning is known, in the colour of its state."""
    for plan in plans:
        first = plan.period_start or plan.adopted_on
        if first:
            last = plan.period_end.last_day if plan.period_end else None
            if last is None or last >= first.first_day:
                label = plan.generation_label if plan.generation else plan.title_or_default
                yield Span(first.first_day, last, label, state_css(state_of(plan)))


def _address(plans: list[ActionPlan]) -> str:
    """Return the address of the latest plan of the owner."""
    return plans[-1].get_absolute_url()
