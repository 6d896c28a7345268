"""The style sheets: right to left by construction, no other host, colours that can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))
TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
PHYSICAL = re.compile(
    r"""(?x)
    (?<![\w-])(?:
      (?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)
      | border-(?:top|bottom)-(?:left|right)-radius
      | (?:left|right|top|bottom|float|clear)
    )(?:-\w+)*\s*:
    | :\s*[^;{}]*\b(?:left|right)\b[^;{}]*;
    """
)
FOUR_VALUES = re.compile(
    r"(?:margin|padding|inset|border-width)\s*:\s*([^;{}()]+)\s+([^;{}()\s]+)"
    r"\s+([^;{}()\s]+)\s+([^;{}()\s]+);"
)


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def colour(name, scheme):
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\);", TOKENS)
    assert found, name
    return found[1 if scheme == "light" else 2]


def luminance(hexadecimal):
    channels = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_five_sheets_are_there():
    names = {sheet.stem for sheet in SHEETS}
    assert {"tokens", "base", "layout", "components", "print"} <= names


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheets_use_logical_properties_only(sheet):
    assert PHYSICAL.findall(without_comments(sheet.read_text())) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_shorthands_treat_both_ends_of_a_line_alike(sheet):
    uneven = [m for m in FOUR_VALUES.findall(without_comments(sheet.read_text())) if m[1] != m[3]]
    assert uneven == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheets_ask_no_other_host(sheet):
    text = without_comments(sheet.read_text())
    assert not re.search(r"@import|https?://|url\(\s*[\"']?//|@font-face", text)


@pytest.mark.parametrize(
    "text", ["a { margin-left: 1px; }", "a { float: right; }", "a { top: 0; }"]
)
def test_the_test_of_physical_properties_finds_them(text):
    assert PHYSICAL.search(text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "blue", "blue-hover", "good", "warn", "bad"])
def test_text_can_be_read_on_every_ground(text, ground, scheme):
    assert contrast(colour(text, scheme), colour(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-blue", "blue"),
        ("on-blue", "blue-hover"),
        ("on-deep", "deep"),
        ("on-deep-soft", "deep"),
        ("deep", "on-deep"),
        ("deep", "on-deep-soft"),
        ("blue", "blue-wash"),
        ("blue-hover", "blue-wash"),
        ("ink", "blue-wash"),
        ("ink-soft", "blue-wash"),
        ("good", "good-wash"),
        ("ink", "good-wash"),
        ("warn", "warn-wash"),
        ("ink", "warn-wash"),
        ("ink-soft", "warn-wash"),
        ("blue", "warn-wash"),
        ("bad", "bad-wash"),
        ("ink", "bad-wash"),
    ],
)
def test_text_can_be_read_on_its_coloured_ground(text, ground, scheme):
    assert contrast(colour(text, scheme), colour(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
@pytest.mark.parametrize(
    "mark",
    [
        "line-strong",
        "focus",
        "group-african",
        "group-asia-pacific",
        "group-eastern-european",
        "group-grulac",
        "group-weog",
        "group-organizations",
    ],
)
def test_marks_and_edges_can_be_seen(mark, ground, scheme):
    assert contrast(colour(mark, scheme), colour(ground, scheme)) >= 3
