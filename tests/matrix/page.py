"""One line of the matrix: an address, who meets it, and how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.roles import OWN_EDITORS, ROLES

EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"nobody"}
CHAIRS = {"chair_of_today"}
DESIGNATED = {
    *OWN_EDITORS,
    "mission_contact",
    "focal_point_of_another_member",
    "chair_of_today",
    "chair_of_the_past",
    "troika",
}


@dataclass(frozen=True)
class Page:
    """One address: who meets it, what stands in it, and how it is asked."""

    allowed: Any
    args: Callable[[Any], list[Any]] = field(default=lambda world: [])
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    # What an allowed person gets; a redirect for an act that was done.
    answers: tuple[int, ...] = (200,)
    # Asked of nobody to sign in. To open a page one must say so here, where a reviewer sees it.
    open: bool = False


def own(world: Any) -> list[Any]:
    return [world.member.slug]
