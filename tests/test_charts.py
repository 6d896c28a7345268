"""Pictures: lengths are right, words say what the shapes show, and the table says it again."""

import datetime

from django.template.loader import render_to_string
from django.utils import translation

from wpsnetwork.charts import Key, Row, Series, Span, bars, columns, timeline

DAY = datetime.date


def html(chart):
    return render_to_string("components/chart.html", {"chart": chart})


def test_the_longest_bar_leaves_room_for_its_number_and_the_others_are_in_proportion():
    chart = bars("b", "T", "D", ["One", "Two"], [Series("Members", "", [10, 5])])
    assert [row.lines[0].marks[0].width for row in chart.rows] == ["84.00%", "42.00%"]
    assert [row.lines[0].value for row in chart.rows] == ["10", "5"]
    assert chart.table.rows == [["One", "10"], ["Two", "5"]]


def test_series_stand_under_each_other_with_a_legend_in_words():
    two = [Series("Members", "", [1]), Series("States", "", [4])]
    chart = bars("b", "T", "D", ["One"], two, row_css=["group-african"], urls=["/there/"])
    assert chart.legend == [Key("Members", "series-1"), Key("States", "series-2")]
    page = html(chart)
    assert "<title>Members: 1</title>" in page
    assert 'class="chart-row group-african"' in page
    assert '<a href="/there/">One</a>' in page


def test_a_stack_begins_where_the_one_before_ends_and_says_its_parts():
    chart = bars(
        "b",
        "T",
        "D",
        ["One", "None"],
        [Series("in force", "state-in-force", [3, 0]), Series("expired", "state-expired", [1, 0])],
        stacked=True,
    )
    first, second = chart.rows[0].lines[0].marks
    assert (first.x, first.width, second.x, second.width) == ("0.00%", "63.00%", "63.00%", "21.00%")
    assert chart.rows[0].lines[0].value == "4"
    assert [part.label for part in chart.rows[0].parts] == ["3 in force", "1 expired"]
    assert chart.rows[1].lines[0].words == "none"


def test_what_is_unknown_has_no_bar_and_is_said_in_words():
    chart = bars("b", "T", "D", ["One"], [Series("Months", "", [None])], unit="months")
    assert chart.rows[0].lines[0].value == "not recorded"
    assert chart.table.head == ["", "Months (months)"]
    assert chart.table.rows == [["One", "not recorded"]]


def test_columns_stand_on_the_floor_and_the_highest_ends_below_the_top():
    chart = columns("c", "T", "D", ["2016", "2017", "2018"], [10, 5, None], head="Year")
    assert [(mark.y, mark.height) for mark in chart.columns] == [
        ("12.00%", "74.00%"),
        ("49.00%", "37.00%"),
        ("86.00%", "0.00%"),
    ]
    assert "2016: 10; 2017: 5; 2018: –</desc>" in html(chart)
    assert chart.table.rows == [["2016", "10"], ["2017", "5"], ["2018", "not recorded"]]


def test_many_columns_scroll_in_a_box_that_the_keyboard_reaches():
    years = [str(year) for year in range(2005, 2027)]
    chart = columns("c", "T", "D", years, [1] * len(years))
    assert chart.least_width == 48
    assert 'tabindex="0"' in html(chart).split("<svg")[0]
    assert 'tabindex="0"' not in html(columns("c", "T", "D", ["2016"], [1])).split("<svg")[0]


def test_spans_stand_over_the_years_and_an_open_end_is_an_arrow():
    rows = [
        Row("Spain", [Span(DAY(2017, 1, 1), DAY(2017, 12, 31), "2017")]),
        Row("Open", [Span(DAY(2018, 1, 1), None, "A plan")]),
        Row("Unknown", []),
    ]
    chart = timeline("t", "T", "D", rows, head="Member", today=DAY(2020, 7, 2))
    spain, opened, unknown = chart.rows
    assert [tick.words for tick in chart.ticks] == ["2017", "2018", "2019", "2020"]
    assert spain.lines[0].marks[0].width == chart.ticks[1].x == "24.98%"
    assert opened.lines[0].marks[0].arrow
    assert opened.lines[0].words == "Open: A plan, from 2018, end not recorded"
    assert (unknown.lines, unknown.note) == ([], "No date recorded")
    assert chart.table.rows == [
        ["Spain", "2017", "2017", "2017"],
        ["Open", "A plan", "2018", "not recorded"],
        ["Unknown", "", "not recorded", "not recorded"],
    ]
    assert html(chart).count('class="chart-today"') == 2


def test_a_time_line_without_any_date_is_words_only():
    chart = timeline("t", "T", "D", [Row("Unknown", [])])
    assert "No date recorded" in html(chart)
    assert "<svg" not in html(chart)


def test_a_long_time_names_few_years():
    chart = timeline("t", "T", "D", [Row("A", [Span(DAY(2000, 1, 1), DAY(2030, 1, 1), "")])])
    assert [tick.words for tick in chart.ticks] == [
        "2000",
        "2005",
        "2010",
        "2015",
        "2020",
        "2025",
        "2030",
    ]


def test_nothing_to_draw_is_said_in_a_sentence():
    for chart in (
        bars("e", "T", "D", [], [Series("A", "", [])]),
        columns("e", "T", "D", [], []),
        timeline("e", "T", "D", []),
    ):
        assert chart.empty
        assert "Nothing is recorded yet" in html(chart)
        assert "<svg" not in html(chart)


def test_nought_is_a_number_and_divides_nothing():
    chart = bars("b", "T", "D", ["One"], [Series("A", "", [0])])
    assert (chart.rows[0].lines[0].value, chart.rows[0].lines[0].marks[0].width) == ("0", "0.00%")
    assert columns("c", "T", "D", ["2016"], [0]).columns[0].height == "0.00%"


def test_lengths_keep_their_point_in_every_language_and_names_are_escaped():
    with translation.override("de"):
        page = html(bars("b", "T", "D", ["<b>"], [Series("A", "", [1.5])]))
    assert 'width="84.00%"' in page
    assert "&lt;b&gt;" in page
    assert "style=" not in page


def test_each_picture_has_its_table_with_a_caption_and_heads():
    page = html(bars("b", "Members", "D", ["One"], [Series("A", "", [1])]))
    assert '<caption id="b-caption">Members</caption>' in page
    assert '<th scope="row">One</th>' in page
    assert '<th scope="col" class="number">A</th>' in page
    assert 'aria-labelledby="b-title"' in page
