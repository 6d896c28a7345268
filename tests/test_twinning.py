"""Twinning: cards, suggestions in words, messages of two members, twinnings on record."""

import datetime
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from members import matching, noticing, twinning
from members.errors import WrongStateError
from members.loading import load
from members.models import (
    Function,
    Notice,
    Twinning,
    TwinningCard,
    TwinningMessage,
    TwinningThread,
)
from tests import factories
from tests.factories import focal_point, today
from tests.matrix.page import DESIGNATED
from tests.roles import OWN_SPEAKERS, SECRETARIAT, person

DAY = datetime.timedelta(days=1)
LIST, CARDS, INBOX = "/twinning/", "/twinning/cards/", "/twinning/messages/"


@pytest.fixture
def financing(db):
    return factories.ThemeFactory(name="Financing", slug="financing")


def typed_card(**fields):
    return {
        "version": 1,
        "kind": "request",
        "language": "fr",
        "stage": "launch",
        "text": "We look for a partner.",
        **fields,
    }


def pair(financing, **request):
    """An offer of Norway and what another member asks for."""
    state = factories.StateFactory(name="Norway")
    offer = factories.TwinningCardFactory(
        member=factories.MemberFactory(state=state), theme=financing, language="fr", stage="launch"
    )
    asked = factories.TwinningCardFactory(
        theme=financing, kind="request", **{"language": "fr", "stage": "launch", **request}
    )
    return offer, asked


# Cards


def test_the_text_of_a_card_is_met_by_speakers_and_the_secretariat_alone(client, member, role):
    theme = factories.ThemeFactory(slug="a-theme")
    member.themes.add(theme)
    card = factories.TwinningCardFactory(text="On rowanleigh.", theme=theme)
    who = person(role, member)
    if who.is_authenticated:
        client.force_login(who)
    pages = [LIST, "/", CARDS, f"{CARDS}?theme=a-theme", card.get_absolute_url()]
    found = [url for url in pages if "rowanleigh" in client.get(url).text]
    assert found == (pages[2:] if role in DESIGNATED | SECRETARIAT else [])


def test_a_closed_card_is_met_by_its_own_member_and_the_secretariat(client, member):
    card = factories.TwinningCardFactory(member=member, text="On rowanleigh.")
    twinning.close(card)
    client.force_login(focal_point(member, Function.MISSION))
    assert "rowanleigh" in client.get("/twinning/suggestions/").text
    assert "rowanleigh" in client.get(card.get_absolute_url()).text
    assert "rowanleigh" not in client.get(CARDS).text
    client.force_login(focal_point(factories.MemberFactory()))
    assert client.get(card.get_absolute_url()).status_code == 404
    client.force_login(factories.secretariat_editor())
    assert client.get(card.get_absolute_url()).status_code == 200
    with pytest.raises(WrongStateError):
        twinning.close(card)


def test_a_focal_point_opens_changes_and_closes_a_card(client, member, financing):
    client.force_login(focal_point(member))
    assert "optional" not in client.get(f"{CARDS}add/?kind=offer").text.split("<main")[1]
    client.post(f"{CARDS}add/", typed_card(theme=financing.pk))
    card = TwinningCard.objects.get()
    assert (card.member, card.kind) == (member, "request")
    url = f"{card.get_absolute_url()}edit/"
    client.post(url, typed_card(theme=financing.pk, text="In other words."))
    page = client.post(url, typed_card(theme=financing.pk, text="Too late."))
    assert page.status_code == 409
    assert "In other words." in page.text
    assert "Too late." in page.text
    client.post(f"{card.get_absolute_url()}close/")
    card.refresh_from_db()
    assert card.closed_at
    assert card.text == "In other words."
    assert client.post(f"{card.get_absolute_url()}close/").status_code == 404
    assert client.get(url).status_code == 404


def test_cards_are_found_by_kind_theme_language_and_stage(client, member, financing):
    client.force_login(focal_point(member))
    offer, asked = pair(financing, language="es")
    factories.TwinningCardFactory(text="Something else.")
    asked_for = {"kind": "offer", "theme": "financing", "language": "fr", "stage": "launch"}
    page = client.get(CARDS, asked_for).text
    assert offer.get_absolute_url() in page
    assert asked.get_absolute_url() not in page
    assert "Something else." not in page
    assert "No card fits." in client.get(CARDS, {**asked_for, "language": "ar"}).text
    assert client.get(CARDS, {"theme": "\x00", "kind": "x", "page": "x"}).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_cards_takes_a_fixed_number_of_queries(
    client, member, count, django_assert_num_queries
):
    client.force_login(focal_point(member))
    factories.TwinningCardFactory.create_batch(count)
    with django_assert_num_queries(11):
        client.get(CARDS)


# Suggestions


def reasons(member):
    return [suggestion.reasons for suggestion in matching.suggestions(member, today())]


def test_a_suggestion_says_why_in_words(financing):
    offer, asked = pair(financing)
    union = factories.RegionalOrganizationFactory(name="African Union")
    for card in (offer, asked):
        factories.RegionalMembershipFactory(organization=union, state=card.member.state)
    assert reasons(asked.member) == [
        [
            "Norway offers help with financing, which you ask for.",
            "Both work in French.",
            "Both are at the same stage: launching a plan.",
            "Both belong to the same regional organization: African Union.",
        ]
    ]
    assert reasons(offer.member)[0][0] == (
        f"{asked.member.name} asks for help with financing, which you offer."
    )


def test_what_is_not_alike_is_not_said(financing):
    offer, asked = pair(financing, language="other", stage="monitoring")
    offer.language = "other"
    offer.save()
    assert reasons(asked.member) == [["Norway offers help with financing, which you ask for."]]
    left = factories.RegionalMembershipFactory(state=offer.member.state, until=today() - DAY)
    factories.RegionalMembershipFactory(organization=left.organization, state=asked.member.state)
    assert len(reasons(asked.member)[0]) == 1


def test_an_organization_and_a_state_within_it_have_each_other(financing):
    offer, _asked = pair(financing)
    body = factories.RegionalOrganizationFactory(name="African Union")
    factories.RegionalMembershipFactory(organization=body, state=offer.member.state)
    union = factories.MemberFactory(state=None, organization=body)
    factories.TwinningCardFactory(member=union, theme=financing, kind="request", stage="launch")
    assert "Norway belongs to you." in reasons(union)[0]
    of_norway = [reason for group in reasons(offer.member) for reason in group]
    assert "You belong to the African Union." in of_norway


def test_most_reasons_come_first_then_the_latest_and_own_or_closed_ones_never(financing):
    offer, asked = pair(financing)
    close = factories.TwinningCardFactory(theme=financing, language="fr", stage="launch")
    far = factories.TwinningCardFactory(theme=financing, language="ar")
    factories.TwinningCardFactory(member=asked.member, theme=financing)
    factories.TwinningCardFactory(theme=financing, language="fr", closed_at=close.created_at)
    factories.TwinningCardFactory(theme=financing, member=factories.MemberFactory(status="former"))
    order = [s.card for s in matching.suggestions(asked.member, today())]
    assert order == [close, offer, far]
    assert order == [s.card for s in matching.suggestions(asked.member, today())]


def test_without_a_card_themes_and_the_stage_of_the_plans_are_compared(financing, member):
    _offer, asked = pair(financing, stage="implementation")
    assert reasons(member) == []
    member.themes.add(financing)
    factories.ActionPlanFactory(state=member.state, stated_state="in force")
    assert reasons(member) == [
        [
            f"{asked.member.name} asks for help with financing, a theme that you work on.",
            "Your plans on record are at the same stage: implementing a plan.",
        ],
        ["Norway offers help with financing, a theme that you work on."],
    ]


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        ([], None),
        (["not recorded"], None),
        (["in development"], "first plan"),
        (["expired", "in development"], "next plan"),
        (["under review"], "next plan"),
        (["expired", "in force"], "implementation"),
    ],
)
def test_the_stage_follows_from_the_plans_on_record(member, states, stage):
    for state in states:
        factories.ActionPlanFactory(state=member.state, stated_state=state)
    assert matching.stage_of(member, today()) == stage


@pytest.mark.parametrize("count", [1, 5])
def test_suggestions_take_a_fixed_number_of_queries(
    client, member, financing, count, django_assert_num_queries
):
    client.force_login(focal_point(member))
    factories.TwinningCardFactory(member=member, theme=financing, kind="request")
    for card in factories.TwinningCardFactory.create_batch(count, theme=financing):
        factories.RegionalMembershipFactory(state=card.member.state)
    with django_assert_num_queries(12):
        page = client.get("/twinning/suggestions/").text
    assert page.count("offers help with financing") == count


# Messages


@pytest.fixture
def talk(member, financing):
    """A thread that the member began about another's card, and the people of both."""
    card = factories.TwinningCardFactory(theme=financing)
    ours, theirs = focal_point(member), focal_point(card.member)
    thread = twinning.ask(card, member, "On juniperfold.", ours)
    return thread, ours, theirs


def test_a_message_is_met_by_who_speaks_for_one_of_the_two(client, member, role, talk):
    thread, _ours, theirs = talk
    who = person(role, member)
    if who.is_authenticated:
        client.force_login(who)
    card = thread.card.get_absolute_url()
    every = (LIST, CARDS, card, "/twinning/suggestions/", INBOX, thread.get_absolute_url())
    found = [url for url in every if "juniperfold" in client.get(url).text]
    assert found == ([thread.get_absolute_url()] if role in OWN_SPEAKERS else [])
    inbox = client.get(INBOX)
    listed = inbox.status_code == 200 and thread.get_absolute_url() in inbox.text
    assert listed == (role in OWN_SPEAKERS)
    client.force_login(theirs)
    assert "juniperfold" in client.get(thread.get_absolute_url()).text


def test_the_mission_contact_reads_and_does_not_write(client, member, talk, nothing_changes):
    thread, *_ = talk
    client.force_login(focal_point(member, Function.MISSION))
    assert "Send the message" not in client.get(thread.get_absolute_url()).text
    with nothing_changes():
        assert client.post(thread.get_absolute_url(), {"text": "No."}).status_code == 404


def test_the_secretariat_with_a_designation_speaks_for_its_member_alone(client, talk):
    thread, ours, _theirs = talk
    secretariat = factories.secretariat_editor()
    client.force_login(secretariat)
    assert client.get(INBOX).status_code == 404
    assert client.get(thread.get_absolute_url()).status_code == 404
    card = factories.TwinningCardFactory()
    assert client.post(f"{card.get_absolute_url()}write/", {"text": "No."}).status_code == 404
    assert not TwinningThread.objects.visible_to(secretariat, today()).exists()
    assert TwinningThread.objects.visible_to(ours, today()).get() == thread


def test_several_unread_messages_give_one_mail_until_it_is_read(client, talk):
    thread, ours, theirs = talk
    url = thread.get_absolute_url()
    for text in ("Second.", "Third."):
        twinning.write(thread, thread.asked_by, text, ours)
    assert [notice.user for notice in Notice.objects.all()] == [theirs]
    client.force_login(theirs)
    assert "3 unread messages" in client.get(INBOX).text
    client.head(url)
    assert not TwinningMessage.objects.filter(read_at__isnull=False).exists()
    assert client.get(url).text.count('<span class="tag tag-blue">New</span>') == 3
    assert "unread" not in client.get(INBOX).text
    twinning.write(thread, thread.asked_by, "Fourth.", ours)
    assert Notice.objects.filter(user=theirs).count() == 2
    client.post(url, {"text": "An answer."})
    assert Notice.objects.filter(user=ours).count() == 1
    client.force_login(ours)
    assert "1 unread message" in client.get(INBOX).text


def test_the_mail_says_that_a_message_waits_and_not_a_word_of_it(talk, settings):
    thread, ours, theirs = talk
    assert noticing.send_waiting() == 1
    letter = mail.outbox[0]
    assert letter.to == [theirs.email]
    assert f"{settings.SITE_URL}{thread.get_absolute_url()}" in letter.body
    for private in ("juniperfold", ours.name, thread.asked_by.name, thread.card.text):
        assert private not in letter.body + letter.subject
    assert noticing.send_waiting() == 0


def test_everyone_who_edits_is_told_and_the_mission_contact_only_if_nobody_does(member):
    contact = focal_point(member, Function.MISSION)
    focal_point(member, until=today() - DAY)
    assert twinning.people_told(member, today()) == [contact]
    principal = focal_point(member)
    alternate = focal_point(member, Function.ALTERNATE)
    factories.DesignationFactory(member=member, user=principal, function=Function.ALTERNATE)
    told = twinning.people_told(member, today())
    assert sorted(user.pk for user in told) == sorted([principal.pk, alternate.pk])


def test_who_writes_is_told_when_nobody_hears(client, member):
    client.force_login(focal_point(member))
    card = factories.TwinningCardFactory()
    assert "Nobody speaks for this member" in client.get(card.get_absolute_url()).text
    page = client.post(f"{card.get_absolute_url()}write/", {"text": "Hello?"}, follow=True).text
    assert "Nobody speaks for the other member" in page
    assert not Notice.objects.exists()


def test_a_member_has_one_thread_about_a_card(client, member, talk):
    thread, ours, _theirs = talk
    client.force_login(ours)
    page = client.get(thread.card.get_absolute_url()).text
    assert "Send the message" not in page
    assert thread.get_absolute_url() in page
    url = f"{thread.card.get_absolute_url()}write/"
    assert client.post(url, {"text": "Again."})["Location"] == thread.get_absolute_url()
    assert thread.messages.count() == 2


def test_a_closed_card_takes_no_new_thread_and_the_words_are_kept(client, member, nothing_changes):
    card = factories.TwinningCardFactory()
    client.force_login(focal_point(member))
    twinning.close(card)
    url = f"{card.get_absolute_url()}write/"
    with nothing_changes():
        page = client.post(url, {"text": "My long message."})
    assert page.status_code == 409
    assert "My long message." in page.text
    stale = TwinningCard(pk=card.pk, member=card.member)
    with pytest.raises(WrongStateError):
        twinning.ask(stale, member, "Late.", focal_point(member))


def test_what_was_begun_goes_on_after_the_card_is_closed(client, talk):
    thread, _ours, theirs = talk
    twinning.close(thread.card)
    client.force_login(theirs)
    client.post(thread.get_absolute_url(), {"text": "We go on."})
    assert thread.messages.count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write your message first."),
        (" \n\x00", "Write your message first."),
        ("x" * 5001, "Shorten this to at most 5,000 characters. It has 5,001 now."),
    ],
)
def test_the_bounds_of_a_message_are_said_in_words(client, member, talk, text, says):
    thread, ours, _theirs = talk
    client.force_login(ours)
    other = factories.TwinningCardFactory()
    for url in (thread.get_absolute_url(), f"{other.get_absolute_url()}write/"):
        assert says in client.post(url, {"text": text}).text
    assert TwinningMessage.objects.count() == 1


def test_a_message_in_any_script_and_with_markup_is_shown_as_it_was_typed(client, talk):
    thread, _ours, theirs = talk
    client.force_login(theirs)
    page = client.post(
        thread.get_absolute_url(), {"text": "مرحبا <b>bold</b>\n和平"}, follow=True
    ).text
    assert "مرحبا &lt;b&gt;bold&lt;/b&gt;<br>和平" in page


def test_a_focal_point_of_two_members_says_for_which_it_writes(client, member, nothing_changes):
    who, second = focal_point(member), factories.MemberFactory()
    factories.DesignationFactory(member=second, user=who)
    client.force_login(who)
    card = factories.TwinningCardFactory()
    url = f"{card.get_absolute_url()}write/"
    with nothing_changes():
        assert "For which member" in client.post(url, {"text": "Hello."}).text
        stranger = card.member.pk
        refused = client.post(url, {"text": "Hello.", "member": stranger}).text
    assert "Select a valid choice" in refused
    client.post(url, {"text": "Hello.", "member": second.pk})
    thread = TwinningThread.objects.get()
    assert thread.asked_by == second
    assert "For which member" not in client.get(thread.get_absolute_url()).text
    own = factories.TwinningCardFactory(member=member)
    answer = client.post(f"{own.get_absolute_url()}write/", {"text": "To myself."})
    between = TwinningThread.objects.get(card=own)
    assert answer["Location"] == between.get_absolute_url()
    page = client.get(between.get_absolute_url())
    assert "For which member" in page.text
    assert not TwinningMessage.objects.filter(thread=between, read_at__isnull=True).exists()


def test_rights_to_messages_lapse_with_the_designation(client, member, talk, nothing_changes):
    thread, ours, _theirs = talk
    ours.designations.update(until=today() - DAY)
    client.force_login(ours)
    with nothing_changes():
        assert client.get(thread.get_absolute_url()).status_code == 404
        assert client.get(INBOX).status_code == 404
        assert client.post(thread.get_absolute_url(), {"text": "No."}).status_code == 404
    successor = focal_point(member)
    client.force_login(successor)
    assert "juniperfold" in client.get(thread.get_absolute_url()).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_inbox_takes_a_fixed_number_of_queries(
    client, member, count, django_assert_num_queries
):
    client.force_login(focal_point(member))
    for thread in factories.TwinningThreadFactory.create_batch(count, asked_by=member):
        factories.TwinningMessageFactory.create_batch(count, thread=thread)
    with django_assert_num_queries(8):
        client.get(INBOX)
    thread = TwinningThread.objects.first()
    with django_assert_num_queries(15):
        client.get(thread.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_two_first_messages_at_once_make_one_thread_and_one_mail():
    card, member = factories.TwinningCardFactory(), factories.MemberFactory()
    focal_point(card.member)
    by = focal_point(member)

    def ask():
        try:
            twinning.ask(card, member, "At once.", by)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert TwinningThread.objects.get().messages.count() == 2
    assert Notice.objects.count() == 1


# On record


def test_namibia_and_norway_are_the_first_and_what_is_unknown_stays_so(client, network):
    first = Twinning.objects.get()
    assert str(first) == "Namibia – Norway"
    page = client.get(LIST).text
    assert page.count('<span class="soft">Not recorded</span>') == 3
    assert "15 December 2017" in page
    Twinning.objects.all().delete()
    assert load()["Twinnings"] == 0


def test_a_focal_point_records_a_twinning_of_its_own_member(client, member, financing):
    other = factories.MemberFactory()
    client.force_login(focal_point(member))
    client.post(
        reverse("twinning:add"),
        {
            "version": 1,
            "second": other.pk,
            "since": "2024-05",
            "themes": [financing.pk],
            "about": "A plan.",
        },
    )
    kept = Twinning.objects.get()
    assert (kept.first, kept.second, str(kept.since)) == (member, other, "May 2024")
    for side in (member, other):
        assert Twinning.objects.of(side).get() == kept
    client.force_login(focal_point(other))
    url = reverse("twinning:edit", args=[kept.pk])
    answer = client.post(url, {"version": 1, "since": "2024", "results": "Two plans."})
    assert answer["Location"] == f"/twinning/#twinning-{kept.pk}"
    page = client.post(url, {"version": 1, "results": "Three plans."})
    assert page.status_code == 409
    client.logout()
    shown = client.get(LIST).text
    assert "Two plans." in shown
    assert "May 2024" not in shown


def test_what_is_wrong_with_a_twinning_is_said_in_words(client, member, nothing_changes):
    client.force_login(focal_point(member))
    other = factories.MemberFactory()
    url = reverse("twinning:add")
    for fields, says in (
        ({"second": member.pk}, "A twinning joins two different members."),
        ({"second": other.pk, "since": "2024-05", "until": "2023"}, "ends before it begins"),
        ({"second": other.pk, "since": "May"}, "Write the date as far as it is known"),
        ({"second": other.pk, "until": "2023-02-30"}, "Write the date as far as it is known"),
        ({}, "This field is required."),
    ):
        with nothing_changes():
            assert says in client.post(url, {"version": 1, **fields}).text
    # The precisions differ and nothing contradicts.
    client.post(url, {"version": 1, "second": other.pk, "since": "2024-05", "until": "2024"})
    assert Twinning.objects.exists()


def test_the_secretariat_records_for_any_two_members(client, member):
    client.force_login(factories.secretariat_editor())
    other = factories.MemberFactory()
    form = {"version": 1, "first": member.pk, "second": other.pk}
    client.post(reverse("twinning:add"), form)
    assert Twinning.objects.get().first == member
    assert "Edit" in client.get(LIST).text


def test_twinnings_are_listed_by_theme(client, financing):
    chosen = factories.TwinningFactory(about="Chosen.")
    chosen.themes.add(financing)
    factories.TwinningFactory(about="Another.")
    page = client.get(LIST, {"theme": "financing"}).text
    assert "Chosen." in page
    assert "Another." not in page
    assert "Another." in client.get(LIST, {"theme": "x"}).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_on_record_takes_a_fixed_number_of_queries(
    client, financing, count, django_assert_num_queries
):
    for kept in factories.TwinningFactory.create_batch(count):
        kept.themes.add(financing)
    with django_assert_num_queries(3):
        client.get(LIST)


def test_the_database_refuses_what_must_never_be(member, talk):
    thread, *_ = talk
    wrong = [
        lambda: factories.TwinningFactory(first=member, second=member),
        lambda: factories.TwinningThreadFactory(card=thread.card, asked_by=member),
        lambda: connection.cursor().execute(
            "INSERT INTO members_twinning (first_id, second_id, since, about, results, source,"
            " version) SELECT %s, id, '2024-13', '', '', '', 1 FROM members_member"
            " WHERE id <> %s LIMIT 1",
            [member.pk, member.pk],
        ),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_an_empty_message_to_the_card_of_a_former_member_is_not_found(client, talk):
    _thread, ours, _theirs = talk
    client.force_login(ours.designations.first().user)
    card = factories.TwinningCardFactory()
    page = f"{card.get_absolute_url()}write/"
    assert client.post(page, {"text": ""}).status_code == 200
    type(card.member).objects.filter(pk=card.member_id).update(status="former")
    assert client.post(page, {"text": ""}).status_code == 404
