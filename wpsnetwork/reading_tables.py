"""The only door for tables that come into the portal: CSV and XLSX, read alike, nothing executed.

It knows nothing of what the columns mean. What wpsnetwork/tables.py writes comes back as it was.
"""

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from wpsnetwork.reading_workbooks import (
    MOST_COLUMNS,
    FormulaCell,
    UnreadableTableError,
    workbook_rows,
)
from wpsnetwork.tables import CONTROL, FORMULA_START

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_ROWS = 2000
DELIMITERS = (",", ";", "\t")
# What begins an older Excel file, and any workbook with a password.
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Problem:
    """What is wrong in one place of the file; `row` counts as the spreadsheet does, from 1."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class Row:
    """One row below the headings: what stands under each heading, "" where nothing does."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(frozen=True)
class TableRead:
    """The rows that hold anything, the headings that the file has, and what could not be read."""

    headings: list[str]
    rows: list[Row]
    problems: list[Problem] = field(default_factory=list)


def read_table(content: bytes, known: Collection[str]) -> TableRead:
    """Return the table under the known headings, which stand in its first row in any order.

    Raises UnreadableTableError, with all that is wrong in sentences, where the file is none of
    ours: too large, no table, other headings.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableTableError([_("The file is larger than 5 MB. Split the table.")])
    raw = _raw_rows(content, known)
    columns = _headings(next(raw, (1, []))[1], known)
    read = TableRead([heading for heading in columns if heading], [])
    for number, cells in raw:
        if any(cells):
            read.rows.append(_row(number, cells, columns, read.problems))
        if len(read.rows) > MOST_ROWS:
            raise UnreadableTableError(
                [_("The table has more than 2,000 rows. Split it, and import one after the other.")]
            )
    if not read.rows:
        raise UnreadableTableError([_("There is no row below the headings.")])
    return read


def tidy(text: str) -> str:
    """Return the text as a table can carry it: line ends alike, no control characters."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _raw_rows(content: bytes, known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """Return the rows with their numbers. The content decides what kind of file it is."""
    if content.startswith(b"PK"):
        return workbook_rows(content)
    if content.startswith(OLE):
        raise UnreadableTableError(
            [_("This is an older Excel file, or one with a password. Save it as XLSX or CSV.")]
        )
    return _csv_rows(content, known)


def _csv_rows(content: bytes, known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is neither XLSX nor CSV in UTF-8. Save it as “CSV UTF-8”.")
        raise UnreadableTableError([sentence]) from error
    delimiter = max(DELIMITERS, key=lambda sign: _known_in_first_row(text, sign, known))
    number = 0
    try:
        # Strict, since a quotation mark that is never closed would swallow the rows after it.
        for number, cells in enumerate(_reader(text, delimiter), 1):
            # As in a workbook, columns after so many are not looked at.
            yield number, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        sentence = _(
            "Row %(row)s cannot be read. A quotation mark is wrong in it or after it, or a cell "
            "is too long."
        )
        raise UnreadableTableError([sentence % {"row": number + 1}]) from error


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _known_in_first_row(text: str, delimiter: str, known: Collection[str]) -> int:
    try:
        first = next(_reader(text, delimiter), [])
    except csv.Error:
        return 0
    return len({_key(cell) for cell in first} & {_key(heading) for heading in known})


def _key(heading: str) -> str:
    """Return the heading as it is compared: without regard to case and spaces."""
    return " ".join(unicodedata.normalize("NFKC", heading).split()).casefold()


def _headings(cells: list[str], known: Collection[str]) -> list[str]:
    """Return the known heading of each column, "" for a column without one."""
    names = {_key(heading): heading for heading in known}
    sentences = []
    unknown = [cell for cell in cells if cell and _key(cell) not in names]
    if unknown:
        sentences.append(
            _("These headings are not known: %(unknown)s. Known are: %(known)s.")
            % {"unknown": ", ".join(map(shortened, unknown[:20])), "known": ", ".join(known)}
        )
    found = [names.get(_key(cell), "") for cell in cells]
    twice = sorted({heading for heading in found if heading and found.count(heading) > 1})
    if twice:
        sentences.append(
            _("These headings stand there more than once: %(twice)s.") % {"twice": ", ".join(twice)}
        )
    if not any(cells):
        sentences.append(
            _("The first row holds no headings. Known are: %(known)s.")
            % {"known": ", ".join(known)}
        )
    if sentences:
        raise UnreadableTableError(sentences)
    return found


def shortened(text: str) -> str:
    """Return enough of the text to find the cell again."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _row(number: int, cells: list[str], columns: list[str], problems: list[Problem]) -> Row:
    """Return the row; what cannot be read in it is added to the problems and left empty."""
    row = Row(number, {})
    for position, cell in enumerate(cells):
        heading = columns[position] if position < len(columns) else ""
        if isinstance(cell, FormulaCell):
            problems.append(Problem(number, heading or _letter(position), cell.reason))
        elif not heading and cell:
            text = _("“%(words)s” stands in a column without a heading.")
            problems.append(Problem(number, _letter(position), text % {"words": shortened(cell)}))
        elif heading:
            row.cells[heading] = _without_apostrophe(tidy(cell))
    return row


def _letter(position: int) -> str:
    """Return what the spreadsheet calls the column."""
    return str(get_column_letter(position + 1))


def _without_apostrophe(text: str) -> str:
    """Take off the apostrophe that tables.py sets before what looks like a formula."""
    if text.startswith("'") and FORMULA_START.match(text[1:]):
        return text[1:].strip()
    return text
