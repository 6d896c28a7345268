"""What a picture is made of, ready for the template."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

Number = int | float | None


@dataclass(frozen=True)
class Series:
    """One value for each label. An empty css takes the next colour of the house."""

    label: str
    css: str
    values: Sequence[Number]


@dataclass(frozen=True)
class Span:
    """Days of a row, both inclusive. Without a last day it is drawn with an arrow.

    Only years are shown of the two days, since often no more is known; label may say more.
    """

    first: datetime.date
    last: datetime.date | None
    label: str
    css: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a time line; without spans the picture says in words that no date is recorded."""

    label: str
    spans: Sequence[Span]
    url: str = ""
    css: str = ""


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    label: str
    css: str


@dataclass(frozen=True)
class Mark:
    """A shape; the lengths are per cent of the drawing."""

    x: str
    width: str
    css: str
    words: str
    y: str = ""
    height: str = ""
    value: str = ""
    middle: str = ""
    arrow: bool = False


@dataclass(frozen=True)
class Line:
    """Marks on one line, what they say, and the number printed behind them."""

    words: str
    marks: list[Mark]
    value: str = ""
    value_x: str = "0%"


@dataclass(frozen=True)
class DrawnRow:
    """A label and its lines."""

    label: str
    lines: list[Line]
    css: str = ""
    url: str = ""
    note: str = ""
    parts: list[Key] = field(default_factory=list)


@dataclass(frozen=True)
class ChartTable:
    """What the picture shows, as a table; the first cell of each row is its head."""

    head: list[str]
    rows: list[list[str]]
    numbers: bool = True


@dataclass(frozen=True)
class Chart:
    """A picture with its words and its table, ready to be printed."""

    id: str
    kind: str
    title: str
    description: str
    table: ChartTable
    rows: list[DrawnRow] = field(default_factory=list)
    columns: list[Mark] = field(default_factory=list)
    ticks: list[Mark] = field(default_factory=list)
    legend: list[Key] = field(default_factory=list)
    # The narrowest width, in rem, at which every name of a column can be read; 0: any.
    least_width: int = 0
    today: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.table.rows

    @property
    def template(self) -> str:
        """The part that draws this kind."""
        return f"components/chart_{self.kind}.html"


def per_cent(length: float) -> str:
    """Return an SVG length; always with a point, whatever the language of the page."""
    return f"{length:.2f}%"
