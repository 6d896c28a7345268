"""The Chairs and the calls for chairing."""

from collections.abc import Callable
from typing import Any

from members.models import ChairCall, ChairInterest
from tests import factories
from tests.matrix.page import EVERYONE, Page
from tests.roles import OWN_EDITORS, SECRETARIAT


def call(world: Any) -> list[Any]:
    return [world.chair_call.year]


def answer(world: Any) -> list[Any]:
    return [world.chair_interest.call.year, world.member.slug]


def _interest(world: Any) -> ChairInterest:
    found = ChairInterest.objects.filter(call=world.chair_call, member=world.member).first()
    return found or factories.ChairInterestFactory(call=world.chair_call, member=world.member)


# The call is open; the member has answered it.
WORLD: dict[str, Callable[[Any], Any]] = {
    "chair_call": lambda world: ChairCall.objects.first() or factories.ChairCallFactory(),
    "chair_interest": _interest,
}

PAGES: dict[str, Page] = {
    "chairs:list": Page(EVERYONE, open=True),
    "chairs:call_add": Page(SECRETARIAT),
    "chairs:call_detail": Page(EVERYONE, call, open=True),
    "chairs:call_edit": Page(SECRETARIAT, call),
    "chairs:call_decide": Page(SECRETARIAT, call),
    "chairs:interest_edit": Page(OWN_EDITORS, answer),
    "chairs:interest_withdraw": Page(OWN_EDITORS, answer, "post", answers=(302,)),
}
