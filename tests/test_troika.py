"""The troika is derived from the terms; a gap says "not recorded" and fills no place."""

import datetime

import pytest
from django.db import IntegrityError

from members.models import ChairTerm, Troika
from tests.factories import MemberFactory, StateFactory

pytestmark = pytest.mark.django_db


def term(since, until, *names):
    """A term of the members of these names, from one day until another."""
    row = ChairTerm.objects.create(since=since, until=until)
    row.members.set([MemberFactory(state=StateFactory(name=name)) for name in names])
    return ChairTerm.objects.get(pk=row.pk)


def year(number, *names):
    return term(datetime.date(number, 1, 1), datetime.date(number, 12, 31), *names)


def troika(*day):
    return ChairTerm.objects.troika(datetime.date(*day))


def test_a_year_in_the_middle_has_three_places():
    before, now, after = year(2017, "A"), year(2018, "B"), year(2019, "C")
    assert troika(2018, 6, 1) == Troika(outgoing=before, current=now, incoming=after)
    assert troika(2018, 6, 1).terms == [before, now, after]


def test_in_the_first_year_the_two_that_follow_are_in_it():
    first, second, third = year(2017, "A"), year(2018, "B"), year(2019, "C")
    year(2020, "D")
    assert troika(2017, 11, 30) == Troika(current=first, incoming=second, following=third)


def test_in_the_first_year_a_gap_ends_the_row():
    first, second = year(2017, "A"), year(2018, "B")
    year(2020, "D")
    assert troika(2017, 11, 30).terms == [first, second]


def test_a_first_term_with_nothing_after_it_stands_alone():
    first = year(2017, "A")
    year(2019, "C")
    assert troika(2017, 11, 30).terms == [first]


def test_a_term_over_two_years_is_one_place():
    before, both, after = (
        year(2019, "A"),
        term("2020-01-01", "2021-12-31", "U", "C"),
        year(2022, "D"),
    )
    for day in [(2020, 1, 1), (2020, 12, 31), (2021, 1, 1), (2021, 12, 31)]:
        assert troika(*day) == Troika(outgoing=before, current=both, incoming=after)
    assert (both.names, both.years) == ("C and U", "2020–2021")
    assert before.years == "2019"


def test_a_term_across_a_gap_fills_no_place():
    year(2022, "A")
    last = year(2023, "B")
    year(2025, "C")
    assert troika(2023, 6, 1).current == last
    assert troika(2023, 6, 1).incoming is None
    assert troika(2025, 6, 1).outgoing is None
    assert len(troika(2025, 6, 1).terms) == 1


def test_without_a_current_chair_every_place_is_empty():
    year(2023, "A")
    year(2025, "B")
    assert troika(2024, 6, 1) == Troika()
    assert troika(2026, 1, 1).terms == []


def test_a_chair_hands_over_between_two_days():
    old, new = term("2017-01-01", "2018-03-14", "A"), term("2018-03-15", "2018-12-31", "B")
    assert troika(2018, 3, 14).current == old
    assert troika(2018, 3, 15).current == new
    assert troika(2018, 3, 15).outgoing == old


def test_one_day_between_two_terms_is_a_gap():
    year(2016, "Z")
    now = term("2017-01-01", "2017-12-30", "A")
    year(2018, "B")
    assert troika(2017, 6, 1).current == now
    assert troika(2017, 6, 1).incoming is None


def test_nothing_on_record_is_no_troika(django_assert_num_queries):
    assert troika(2017, 6, 1) == Troika()


@pytest.mark.parametrize("count", [1, 5])
def test_the_troika_takes_two_queries_however_many_terms(count, django_assert_num_queries):
    for number in range(count):
        year(2017 + number, f"S{number}")
    with django_assert_num_queries(2):
        found = troika(2017, 6, 1)
        assert [row.names for row in found.terms] == ["S0", "S1", "S2"][:count]


def test_two_terms_on_one_day_are_refused():
    year(2017, "A")
    with pytest.raises(IntegrityError, match="chair_terms_do_not_overlap"):
        ChairTerm.objects.create(since="2017-12-31", until="2018-12-31")


def test_a_term_that_ends_before_it_begins_is_refused():
    with pytest.raises(IntegrityError):
        ChairTerm.objects.create(since="2018-01-01", until="2017-01-01")
