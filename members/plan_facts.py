"""What is on record of a plan (docs/domain.md, rule 9), for its page, comparisons and files."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import ActionPlan, PlanFinance, RegionalGroup, SteeringCommittee
from members.models.plan_states import months_between
from wpsnetwork.tables import Table


@dataclass(frozen=True)
class Fact:
    """A field in words; without lines it is not recorded."""

    label: str
    lines: list[str]
    url: str = ""


def facts_of(plan: ActionPlan) -> list[Fact]:
    """Return the plan's own fields, in the order of the page."""
    return [
        Fact(_("State today"), [plan.state_label]),
        Fact(_("Generation"), [plan.generation_label] if plan.generation else []),
        Fact(_("Adopted"), _lines(plan.adopted_on)),
        Fact(_("Period"), _lines(plan.period_label)),
        Fact(_("Ministry or body in the lead"), _lines(plan.lead)),
        Fact(_("Ministries that take part"), plan.ministry_list),
        *([_regional_plan(plan)] if plan.state_id else []),
        Fact(_("Budget"), _budget(plan)),
        Fact(_("Monitoring and evaluation"), plan.monitoring.splitlines()),
    ]


def compared_facts(plan: ActionPlan) -> list[Fact]:
    """Return everything that is laid side by side; the plan comes with its parts."""
    confirmed = date_format(plan.confirmed_on, "j F Y") if plan.confirmed_on else ""
    last: Any = plan.last_note_on  # type: ignore[attr-defined]
    return [
        *facts_of(plan),
        Fact(_("Sources of money"), [money_in_words(f) for f in plan.finances.all()]),
        Fact(_("Steering committees"), [committee_in_words(c) for c in plan.committees.all()]),
        Fact(_("Documents"), _titles(plan)),
        Fact(_("Last progress note"), [date_format(last, "j F Y")] if last else []),
        Fact(_("Last confirmed by the member"), _lines(confirmed)),
        Fact(_("Note"), plan.note.splitlines()),
        Fact(_("Source"), _lines(plan.source)),
    ]


@dataclass(frozen=True)
class ComparedRow:
    """A field of a comparison: the owner and the lines of each plan."""

    label: str
    cells: list[tuple[str, list[str]]]

    @property
    def differs(self) -> bool:
        """Whether the plans do not all say the same; one that says nothing differs, too."""
        return len({tuple(lines) for _owner, lines in self.cells}) > 1


def compared(plans: list[ActionPlan]) -> list[ComparedRow]:
    """Return the rows of a comparison, in the order of the page of a plan."""
    every = [{fact.label: fact.lines for fact in compared_facts(plan)} for plan in plans]
    # A regional plan belongs to no other, so it lacks that field.
    labels = dict.fromkeys(label for facts in every for label in facts)
    owners = [_short_name(plan, plans) for plan in plans]
    return [
        ComparedRow(
            label,
            [(owner, facts.get(label, [])) for owner, facts in zip(owners, every, strict=True)],
        )
        for label in labels
    ]


def _short_name(plan: ActionPlan, plans: list[ActionPlan]) -> str:
    """Return the owner; where several plans are of one, also which of its plans it is."""
    if sum(plan.party == other.party for other in plans) == 1:
        return str(plan.party)
    which = plan.generation_label if plan.generation else plan.title_or_default
    return f"{plan.party} ({which})"


def months_of_silence(plan: ActionPlan, on: datetime.date) -> int:
    """Return the whole months since a plan that comes with_silence() was last heard of."""
    since: str = plan.silent_since  # type: ignore[attr-defined]
    return months_between(datetime.date.fromisoformat(since), on)


def money_in_words(finance: PlanFinance) -> str:
    """ "Partner 3: USD 1,250,000 (2024 to 2026)"."""
    words = f"{finance}: {finance.sum_label}" if finance.sum_label else str(finance)
    return f"{words} ({finance.period})" if finance.period else words


def committee_in_words(committee: SteeringCommittee) -> str:
    """ "Name (District: Region)"."""
    level = committee.get_level_display()
    place = f"{level}: {committee.district}" if committee.district else level
    return f"{committee.name} ({place})"


COLUMNS = [
    "Owner",
    "ISO 3166-1 alpha-3",
    "Regional group",
    "Title",
    "Generation",
    "State today",
    "Adopted",
    "Period begins",
    "Period ends",
    "In the lead",
    "Ministries",
    "Regional plan",
    "Budget",
    "On the budget",
    "Money",
    "Steering committees",
    "Monitoring and evaluation",
    "Documents",
    "Last progress note",
    "Last confirmed",
    "Note",
    "Source",
]


def as_table(plans: list[ActionPlan]) -> Table:
    """Return the plans as the rows of a file; they come with parts and with_silence()."""
    return Table("action-plans", COLUMNS, [_row(plan) for plan in plans])


def _row(plan: ActionPlan) -> list[Any]:
    return [
        str(plan.party),
        plan.state_id or "",
        str(RegionalGroup(plan.state.counted_with).label) if plan.state else "",
        plan.title,
        plan.generation,
        str(plan.state_label),
        plan.adopted_on,
        plan.period_start,
        plan.period_end,
        plan.lead,
        plan.ministry_list,
        str(plan.regional_plan or ""),
        str(plan.get_budget_display()),
        plan.budget_note,
        [money_in_words(finance) for finance in plan.finances.all()],
        [committee_in_words(committee) for committee in plan.committees.all()],
        plan.monitoring,
        _titles(plan),
        plan.last_note_on,  # type: ignore[attr-defined]
        plan.confirmed_on,
        plan.note,
        plan.source,
    ]


def _titles(plan: ActionPlan) -> list[str]:
    """Return the titles of the documents that the reader may see; the plan comes with_parts()."""
    return [document.title for document in plan.seen_documents]  # type: ignore[attr-defined]


def _regional_plan(plan: ActionPlan) -> Fact:
    regional = plan.regional_plan
    url = regional.get_absolute_url() if regional else ""
    return Fact(_("Regional plan that it belongs to"), _lines(regional), url)


def _budget(plan: ActionPlan) -> list[str]:
    if plan.budget == ActionPlan.Budget.NOT_RECORDED and not plan.budget_note:
        return []
    return [str(plan.get_budget_display()), *plan.budget_note.splitlines()]


def _lines(value: Any) -> list[str]:
    return [str(value)] if value else []
