"""Twinning."""

from collections.abc import Callable
from typing import Any

from members.models import TwinningCard, TwinningThread
from tests import factories
from tests.matrix.page import DESIGNATED, EVERYONE, Page
from tests.roles import OWN_EDITORS, OWN_SPEAKERS, SECRETARIAT

WRITING = DESIGNATED - {"mission_contact"}


def twinning(world: Any) -> list[Any]:
    return [world.twinning.pk]


def others_card(world: Any) -> list[Any]:
    return [world.others_card.pk]


def own_card(world: Any) -> list[Any]:
    return [world.own_card.pk]


def thread(world: Any) -> list[Any]:
    return [world.twinning_thread.pk]


def _others_card(world: Any) -> TwinningCard:
    others = TwinningCard.objects.open().exclude(member=world.member)
    return others.first() or factories.TwinningCardFactory()


def _thread(world: Any) -> TwinningThread:
    own = TwinningThread.objects.filter(asked_by=world.member)
    return own.first() or factories.TwinningThreadFactory(asked_by=world.member)


WORLD: dict[str, Callable[[Any], Any]] = {
    "twinning": lambda world: factories.TwinningFactory(second=world.member),
    "others_card": _others_card,
    "own_card": lambda world: factories.TwinningCardFactory(member=world.member),
    "twinning_thread": _thread,
}

PAGES: dict[str, Page] = {
    "twinning:list": Page(EVERYONE, open=True),
    "twinning:add": Page(WRITING | SECRETARIAT),
    "twinning:edit": Page(OWN_EDITORS | SECRETARIAT, twinning),
    "twinning:cards": Page(DESIGNATED | SECRETARIAT),
    "twinning:card_add": Page(WRITING | SECRETARIAT),
    "twinning:card": Page(DESIGNATED | SECRETARIAT, others_card),
    "twinning:card_edit": Page(OWN_EDITORS | SECRETARIAT, own_card),
    "twinning:card_close": Page(OWN_EDITORS | SECRETARIAT, own_card, "post", answers=(302,)),
    "twinning:thread_start": Page(
        WRITING, others_card, "post", {"text": "Could we talk?"}, answers=(302,)
    ),
    "twinning:suggestions": Page(DESIGNATED),
    "twinning:inbox": Page(DESIGNATED),
    # Not the secretariat: what two members write is theirs alone.
    "twinning:thread": Page(OWN_SPEAKERS, thread),
}
