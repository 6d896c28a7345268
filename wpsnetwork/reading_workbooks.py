"""Reads the one sheet of an XLSX file as text, after a look at what is packed in it."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _

LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes, all parts together
MOST_PARTS = 1000
MOST_COLUMNS = 100  # columns after these are not looked at
LAST_ROW = 1_048_576  # of the format
IN_QUOTES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class UnreadableTableError(Exception):
    """The file as a whole cannot be read; `sentences` say why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class FormulaCell(str):
    """A cell that holds something to calculate; `reason` says what to do about it."""

    reason: str

    def __new__(cls, text: str, reason: str) -> "FormulaCell":
        cell = super().__new__(cls, text)
        cell.reason = reason
        return cell


def workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the first row, and all that hold anything, with their numbers.

    Dates come in ISO 8601, as far as they are shown. Raises UnreadableTableError where the file is
    no workbook, holds macros or more than one sheet, or unpacks to more than LARGEST_UNPACKED.
    """
    _look_inside(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = book.worksheets
        if len(sheets) == 1:
            yield from _rows(sheets[0])
    # Whatever a damaged part makes of itself: openpyxl raises errors of many kinds.
    except Exception as error:
        raise _damaged() from error
    if not sheets:
        raise _damaged()
    if len(sheets) > 1:
        raise UnreadableTableError(
            [_("The workbook has more than one sheet. Delete all but the one to import.")]
        )


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    blank: Any = None
    every = sheet.iter_rows(min_row=1, max_row=LAST_ROW, min_col=1, max_col=MOST_COLUMNS)
    for number, row in enumerate(every, 1):
        # A gap of rows comes as one and the same row, up to a million times.
        if row is blank:
            continue
        texts = [_text(cell) for cell in row]
        blank = blank if any(texts) else row
        if number == 1 or any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """Return what the cell says; what would have to be calculated is a FormulaCell."""
    value, kind = cell.value, cell.data_type
    if value is None:
        return ""
    if kind == "f":
        return FormulaCell(
            "=", _("This is a formula. Put its result there: copy, then paste the values only.")
        )
    if kind == "e":
        return FormulaCell("#", _("The spreadsheet shows an error in this cell."))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return _day(value, cell.number_format)
    # So does a program write the carriage return of a line's end.
    return str(value).replace("_x000D_", "").strip()


def _day(moment: datetime.datetime, shape: str) -> str:
    """Return the date as far as the cell shows it: Excel makes of "2019-05" the first of May."""
    if moment.time() != datetime.time():
        return moment.isoformat(" ")
    shown = IN_QUOTES.sub("", shape.split(";")[0]).lower()
    if "d" in shown:
        return moment.date().isoformat()
    return f"{moment:%Y-%m}" if "m" in shown else f"{moment:%Y}"


def _look_inside(content: bytes) -> None:
    """Refuse what is packed wrongly, unpacks to too much, or is more than cells of text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_parts(parts)
    except UnreadableTableError:
        raise
    # zipfile raises errors of many kinds for a damaged archive, and lets those of zlib through.
    except Exception as error:
        raise _damaged() from error


def _check_parts(parts: zipfile.ZipFile) -> None:
    listed = parts.infolist()
    if "xl/workbook.xml" not in parts.namelist():
        raise UnreadableTableError([_("The file is no XLSX workbook. Save it as XLSX or CSV.")])
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
        raise UnreadableTableError([_("The workbook unpacks to more than 20 MB. Split the table.")])
    if any("vbaproject" in part.filename.lower() for part in listed):
        raise UnreadableTableError([_("The workbook holds macros. Save it as XLSX without them.")])
    for part in listed:
        _check_xml(parts.read(part), must_be=part.filename.lower().endswith((".xml", ".rels")))


def _check_xml(content: bytes, must_be: bool) -> None:
    """Refuse a part that declares a document type, and with it entities of its own.

    It is parsed and not searched, since the same words can be written in many encodings. A part
    that is no XML, as a picture, passes unless it must be.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        if must_be:
            raise _damaged() from error


def _refuse_doctype(*args: Any) -> None:
    raise UnreadableTableError(
        [_("The workbook declares a document type, which no spreadsheet does. Save it anew.")]
    )


def _damaged() -> UnreadableTableError:
    return UnreadableTableError([_("The workbook is damaged or has a password. Save it anew.")])
