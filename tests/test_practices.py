"""Good practices: who reads and publishes a card, recognition without ranking, the first cards."""

import datetime
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from members import practising
from members.errors import WrongStateError
from members.loading import load
from members.models import Function, Member, Practice, Recognition, Theme
from members.models.practices import members_written_for
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_PEOPLE, SECRETARIAT, person

LIST = "/practices/"


def draft(**fields):
    return factories.PracticeFactory(
        publication=Practice.Publication.DRAFT, published_at=None, **fields
    )


def typed(**fields):
    theme = fields.pop("theme", None) or factories.ThemeFactory()
    return {
        "version": 1,
        "kind": "practice",
        "title": "Judges trained",
        "themes": [theme.pk],
        "situation": "",
        "action": "Judges were trained.",
        **fields,
    }


def typed_without_rows():
    return typed(theme=Theme(pk=0))


def at_once(acts):
    """Run the acts in threads of their own; return how many were refused for their state."""
    refused = []

    def run(act):
        try:
            act()
        except WrongStateError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return len(refused)


def test_a_draft_is_met_by_its_people_and_the_secretariat_alone(client, member, role):
    card = draft(member=member, title="On brackenmere", action="On brackenmere.", slug="bracken")
    theme = factories.ThemeFactory(slug="bracken-theme")
    card.themes.add(theme)
    card.states.add(member.state)
    who = person(role, member)
    if who.is_authenticated:
        client.force_login(who)
    found = [
        url
        for url in (
            LIST,
            f"{LIST}?theme=bracken-theme",
            f"{LIST}?of={member.state_id}",
            f"{LIST}?kind=practice",
            card.get_absolute_url(),
            f"{card.get_absolute_url()}edit/",
        )
        if "brackenmere" in client.get(url).text
    ]
    if role in OWN_PEOPLE | SECRETARIAT:
        assert LIST in found
        assert card.get_absolute_url() in found
    else:
        assert found == []
    may = Practice.objects.visible_to(who, today())
    assert may.filter(pk=card.pk).exists() == (role in OWN_PEOPLE | SECRETARIAT)


def test_a_drafter_writes_a_draft_and_the_focal_point_publishes_it(client, member):
    client.force_login(factories.DrafterFactory(member=member).user)
    answer = client.post(reverse("practices:add"), typed())
    card = Practice.objects.get(title="Judges trained")
    assert answer["Location"] == card.get_absolute_url() == "/practices/judges-trained/"
    assert not card.is_public
    assert card.member == member
    assert client.post(f"{card.get_absolute_url()}publish/", {"version": 1}).status_code == 404
    client.force_login(focal_point(member))
    page = client.get(card.get_absolute_url())
    assert "Publish the card" in page.text
    client.post(f"{card.get_absolute_url()}publish/", {"version": 1})
    card.refresh_from_db()
    assert card.is_public
    assert client.post(f"{card.get_absolute_url()}publish/", {"version": 1}).status_code == 302
    moment = card.published_at
    card.refresh_from_db()
    assert (card.published_at, card.version) == (moment, 2)


def test_a_drafter_changes_a_draft_and_never_what_is_public(client, member, nothing_changes):
    who = factories.DrafterFactory(member=member).user
    client.force_login(who)
    card = draft(member=member)
    card.themes.add(factories.ThemeFactory())
    url = f"{card.get_absolute_url()}edit/"
    assert client.post(url, typed(title="New words")).status_code == 302
    card.refresh_from_db()
    assert card.title == "New words"
    practising.publish(card, card.version)
    with nothing_changes():
        assert client.post(url, {**typed_without_rows(), "version": 3}).status_code == 404


def test_publishing_is_of_the_text_that_was_read(client, member):
    client.force_login(focal_point(member))
    card = draft(member=member, version=4)
    answer = client.post(f"{card.get_absolute_url()}publish/", {"version": 3}, follow=True)
    assert "Read it again" in answer.text
    card.refresh_from_db()
    assert not card.is_public


@pytest.mark.parametrize("version", ["", "x", "\u0661", "9" * 40])
def test_a_version_that_is_no_number_publishes_nothing(client, member, version):
    client.force_login(focal_point(member))
    card = draft(member=member)
    assert (
        client.post(f"{card.get_absolute_url()}publish/", {"version": version}).status_code == 302
    )
    card.refresh_from_db()
    assert not card.is_public


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does():
    card = draft()
    assert at_once([lambda: practising.publish(card, 1)] * 2) == 1
    card.refresh_from_db()
    assert (card.is_public, card.version) == (True, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_recognitions_of_a_member_at_once_one_is_stored():
    card, member = factories.PracticeFactory(), factories.MemberFactory()
    by = factories.UserFactory()
    assert at_once([lambda: practising.recognize(card, member, "", by)] * 2) == 1
    assert card.recognitions.count() == 1


def test_withdrawn_is_a_draft_again_and_gone_for_readers(client, member):
    card = factories.PracticeFactory(member=member)
    client.force_login(focal_point(member))
    for _ in range(2):
        assert client.post(f"{card.get_absolute_url()}withdraw/").status_code == 302
    card.refresh_from_db()
    assert (card.is_public, card.published_at, card.version) == (False, None, 2)
    client.logout()
    assert client.get(card.get_absolute_url()).status_code == 404


def test_a_member_recognizes_once_with_a_word_and_takes_it_back(client, member):
    card = factories.PracticeFactory()
    client.force_login(focal_point(member))
    url = f"{card.get_absolute_url()}recognize/"
    client.post(url, {"word": "It helped us with our\nsecond plan."})
    again = client.post(url, {"word": "Again."}, follow=True)
    assert "has recognized this practice already" in again.text
    recognition = Recognition.objects.get()
    assert (recognition.member, recognition.word) == (
        member,
        "It helped us with our second plan.",
    )
    client.logout()
    page = client.get(card.get_absolute_url()).text
    assert "It helped us with our second plan." in page
    assert recognition.given_by.name not in page
    client.force_login(focal_point(member))
    client.post(f"{card.get_absolute_url()}recognitions/{recognition.pk}/remove/")
    assert not Recognition.objects.exists()


def test_recognitions_stand_in_the_order_of_time_and_are_not_counted(client, db):
    card = factories.PracticeFactory()
    for days in (3, 2, 1):
        factories.RecognitionFactory(
            practice=card, given_at=timezone.now() - datetime.timedelta(days=days)
        )
    names = [r.member.name for r in card.recognitions.order_by("given_at")]
    page = client.get(card.get_absolute_url()).text
    assert names == sorted(names, key=page.index)
    assert "3 recognitions" not in page


def test_one_does_not_recognize_ones_own_nor_a_draft(client, member, nothing_changes):
    client.force_login(focal_point(member))
    own, hidden = factories.PracticeFactory(member=member), draft()
    with nothing_changes():
        assert client.post(f"{own.get_absolute_url()}recognize/").status_code == 404
        assert client.post(f"{hidden.get_absolute_url()}recognize/").status_code == 404
    by = factories.UserFactory()
    for card in (own, hidden):
        with pytest.raises(WrongStateError):
            practising.recognize(card, member, "", by)


def test_a_focal_point_of_two_members_says_for_which(client, member, nothing_changes):
    who, other = focal_point(member), factories.MemberFactory()
    factories.DesignationFactory(member=other, user=who, function=Function.ALTERNATE)
    client.force_login(who)
    card = factories.PracticeFactory()
    url = f"{card.get_absolute_url()}recognize/"
    with nothing_changes():
        refused = client.post(url, {"word": "Thanks."})
    assert "For which member" in refused.text
    assert "There is a problem" in refused.text
    client.post(url, {"word": "Thanks.", "member": other.pk})
    assert Recognition.objects.get().member == other
    # Of the two only one is left, so nothing is asked.
    client.post(url, {"word": "Thanks."})
    assert Recognition.objects.count() == 2
    stranger = factories.MemberFactory()
    with nothing_changes():
        refused = client.post(
            reverse("practices:add"), {**typed_without_rows(), "member": stranger.pk}
        )
    assert "Select a valid choice" in refused.text


def test_a_word_that_is_too_long_is_refused_and_kept(client, member, nothing_changes):
    client.force_login(focal_point(member))
    card = factories.PracticeFactory()
    with nothing_changes():
        page = client.post(f"{card.get_absolute_url()}recognize/", {"word": "word " * 90}).text
    assert "at most 300 characters" in page
    assert "word word word" in page


def test_what_is_wrong_with_a_card_is_said_in_words(client, member, nothing_changes):
    client.force_login(focal_point(member))
    anothers = factories.ActionPlanFactory()
    client.get(reverse("practices:add"))
    url = reverse("practices:add")
    with nothing_changes():
        empty = client.post(url, typed(action="", theme=Theme(pk=0), title=" ")).text
        foreign = client.post(url, {**typed_without_rows(), "plan": anothers.pk}).text
        long = client.post(url, {**typed_without_rows(), "lesson": "x" * 5001}).text
    assert "Write at least the situation or what was done." in empty
    assert "This field is required." in empty
    assert "Select a valid choice" in foreign
    assert "Shorten this to at most 5,000 characters" in long


def test_the_secretariat_writes_without_a_member_and_chooses_a_members_own_plan(client, member):
    client.force_login(factories.secretariat_editor())
    plan = factories.ActionPlanFactory(state=member.state)
    refused = client.post(reverse("practices:add"), typed(plan=plan.pk))
    assert "This plan is of another member." in refused.text
    told = {"states": [plan.state_id], "source": "A letter"}
    client.post(reverse("practices:add"), typed(title="Told of one", **told))
    client.post(reverse("practices:add"), typed(title="Owned", plan=plan.pk, member=member.pk))
    of_member = Practice.objects.of(member).order_by("title")
    assert [str(card) for card in of_member] == ["Owned", "Told of one"]
    assert Practice.objects.get(title="Told of one").member is None
    assert list(Practice.objects.about(member.state_id).order_by("title")) == list(of_member)


def test_two_who_edit_one_card_see_both_texts(client, member):
    client.force_login(focal_point(member))
    card = factories.PracticeFactory(member=member, version=2, action="As stored.")
    page = client.post(f"{card.get_absolute_url()}edit/", typed(action="As typed."))
    assert page.status_code == 409
    assert "As stored." in page.text
    assert "As typed." in page.text
    card.refresh_from_db()
    assert card.action == "As stored."


@pytest.mark.parametrize(
    ("title", "begins"),
    [("Add", "add-"), ("和平", "practice-"), ("Practice", "practice-"), ("A" * 300, "a" * 100)],
)
def test_every_title_has_an_address(db, title, begins):
    assert practising.free_slug(title).startswith(begins)
    factories.PracticeFactory(slug="judges-trained")
    assert practising.free_slug("Judges trained").startswith("judges-trained-")


def test_rights_lapse_with_the_designation(client, member, nothing_changes):
    yesterday = today() - datetime.timedelta(days=1)
    client.force_login(focal_point(member, until=yesterday))
    card = factories.PracticeFactory(member=member)
    with nothing_changes():
        for act in ("edit", "publish", "withdraw", "recognize"):
            assert client.post(f"{card.get_absolute_url()}{act}/").status_code == 404
        assert client.post(reverse("practices:add")).status_code == 404
    assert not members_written_for(AnonymousUser(), today()).exists()


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_takes_a_fixed_number_of_queries(client, db, django_assert_num_queries, count):
    theme = factories.ThemeFactory()
    for card in factories.PracticeFactory.create_batch(count, themes=[theme]):
        card.states.add(factories.StateFactory())
    with django_assert_num_queries(9):
        client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST, {"theme": theme.slug})


def test_a_long_list_has_pages(client, db):
    factories.PracticeFactory.create_batch(25)
    assert "Page 1 of 2" in client.get(LIST).text
    assert "Page 2 of 2" in client.get(LIST, {"page": "2", "kind": "practice"}).text
    assert client.get(LIST, {"page": "x", "theme": "\x00", "of": "?"}).status_code == 200


def test_the_first_cards_are_the_examples_of_the_letter(client, network):
    cards = Practice.objects.public().in_full()
    assert {tuple(card.parties) for card in cards} == {
        ("Canada",),
        ("Democratic Republic of the Congo", "Sierra Leone"),
        ("Economic Community of West African States",),
        ("Namibia", "Norway"),
        (),
    }
    assert all("15 December 2017" in card.source for card in cards)
    assert {card.result + card.lesson for card in cards} == {""}
    assert [c.title for c in cards if c.kind == "resource"] == [
        "Costing manual with financing alternatives"
    ]
    page = client.get("/practices/six-ministries-in-one-plan/").text
    assert page.count("Not recorded") == 4


def test_local_organizations_wait_for_their_first_practice(client, network, member):
    asked = "the Network was asked to share best practices on this"
    assert asked in client.get(LIST).text
    client.force_login(focal_point(member))
    assert "?theme=funding-of-local-organizations" in client.get(LIST).text
    form = client.get("/practices/add/?theme=funding-of-local-organizations").text
    assert form.count(" checked") == 1
    theme = Theme.objects.get(slug="funding-of-local-organizations")
    factories.PracticeFactory(themes=[theme])
    assert asked not in client.get(LIST).text


def test_a_card_that_was_removed_or_renamed_does_not_come_back(network):
    Practice.objects.filter(kind="resource").delete()
    Practice.objects.filter(slug="twinning-of-namibia-and-norway").update(title="Renamed")
    assert load()["Good practices"] == 0
    assert Practice.objects.count() == 4


def test_the_database_refuses_what_must_never_be(db):
    card = factories.PracticeFactory()
    factories.RecognitionFactory(practice=card, member=card.member)
    wrong = [
        lambda: Practice.objects.filter(pk=card.pk).update(published_at=None),
        lambda: factories.RecognitionFactory(practice=card, member=card.member),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.django_db
def test_a_card_names_its_plan_to_those_alone_who_may_read_the_plan(client):
    prospective = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    plan = factories.ActionPlanFactory(state=prospective.state, title="Planted plan")
    card = factories.PracticeFactory(plan=plan)
    client.force_login(factories.UserFactory())
    assert "Planted plan" not in client.get(card.get_absolute_url()).text
    client.force_login(factories.secretariat_editor())
    assert "Planted plan" in client.get(card.get_absolute_url()).text


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["\x00", "nothing", "9" * 5000])
def test_a_theme_that_there_is_not_is_left_out_of_a_new_card(client, typed):
    client.force_login(focal_point(factories.MemberFactory()))
    page = client.get(reverse("practices:add"), {"theme": typed})
    assert page.context["form"].initial["themes"] == []
