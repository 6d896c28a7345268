"""The yearly update of a member."""

from collections.abc import Callable
from typing import Any

from members import updating
from members.models import UpdateStep
from tests import factories
from tests.matrix.page import Page, own
from tests.roles import OWN_EDITORS, SECRETARIAT


def update(world: Any) -> list[Any]:
    return [world.open_update.member.slug]


def word(world: Any) -> list[Any]:
    return [world.member.slug, world.reported_word.pk]


WORLD: dict[str, Callable[[Any], Any]] = {
    "open_update": lambda world: updating.start(world.member, factories.UserFactory()),
    "reported_word": lambda world: updating.take(
        world.open_update,
        UpdateStep.Section.PEOPLE,
        UpdateStep.Outcome.REPORTED,
        "",
        world.open_update.started_by,
        "Somebody has left.",
    ),
}

PAGES: dict[str, Page] = {
    "members:update": Page(OWN_EDITORS, own),
    "members:update_start": Page(OWN_EDITORS, own, method="post", answers=(302,)),
    "members:update_profile": Page(OWN_EDITORS, update),
    "members:update_people": Page(OWN_EDITORS, update),
    "members:update_plans": Page(OWN_EDITORS, update),
    "members:update_practices": Page(OWN_EDITORS, update),
    "members:update_finish": Page(OWN_EDITORS, update),
    "members:update_word": Page(SECRETARIAT, word),
}
