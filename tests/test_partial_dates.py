"""Dates known to the day, the month or the year only."""

import calendar

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from members.models import Member
from members.partial_dates import (
    PartialDate,
    PartialDateField,
    PartialDateFormField,
    to_partial_date,
    un_date,
)
from tests.factories import MemberFactory

HELP = "Write the date as far as it is known: 2017, 2017-09 or 2017-09-23."


@st.composite
def partial_dates(draw):
    day = draw(st.dates())
    month = draw(st.sampled_from([None, day.month]))
    return PartialDate(day.year, month, draw(st.sampled_from([None, day.day])) if month else None)


@given(partial_dates())
def test_what_is_written_is_read_again(date):
    assert PartialDate.parse(date.iso) == date
    assert to_partial_date(f"  {date.iso} ") == date
    assert to_partial_date(date) is date


@given(partial_dates())
def test_a_partial_date_spans_the_days_that_it_can_be(date):
    days = (date.last_day - date.first_day).days + 1
    year = 366 if calendar.isleap(date.year) else 365
    month = calendar.monthrange(date.year, date.month)[1] if date.month else 0
    assert days == (1 if date.day else month or year)


@given(partial_dates(), partial_dates())
def test_text_sorts_by_time(one, other):
    if one.last_day < other.first_day:
        assert one.iso < other.iso
    if one.iso < other.iso:
        assert one.first_day <= other.first_day


@given(st.dates())
def test_a_day_becomes_a_partial_date(day):
    date = to_partial_date(day)
    assert date.first_day == date.last_day == day
    assert str(date) == un_date(day)


@pytest.mark.parametrize(
    ("text", "printed"),
    [("2018-03-09", "9 March 2018"), ("2017-09", "September 2017"), ("2016", "2016")],
)
def test_it_prints_what_is_known_and_no_more(text, printed):
    assert str(PartialDate.parse(text)) == printed


@pytest.mark.parametrize(
    "text", ["2017-13", "2017-00", "2017-06-31", "17", "2017-9", "9 March", "2017-09-23x", "0000"]
)
def test_anything_else_is_refused_with_a_sentence_that_helps(text):
    with pytest.raises(ValidationError) as error:
        to_partial_date(text)
    assert error.value.messages == [HELP]


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_not_recorded(value):
    assert to_partial_date(value) is None


def test_the_order_of_python_is_the_order_of_time():
    dates = [PartialDate(2018, 3, 9), PartialDate(2017, 9, 1), PartialDate(2018, 2, 28)]
    assert [date.year * 100 + date.month for date in sorted(dates)] == [201709, 201802, 201803]


class JoiningForm(forms.ModelForm):
    class Meta:
        model = Member
        fields = ["joined_on"]


@pytest.mark.django_db
def test_the_form_reads_a_month():
    form = JoiningForm({"joined_on": "2016-09"})
    assert form.is_valid()
    assert form.cleaned_data["joined_on"] == PartialDate(2016, 9)
    assert isinstance(form.fields["joined_on"], PartialDateFormField)


def test_the_form_says_how_to_write_a_date():
    form = JoiningForm({"joined_on": "2017-13"})
    assert form.errors == {"joined_on": [HELP]}
    assert "2017-09-23" in form.as_p()


@pytest.mark.django_db
def test_the_form_shows_the_stored_text_and_sees_no_change_in_it():
    member = MemberFactory(joined_on=PartialDate(2016, 9))
    form = JoiningForm({"joined_on": "2016-09"}, instance=member)
    assert 'value="2016-09"' in JoiningForm(instance=member).as_p()
    assert not form.has_changed()
    assert JoiningForm({"joined_on": "2016-10"}, instance=member).has_changed()


@pytest.mark.django_db
def test_the_form_takes_an_empty_field_as_not_recorded():
    form = JoiningForm({"joined_on": ""})
    assert form.is_valid()
    assert form.cleaned_data["joined_on"] is None


@pytest.mark.django_db
def test_the_database_keeps_the_precision():
    member = MemberFactory(joined_on="2016-09")
    member.refresh_from_db()
    assert member.joined_on == PartialDate(2016, 9)
    assert Member.objects.filter(joined_on__gte=PartialDate(2016)).get() == member
    assert not Member.objects.filter(joined_on__lt="2016-09").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["2017-13", "2017-9", "soon", "2017-09-32", "2017-"])
def test_postgres_refuses_what_is_no_partial_date(text):
    member = MemberFactory()
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="member_joined_on_is_a_partial_date"),
    ):
        cursor.execute("UPDATE members_member SET joined_on = %s WHERE id = %s", [text, member.pk])


def test_the_field_is_stored_as_text_of_ten_letters_that_may_be_missing():
    field = PartialDateField("day")
    kwargs = field.deconstruct()[3]
    assert kwargs == {"verbose_name": "day"}
    assert (field.max_length, field.null, field.blank) == (10, True, True)


def test_the_field_writes_its_text_for_a_fixture():
    field = Member._meta.get_field("joined_on")
    assert field.value_to_string(Member(joined_on=PartialDate(2016, 9))) == "2016-09"
    assert field.value_to_string(Member()) == ""
