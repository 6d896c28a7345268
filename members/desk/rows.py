"""How the desk says what waits: sections of rows, each row with what can be done."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from members.partial_dates import un_date

# So many rows of a section stand on the desk; the others on a page of their own.
SHOWN = 5
PARTIES = ("member__state", "member__organization")


@dataclass(frozen=True)
class Act:
    """What can be done with a row: a page to open, or a button to press (`posts`)."""

    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True)
class Row:
    """One thing that waits. `warning` says in a few words what is late or wrong."""

    title: str
    acts: list[Act]
    facts: list[str] = field(default_factory=list)
    warning: str = ""
    url: str = ""


@dataclass(frozen=True)
class Section:
    """What waits of one kind: how many, the first rows, and the page that has them all.

    `nothing` is what is said where there is none.
    """

    slug: str
    title: str
    nothing: str
    count: int
    rows: list[Row]
    all_url: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


@dataclass(frozen=True)
class Kind:
    """What a section is called, what it says if there is nothing, and where all of it stands.

    Without `all_url` that is a page of the desk.
    """

    slug: str
    title: str
    nothing: str
    all_url: str = ""

    def section(
        self, found: QuerySet[Any], rows: Callable[[list[Any]], list[Row]], limit: int | None
    ) -> Section:
        """Return the section, with so many rows at most (None: all), in two queries and those of
        `rows`.
        """
        url = self.all_url or reverse("members:desk_section", args=[self.slug])
        shown = rows(list(found[:limit]))
        return Section(self.slug, self.title, self.nothing, found.count(), shown, url)


def each(row: Callable[[Any], Row]) -> Callable[[list[Any]], list[Row]]:
    """Return what makes the rows one by one."""
    return lambda found: [row(one) for one in found]


def on_day(words: str, moment: datetime.datetime | datetime.date) -> str:
    """Return the words with the day put in for ``%(day)s``."""
    if isinstance(moment, datetime.datetime):
        moment = timezone.localdate(moment)
    return words % {"day": un_date(moment)}
