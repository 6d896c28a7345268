"""Rows of action plans: the plan's own fields, without its money, committees and notes."""

import re
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.importing.columns import (
    CLEAR,
    ChoiceColumn,
    Column,
    CountColumn,
    DateColumn,
    LinesColumn,
    PlanColumn,
    TextColumn,
    key_of,
)
from members.importing.records import CellError, Party, Record, code_of, of_party
from members.models import ActionPlan, Member, PlanState, State
from members.models.plan_states import out_of_order
from wpsnetwork.reading_tables import Row, shortened

DATES = gettext_lazy("2019, 2019-05 or 2019-05-31")
COLUMNS = [
    Column("row", hint=gettext_lazy("the key of a published list, or “plan-” and its number here")),
    Column("code", hint=gettext_lazy("ISO 3166-1 alpha-3 of a State, acronym of an organization")),
    Column("name", hint=gettext_lazy("only compared with the code; may be left out")),
    CountColumn("generation", "generation", gettext_lazy("1 for the first plan")),
    Column("title", "title"),
    ChoiceColumn(
        "stated state",
        "stated_state",
        gettext_lazy("shown where the dates do not tell: in development, adopted, ..."),
        choices=PlanState,
    ),
    DateColumn("adopted on", "adopted_on", DATES),
    DateColumn("period begins", "period_start", DATES),
    DateColumn("period ends", "period_end", DATES),
    Column("lead", "lead", gettext_lazy("ministry or body in the lead")),
    LinesColumn("ministries", "ministries", gettext_lazy("after semicolons")),
    PlanColumn("regional plan", "regional_plan", gettext_lazy("its “row”")),
    ChoiceColumn(
        "budget",
        "budget",
        gettext_lazy("none, statement, estimate, costed, allocated, disbursed or not recorded"),
        choices=ActionPlan.Budget,
    ),
    TextColumn("on the budget", "budget_note"),
    TextColumn("monitoring", "monitoring"),
    TextColumn("note", "note"),
    TextColumn("source", "source", gettext_lazy("where the facts of the row are from")),
]
GENERATION = COLUMNS[3]
OWN_KEY = re.compile(r"plan-\d+", re.IGNORECASE)


class PlanRecord(Record):
    """The plans on record, under their keys, and by party and generation."""

    model = ActionPlan
    columns = COLUMNS
    keys = [("row",), ("code", "generation")]

    def __init__(self, lock: bool = False) -> None:
        super().__init__()
        plans = ActionPlan.objects.in_order().select_related("regional_plan__organization")
        if lock:
            plans = plans.order_by("pk").select_for_update(of=("self",))
        self.plans = {f"plan-{plan.pk}": plan for plan in plans}
        listed = [plan for plan in self.plans.values() if plan.source_row]
        self.by_row = {plan.source_row.casefold(): plan for plan in listed}
        self.by_row |= {plan.source_row: plan for plan in listed}
        self.known = {code_of(member) for member in Member.objects.select_related("organization")}
        self.by_generation: dict[Any, list[ActionPlan]] = defaultdict(list)
        for plan in self.plans.values():
            self.by_generation[code_of(plan).casefold(), plan.generation].append(plan)

    def rows(self) -> list[ActionPlan]:
        """Return every plan, for the file to begin with."""
        return list(self.plans.values())

    def cell(self, plan: ActionPlan, column: Column) -> Any:
        if column.field:
            return column.write(plan)
        checked = {"row": key_of(plan), "code": code_of(plan), "name": str(plan.party)}
        return checked[column.heading]

    def plan_at(self, key: str) -> ActionPlan | None:
        """Return the plan of that row of a list, or of that number here."""
        folded = key.casefold()
        return self.by_row.get(key) or self.by_row.get(folded) or self.plans.get(folded)

    def find(self, row: Row) -> ActionPlan:
        key = row["row"]
        if key == CLEAR or len(key) > 60:
            raise CellError("row", _("This is no key of a row. It has 60 characters at most."))
        plan = self._by_key(key, row) if key else self._by_generation(row)
        if plan.pk:
            self.once(plan.pk, row, str(plan), "row" if key else "generation")
        return plan

    def _by_key(self, key: str, row: Row) -> ActionPlan:
        plan, party = self.plan_at(key), self.party_in(row)
        if plan is None:
            return self._new_with_key(key, row)
        if party not in (None, plan.party):
            text = _("The row %(key)s is a plan of %(name)s. An import gives it to nobody else.")
            raise CellError("code", text % {"key": key, "name": plan.party})
        return plan

    def _new_with_key(self, key: str, row: Row) -> ActionPlan:
        if OWN_KEY.fullmatch(key):
            text = _("There is no plan with the number of “%(key)s”. Leave the cell empty.")
            raise CellError("row", text % {"key": key})
        party = self.party_of(row)
        self.once(key.casefold(), row, key, "row")
        alike = self._alike(row)
        if alike:
            text = _("%(plan)s is on record as %(keys)s. Write that here to change it.")
            raise CellError("row", text % {"plan": alike[0], "keys": _keys(alike)})
        return self._new(party, row, source_row=key)

    def _by_generation(self, row: Row) -> ActionPlan:
        party = self.party_of(row)
        if row["generation"] in ("", CLEAR):
            text = _("Write the generation, or the key in “row”; else the plan cannot be found.")
            raise CellError("generation", text)
        alike = self._alike(row)
        if len(alike) > 1:
            text = _("%(plan)s is on record more than once. Write in “row” which: %(keys)s.")
            raise CellError("generation", text % {"plan": alike[0], "keys": _keys(alike)})
        if not alike and _code(party) not in self.known:
            text = _(
                "%(name)s is no member. Write in “row” which line of the published list it is."
            )
            raise CellError("code", text % {"name": party.name})
        return alike[0] if alike else self._new(party, row)

    def _alike(self, row: Row) -> list[ActionPlan]:
        """Return the plans of the party and the generation that the row names."""
        number = self._generation(row)
        return self.by_generation[row["code"].casefold(), number] if number else []

    def _generation(self, row: Row) -> Any:
        if not row["generation"]:
            return None
        try:
            return GENERATION.clean(row["generation"], ActionPlan, self)
        except ValidationError as error:
            raise CellError("generation", " ".join(error.messages)) from error

    def _new(self, party: Party, row: Row, **fields: Any) -> ActionPlan:
        plan = ActionPlan(**of_party(party), **fields)
        number = self._generation(row)
        if number:
            name = _("The plan of %(name)s of generation %(number)s")
            words = name % {"name": party.name, "number": number}
            self.once((party, number), row, words, "generation")
        return plan

    def check(self, found: ActionPlan, changed: set[str]) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        if changed & {"adopted_on", "period_start", "period_end"}:
            wrong |= out_of_order(found.adopted_on, found.period_start, found.period_end)
        if "regional_plan" in changed and found.regional_plan and not found.state:
            wrong["regional_plan"] = _("Only a national plan belongs to a regional plan.")
        return wrong


def _keys(plans: list[ActionPlan]) -> str:
    return ", ".join(shortened(key_of(plan)) for plan in plans)


def _code(party: Party) -> str:
    return party.iso3 if isinstance(party, State) else party.acronym
