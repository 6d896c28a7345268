"""Rows of spans over a line of years."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wpsnetwork.charts.parts import (
    Chart,
    ChartTable,
    DrawnRow,
    Key,
    Line,
    Mark,
    Row,
    Span,
    per_cent,
)

# An open end stops here; the rest is its arrow.
OPEN_END = 98.0
# So many years can be named on a phone.
MOST_TICKS = 7
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def timeline(
    anchor: str,
    title: str,
    description: str,
    rows: Sequence[Row],
    *,
    today: datetime.date | None = None,
    legend: Sequence[Key] = (),
    head: str = "",
) -> Chart:
    """Return rows of spans over a line of years; today, if given, is marked by a line."""
    days = [day for row in rows for span in row.spans for day in (span.first, span.last) if day]
    table = ChartTable(
        [head, _("Period"), _("From"), _("To")],
        [cells for row in rows for cells in _cells(row)],
        numbers=False,
    )
    if not days:
        drawn = [_drawn(row, None) for row in rows]
        return Chart(anchor, "timeline", title, description, table, rows=drawn)
    if today:
        days.append(today)
    axis = _Axis(min(days).year, max(days).year + 1)
    return Chart(
        anchor,
        "timeline",
        title,
        description,
        table,
        rows=[_drawn(row, axis) for row in rows],
        ticks=axis.ticks,
        legend=list(legend),
        today=per_cent(axis.at(today)) if today else "",
    )


@dataclass(frozen=True)
class _Axis:
    """From 1 January of the first year up to 1 January of the last."""

    first: int
    last: int

    def at(self, day: datetime.date, days_later: int = 0) -> float:
        """Return the place of the morning of that day, in per cent."""
        start = _morning_of(self.first)
        return 100 * (day.toordinal() + days_later - start) / (_morning_of(self.last) - start)

    @property
    def ticks(self) -> list[Mark]:
        """The years that are named."""
        step = next(step for step in STEPS if (self.last - self.first) / step <= MOST_TICKS)
        first = math.ceil(self.first / step) * step
        return [
            Mark(per_cent(self.at(datetime.date(year, 1, 1))), "", "", str(year))
            for year in range(first, self.last, step)
        ]

    def mark(self, span: Span) -> Mark:
        """Return the bar of a span; at least so wide that one day can be seen."""
        begin = self.at(span.first)
        end = self.at(span.last, days_later=1) if span.last else OPEN_END
        return Mark(
            x=per_cent(begin),
            width=per_cent(max(end - begin, 0.4)),
            css=span.css,
            words=_period(span),
            arrow=span.last is None,
        )


def _morning_of(year: int) -> int:
    """Return the number of 1 January of that year; the year 10000 is no date any more."""
    if year > datetime.MAXYEAR:
        return datetime.date.max.toordinal() + 1
    return datetime.date(year, 1, 1).toordinal()


def _drawn(row: Row, axis: _Axis | None) -> DrawnRow:
    """Return the row with its bars, and in words what they show."""
    words = "; ".join(span.label or _period(span) for span in row.spans)
    if not row.spans or axis is None:
        return DrawnRow(row.label, [], row.css, row.url, note=_("No date recorded"))
    marks = [axis.mark(span) for span in row.spans]
    line = Line(f"{row.label}: " + "; ".join(mark.words for mark in marks), marks)
    return DrawnRow(row.label, [line], row.css, row.url, note=words)


def _cells(row: Row) -> list[list[str]]:
    """Return the rows of the table for one row of the picture."""
    unknown = _("not recorded")
    if not row.spans:
        return [[row.label, "", unknown, unknown]]
    return [
        [row.label, span.label, str(span.first.year), str(span.last.year) if span.last else unknown]
        for span in row.spans
    ]


def _period(span: Span) -> str:
    """Return label and years: "Second plan, 2015–2019"."""
    if span.last is None:
        years = _("from %(year)s, end not recorded") % {"year": span.first.year}
    elif span.first.year == span.last.year:
        years = str(span.first.year)
    else:
        years = f"{span.first.year}–{span.last.year}"
    return f"{span.label}, {years}" if span.label and span.label != years else years
