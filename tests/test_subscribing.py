"""Subscribing and leaving: opening a page does nothing, and no answer tells who subscribed."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.signing import Signer, TimestampSigner
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter import subscribing, tokens
from newsletter.models import Subscription
from newsletter.views import subscriptions
from tests import factories
from wpsnetwork import heartbeats, limiting
from wpsnetwork import mail as portal_mail
from wpsnetwork.models import Heartbeat
from wpsnetwork.processes import free_port

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"
SUBSCRIBE = "/newsletter/subscribe/"
SLOW = "Mail is slow at the moment"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """No worker is woken; the tests run the clock themselves."""
    woken = []
    monkeypatch.setattr(subscriptions, "wake", lambda task, *args: woken.append(task.name))
    return woken


def row(email=ADDRESS):
    return Subscription.objects.get(email__iexact=email)


def confirm_link():
    """The link of the last mail, as a path."""
    return re.search(r"http://testserver(/newsletter/confirm/\S+)", mail.outbox[-1].body)[1]


def leave_path(subscription, edition_id=1):
    return reverse("newsletter:leave", args=[tokens.leave_token(edition_id, subscription.key)])


def subscribe(client, email=ADDRESS):
    return client.post(SUBSCRIBE, {"email": email}, follow=True)


def test_an_address_subscribes_by_a_mail_and_a_button(client, no_worker):
    page = subscribe(client)
    assert "Look into your mail" in page.text
    assert no_worker == ["newsletter.send_confirmations"]
    assert (row().state, row().confirmation_sent_at) == ("unconfirmed", None)

    assert subscribing.send_waiting() == 1
    assert mail.outbox[0].to == [ADDRESS]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert "<" not in mail.outbox[0].body
    page = client.get(confirm_link())
    assert "Yes, send me the newsletter" in page.text
    page = client.post(confirm_link())

    assert "You are subscribed" in page.text
    found = row()
    assert found.state == "active"
    assert found.confirmed_at is not None
    assert "until I leave it" in found.consent_wording
    assert found.consent_source == subscriptions.SOURCE
    assert list(Subscription.objects.active()) == [found]


def test_a_scanner_that_follows_links_confirms_and_removes_nobody(client, nothing_changes):
    subscribe(client)
    subscribing.send_waiting()
    active = factories.SubscriptionFactory()
    with nothing_changes():
        for path in (confirm_link(), leave_path(active), leave_path(row())):
            for method in (client.get, client.head, client.options):
                assert method(path).status_code in {200, 405}
    assert (row().state, Subscription.objects.get(pk=active.pk).state) == ("unconfirmed", "active")


def test_the_answer_is_the_same_for_every_address(client):
    factories.SubscriptionFactory(email="active@example.org")
    factories.SubscriptionFactory(
        email="asked@example.org", state="unconfirmed", confirmation_sent_at=timezone.now()
    )
    factories.SubscriptionFactory(email="left@example.org", state="left", left_at=timezone.now())
    pages = set()
    for email in ("active", "asked", "left", "new"):
        answer = client.post(SUBSCRIBE, {"email": f"{email}@example.org"})
        page = client.get(answer.url)
        pages.add((answer.status_code, answer.url, tuple(answer.cookies), page.text))
        assert "@example.org" not in page.text
    assert len(pages) == 1


def test_an_active_address_gets_no_second_mail_and_stays(client):
    found = factories.SubscriptionFactory(email=ADDRESS)
    subscribe(client, ADDRESS.upper())
    assert subscribing.send_waiting() == 0
    assert Subscription.objects.get() == found
    assert row().confirmed_at == found.confirmed_at


def test_an_address_is_one_subscription_whatever_its_case(client):
    subscribe(client, "Reader@Example.org")
    subscribe(client, "reader@example.ORG")
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(("minutes", "mails"), [(59, 1), (61, 2)])
def test_the_mail_is_sent_again_at_most_once_an_hour(client, minutes, mails):
    subscribe(client)
    subscribing.send_waiting()
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        subscribe(client)
        subscribing.send_waiting()
    assert len(mail.outbox) == mails


def test_a_mail_that_the_relay_did_not_take_is_sent_by_the_clock(client, settings):
    subscribe(client)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = free_port()
    assert subscribing.send_waiting() == 0
    assert row().confirmation_sent_at is None

    settings.EMAIL_BACKEND = works
    assert subscribing.send_waiting() == 1
    assert row().confirmation_sent_at is not None
    assert subscribing.send_waiting() == 0


@pytest.mark.parametrize(("code", "waits"), [(550, False), (450, True)])
def test_an_address_refused_for_good_is_not_tried_for_ever(client, monkeypatch, code, waits):
    def refuse(*args):
        raise subscribing.smtplib.SMTPRecipientsRefused({ADDRESS: (code, b"no")})

    monkeypatch.setattr(portal_mail, "send", refuse)
    subscribe(client)
    assert subscribing.send_waiting() == 0
    assert (row().confirmation_sent_at is None) == waits


def test_an_address_refused_for_now_keeps_nobody_waiting(client, monkeypatch):
    sent = []

    def refuse_one(template, to, words):
        if to == ADDRESS:
            raise subscribing.smtplib.SMTPRecipientsRefused({to: (450, b"later")})
        sent.append(to)

    monkeypatch.setattr(portal_mail, "send", refuse_one)
    subscribe(client)
    subscribe(client, "second@example.org")
    assert subscribing.send_waiting() == 1
    assert sent == ["second@example.org"]
    assert row().confirmation_sent_at is None


@pytest.mark.parametrize("email", [ADDRESS, "known@example.org"])
def test_everybody_is_told_when_the_mail_worker_is_away(client, email):
    factories.SubscriptionFactory(email="known@example.org")
    assert SLOW in subscribe(client, email).text
    heartbeats.beat("portal")
    assert SLOW not in subscribe(client, email).text
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=61))
    assert SLOW in subscribe(client, email).text


def test_who_left_subscribes_again_with_a_new_confirmation(client):
    found = factories.SubscriptionFactory(email=ADDRESS)
    client.post(leave_path(found))
    subscribe(client)
    assert (row().state, row().confirmed_at) == ("unconfirmed", None)
    subscribing.send_waiting()
    client.post(confirm_link())
    assert (row().state, row().left_at) == ("active", None)


def test_confirming_twice_stays_as_it_is(client):
    subscribe(client)
    subscribing.send_waiting()
    client.post(confirm_link())
    first = row().confirmed_at
    assert "You are subscribed" in client.post(confirm_link()).text
    assert row().confirmed_at == first


def test_an_old_link_does_not_bring_back_who_left(client):
    subscribe(client)
    subscribing.send_waiting()
    client.post(confirm_link())
    client.post(leave_path(row()))
    assert client.get(confirm_link()).status_code == 410
    assert client.post(confirm_link()).status_code == 410
    assert row().state == "left"


def test_a_link_to_confirm_works_for_thirty_days(client):
    subscribe(client)
    subscribing.send_waiting()
    link = confirm_link()
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        page = client.post(link)
    assert page.status_code == 410
    assert "no longer valid" in page.text
    assert row().state == "unconfirmed"


def test_leaving_takes_one_click_without_cookie_token_or_redirect():
    """RFC 8058: what a mail program sends."""
    found = factories.SubscriptionFactory()
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        leave_path(found),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert not answer.cookies
    found.refresh_from_db()
    assert (found.state, found.left_at is not None) == ("left", True)


def test_leaving_by_the_page_takes_a_button_and_no_account(client):
    found = factories.SubscriptionFactory()
    page = client.get(leave_path(found))
    assert 'value="One-Click"' in page.text
    assert found.email not in page.text
    assert page["Cache-Control"] == "private, no-store"
    page = client.post(leave_path(found), {"List-Unsubscribe": "One-Click"})
    assert "You have left the newsletter" in page.text
    assert found.email not in page.text


def test_leaving_twice_stays_as_it_is(client):
    found = factories.SubscriptionFactory()
    client.post(leave_path(found))
    first = row(found.email).left_at
    assert client.post(leave_path(found)).status_code == 200
    assert row(found.email).left_at == first


def test_leaving_works_when_the_row_is_gone_or_was_never_confirmed(client):
    found = factories.SubscriptionFactory(state="unconfirmed", confirmed_at=None)
    client.post(leave_path(found))
    assert row(found.email).state == "left"
    path = leave_path(found, edition_id=999_999)
    found.delete()
    assert "You have left" in client.post(path).text


def test_leaving_works_after_a_change_of_the_key(client, settings):
    found = factories.SubscriptionFactory()
    path = leave_path(found)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert client.post(path).status_code == 200
    assert row(found.email).state == "left"


def test_a_link_to_leave_only_leaves(client):
    found = factories.SubscriptionFactory(state="unconfirmed", confirmed_at=None)
    token = tokens.leave_token(1, found.key)
    assert client.post(reverse("newsletter:confirm", args=[token])).status_code == 410
    assert row(found.email).state == "unconfirmed"
    confirm = tokens.confirm_token(found.key)
    assert client.post(reverse("newsletter:leave", args=[confirm])).status_code == 410


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: f"1.{key.hex}:{'A' * 43}",
        lambda key: f"1.{key.hex}",
        lambda key: tokens.leave_token(1, uuid4()).replace("1.", "2.", 1),
        lambda key: Signer(salt="another").sign(f"1.{key.hex}"),
        lambda key: Signer(salt=tokens.LEAVE_SALT).sign("1.nothing"),
        lambda key: TimestampSigner(salt=tokens.CONFIRM_SALT).sign("nothing"),
        lambda key: "x",
    ],
)
def test_a_forged_link_does_nothing(client, forge, nothing_changes):
    found = factories.SubscriptionFactory()
    token = forge(found.key)
    with nothing_changes():
        for method in (client.get, client.post):
            assert method(reverse("newsletter:leave", args=[token])).status_code == 410
            assert method(reverse("newsletter:confirm", args=[token])).status_code == 410


def test_no_link_holds_an_address():
    found = factories.SubscriptionFactory(email="private@example.org")
    for token in (tokens.leave_token(3, found.key), tokens.confirm_token(found.key)):
        assert "private" not in token
        assert re.fullmatch(r"[\w.:-]{40,120}", token)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.org", "a@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_refused_with_words(client, email, nothing_changes):
    with nothing_changes():
        page = client.post(SUBSCRIBE, {"email": email})
    assert page.status_code == 200
    assert "There is a problem" in page.text


def test_one_network_cannot_flood_the_form(client, nothing_changes):
    for number in range(limiting.PER_NETWORK):
        client.post(SUBSCRIBE, {"email": f"a{number}@example.org"}, REMOTE_ADDR="192.0.2.7")
    assert Subscription.objects.count() == limiting.PER_NETWORK
    with nothing_changes():
        page = client.post(SUBSCRIBE, {"email": ADDRESS}, REMOTE_ADDR="192.0.2.200")
    assert page.status_code == 429
    assert "Too many requests came from your network" in page.text
    assert client.post(SUBSCRIBE, {"email": ADDRESS}, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_one_address_cannot_be_flooded_and_the_answer_does_not_tell(client, monkeypatch):
    asked = []
    monkeypatch.setattr(subscribing, "ask", lambda email, source: asked.append(email))
    answers = {
        client.post(SUBSCRIBE, {"email": ADDRESS}, REMOTE_ADDR=f"198.51.{n}.1").status_code
        for n in range(limiting.PER_ADDRESS + 3)
    }
    assert answers == {302}
    assert len(asked) == limiting.PER_ADDRESS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8::1", "2001:db8:0:ff::1", True),
        ("2001:db8::1", "2001:db8:1::1", False),
        ("", "unknown", True),
    ],
)
def test_a_network_is_a_household_or_an_office(one, other, same):
    assert (limiting._network(one) == limiting._network(other)) == same


def test_no_address_is_written_to_the_log(client, caplog, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = free_port()
    with caplog.at_level("DEBUG"):
        subscribe(client)
        subscribing.send_waiting()
    assert "Confirmations wait" in caplog.text
    assert ADDRESS not in caplog.text


def test_no_public_page_shows_who_subscribed(client):
    found = factories.SubscriptionFactory(email="private@example.org")
    assert row("private@example.org") == found
    for path in ("/newsletter/", SUBSCRIBE, reverse("newsletter:subscribe_asked")):
        assert "private@example.org" not in client.get(path).text


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"email": ADDRESS.upper()}, "an_address_is_one_subscription"),
        ({"confirmed_at": None}, "an_active_subscription_was_confirmed"),
        ({"consent_wording": ""}, "an_active_subscription_was_confirmed"),
        ({"state": "left"}, "a_subscription_that_left_says_when"),
    ],
)
def test_the_database_refuses_what_must_never_be(fields, constraint):
    factories.SubscriptionFactory(email=ADDRESS)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factories.SubscriptionFactory(**fields)
