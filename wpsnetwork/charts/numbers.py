"""Bars and columns."""

import itertools
import math
from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from wpsnetwork.charts.parts import (
    Chart,
    ChartTable,
    DrawnRow,
    Key,
    Line,
    Mark,
    Number,
    Series,
    per_cent,
)

# A bar leaves the rest of its line to the number behind it.
FULL_BAR = 84.0
# Where columns stand and how far the highest reaches, in per cent of the height of the drawing.
FLOOR = 86.0
HIGHEST = 74.0
# What a phone has room for, in rem.
PHONE = 18.4


def bars(
    anchor: str,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    stacked: bool = False,
    unit: str = "",
    row_css: Sequence[str] = (),
    urls: Sequence[str] = (),
) -> Chart:
    """Return horizontal bars: for each label one bar per series, or one made of all if stacked.

    row_css colours the bars of a label (group-african), urls makes the labels links.
    """
    series = _coloured(series)
    drawn = []
    longest = _longest(series, stacked)
    rows = zip(labels, zip(*(s.values for s in series), strict=True), strict=True)
    for (label, values), css, url in zip(
        rows, _filled(row_css, labels), _filled(urls, labels), strict=True
    ):
        lines = (
            [_stack(series, values, longest, unit)]
            if stacked
            else [_bar(s, value, longest, unit) for s, value in zip(series, values, strict=True)]
        )
        parts = _parts(series, values, unit) if stacked else []
        drawn.append(DrawnRow(str(label), lines, css, url, parts=parts))
    many = len(series) > 1 and not stacked
    table = ChartTable(
        ["", *(_headed(s.label, unit) for s in series)],
        [
            [str(label), *(_said(s.values[at], "") for s in series)]
            for at, label in enumerate(labels)
        ],
    )
    legend = [Key(s.label, s.css) for s in series] if many else []
    return Chart(anchor, "bars", title, description, table, rows=drawn, legend=legend)


def columns(
    anchor: str,
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[Number],
    *,
    unit: str = "",
    css: Sequence[str] = (),
    head: str = "",
) -> Chart:
    """Return vertical columns, one for each label in the given order; head names the labels."""
    highest = max((value or 0 for value in values), default=0) or 1
    slot = 100 / max(len(labels), 1)
    width = min(slot * 0.62, 9.0)
    marks = []
    for at, (label, value, own) in enumerate(
        zip(labels, values, _filled(css, labels), strict=True)
    ):
        height = HIGHEST * (value or 0) / highest
        marks.append(
            Mark(
                x=per_cent(slot * at + (slot - width) / 2),
                width=per_cent(width),
                css=own or "series-1",
                words=str(label),
                y=per_cent(FLOOR - height),
                height=per_cent(height),
                value="–" if value is None else _said(value, ""),
                middle=per_cent(slot * (at + 0.5)),
            )
        )
    table = ChartTable(
        [head, _headed(_("Number"), unit)],
        [[str(label), _said(value, "")] for label, value in zip(labels, values, strict=True)],
    )
    return Chart(
        anchor,
        "columns",
        title,
        description,
        table,
        columns=marks,
        least_width=_least_width(labels),
    )


def _coloured(series: Sequence[Series]) -> list[Series]:
    return [
        s if s.css else Series(s.label, f"series-{at}", s.values)
        for at, s in enumerate(series, start=1)
    ]


def _longest(series: Sequence[Series], stacked: bool) -> float:
    """Return the value that fills a line; never nought."""
    if stacked:
        sums = (
            sum(value or 0 for value in row)
            for row in zip(*(s.values for s in series), strict=True)
        )
        return max(sums, default=0) or 1
    return max((value or 0 for s in series for value in s.values), default=0) or 1


def _bar(series: Series, value: Number, longest: float, unit: str) -> Line:
    said = _said(value, unit)
    length = FULL_BAR * (value or 0) / longest
    mark = Mark("0%", per_cent(length), series.css, said)
    return Line(f"{series.label}: {said}", [mark], _printed(value, unit), per_cent(length))


def _stack(series: Sequence[Series], values: Sequence[Number], longest: float, unit: str) -> Line:
    """Return one bar made of all; its number is the sum."""
    lengths = [FULL_BAR * (value or 0) / longest for value in values]
    starts = itertools.accumulate([0.0, *lengths[:-1]])
    marks = [
        Mark(per_cent(start), per_cent(length), s.css, f"{s.label}: {_said(value, unit)}")
        for s, value, start, length in zip(series, values, starts, lengths, strict=True)
        if value
    ]
    words = "; ".join(mark.words for mark in marks) or _("none")
    total = sum(value or 0 for value in values)
    return Line(words, marks, _printed(total, unit), per_cent(sum(lengths)))


def _parts(series: Sequence[Series], values: Sequence[Number], unit: str) -> list[Key]:
    """Return the words under a stacked bar: "12 in force"."""
    return [
        Key(f"{_printed(value, unit)} {s.label}", s.css)
        for s, value in zip(series, values, strict=True)
        if value
    ]


def _said(value: Number, unit: str) -> str:
    """Return the value with its unit, or that it is not recorded."""
    if value is None:
        return _("not recorded")
    return f"{number_format(value)} {unit}".strip()


def _printed(value: Number, unit: str) -> str:
    """Return the value as it stands at a bar, where only a short unit has room."""
    return _said(value, unit if unit == "%" else "")


def _headed(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else str(label)


def _filled(given: Sequence[str], labels: Sequence[str]) -> Sequence[str]:
    return given or [""] * len(labels)


def _least_width(labels: Sequence[str]) -> int:
    """Return the width in rem, in steps of 12 from 24 to 72, that the names need; 0 if little."""
    needed = len(labels) * (max((len(str(label)) for label in labels), default=0) * 0.4 + 0.5)
    if needed <= PHONE:
        return 0
    return min(72, max(24, math.ceil(needed / 12) * 12))
