"""The pages of the Chairs and of the calls."""

import datetime

import pytest
from django.urls import reverse

from members.models import ChairCall, ChairInterest, ChairTerm, Function
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_SPEAKERS, SECRETARIAT

DAY = datetime.timedelta(days=1)
WORDS = "We would bring the larkspur papers."
TROIKA = {"chair_of_today", "troika"}


@pytest.fixture
def call(db):
    return factories.ChairCallFactory(text="Who would chair?")


@pytest.fixture
def editor(client, db):
    client.force_login(factories.secretariat_editor())
    return client


def answer_url(call, member, name="chairs:interest_edit"):
    return reverse(name, args=[call.year, member.slug])


def decide_url(call):
    return reverse("chairs:call_decide", args=[call.year])


# The troika on a day --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "places"),
    [
        ("2017-11-30", ["Chair on that day: Spain", "Incoming: Germany", "Following: Namibia"]),
        ("2018-06-01", ["Outgoing: Spain", "Chair on that day: Germany", "Incoming: Namibia"]),
        (
            "2019-06-01",
            ["Outgoing: Germany", "Chair on that day: Namibia", "Incoming: Canada and Uruguay"],
        ),
    ],
)
def test_the_troika_of_a_day_stands_in_its_places(client, network, day, places):
    response = client.get(reverse("chairs:list"), {"on": day})
    troika = response.context["troika"]
    names = {
        "Outgoing": troika.outgoing,
        "Chair on that day": troika.current,
        "Incoming": troika.incoming,
        "Following": troika.following,
    }
    assert [f"{place}: {term.names}" for place, term in names.items() if term] == places
    for place in places:
        assert f'<span class="over">{place.split(":")[0]}</span>' in response.text


@pytest.mark.parametrize("day", ["2024-06-01", "2026-11-25", "1000-01-01", "9999-12-31"])
def test_where_nothing_is_recorded_nothing_is_made_up(client, network, day):
    text = client.get(reverse("chairs:list"), {"on": day}).text
    assert "no troika can be named" in text
    assert 'class="trio"' not in text


@pytest.mark.parametrize("day", ["", "2018-02-30", "next year", "99999-01-01", "1\x00"])
def test_a_day_that_is_none_is_said_and_the_terms_are_shown(client, network, day):
    response = client.get(reverse("chairs:list"), {"on": day})
    assert response.status_code == 400
    assert 'class="trio"' not in response.text
    assert "All terms on record" in response.text


def test_the_terms_are_a_picture_with_its_table_and_the_gaps_are_said(
    client, network, time_machine
):
    time_machine.move_to("2026-11-25T12:00:00+00:00")
    text = client.get(reverse("chairs:list")).text
    assert "<title>Canada and Uruguay: 2020–2021</title>" in text
    assert '<th scope="row">Canada and Uruguay</th>' in text
    assert "No Chair is on record for: 2024, 2026." in text


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_takes_a_fixed_number_of_queries(client, db, count, django_assert_max_num_queries):
    for year in range(2017, 2017 + count):
        days = {"since": datetime.date(year, 1, 1), "until": datetime.date(year, 12, 31)}
        factories.ChairTermFactory(members=[factories.MemberFactory()], **days)
        factories.ChairCallFactory(year=2030 + year)
    with django_assert_max_num_queries(6):
        client.get(reverse("chairs:list"))


# Reading a call -------------------------------------------------------------------------------


def test_the_words_of_a_call_are_public_and_an_answer_is_not(as_role, role, member, call):
    factories.ChairInterestFactory(call=call, member=member, statement=WORDS)
    text = as_role.get(call.get_absolute_url()).text
    assert "Who would chair?" in text
    may = TROIKA | OWN_SPEAKERS | SECRETARIAT
    assert ("larkspur" in text) == (role in may)
    assert ("Regional balance with" in text) == (role in TROIKA | SECRETARIAT)


def test_the_history_of_the_member_holds_no_answer(as_role, role, member, call):
    factories.ChairInterestFactory(call=call, member=member, statement=WORDS)
    assert "larkspur" not in as_role.get(reverse("members:history", args=[member.slug])).text


def test_a_call_to_come_is_not_found_by_everyone(client, call):
    ChairCall.objects.update(opened_on=today() + DAY)
    assert client.get(call.get_absolute_url()).status_code == 404
    assert call.get_absolute_url() not in client.get(reverse("chairs:list")).text


def test_the_balance_of_an_answer_is_said_in_words(editor, network):
    call = factories.ChairCallFactory()
    member = ChairTerm.objects.get(note="co-chairs for both years").members.get(state__iso3="URY")
    factories.ChairInterestFactory(call=call, member=member)
    text = editor.get(call.get_absolute_url()).text
    words = "Latin American and Caribbean States: 1 term so far, 2 of 12 with this answer."
    assert words in text
    assert "1 with this answer</li>" in text


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_answers_takes_a_fixed_number_of_queries(
    editor, call, count, django_assert_max_num_queries
):
    for _ in range(count):
        factories.ChairInterestFactory(call=call)
    with django_assert_max_num_queries(13):
        editor.get(call.get_absolute_url())


# Answering ------------------------------------------------------------------------------------


def test_a_focal_point_of_two_members_answers_for_the_one_it_chooses(client, call):
    one, two = factories.MemberFactory(), factories.MemberFactory()
    user = focal_point(one)
    factories.DesignationFactory(member=two, user=user, function=Function.ALTERNATE)
    client.force_login(user)
    text = client.get(call.get_absolute_url()).text
    assert f"Answer for {one.name}" in text
    assert f"Answer for {two.name}" in text
    done = client.post(answer_url(call, two), {"statement": WORDS, "version": "0"})
    assert done.status_code == 302
    assert ChairInterest.objects.get().member == two
    client.post(answer_url(call, two, "chairs:interest_withdraw"))
    assert ChairInterest.objects.get().withdrawn_at


def test_a_late_answer_is_refused_and_what_was_typed_is_still_there(
    client, member, call, nothing_changes
):
    client.force_login(focal_point(member))
    ChairCall.objects.update(closes_on=today() - DAY)
    with nothing_changes():
        response = client.post(answer_url(call, member), {"statement": WORDS, "version": "0"})
        client.post(answer_url(call, member, "chairs:interest_withdraw"))
    assert response.status_code == 409
    assert "The last day for answers was" in response.text
    assert WORDS in response.text
    page = client.get(answer_url(call, member), follow=True)
    assert "The last day for answers was" in page.text


def test_an_answer_without_words_is_refused(client, member, call, nothing_changes):
    client.force_login(focal_point(member))
    with nothing_changes():
        response = client.post(answer_url(call, member), {"statement": " ", "version": "0"})
    assert "This field is required" in response.text


def test_two_colleagues_see_both_answers_and_choose(client, member, call):
    factories.ChairInterestFactory(call=call, member=member, statement="As stored.")
    client.force_login(focal_point(member))
    response = client.post(answer_url(call, member), {"statement": WORDS, "version": "0"})
    assert response.status_code == 409
    assert "As stored." in response.text
    again = {"statement": WORDS, "version": "1"}
    assert client.post(answer_url(call, member), again).status_code == 302
    assert ChairInterest.objects.get().statement == WORDS


# The secretariat's pages ----------------------------------------------------------------------


def test_the_secretariat_opens_a_call_edits_it_and_decides(editor, member):
    data = {
        "year": today().year + 1,
        "text": "<script>alert(1)</script> نص",
        "opened_on": today(),
        "closes_on": today(),
        "version": 1,
    }
    page = editor.post(reverse("chairs:call_add"), data, follow=True)
    assert "&lt;script&gt;" in page.text
    call = ChairCall.objects.get()
    edit = reverse("chairs:call_edit", args=[call.year])
    assert editor.post(edit, {**data, "text": "Better"}).status_code == 302
    assert editor.post(edit, {**data, "text": "Older"}).status_code == 409
    since, until = f"{call.year}-01-01", f"{call.year}-12-31"
    chosen = {"outcome": "chair", "other": member.pk, "since": since, "until": until}
    page = editor.post(decide_url(call), chosen, follow=True)
    assert "The decision is recorded." in page.text
    assert f"31 December {call.year}: {member.name}." in page.text
    assert ChairTerm.objects.get().member_list == [member]


def test_a_second_decision_and_a_late_edit_change_nothing(editor, call, nothing_changes):
    page = editor.post(decide_url(call), {"outcome": "nobody", "note": "No offer."}, follow=True)
    assert f"There is no Chair for {call.year}." in page.text
    with nothing_changes():
        again = editor.post(decide_url(call), {"outcome": "nobody"}, follow=True)
        late = editor.post(reverse("chairs:call_edit", args=[call.year]), {}, follow=True)
    assert "A decision is recorded already. Nothing was changed." in again.text
    assert "the call is not changed any more" in late.text


def test_the_note_on_the_decision_is_not_for_everyone(client, call):
    ChairCall.objects.update(decided_on=today(), decision_note="Among us.")
    assert "Among us." not in client.get(call.get_absolute_url()).text


@pytest.mark.parametrize("typed", [{}, {"outcome": "chair"}, {"outcome": "other"}])
def test_a_decision_that_says_nothing_changes_nothing(editor, call, typed, nothing_changes):
    with nothing_changes():
        assert editor.post(decide_url(call), typed).status_code == 200
