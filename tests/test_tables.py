import csv
import datetime
import io
import json

import openpyxl
import pytest
import time_machine

from members.partial_dates import PartialDate
from wpsnetwork.tables import Table, csv_response, json_response, safe_cell, xlsx_response

TABLE = Table(
    "members",
    ["Name", "Number", "Day", "Joined", "Themes", "Held"],
    [
        ["Côte d’Ivoire", 3, datetime.date(2026, 3, 1), PartialDate(2017, 9), ["A", "B"], True],
        ["外交部", -2, None, None, [], False],
        ['=HYPERLINK("http://x")', 0.5, datetime.date(1899, 1, 1), None, ["=1+1"], None],
    ],
)


def cells_of_csv(table=TABLE):
    text = csv_response(table).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def sheet_of(table=TABLE):
    return openpyxl.load_workbook(io.BytesIO(xlsx_response(table).content)).active


@pytest.mark.parametrize(
    "text", ["=1+1", "+41 22", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1+1"]
)
def test_a_text_that_a_spreadsheet_would_calculate_is_led_by_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-5, -0.5, 0, 12])
def test_a_number_stays_a_number(value):
    assert safe_cell(value) == value
    assert type(safe_cell(value)) is type(value)


@pytest.mark.parametrize("text", ["Spain", "", "a=b", "3 - 2", "'quoted'"])
def test_any_other_text_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_csv_begins_with_the_mark_that_excel_needs_and_keeps_every_script():
    assert csv_response(TABLE).content.startswith(b"\xef\xbb\xbfName,")
    assert cells_of_csv() == [
        ["Name", "Number", "Day", "Joined", "Themes", "Held"],
        ["Côte d’Ivoire", "3", "2026-03-01", "2017-09", "A; B", "yes"],
        ["外交部", "-2", "", "", "", "no"],
        ['\'=HYPERLINK("http://x")', "0.5", "1899-01-01", "", "'=1+1", ""],
    ]


def test_xlsx_keeps_a_formula_as_the_text_that_it_is():
    sheet = sheet_of()

    assert sheet["A4"].value == '=HYPERLINK("http://x")'
    assert {sheet["A4"].data_type, sheet["E4"].data_type} == {"s"}
    assert sheet["A4"].hyperlink is None
    assert (sheet["B3"].value, sheet["C2"].value) == (-2, datetime.datetime(2026, 3, 1))  # noqa: DTZ001
    assert (sheet["A3"].value, sheet["D2"].value, sheet["E2"].value) == (
        "外交部",
        "2017-09",
        "A; B",
    )


def test_the_first_row_of_the_sheet_stays_in_view():
    assert sheet_of().freeze_panes == "A2"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    value = sheet_of(Table("long", ["Text\x00"], [["a" * 40_000]]))["A2"].value

    assert len(value) == 32_767
    assert value.endswith("a…")


def test_what_xml_cannot_carry_is_left_out_of_the_sheet():
    assert sheet_of(Table("odd", ["Text"], [["a\x00b\x0bc\ufffe"]]))["A2"].value == "abc"


def test_json_is_a_list_of_objects_with_null_where_nothing_is_recorded():
    rows = json.loads(json_response(TABLE).content)

    assert rows[0] == {
        "Name": "Côte d’Ivoire",
        "Number": 3,
        "Day": "2026-03-01",
        "Joined": "2017-09",
        "Themes": ["A", "B"],
        "Held": True,
    }
    assert rows[1]["Day"] is None
    assert rows[2]["Name"] == '=HYPERLINK("http://x")'


@time_machine.travel("2026-03-01T02:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("answer", "ending", "kind"),
    [
        (csv_response, "csv", "text/csv"),
        (xlsx_response, "xlsx", "spreadsheetml"),
        (json_response, "json", "application/json"),
    ],
)
def test_the_file_is_named_after_the_day_in_new_york(answer, ending, kind):
    response = answer(TABLE)

    expected = f'attachment; filename="members-2026-02-28.{ending}"'
    assert response["Content-Disposition"] == expected
    assert kind in response["Content-Type"]


def test_a_table_without_rows_is_still_a_table():
    empty = Table("none", ["Name"], [])

    assert cells_of_csv(empty) == [["Name"]]
    assert sheet_of(empty)["A1"].value == "Name"
    assert json.loads(json_response(empty).content) == []
