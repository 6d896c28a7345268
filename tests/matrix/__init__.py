"""The matrix of roles and addresses: who meets which page (docs/domain.md, rule 2 and roles).

An address that is missing here fails tests/test_house.py; tests/test_matrix.py asks each address
as each role. Each part holds PAGES, by name of the address, and WORLD: what the addresses name,
made only when it is asked for, around the roles' member.
"""

from collections.abc import Callable
from typing import Any

from tests.matrix import (
    chairs,
    desk,
    joining,
    people,
    plans,
    portal,
    practices,
    profiles,
    twinning,
    updates,
)
from tests.matrix.page import Page

PARTS = [
    portal,
    profiles,
    people,
    updates,
    plans,
    chairs,
    joining,
    twinning,
    practices,
    desk,
]
MATRIX: dict[str, Page] = {}
MAKERS: dict[str, Callable[[Any], Any]] = {}
for part in PARTS:
    assert not set(MATRIX) & set(part.PAGES), part
    assert not set(MAKERS) & set(part.WORLD), part
    MATRIX |= part.PAGES
    MAKERS |= part.WORLD


class World:
    """One of each thing that an address can name; each is made when first asked for."""

    def __init__(self, member: Any) -> None:
        self.member = member

    def __getattr__(self, name: str) -> Any:
        if name not in MAKERS:
            raise AttributeError(name)
        made = MAKERS[name](self)
        setattr(self, name, made)
        return made
