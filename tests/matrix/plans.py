"""Action plans of all members."""

from collections.abc import Callable
from typing import Any

from tests import factories
from tests.matrix.page import EVERYONE, Page
from tests.roles import OWN_EDITORS, SECRETARIAT


def plan(world: Any) -> list[Any]:
    return [world.plan.pk]


def money(world: Any) -> list[Any]:
    return [world.plan.pk, world.plan_money.pk]


def committee(world: Any) -> list[Any]:
    return [world.plan.pk, world.plan_committee.pk]


def note(world: Any) -> list[Any]:
    return [world.plan.pk, world.plan_note.pk]


def _document(world: Any) -> Any:
    document = factories.DocumentFactory()
    document.plans.add(world.plan)
    return document


# The plan itself is a thing of the profiles.
WORLD: dict[str, Callable[[Any], Any]] = {
    "plan_money": lambda world: factories.PlanFinanceFactory(plan=world.plan),
    "plan_committee": lambda world: factories.SteeringCommitteeFactory(plan=world.plan),
    "plan_document": _document,
    "plan_note": lambda world: factories.ProgressNoteFactory(plan=world.plan),
}

EDITORS = OWN_EDITORS | SECRETARIAT

PAGES: dict[str, Page] = {
    "plans:list": Page(EVERYONE, open=True),
    "plans:export": Page(EVERYONE, lambda world: ["csv"], open=True),
    "plans:overview": Page(EVERYONE, open=True),
    "plans:timeline": Page(EVERYONE, open=True),
    "plans:compare": Page(EVERYONE, open=True),
    "plans:partners": Page(EVERYONE, open=True),
    "plans:partner": Page(EVERYONE, lambda world: [world.plan_money.partner.slug], open=True),
    "plans:detail": Page(EVERYONE, plan, open=True),
    "plans:edit": Page(EDITORS, plan),
    "documents:plan_add": Page(EDITORS, plan),
    "documents:plan_remove": Page(EDITORS, lambda world: [world.plan.pk, world.plan_document.slug]),
    "plans:money_add": Page(EDITORS, plan),
    "plans:money_edit": Page(EDITORS, money),
    "plans:money_delete": Page(EDITORS, money),
    "plans:committees_add": Page(EDITORS, plan),
    "plans:committees_edit": Page(EDITORS, committee),
    "plans:committees_delete": Page(EDITORS, committee),
    "plans:progress_add": Page(EDITORS, plan),
    "plans:progress_edit": Page(EDITORS, note),
    # Written by somebody else, so only the secretariat removes it.
    "plans:progress_delete": Page(SECRETARIAT, note),
}
