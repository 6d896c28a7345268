"""The second person, and the preview that the second person reads (docs/domain.md, rule 8)."""

import email
import html
import re
import threading
from email.policy import SMTP

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.errors import WrongStateError
from newsletter import approving, composing, editing, starting
from newsletter.message import Reader
from newsletter.models import Delivery, Edition
from newsletter.wrapping import INVISIBLE_BREAK
from tests import factories
from tests.factories import EditionFactory, EditionItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return factories.secretariat_editor(email="editor@example.org")


@pytest.fixture
def second(db):
    return factories.secretariat_editor(email="second@example.org")


@pytest.fixture
def edition(editor):
    """A draft with one item, edited last by the editor."""
    item = EditionItemFactory(edition=EditionFactory(edited_by=editor), title="A good practice")
    return Edition.objects.get(pk=item.edition_id)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def press_approve(client, edition):
    """Open the preview and press the button on it, as a person does."""
    page = client.get(reverse("newsletter:edition_preview", args=[edition.slug])).text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    data = {"seen": seen[1] if seen else ""}
    url = reverse("newsletter:edition_approve", args=[edition.slug])
    return client.post(url, data, follow=True)


def test_a_second_person_approves_what_the_preview_shows(edition, editor, second):
    page = press_approve(signed_in(second), edition)

    edition.refresh_from_db()
    assert "You approved this edition." in page.text
    assert (edition.state, edition.approved_by, edition.edited_by) == ("approved", second, editor)
    assert edition.approved_at is not None
    assert edition.content_hash == composing.content_hash(edition)


def test_the_last_editor_is_refused_in_words(edition, editor, nothing_changes):
    client = signed_in(editor)
    with nothing_changes():
        page = press_approve(client, edition)
    assert html.escape(str(approving.SAME_PERSON)) in page.text
    assert "Approve this edition" not in page.text


def test_moving_an_item_makes_somebody_the_last_editor(edition, second):
    other = EditionItemFactory(edition=edition, position=2)
    editing.move_item(other, second, -1)
    with pytest.raises(approving.ApprovalRefusedError, match="last to change"):
        approving.approve(edition, second)


def test_what_nobody_edited_on_the_portal_is_not_approved_by_one_person_alone(edition, second):
    Edition.objects.update(edited_by=None)
    with pytest.raises(approving.ApprovalRefusedError, match="One person edits"):
        approving.approve(edition, second)


def test_an_empty_edition_is_not_approved(editor, second):
    with pytest.raises(approving.ApprovalRefusedError, match="empty"):
        approving.approve(EditionFactory(edited_by=editor), second)


@pytest.mark.parametrize("state", ["sending", "sent", "cancelled"])
def test_only_a_draft_is_approved(edition, editor, second, state, nothing_changes):
    approving.approve(edition, second)
    now = "2026-11-01T12:00Z"
    Edition.objects.update(state=state, sending_started_at=now, recipient_count=0, sent_at=now)
    with (
        nothing_changes(),
        pytest.raises(approving.ApprovalRefusedError, match="no longer a draft"),
    ):
        approving.approve(edition, second)


def test_a_change_while_the_approver_reads_is_not_approved(edition, editor, second):
    client = signed_in(second)
    page = client.get(reverse("newsletter:edition_preview", args=[edition.slug])).text
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    edition.items.update(body="<p>Changed behind the approver's back</p>")

    url = reverse("newsletter:edition_approve", args=[edition.slug])
    answer = client.post(url, {"seen": seen}, follow=True)

    edition.refresh_from_db()
    assert edition.state == "draft"
    assert html.escape(str(approving.CHANGED)) in answer.text


def test_approval_without_having_seen_the_preview_is_refused(edition, second, nothing_changes):
    client = signed_in(second)
    url = reverse("newsletter:edition_approve", args=[edition.slug])
    with nothing_changes():
        answer = client.post(url, {}, follow=True)
    assert html.escape(str(approving.CHANGED)) in answer.text


def test_postgres_refuses_an_approval_by_the_editor(edition, editor):
    with pytest.raises(IntegrityError, match="the_second_person_approves"), transaction.atomic():
        Edition.objects.update(
            state="approved", approved_by=editor, approved_at="2026-11-01T12:00Z"
        )


def test_every_kind_of_change_voids_the_approval(edition, editor, second):
    client = signed_in(editor)
    item = edition.items.get()
    slug = edition.slug
    changes = [
        (
            reverse("newsletter:edition_edit", args=[slug]),
            {"title": "New", "issued_on": "2026-12", "introduction": "", "version": 1},
        ),
        (
            reverse("newsletter:item_create", args=[slug, item.place]),
            {"title": "Second", "body": "B", "version": 1},
        ),
        (
            reverse("newsletter:item_edit", args=[slug, item.place, item.pk]),
            {"title": "New", "body": "B", "version": 1},
        ),
        (reverse("newsletter:item_move", args=[slug, item.pk]), {"direction": "down"}),
        (reverse("newsletter:item_delete", args=[slug, item.pk]), {"version": 2}),
    ]
    for address, data in changes:
        approving.approve(edition, second)
        page = client.post(address, data, follow=True).text
        edition.refresh_from_db()
        found = (edition.state, edition.approved_by, edition.approved_at, edition.content_hash)
        assert found == ("draft", None, None, ""), address
        assert "It has to be approved again." in page, address
        with pytest.raises(WrongStateError):
            starting.start(edition, editor)


def test_the_public_page_appears_at_the_start_of_sending_and_not_before(edition, editor, second):
    anybody, desk = Client(), signed_in(editor)
    address = edition.get_absolute_url()
    assert "A good practice" in desk.get(address).text
    assert anybody.get(address).status_code == 404
    press_approve(signed_in(second), edition)
    assert anybody.get(address).status_code == 404

    desk.post(reverse("newsletter:edition_send", args=[edition.slug]))

    assert "A good practice" in anybody.get(address).text
    assert edition.title in anybody.get(reverse("newsletter:list")).text


def test_the_page_before_sending_says_to_how_many(edition, editor, second):
    factories.SubscriptionFactory.create_batch(3)
    factories.SubscriptionFactory(state="unconfirmed", confirmed_at=None)
    approving.approve(edition, second)
    page = signed_in(editor).get(reverse("newsletter:edition_send", args=[edition.slug])).text
    assert '<span class="big-number">3</span>' in page
    assert "Send now" in page


def test_a_draft_cannot_be_sent(edition, editor, nothing_changes):
    client = signed_in(editor)
    url = reverse("newsletter:edition_send", args=[edition.slug])
    assert "Send now" not in client.get(url).text
    with nothing_changes():
        page = client.post(url, follow=True)
    assert "Only an approved edition is sent, and only once." in page.text


def test_an_edition_is_started_once(edition, editor, second):
    factories.SubscriptionFactory.create_batch(2)
    approving.approve(edition, second)
    client = signed_in(editor)
    url = reverse("newsletter:edition_send", args=[edition.slug])

    client.post(url)
    again = client.post(url, follow=True)

    assert "Only an approved edition is sent, and only once." in again.text
    assert Delivery.objects.filter(edition=edition).count() == 2


def test_the_preview_shows_the_mail_as_it_is_composed(edition, editor):
    client = signed_in(editor)
    page = client.get(reverse("newsletter:edition_preview", args=[edition.slug])).text
    mail = client.get(reverse("newsletter:edition_mail", args=[edition.slug])).text

    text = re.search(r'<pre class="preview-text"[^>]*>(.*?)</pre>', page, re.S)[1]
    assert html.unescape(text) == composing.edition_text(edition)
    assert mail == composing.edition_html(edition)
    assert "A good practice" in mail


def without_line_ends(text):
    """Long lines are broken on their way out where a reader sees no difference."""
    return " ".join(text.replace(INVISIBLE_BREAK, "").split())


def test_the_message_that_is_sent_is_what_the_preview_showed(edition, editor):
    client = signed_in(editor)
    page = client.get(reverse("newsletter:edition_preview", args=[edition.slug])).text
    text = html.unescape(re.search(r'<pre class="preview-text"[^>]*>(.*?)</pre>', page, re.S)[1])
    mail = client.get(reverse("newsletter:edition_mail", args=[edition.slug])).text
    # The link for leaving is the one thing in which readers differ; here it is the preview's.
    leave = re.search(r"http://\S+/leave/preview/", text)[0]

    wire = composing.compose(edition).join(Reader(1, "reader@example.org", leave), timezone.now())
    sent = email.message_from_bytes(wire.replace(b"\r\n..", b"\r\n."), policy=SMTP)

    assert sent.get_body(["plain"]).get_content().splitlines() == text.splitlines()
    sent_html = sent.get_body(["html"]).get_content().replace("\r\n", "\n")
    assert without_line_ends(sent_html) == without_line_ends(mail)


def test_the_mail_in_the_frame_can_run_and_fetch_nothing(edition, editor):
    client = signed_in(editor)
    answer = client.get(reverse("newsletter:edition_mail", args=[edition.slug]))
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["form-action"] == "'none'"
    assert "script-src" not in policy
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["sandbox"] == ""
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Cache-Control"] == "private, no-store"

    page = client.get(reverse("newsletter:edition_preview", args=[edition.slug]))
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert page.text.count('sandbox=""') == 2


def together(*acts):
    """Run the acts at the same moment, each on its own connection; return what each raised."""
    barrier = threading.Barrier(len(acts))
    raised = [None] * len(acts)

    def run(number, act):
        barrier.wait()
        try:
            act()
        except (WrongStateError, approving.ApprovalRefusedError) as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_that_approve_at_once_one_wins(edition, second):
    third = factories.secretariat_editor(email="third@example.org")

    raised = together(
        lambda: approving.approve(edition, second), lambda: approving.approve(edition, third)
    )

    edition.refresh_from_db()
    assert sorted(error is None for error in raised) == [False, True]
    winner = second if raised[0] is None else third
    assert (edition.state, edition.approved_by) == ("approved", winner)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_at_once_one_wins(edition, editor, second):
    factories.SubscriptionFactory.create_batch(3)
    approving.approve(edition, second)

    raised = together(
        lambda: starting.start(edition, editor), lambda: starting.start(edition, second)
    )

    assert sorted(error is None for error in raised) == [False, True]
    assert Delivery.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_change_at_once_never_approve_an_unseen_text(edition, editor, second):
    item = edition.items.get()
    other = EditionItemFactory(edition=edition, position=2)
    for _ in range(5):
        together(
            lambda: approving.approve(edition, second), lambda: editing.move_item(item, editor, 1)
        )
        edition.refresh_from_db()
        if edition.state == "approved":
            assert edition.content_hash == composing.content_hash(edition)
        editing.move_item(other, editor, 1)
