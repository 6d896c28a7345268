"""The PDF of a letter by its own coordinates (docs/domain.md, format of the UN document)."""

from itertools import pairwise

import pytest
from django.core.management import call_command

from tests import letters
from tests.letters import (
    BOLD,
    FOOT,
    INCH,
    JOINT_SYMBOL,
    LEFT,
    MARKS,
    REGULAR,
    RIGHT,
    TEXT_LEFT,
    TEXT_RIGHT,
    body,
    fonts,
    lines,
    phrase,
    rules,
    signatures,
    sizes,
)
from wpsnetwork.pdf import render_pdf

near = pytest.approx


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return letters.make_all()


@pytest.fixture(scope="module")
def pages(made):
    return {name: letters.open_pages(data).pages for name, (_, data) in made.items()}


# Page and masthead --------------------------------------------------------------------------------
@pytest.mark.parametrize("name", MARKS)
def test_pages_are_us_letter(pages, name):
    assert {(page.width, page.height) for page in pages[name]} == {(612, 792)}


def test_masthead_stands_between_its_rules(pages):
    page = pages["circulated"][0]
    thin, heavy = rules(page)
    assert (thin["x0"], thin["x1"]) == near((LEFT, RIGHT), abs=0.5)
    assert (heavy["x0"], heavy["x1"]) == near((LEFT, RIGHT), abs=0.5)
    assert (thin["height"], heavy["height"]) == near((0.5, 2.25), abs=0.1)
    assert phrase(page, "United Nations", bottom=150).base < thin["top"]
    for words in ("Distr.: General", "9 March 2018", "Original: English"):
        assert thin["bottom"] < phrase(page, words).base < heavy["top"]
    assert phrase(page, "Seventy-second session").base > heavy["bottom"]


def test_united_nations_is_at_the_left_and_the_symbol_at_the_right(pages):
    page = pages["circulated"][0]
    name, symbol = phrase(page, "United Nations", bottom=150), phrase(page, JOINT_SYMBOL)
    assert (name.x0, symbol.x1) == near((LEFT, RIGHT), abs=1)
    assert name.base == near(symbol.base, abs=3)


def test_a_and_s_of_the_symbol_are_large(pages):
    symbol = phrase(pages["circulated"][0], JOINT_SYMBOL).chars
    assert [char["text"] for char in symbol if char["size"] > 15] == ["A", "S"]
    assert sizes(char for char in symbol if char["text"] not in "AS") == {10}


def test_the_organs_are_large_and_bold_one_over_the_other(pages):
    page = pages["circulated"][0]
    thin, heavy = rules(page)
    large = [
        each
        for each in lines(page, thin["top"], heavy["top"])
        if min(char["size"] for char in each.chars) > 15
    ]
    assert [each.text for each in large] == ["General Assembly", "Security Council"]
    assert all(each.is_bold for each in large)
    assert [each.x0 for each in large] == near([LEFT] * 2, abs=1)


def test_distribution_date_and_original_stand_at_the_right(pages):
    page = pages["circulated"][0]
    starts = [phrase(page, w).x0 for w in ("Distr.: General", "9 March 2018", "Original: E")]
    assert starts == near([starts[0]] * 3, abs=0.5)
    assert starts[0] > 612 / 2 + INCH


def test_session_lines_stand_in_two_columns(pages):
    page = pages["as_transmitted"][0]
    below = lines(page, rules(page)[-1]["top"], 3.4 * INCH)
    left = [each.text for each in below if each.x0 == near(LEFT, abs=1)]
    right = [each.text for each in below if each.x0 == near(306, abs=1)]
    agenda = ["Agenda item 65", "Peacebuilding and sustaining peace"]
    assert left == ["General Assembly", "Seventy-second session", *agenda]
    assert right == ["Security Council", "Seventy-second year"]
    assert len(below) == 6
    assert all(each.is_bold for each in below)


def test_without_symbol_nothing_stands_in_its_places(pages):
    text = "".join(char["text"] for page in pages["as_transmitted"] for char in page.chars)
    assert "Nations" in text
    assert "A/" not in text
    assert "S/" not in text
    for page in pages["as_transmitted"][1:]:
        assert len(lines(page, 0, 1.2 * INCH)) == 1  # the mark


@pytest.mark.parametrize("name", MARKS)
def test_no_emblem_and_no_bar_code_is_drawn(pages, name):
    assert [page.images + page.curves for page in pages[name]] == [[]] * len(pages[name])


def test_a_date_of_issue_that_is_not_known_is_left_out(db):
    def not_issued(summary):
        summary.document.issued_on = None
        summary.document.save()

    call_command("load_network", verbosity=0)
    page = letters.open_pages(letters.rolled_back(not_issued)[1]).pages[0]
    thin, heavy = rules(page)
    right = [each.text for each in lines(page, thin["top"], heavy["top"]) if each.x0 > 306]
    assert right == ["Distr.: General", "Original: English"]


# Text ---------------------------------------------------------------------------------------------
def test_text_is_set_in_on_both_sides(pages):
    for page in pages["as_transmitted"][1:]:
        texts = body(page)
        assert min(each.x0 for each in texts) == near(TEXT_LEFT, abs=1)
        assert max(each.x1 for each in texts) == near(TEXT_RIGHT, abs=1.5)


def test_text_is_ten_on_twelve_points_with_six_after_a_paragraph(pages):
    page = pages["as_transmitted"][0]
    start, following = phrase(page, "Spain, together"), phrase(page, "We should be grateful")
    between = lines(page, start.base - 1, following.base + 1)
    steps = [after.base - before.base for before, after in pairwise(between)]
    assert steps == near([12, 12, 12, 18], abs=0.1)
    assert sizes(char for each in between for char in each.chars) == {10}
    assert fonts(char for each in between for char in each.chars) == {REGULAR}


def test_title_of_the_letter_is_bold_and_breaks_as_in_the_original(pages):
    texts = lines(pages["as_transmitted"][0], 3.4 * INCH)[:3]
    assert [each.text for each in texts] == [
        "Letter dated 15 December 2017 from the Permanent",
        "Representatives of Germany, Namibia and Spain to the",
        "United Nations addressed to the Secretary-General",
    ]
    assert fonts(char for each in texts for char in each.chars) == {BOLD}


@pytest.mark.parametrize("name", ["as_transmitted", "circulated"])
def test_annex_begins_on_a_new_page(pages, name):
    signed_on = signatures(pages[name])[-1][0]
    top = body(pages[name][signed_on])
    assert top[0].text.startswith("Annex to the letter dated 15 December 2017 from the")
    assert top[3].text == "Women and Peace and Security National Focal Points Network:"
    assert fonts(char for each in top[:5] for char in each.chars) == {BOLD}


@pytest.mark.parametrize("name", MARKS)
def test_no_heading_is_parted_from_its_text(pages, name):
    bold = [[each.is_bold for each in body(page)] for page in pages[name]]
    assert sum(map(sum, bold)) >= 8
    assert not any(page[-1] for page in bold)


@pytest.mark.parametrize("name", MARKS)
def test_a_paragraph_over_two_pages_has_two_lines_on_each(pages, name):
    texts = [body(page) for page in pages[name]]
    parted = [
        (before, after)
        for before, after in pairwise(texts)
        if not before[-1].text.endswith((".", "?", ":", "Nations"))
    ]
    assert parted
    for before, after in parted:
        assert before[-1].base - before[-2].base == near(12, abs=0.1)
        assert after[1].base - after[0].base == near(12, abs=0.1)


def test_lists_are_lettered_and_bullets_lead_in_bold(pages):
    texts = [each.text for page in pages["circulated"] for each in lines(page)]
    assert {"(a) bare", "(b) in a paragraph", "• Lead-in. Text."} <= set(texts)
    page = pages["as_transmitted"][3]
    lead = phrase(page, "Strategic positioning.")
    assert fonts(lead.chars) == {BOLD}
    assert fonts(phrase(page, "Looking towards the twentieth").chars) == {REGULAR}
    assert lead.x0 > TEXT_LEFT + 10


# Signatures ---------------------------------------------------------------------------------------
def test_signatures_stand_at_the_right_in_the_order_of_the_countries(pages):
    blocks = signatures(pages["as_transmitted"])
    assert [[each.text for each in block[1:]] for block in blocks] == [
        [
            f"(Signed) {name}",
            "Ambassador",
            f"Permanent Representative of {state} to the United Nations",
        ]
        for name, state in [
            ("Christoph Heusgen", "Germany"),
            ("Neville Melvin Gertze", "Namibia"),
            ("Román Oyarzun", "Spain"),
        ]
    ]
    for _, *block in blocks:
        assert [each.x1 for each in block] == near([TEXT_RIGHT] * 3, abs=1)
        assert min(each.x0 for each in block) > TEXT_LEFT + INCH


def test_only_the_surname_is_bold(pages):
    first = signatures(pages["as_transmitted"])[0][1]
    bold = [char["text"] for char in first.chars if fonts([char]) == {BOLD}]
    assert "".join(bold) == "Heusgen"


@pytest.mark.parametrize("paragraphs", range(17, 29))
def test_a_signature_is_never_split_nor_on_a_page_without_text(made, paragraphs):
    text = "<p>The letter says what it has to say.</p>"
    start, _, rest = made["as_transmitted"][0].partition("</h1>")
    signed = rest[rest.index('<div class="signature">') : rest.index("</main>")]
    html = f"{start}</h1>{text * paragraphs}{signed}</main></body></html>"
    pages = letters.open_pages(render_pdf(html)).pages
    blocks = signatures(pages)
    assert [block[3].text[:24] for block in blocks] == ["Permanent Representative"] * 3
    above = [each.text for each in lines(pages[blocks[0][0] - 1], bottom=blocks[0][1].base)]
    assert above.count("The letter says what it has to say.") >= 1


# Running head and foot ----------------------------------------------------------------------------
def test_heads_stand_at_the_outer_edge_on_two_lines_without_dash(pages):
    for page in pages["circulated"][1:]:
        first, second = [
            each for each in lines(page, bottom=INCH) if each.text in ("A/72/999", "S/2018/999")
        ]
        assert second.base - first.base == near(12, abs=0.1)
        if page.page_number % 2:
            assert [first.x1, second.x1] == near([RIGHT] * 2, abs=1)
        else:
            assert [first.x0, second.x0] == near([LEFT] * 2, abs=1)


@pytest.mark.parametrize("name", MARKS)
def test_feet_count_the_pages_from_the_second_at_the_outer_edge(pages, name):
    assert lines(pages[name][0], FOOT) == []
    for page in pages[name][1:]:
        (foot,) = lines(page, FOOT)
        assert foot.text == f"{page.page_number}/{len(pages[name])}"
        edge = foot.x1 - RIGHT if page.page_number % 2 else foot.x0 - LEFT
        assert edge == near(0, abs=1)


@pytest.mark.parametrize("name", MARKS)
def test_the_mark_stands_on_each_page_at_the_inner_edge(pages, name):
    for page in pages[name]:
        mark = phrase(page, MARKS[name], bottom=1.2 * INCH)
        assert fonts(mark.chars) <= {BOLD, f"{BOLD}-Italic"}
        if page.page_number % 2 == 0:
            assert mark.x1 == near(RIGHT, abs=1.5)
        elif page.page_number > 1:
            assert mark.x0 == near(LEFT, abs=1)


@pytest.mark.parametrize("name", MARKS)
def test_the_mark_is_framed_above_all_else_on_the_first_page(pages, name):
    page = pages[name][0]
    mark = lines(page)[0]
    frame = min(page.rects, key=lambda rect: rect["top"])
    assert mark.text == MARKS[name]
    assert frame["top"] < mark.chars[0]["top"]
    assert mark.base < frame["bottom"] < lines(page)[1].chars[0]["top"]
    assert (frame["x0"], frame["x1"]) == near((LEFT, RIGHT), abs=1)
