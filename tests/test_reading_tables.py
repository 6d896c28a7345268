"""Tables on their way in: what tables.py wrote comes back, and what is no table is told so."""

import contextlib
import csv
import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.partial_dates import PartialDate
from wpsnetwork.reading_tables import LARGEST_FILE, MOST_ROWS, read_table, tidy
from wpsnetwork.reading_workbooks import LARGEST_UNPACKED, MOST_COLUMNS, UnreadableTableError
from wpsnetwork.tables import Table, csv_response, xlsx_response

KNOWN = ["code", "adopted on", "note"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def rows(content, known=KNOWN):
    return [row.cells for row in read_table(content, known).rows]


def workbook(*lines, change=None):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content, name, words):
    """The same archive with one part more, or another in its place."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, words)
    return file.getvalue()


def sentences(content, known=KNOWN):
    with pytest.raises(UnreadableTableError) as caught:
        read_table(content, known)
    return caught.value.sentences


@pytest.mark.parametrize("write", [csv_response, xlsx_response])
def test_what_the_portal_writes_comes_back_as_it_was(write):
    table = Table(
        "t",
        KNOWN,
        [
            ["CIV", PartialDate(2019, 5), "Côte d’Ivoire, 外交部; وزارة الخارجية"],
            ["NAM", PartialDate(2019), '=HYPERLINK("http://x")'],
            ["ESP", datetime.date(2019, 5, 31), '+41 22\nline two, “quoted” "twice"'],
            ["DEU", None, "'quoted'"],
        ],
    )

    assert rows(write(table).content) == [
        {"code": "CIV", "adopted on": "2019-05", "note": "Côte d’Ivoire, 外交部; وزارة الخارجية"},
        {"code": "NAM", "adopted on": "2019", "note": '=HYPERLINK("http://x")'},
        {
            "code": "ESP",
            "adopted on": "2019-05-31",
            "note": '+41 22\nline two, “quoted” "twice"',
        },
        {"code": "DEU", "adopted on": "", "note": "'quoted'"},
    ]


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_any_text_comes_back_from_csv(text):
    wanted = tidy(text)
    read = rows(csv_response(Table("t", ["code", "note"], [["x", wanted]])).content)[0]["note"]

    # Only one led by an apostrophe of its own before a formula is told apart from it no more.
    assert read == wanted or f"'{read}" == wanted


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_delimiter_is_found_by_the_known_headings(delimiter, mark):
    lines = [["Code", " ADOPTED  on ", "note"], ["NAM", "2019", "a, b; c"]]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(lines)

    assert rows((mark + file.getvalue()).encode()) == [
        {"code": "NAM", "adopted on": "2019", "note": "a, b; c"}
    ]


@pytest.mark.parametrize(
    "make", [lambda lines: "\n".join(map(",".join, lines)).encode(), lambda ls: workbook(*ls)]
)
def test_rows_are_counted_as_a_spreadsheet_does_with_the_empty_ones(make):
    read = read_table(make([["code", "note"], ["NAM", "a"], ["", ""], ["ESP", "b"]]), KNOWN)

    assert [row.number for row in read.rows] == [2, 4]


def test_a_cell_left_out_is_empty_and_one_without_a_heading_is_a_problem():
    read = read_table(b"code,,note\nNAM\nESP,,b,more\nDEU,astray,\n", KNOWN)

    assert [row["note"] for row in read.rows] == ["", "b", ""]
    assert [(one.row, one.column) for one in read.problems] == [(3, "D"), (4, "B")]
    assert "“astray”" in read.problems[1].text


def test_control_characters_are_left_out():
    assert rows(b"code,note\nNAM,a\x00b\x0bc\n") == [{"code": "NAM", "note": "abc"}]


def test_unknown_and_doubled_headings_are_named_together_with_the_known_ones():
    first, second = sentences(b"code,Ministery,note,Note\nNAM,,,\n")

    assert "Ministery" in first
    assert "code, adopted on, note" in first
    assert "note" in second


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no headings"),
        (b"\ncode\nNAM\n", "no headings"),
        (b"code,note\n,\n", "no row below"),
        ("code\nCôte\n".encode("latin-1"), "UTF-8"),
        (b'code,note\nNAM,a\nESP,"never closed\nDEU,b\n', "Row 3"),
        (b"code,note\nNAM," + b"a" * 140_000, "Row 2"),
        (b'"code,note', "Row 1"),
        (b"code\n" + b"NAM\n" * (MOST_ROWS + 1), "2,000 rows"),
        (b"code\n" + b" " * LARGEST_FILE, "5 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Excel"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"%PDF-1.7 \x00\xff\xfe", "UTF-8"),
    ],
)
def test_what_is_no_table_is_told_so(content, words):
    assert words in " ".join(sentences(content))


def test_as_many_rows_as_are_allowed_are_read():
    assert len(rows(b"code\n" + b"NAM\n" * MOST_ROWS)) == MOST_ROWS


def test_a_workbook_gives_numbers_and_dates_as_they_are_meant():
    def shapes(book):
        for row, shape in enumerate(["yyyy-mm-dd", "mmm-yy", '"since" yyyy'], 2):
            book.active.cell(row, 2, datetime.datetime(2019, 5, 1)).number_format = shape  # noqa: DTZ001
        book.active.cell(5, 2, datetime.datetime(2019, 5, 1, 13, 30))  # noqa: DTZ001

    content = workbook(
        ["code", "adopted on", "note"],
        ["a", None, 2019],
        ["b", None, 2019.0],
        ["c", None, 0.5],
        ["d", None, True],
        change=shapes,
    )

    read = rows(content)
    assert [row["note"] for row in read] == ["2019", "2019", "0.5", "yes"]
    assert [row["adopted on"] for row in read] == [
        "2019-05-01",
        "2019-05",
        "2019",
        "2019-05-01 13:30:00",
    ]


def test_a_formula_and_an_error_of_a_workbook_are_problems_by_row_and_column():
    content = workbook(
        ["code", "note"],
        ["NAM", "=1+1"],
        ["ESP", '=HYPERLINK("http://x")'],
        ["DEU", "#REF!"],
    )

    read = read_table(content, KNOWN)
    assert [(one.row, one.column) for one in read.problems] == [
        (2, "note"),
        (3, "note"),
        (4, "note"),
    ]
    assert "formula" in read.problems[0].text
    assert [row["note"] for row in read.rows] == ["", "", ""]


def only_a_chart(book):
    book.create_chartsheet()
    book.remove(book.worksheets[0])


PLAIN = workbook(["code"], ["NAM"])
ENTITIES = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (with_part(PLAIN, "xl/vbaProject.bin", b"macros"), "macros"),
        (with_part(PLAIN, "xl/sharedStrings.xml", ENTITIES.format("utf-8")), "document type"),
        (
            with_part(PLAIN, "xl/other.bin", ENTITIES.format("utf-16").encode("utf-16")),
            "document type",
        ),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b"<worksheet>"), "damaged"),
        (with_part(PLAIN, "xl/media/a.bin", b" " * (LARGEST_UNPACKED + 1)), "20 MB"),
        (workbook(["code"], ["NAM"], change=lambda book: book.create_sheet("two")), "one sheet"),
        (workbook(change=only_a_chart), "damaged"),
        (PLAIN[: len(PLAIN) // 2], "damaged"),
        (with_part(PLAIN, "xl/workbook.xml", b"<other/>"), "damaged"),
    ],
    ids=[
        "macros",
        "entities",
        "in-utf-16",
        "xml",
        "bomb",
        "sheets",
        "no-sheet",
        "cut",
        "no-workbook",
    ],
)
def test_a_workbook_that_is_more_than_cells_of_text_is_refused(content, words):
    assert words in " ".join(sentences(content))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused_in_words(place, byte):
    damaged = bytearray(PLAIN)
    damaged[place] = byte
    with contextlib.suppress(UnreadableTableError):
        assert rows(bytes(damaged), ["code"]) == [{"code": "NAM"}]


def test_a_zip_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("readme.txt", "code\nNAM\n")

    assert "no XLSX workbook" in sentences(file.getvalue())[0]


def test_a_workbook_with_a_password_is_refused_in_words():
    content = bytearray(PLAIN)
    # The flag of an encrypted part, in the list at the end of the archive.
    start = content.rindex(b"PK\x01\x02")
    content[start + 8] |= 1

    assert "password" in sentences(bytes(content))[0]


def test_a_picture_in_the_workbook_does_not_hinder():
    assert rows(with_part(PLAIN, "xl/media/image1.png", b"\x89PNG\r\n\x1a\n")) == [{"code": "NAM"}]


def test_a_row_at_the_end_of_the_format_is_found_without_waiting():
    content = workbook(["code"], change=lambda book: book.active.cell(1_048_576, 1, "NAM"))

    assert [row.number for row in read_table(content, KNOWN).rows] == [1_048_576]


def test_columns_are_looked_at_as_far_as_in_a_workbook():
    head, row = (",".join([first, *[""] * (MOST_COLUMNS - 1), "more"]) for first in ("name", "x"))
    read = read_table(f"{head}\n{row}\n".encode(), ["name"])
    assert ([row.cells for row in read.rows], read.problems) == ([{"name": "x"}], [])
