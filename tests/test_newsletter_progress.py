"""While an edition leaves: the page that shows it, and what a person decides."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.errors import WrongStateError
from newsletter import steering
from newsletter.models import Delivery, Edition
from tests import factories
from tests.factories import EditionFactory, SubscriptionFactory, UserFactory
from tests.roles import SECRETARIAT
from wpsnetwork import heartbeats

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WAITS = "The edition waits for the newsletter worker"


@pytest.fixture
def desk(client):
    client.force_login(factories.secretariat_editor())
    return client


def leaving(*states, state="sending"):
    """An edition with one delivery in each of the states named."""
    now = timezone.now()
    edition = EditionFactory(
        state=state,
        approved_by=UserFactory(),
        approved_at=now,
        sending_started_at=now,
        recipient_count=len(states),
        sent_at=now if state == "sent" else None,
    )
    for delivery_state in states:
        Delivery.objects.create(
            edition=edition,
            subscription=SubscriptionFactory(),
            state=delivery_state,
            sent_at=now if delivery_state == "sent" else None,
            smtp_reply="550 no such person" if delivery_state == "failed" else "",
        )
    return edition


def address(name, edition, *args):
    return reverse(f"newsletter:{name}", args=[edition.slug, *args])


def test_the_progress_is_for_the_secretariat_only(as_role, role, nothing_changes):
    edition = leaving("in_doubt", "failed")
    doubtful = edition.deliveries.get(state="in_doubt")
    expected = 200 if role in SECRETARIAT else 302 if role == "nobody" else 404

    page = as_role.get(address("edition_progress", edition))

    assert page.status_code == expected
    assert (doubtful.subscription.email in page.text) is (role in SECRETARIAT)
    if role in SECRETARIAT:
        return
    with nothing_changes():
        for name in ("edition_pause", "edition_resume", "edition_cancel"):
            assert as_role.post(address(name, edition)).status_code == expected
        decide = address("delivery_decide", edition, doubtful.pk)
        assert as_role.post(decide, {"decision": "again"}).status_code == expected


def test_acts_on_a_sending_are_refused_by_get(desk, nothing_changes):
    edition = leaving("in_doubt")
    urls = [address(n, edition) for n in ("edition_pause", "edition_resume", "edition_cancel")]
    urls.append(address("delivery_decide", edition, edition.deliveries.get().pk))
    with nothing_changes():
        assert [desk.get(url).status_code for url in urls] == [405] * 4


def test_the_bar_and_the_counts_show_how_far_it_is(desk):
    edition = leaving("sent", "sent", "failed", "waiting", "retry", "in_flight")
    page = desk.get(address("edition_progress", edition)).text
    assert re.search(r'<progress[^>]* max="6" value="3"', page)
    assert "3 of 6 messages are settled." in page
    assert re.search(r"<dt>Sent</dt><dd>2</dd>", page)
    assert "Show the present state" in page
    assert "550 no such person" in page


def test_the_moving_part_comes_alone_and_asks_again(desk):
    edition = leaving("sent", "waiting")
    whole = desk.get(address("edition_progress", edition)).text
    asked = re.search(r'hx-get="([^"]+)" hx-trigger="every 2s"', whole)[1]

    part = desk.get(asked, headers=HTMX).text

    assert "<html" not in part
    assert 'value="1"' in part
    assert f'hx-get="{asked}"' in part


@pytest.mark.parametrize("change", ["failed", "in_doubt", "paused"])
def test_the_page_comes_anew_when_its_buttons_or_lists_are_out_of_date(desk, change):
    edition = leaving("sent", "waiting")
    whole = desk.get(address("edition_progress", edition)).text
    asked = re.search(r'hx-get="([^"]+)"', whole)[1]
    if change == "paused":
        Edition.objects.update(state="paused")
    else:
        Delivery.objects.filter(state="waiting").update(state=change)

    assert desk.get(asked, headers=HTMX)["HX-Refresh"] == "true"


@pytest.mark.parametrize("state", ["paused", "sent", "cancelled"])
def test_nothing_is_asked_again_once_nothing_moves(desk, state):
    edition = leaving("sent", state=state)
    assert "hx-trigger" not in desk.get(address("edition_progress", edition)).text


def test_an_edition_that_has_not_begun_says_so(desk):
    page = desk.get(address("edition_progress", EditionFactory())).text
    assert "The sending of this edition has not begun." in page
    assert "hx-trigger" not in page


def test_the_page_says_when_the_work_waits_for_the_worker(desk):
    edition = leaving("waiting")
    assert WAITS in desk.get(address("edition_progress", edition)).text
    heartbeats.beat("newsletter")
    assert WAITS not in desk.get(address("edition_progress", edition)).text


@pytest.mark.parametrize(
    ("seconds", "states", "problem", "waits"),
    [
        (14, ["waiting", "waiting"], "", False),
        (16, ["waiting", "waiting"], "", True),
        (16, ["waiting", "claimed"], "", False),
        (16, ["waiting", "sent"], "", False),
        (16, ["waiting", "waiting"], "The mail relay does not answer.", False),
    ],
)
def test_the_page_says_when_no_worker_takes_the_work_up(desk, seconds, states, problem, waits):
    edition = leaving(*states)
    began = timezone.now() - timedelta(seconds=seconds)
    Edition.objects.update(sending_started_at=began, problem=problem)
    heartbeats.beat("newsletter")
    assert (WAITS in desk.get(address("edition_progress", edition)).text) is waits


def test_a_sending_that_is_paused_waits_for_nobody(desk):
    edition = leaving("waiting", state="paused")
    Edition.objects.update(sending_started_at=timezone.now() - timedelta(minutes=5))
    assert WAITS not in desk.get(address("edition_progress", edition)).text


def test_the_page_tells_why_a_sending_stopped_by_itself(desk):
    edition = leaving("waiting", state="paused")
    Edition.objects.update(problem="The relay refused the sign-in.")
    page = desk.get(address("edition_progress", edition)).text
    assert "The relay refused the sign-in." in page
    assert "Go on" in page


def test_pause_resume_and_stop_by_the_buttons(desk):
    edition = leaving("waiting", "sent")

    def press(name):
        page = desk.post(address(name, edition), follow=True).text
        edition.refresh_from_db()
        return edition.state, page

    assert press("edition_pause")[0] == "paused"
    assert press("edition_resume")[0] == "sending"
    assert press("edition_cancel")[0] == "cancelled"
    state, page = press("edition_resume")
    assert state == "cancelled"
    assert "That is no longer possible." in page


@pytest.mark.parametrize(("decision", "state"), [("arrived", "sent"), ("again", "waiting")])
def test_a_person_decides_about_a_message_in_doubt(desk, decision, state):
    edition = leaving("in_doubt", "waiting")
    delivery = edition.deliveries.first()
    url = address("delivery_decide", edition, delivery.pk)

    desk.post(url, {"decision": decision})
    again = desk.post(url, {"decision": decision}, follow=True).text

    delivery.refresh_from_db()
    assert delivery.state == state
    assert "That is no longer possible." in again


def test_only_the_two_decisions_exist(desk, nothing_changes):
    edition = leaving("in_doubt")
    url = address("delivery_decide", edition, edition.deliveries.get().pk)
    with nothing_changes():
        assert desk.post(url, {"decision": "forget"}).status_code == 404


def test_a_delivery_of_another_edition_is_not_found(desk, nothing_changes):
    delivery = leaving("in_doubt").deliveries.get()
    url = address("delivery_decide", leaving("sent"), delivery.pk)
    with nothing_changes():
        assert desk.post(url, {"decision": "again"}).status_code == 404


@pytest.mark.parametrize("state", ["sent", "waiting", "failed"])
def test_only_what_is_in_doubt_is_decided(state, nothing_changes):
    delivery = leaving(state).deliveries.get()
    for arrived in (True, False):
        with nothing_changes(), pytest.raises(WrongStateError):
            steering.settle_in_doubt(delivery, arrived)


@pytest.mark.parametrize("count", [1, 5])
def test_the_progress_takes_a_fixed_number_of_queries(desk, django_assert_num_queries, count):
    edition = leaving(*["failed"] * count, *["in_doubt"] * count)
    with django_assert_num_queries(9):
        page = desk.get(address("edition_progress", edition)).text
    assert page.count(">It arrived</button>") == count


def test_the_progress_carries_no_inline_code_or_style(desk):
    page = desk.get(address("edition_progress", leaving("failed", "in_doubt"))).text
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
