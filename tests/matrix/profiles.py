"""The directory and the pages of one member."""

from collections.abc import Callable
from typing import Any

from tests import factories
from tests.matrix.page import EVERYONE, Page, own
from tests.roles import OWN_EDITORS, SECRETARIAT


def plan(world: Any) -> list[Any]:
    return [world.member.slug, world.plan.pk]


WORLD: dict[str, Callable[[Any], Any]] = {
    "plan": lambda world: factories.ActionPlanFactory(state=world.member.state),
}

PAGES: dict[str, Page] = {
    "members:list": Page(EVERYONE, open=True),
    "members:export": Page(EVERYONE, lambda world: ["json"], open=True),
    "members:balance": Page(EVERYONE, open=True),
    "members:detail": Page(EVERYONE, own, open=True),
    "members:feed": Page(EVERYONE, own, open=True),
    "members:edit": Page(OWN_EDITORS | SECRETARIAT, own),
    "members:plan_add": Page(OWN_EDITORS | SECRETARIAT, own),
    "members:plan_edit": Page(OWN_EDITORS | SECRETARIAT, plan),
}
