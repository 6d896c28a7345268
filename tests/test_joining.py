"""The open form to join the Network, and what the secretariat does with a request."""

import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from members import joining
from members.errors import WrongStateError
from members.models import JoinRequest, Member, Prospect, RegionalOrganization
from tests import factories
from tests.pipeline_tools import at_once
from wpsnetwork import limiting

SENT = {
    "party": "Ruritania",
    "name": "A person",
    "ministry": "Ministry of Foreign Affairs",
    "post": "Director",
    "email": "someone@example.org",
    "statement": "We wish to join.",
}


@pytest.fixture
def secretariat(db):
    return factories.secretariat_editor()


@pytest.fixture
def desk(client, secretariat):
    client.force_login(secretariat)
    return client


def send(client, **changes):
    return client.post(reverse("join:join"), {**SENT, **changes})


# The open form


def test_a_request_needs_no_account_and_is_stored_as_it_was_sent(client, db):
    assert client.get(reverse("join:join")).status_code == 200
    response = send(client)
    assert response["Location"] == reverse("join:received")
    request = JoinRequest.objects.get()
    assert {name: getattr(request, name) for name in SENT} == SENT
    assert request.is_new
    assert mail.outbox == []


def test_the_number_is_shown_once_and_opens_nothing(client, db):
    send(client)
    reference = JoinRequest.objects.get().reference
    assert client.head(reverse("join:received")).status_code == 200
    first = client.get(reverse("join:received"))
    assert reference in first.text
    assert "no-store" in first["Cache-Control"]
    assert reference not in client.get(reverse("join:received")).text
    assert client.get(f"/join/{reference}/").status_code == 404
    assert reference not in client.get(reverse("join:join"), {"reference": reference}).text


def answer(client, **changes):
    """The answer to the form, without what differs for each request of anybody."""
    page = send(client, **changes)
    assert page.status_code == 302
    text = client.get(page["Location"]).text
    return re.sub(r'J-[A-Z0-9]{8}|nonce="[^"]+"|csrfmiddlewaretoken[^>]+', "", text)


def test_the_answer_is_the_same_for_everybody(client, db, network):
    unknown = answer(client)
    factories.ProspectFactory(member__state=None, member__organization=a_body("Prospective body"))
    assert answer(client, party="Namibia", email="1@example.org") == unknown
    assert answer(client, party="Prospective body", email="2@example.org") == unknown
    assert answer(client, email=factories.UserFactory().email) == unknown
    for _time in range(limiting.PER_ADDRESS):
        assert answer(client, email="busy@example.org") == unknown
    before = JoinRequest.objects.count()
    assert answer(client, email="BUSY@example.org") == unknown
    assert JoinRequest.objects.count() == before
    assert mail.outbox == []


def a_body(name):
    return factories.RegionalOrganizationFactory(name=name)


def test_too_many_from_one_network_are_told_so_and_keep_what_they_typed(
    client, db, monkeypatch, nothing_changes
):
    monkeypatch.setattr(limiting, "PER_NETWORK", 1)
    send(client)
    with nothing_changes():
        response = send(client, party="Typed with care")
    assert response.status_code == 429
    assert "Too many requests came from your network" in response.text
    assert "Typed with care" in response.text


SCRIPTS = ["جمهورية", "日本国", "ประเทศไทย", "Việt Nam", "Հայաստան", "🇳🇦"]


@pytest.mark.parametrize("party", SCRIPTS)
def test_names_of_any_script_arrive_whole(client, desk, party):
    send(client, party=party, name=party, statement=f"{party}\r\n{party}")
    request = JoinRequest.objects.get()
    assert (request.party, request.name) == (party, party)
    assert request.statement == f"{party}\n{party}"
    assert party in desk.get(request.get_absolute_url()).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"statement": "x" * 400_000}, "It has 400,000 now"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "Enter a valid email address"),
        ({"email": "a@example.org\x00"}, "Null characters are not allowed"),
        ({"party": "\x00\x01 \t"}, "This field is required"),
        ({"statement": "\x07\x1b"}, "This field is required"),
        ({"name": "n" * 151}, "at most 150 characters"),
        ({"ministry": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(client, db, nothing_changes, changes, words):
    with nothing_changes():
        response = send(client, **changes)
    assert response.status_code == 200
    assert words in response.text
    assert SENT["post"] in response.text


def test_control_characters_become_spaces_and_markup_stays_text(client, desk):
    send(client, party="A\x00b\nBcc: c", statement="one\x08two\n<script>alert(1)</script>")
    request = JoinRequest.objects.get()
    assert request.party == "A b Bcc: c"
    assert request.statement == "one two\n<script>alert(1)</script>"
    page = desk.get(request.get_absolute_url()).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# What the secretariat does with it


def test_requests_that_nobody_looked_at_come_first(desk, secretariat):
    looked_at = factories.JoinRequestFactory()
    new = factories.JoinRequestFactory(received_at="2020-01-01T00:00:00Z")
    joining.set_aside(looked_at, "A test", secretariat)
    assert list(JoinRequest.objects.new_first()) == [new, looked_at]
    assert list(JoinRequest.objects.new()) == [new]
    assert "A test" in desk.get(looked_at.get_absolute_url()).text


def test_the_list_of_requests_takes_one_number_of_queries(desk, django_assert_num_queries):
    factories.JoinRequestFactory(prospect=factories.ProspectFactory())
    with django_assert_num_queries(5):
        desk.get(reverse("join:requests"))
    for _row in range(4):
        factories.JoinRequestFactory(prospect=factories.ProspectFactory())
    with django_assert_num_queries(5):
        desk.get(reverse("join:requests"))


def test_a_request_is_taken_up_for_a_state_of_the_list(desk, secretariat):
    state = factories.StateFactory(name="Ruritania")
    sent = factories.JoinRequestFactory(party="RURITANIA")
    page = desk.get(sent.get_absolute_url())
    assert f'<option value="{state.pk}" selected>' in page.text  # guessed from its words
    response = desk.post(reverse("join:request_take_up", args=[sent.pk]), {"state": state.pk})
    prospect = Prospect.objects.get()
    assert response["Location"] == prospect.get_absolute_url()
    assert (prospect.stage, prospect.member.state) == (Prospect.Stage.INTERESTED, state)
    assert (prospect.member.status, prospect.member.slug) == ("prospective", "ruritania")
    sent.refresh_from_db()
    assert (sent.state, sent.prospect, sent.looked_by) == ("taken up", prospect, secretariat)
    assert mail.outbox == []


def test_a_request_is_joined_to_the_prospect_that_is_there(secretariat):
    prospect = factories.ProspectFactory(stage=Prospect.Stage.APPROACHED)
    first, second = factories.JoinRequestFactory.create_batch(2)
    assert joining.take_up(first, prospect.member.state, secretariat) == prospect
    prospect.refresh_from_db()
    assert prospect.stage == Prospect.Stage.INTERESTED
    joining.move(prospect, "interested", "invited")
    joining.take_up(second, prospect.member.state, secretariat)
    prospect.refresh_from_db()
    assert prospect.stage == Prospect.Stage.INVITED  # no way back by a second request
    assert prospect.requests.count() == 2


def test_an_organization_that_is_not_on_record_is_made(desk):
    sent = factories.JoinRequestFactory()
    new = {"new_name": "A new body", "new_acronym": "ANB"}
    desk.post(reverse("join:request_take_up", args=[sent.pk]), new)
    member = Prospect.objects.get().member
    assert (member.organization.name, member.slug) == ("A new body", "a-new-body")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose one State or one organization."),
        ({"new_name": "A new body"}, "Write both the name and the acronym."),
        ({"new_name": "a known BODY", "new_acronym": "X"}, "on record already"),
        ({"state": "!!!"}, "Select a valid choice"),
        ({"state": "aaa", "new_name": "A new body", "new_acronym": "ANB"}, "Choose one State"),
        ({"state": "bbb"}, "Bbb is a member of the Network already."),
    ],
)
def test_a_party_that_cannot_be_meant_is_said_in_a_sentence(desk, nothing_changes, typed, words):
    factories.StateFactory(iso3="aaa", name="Aaa")
    factories.MemberFactory(state=factories.StateFactory(iso3="bbb", name="Bbb"))
    a_body("A known body")
    sent = factories.JoinRequestFactory()
    with nothing_changes():
        response = desk.post(reverse("join:request_take_up", args=[sent.pk]), typed)
    assert response.status_code == 200
    assert words in response.text


def test_a_member_cannot_be_taken_up_whoever_calls(secretariat, nothing_changes):
    member = factories.MemberFactory()
    sent = factories.JoinRequestFactory()
    with nothing_changes(), pytest.raises(joining.AlreadyMemberError):
        joining.take_up(sent, member.state, secretariat)


def test_a_request_is_looked_at_once(desk, secretariat, nothing_changes):
    sent = factories.JoinRequestFactory()
    assert (
        "This field is required"
        in desk.post(reverse("join:request_set_aside", args=[sent.pk]), {"reason": " "}).text
    )
    desk.post(reverse("join:request_set_aside", args=[sent.pk]), {"reason": "No State"})
    state = factories.StateFactory()
    for name, typed in (
        ("request_take_up", {"state": state.pk}),
        ("request_set_aside", {"reason": "x"}),
    ):
        with nothing_changes():
            response = desk.post(reverse(f"join:{name}", args=[sent.pk]), typed, follow=True)
        assert "Somebody has looked at this request in the meantime." in response.text
    with pytest.raises(WrongStateError):
        joining.take_up(sent, state, secretariat)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_up_one_request_at_once_one_is_told_and_one_prospect_is_made():
    people = [factories.secretariat_editor(), factories.secretariat_administrator()]
    sent, state = factories.JoinRequestFactory(), factories.StateFactory()
    outcomes = at_once([lambda by=by: joining.take_up(sent, state, by) for by in people])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Prospect", "WrongStateError"]
    assert Prospect.objects.count() == Member.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_state_at_once_make_one_prospect():
    by, state = factories.secretariat_editor(), factories.StateFactory()
    sent = factories.JoinRequestFactory.create_batch(2)
    outcomes = at_once([lambda one=one: joining.take_up(one, state, by) for one in sent])
    assert len({outcome.pk for outcome in outcomes}) == Prospect.objects.count() == 1
    assert Prospect.objects.get().requests.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_parties_of_one_name_get_an_address_each_also_at_once():
    parties = [
        factories.StateFactory(name="Sao Tome"),
        factories.StateFactory(name="São Tomé"),
        a_body("Sao-Tome"),
    ]
    outcomes = at_once([lambda party=party: joining.start(party) for party in parties])
    assert {outcome.member.slug for outcome in outcomes} == {"sao-tome", "sao-tome-2", "sao-tome-3"}


def test_an_address_is_made_of_the_acronym_where_nothing_of_the_name_is_left(db):
    assert joining.free_slug(RegionalOrganization(name="جامعة", acronym="LAS")) == "las"
    assert joining.free_slug(RegionalOrganization(name="جامعة", acronym="ج")) == "member"
    assert len(joining.free_slug(RegionalOrganization(name="long " * 60, acronym="L"))) <= 100


def test_postgres_refuses_a_request_looked_at_without_a_moment(db):
    sent = factories.JoinRequestFactory()
    with pytest.raises(IntegrityError, match="says_when"), transaction.atomic():
        JoinRequest.objects.filter(pk=sent.pk).update(state="set aside")
