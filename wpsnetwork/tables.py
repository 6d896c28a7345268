"""The only door for tables that leave the portal: CSV, XLSX and JSON of the same rows.

What stands in a cell was typed by somebody and opens in somebody else's spreadsheet, so no text may
become a formula there: in CSV such text is led by an apostrophe, in XLSX a text is stored as text.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

# With one of these at its start a text is read as a formula; spreadsheets skip blanks before it and
# some read the wide forms alike.
FORMULA_START = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")  # noqa: RUF001
# What XML cannot carry, so that no spreadsheet would open the file.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767  # characters; the format has no room for more
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_DAY_OF_XLSX = datetime.date(1900, 1, 1)


@dataclass(frozen=True)
class Table:
    """Columns and rows, each row as long as the columns; the name becomes the file's name.

    A cell is a text, a number, a day, a partial date, a bool, a list of texts, or None where none
    is recorded.
    """

    name: str
    columns: list[str]
    rows: list[list[Any]]


def safe_cell(value: Any) -> Any:
    """Return the value as CSV may carry it: a text that looks like a formula after an apostrophe.

    A number stays a number, also a negative one.
    """
    plain = _plain(value)
    if isinstance(plain, str) and FORMULA_START.match(plain):
        return f"'{plain}"
    return plain


def csv_response(table: Table) -> HttpResponse:
    """Return the table as CSV in UTF-8, led by a byte order mark.

    Without the mark Excel reads the file in the code page of the machine and spoils every accent.
    """
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerows([safe_cell(cell) for cell in row] for row in [table.columns, *table.rows])
    return _as_file(response, table, "csv")


def xlsx_response(table: Table) -> HttpResponse:
    """Return the table as a workbook with one sheet, whose first row stays in view."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", table.name)[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, _storable(title), bold)
    for row, cells in enumerate(table.rows, start=1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, day)
    sheet.freeze_panes(1, 0)
    sheet.autofit(300)  # pixels at most
    book.close()
    return _as_file(HttpResponse(file.getvalue(), content_type=XLSX), table, "xlsx")


def json_response(table: Table) -> HttpResponse:
    """Return the table as a JSON list with one object for each row."""
    rows = [
        {
            title: cell if isinstance(cell, bool | list) else _plain(cell, nothing=None)
            for title, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
    response = JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False})
    return _as_file(response, table, "json")


RESPONSES: dict[str, Callable[[Table], HttpResponse]] = {
    "csv": csv_response,
    "xlsx": xlsx_response,
    "json": json_response,
}


def _plain(value: Any, nothing: Any = "") -> Any:
    """Return a number as it is, all else as text: dates in ISO 8601 as far as they are known."""
    if value is None:
        return nothing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(getattr(value, "iso", value))


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    """Write one cell; the kind of the value decides, never the look of a text."""
    plain = _plain(value)
    if isinstance(plain, int | float | Decimal):
        sheet.write_number(row, column, plain)
    elif type(value) is datetime.date and value >= FIRST_DAY_OF_XLSX:
        sheet.write_datetime(row, column, value, day)
    elif plain:
        sheet.write_string(row, column, _storable(plain))


def _storable(text: str) -> str:
    """Return the text without what the format cannot hold; a cut is marked by an ellipsis."""
    clean = CONTROL.sub("", text)
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - 1] + "…"


def _as_file(response: HttpResponse, table: Table, ending: str) -> HttpResponse:
    """Name the file after the table and today, the day in New York."""
    name = f"{table.name}-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
