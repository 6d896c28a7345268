"""The computed lines: numbers in words, sessions, titles and marks (docs/domain.md, rule 6)."""

import datetime

import pytest

from meetings.models import ChairsSummary, GeneralAssemblySession, Letter, Signatory
from meetings.wording import (
    CannotComposeError,
    Symbol,
    annex_line,
    general_assembly_session_words,
    in_words,
    letter_title,
    mark,
    ordinal,
    security_council_year,
    session_lines,
)
from tests.factories import ChairsSummaryFactory, DocumentFactory, StateFactory


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def sessions(db):
    """Opening days as they are on record: five sessions between are not."""
    GeneralAssemblySession.objects.bulk_create(
        GeneralAssemblySession(number=number, opened_on=opened_on)
        for number, opened_on in [
            (71, "2016-09-13"),
            (72, "2017-09-12"),
            (73, "2018-09-18"),
            (78, "2023-09-05"),
        ]
    )


def a_letter(dated="2017-12-15", states=("Germany", "Namibia", "Spain"), **fields):
    letter = Letter.objects.create(
        summary=ChairsSummaryFactory(),
        dated=day(dated),
        agenda_item="65",
        agenda_title="Peacebuilding and sustaining peace",
        **fields,
    )
    for name in states:
        sign(letter, name)
    return letter


def sign(letter, name, function=None, in_text=None):
    in_text = in_text or name
    function = function or f"Permanent Representative of {in_text} to the United Nations"
    state = StateFactory(name=name, name_in_text=in_text)
    Signatory.objects.create(letter=letter, state=state, surname="Surname", function=function)


def lines_of(dated, symbol="", **fields):
    return session_lines(a_letter(dated, **fields), DocumentFactory.build(un_symbol=symbol))


# Numbers ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (13, "thirteenth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (40, "fortieth"),
        (72, "seventy-second"),
        (80, "eightieth"),
        (99, "ninety-ninth"),
        (100, "one hundredth"),
        (101, "one hundred and first"),
        (120, "one hundred and twentieth"),
        (199, "one hundred and ninety-ninth"),
        (200, "two hundredth"),
        (999, "nine hundred and ninety-ninth"),
    ],
)
def test_ordinals_are_spelled_out(number, words):
    assert ordinal(number) == words


def test_each_ordinal_has_words_of_its_own():
    assert len({ordinal(number) for number in range(1, 1000)}) == 999


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_numbers_out_of_range_have_no_words(number):
    with pytest.raises(ValueError, match=str(number)):
        ordinal(number)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("1946-01-17", "First year"),
        ("2017-12-31", "Seventy-second year"),
        ("2018-01-01", "Seventy-third year"),
        ("2045-06-01", "One hundredth year"),
    ],
)
def test_the_security_council_counts_calendar_years(date, words):
    assert security_council_year(day(date)) == words


def test_a_session_is_spelled_out():
    assert general_assembly_session_words(72) == "Seventy-second session"


# Session lines ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("dated", "assembly", "council"),
    [
        ("2017-09-11", "Seventy-first session", "Seventy-second year"),
        ("2017-09-12", "Seventy-second session", "Seventy-second year"),
        ("2017-12-15", "Seventy-second session", "Seventy-second year"),
        ("2017-12-31", "Seventy-second session", "Seventy-second year"),
        ("2018-01-01", "Seventy-second session", "Seventy-third year"),
        ("2018-03-01", "Seventy-second session", "Seventy-third year"),
        ("2018-07-02", "Seventy-second session", "Seventy-third year"),
        ("2018-09-17", "Seventy-second session", "Seventy-third year"),
        ("2019-08-31", "Seventy-third session", "Seventy-fourth year"),
        ("2023-09-05", "Seventy-eighth session", "Seventy-eighth year"),
        ("2023-12-31", "Seventy-eighth session", "Seventy-eighth year"),
    ],
)
def test_before_a_symbol_the_date_of_the_letter_decides(sessions, dated, assembly, council):
    found = lines_of(dated)
    assert (found.general_assembly, found.security_council) == (assembly, council)
    assert found.agenda_item == "Agenda item 65"
    assert found.agenda_title == "Peacebuilding and sustaining peace"


@pytest.mark.parametrize(
    "dated", ["2016-09-12", "2019-09-01", "2022-10-01", "2023-09-04", "2024-09-01"]
)
def test_where_the_list_cannot_tell_the_editor_is_asked(sessions, dated):
    with pytest.raises(CannotComposeError) as error:
        lines_of(dated)
    assert str(error.value).endswith("is not on record. Enter its number with the letter.")
    found = GeneralAssemblySession.objects.on(day(dated))
    assert found is None


def test_what_the_editor_says_is_taken(sessions):
    found = lines_of("2023-09-04", general_assembly_session=77)
    assert found.general_assembly == "Seventy-seventh session"


def test_the_symbol_overrules_the_date(sessions):
    found = lines_of("2017-12-29", "A/72/700-S/2018/4")
    assert found.general_assembly == "Seventy-second session"
    assert found.security_council == "Seventy-third year"


def test_the_symbol_overrules_the_editor_and_needs_no_list(db):
    found = lines_of("2023-09-04", "A/78/1-S/2023/700", general_assembly_session=77)
    assert found.general_assembly == "Seventy-eighth session"
    assert found.security_council == "Seventy-eighth year"


def test_an_organ_that_the_symbol_leaves_out_has_no_lines(db):
    council = lines_of("2018-01-02", "S/2018/4", states=())
    assembly = lines_of("2018-01-02", "A/72/700", states=())
    assert council.security_council == "Seventy-third year"
    assert (council.general_assembly, council.agenda_item, council.agenda_title) == ("", "", "")
    assert assembly.general_assembly == "Seventy-second session"
    assert assembly.agenda_item == "Agenda item 65"
    assert assembly.security_council == ""


# The symbol ---------------------------------------------------------------------------------------
def test_a_joint_symbol_has_an_en_dash_and_two_halves():
    symbol = Symbol.parse("A/72/782-S/2018/178")
    assert str(symbol) == "A/72/782–S/2018/178"
    assert symbol.halves == ["A/72/782", "S/2018/178"]
    assert (symbol.session, symbol.year) == (72, 2018)


def test_a_symbol_may_be_of_one_organ_or_unknown():
    assert str(Symbol.parse("S/2018/178")) == "S/2018/178"
    assert Symbol.parse("S/2018/178").session is None
    assert Symbol.parse("A/72/782").year is None
    assert Symbol.parse("").halves == []
    assert str(Symbol.parse("")) == ""


# Titles -------------------------------------------------------------------------------------------
def test_title_names_the_countries_in_their_alphabetical_order(db):
    letter = a_letter(states=("Spain", "Germany", "Namibia"))
    assert letter_title(letter) == (
        "Letter dated 15 December 2017 from the Permanent Representatives of Germany, Namibia and "
        "Spain to the United Nations addressed to the Secretary-General"
    )


def test_title_of_one_signatory_is_in_the_singular(db):
    assert letter_title(a_letter("2018-03-01", ["Namibia"])) == (
        "Letter dated 1 March 2018 from the Permanent Representative of Namibia to the United "
        "Nations addressed to the Secretary-General"
    )


def test_title_names_countries_as_in_running_text(db):
    letter = a_letter("2018-03-01", ["Canada"])
    sign(letter, "United States of America", in_text="the United States of America")
    assert " of Canada and the United States of America to the United N" in letter_title(letter)


@pytest.mark.parametrize(
    "function",
    [
        "Chargé d'affaires a.i. of Spain to the United Nations",
        "Deputy Permanent Representative of Spain to the United Nations",
        "Permanent Representative of Spain to the European Union",
    ],
)
def test_title_is_the_editors_unless_all_sign_as_permanent_representatives(db, function):
    letter = a_letter(states=["Germany"], title="Letter dated as the editor writes it")
    sign(letter, "Spain", function)
    assert letter_title(letter) == "Letter dated as the editor writes it"
    letter.title = ""
    with pytest.raises(CannotComposeError, match="Enter it with the letter"):
        letter_title(letter)


def test_without_signatories_the_title_is_the_editors(db):
    with pytest.raises(CannotComposeError):
        letter_title(a_letter(states=[]))


def test_line_of_the_annex_continues_the_title(db):
    assert annex_line(a_letter("2018-03-01", ["Namibia"])).startswith(
        "Annex to the letter dated 1 March 2018 from the Permanent Representative of Namibia to"
    )


@pytest.mark.parametrize(
    ("names", "phrase"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_joined_as_in_british_english(names, phrase):
    assert in_words(names) == phrase


# The mark -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["drafting", "in review", "cleared"])
@pytest.mark.parametrize("symbol", ["", "A/72/782-S/2018/178"])
def test_until_transmitted_it_is_a_draft(state, symbol):
    document = DocumentFactory.build(un_symbol=symbol)
    assert mark(ChairsSummary(state=state, document=document)) == "Draft"


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("", "As transmitted; symbol not on record"),
        ("A/72/782-S/2018/178", "Network's copy. Official text: undocs.org/A/72/782"),
        ("S/2018/178", "Network's copy. Official text: undocs.org/S/2018/178"),
    ],
)
@pytest.mark.parametrize("state", ["transmitted", "circulated"])
def test_afterwards_the_mark_says_where_the_official_text_is(state, symbol, words):
    document = DocumentFactory.build(un_symbol=symbol)
    assert mark(ChairsSummary(state=state, document=document)) == words
