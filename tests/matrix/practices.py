"""Good practices."""

from collections.abc import Callable
from typing import Any

from members.models import Practice
from tests import factories
from tests.matrix.page import DESIGNATED, EVERYONE, Page
from tests.roles import OWN_EDITORS, OWN_PEOPLE, SECRETARIAT

WRITING = DESIGNATED - {"mission_contact"}


def _draft(world: Any) -> Practice:
    drafts = Practice.objects.drafts().filter(member=world.member)
    return drafts.first() or factories.PracticeFactory(
        member=world.member, publication=Practice.Publication.DRAFT, published_at=None
    )


def draft(world: Any) -> list[Any]:
    return [world.draft_practice.slug]


def public(world: Any) -> list[Any]:
    return [world.public_practice.slug]


def recognition(world: Any) -> list[Any]:
    return [world.recognition.practice.slug, world.recognition.pk]


WORLD: dict[str, Callable[[Any], Any]] = {
    "draft_practice": _draft,
    "public_practice": lambda world: factories.PracticeFactory(member=world.member),
    "recognition": lambda world: factories.RecognitionFactory(member=world.member),
}

PAGES: dict[str, Page] = {
    "practices:list": Page(EVERYONE, open=True),
    "practices:add": Page(WRITING | {"drafter"} | SECRETARIAT),
    # The page of a draft; that of a public card is met by everyone.
    "practices:detail": Page(OWN_PEOPLE | SECRETARIAT, draft, open=True),
    "practices:edit": Page(OWN_EDITORS | {"drafter"} | SECRETARIAT, draft),
    "practices:publish": Page(OWN_EDITORS | SECRETARIAT, draft, "post", answers=(302,)),
    "practices:withdraw": Page(OWN_EDITORS | SECRETARIAT, public, "post", answers=(302,)),
    "practices:recognize": Page(WRITING - OWN_EDITORS, public, "post", answers=(302,)),
    "practices:recognition_remove": Page(OWN_EDITORS, recognition, "post", answers=(302,)),
}
