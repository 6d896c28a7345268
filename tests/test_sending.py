"""Sending: nobody twice, nobody missed without a name, and the counts add up."""

import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.errors import WrongStateError
from newsletter import claiming, sending, starting, steering, sweeping, tasks
from newsletter.models import Delivery, Edition, EditionItem, Subscription
from newsletter.progress import doubts, progress
from tests import factories
from tests.sending_tools import (
    Relay,
    approved_edition,
    listening,
    started_edition,
    states,
    use_port,
)
from wpsnetwork.processes import free_port

pytestmark = pytest.mark.django_db
STRICT = policy.default + policy.strict


@pytest.fixture
def relay(settings):
    relay = Relay()
    with listening(relay) as port:
        use_port(settings, port)
        yield relay
        sending.relay_of_this_thread().close()


def send(edition):
    run = sending.send_batches(edition.pk)
    edition.refresh_from_db()
    return run


def let_leases_lapse():
    Delivery.objects.filter(lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_each_reader_gets_the_edition_once_and_the_edition_is_sent(relay):
    edition = started_edition(readers=5)
    factories.SubscriptionFactory(state="unconfirmed", confirmed_at=None)
    factories.SubscriptionFactory(state="left", left_at=timezone.now())

    run = send(edition)

    active = Subscription.objects.active().values_list("email", flat=True)
    assert run.sent == 5
    assert sorted(relay.addresses) == sorted(active)
    assert states(edition) == {"sent": 5}
    assert (edition.state, edition.recipient_count) == ("sent", 5)
    assert edition.sent_at is not None
    assert send(edition).sent == 0
    assert len(relay.taken) == 5


def test_what_arrives_is_the_message_of_its_reader(relay):
    edition = started_edition(readers=2, title="نشرة 通讯 🕊")
    send(edition)

    for address, content in relay.taken:
        message = message_from_bytes(content, policy=STRICT)
        subscription = Subscription.objects.get(email=address)
        assert message["To"] == address
        assert message["Subject"] == "نشرة 通讯 🕊"
        assert subscription.key.hex in message["List-Unsubscribe"]
        assert f"delivery-{subscription.deliveries.get().pk}@" in message["Message-ID"]
    assert len({message_from_bytes(c)["Message-ID"] for _, c in relay.taken}) == 2


def test_readers_are_those_of_the_start(relay):
    edition = started_edition(readers=1)
    factories.SubscriptionFactory()
    send(edition)
    assert len(relay.taken) == 1


def test_an_edition_without_readers_is_sent_at_once():
    edition = started_edition(readers=0)
    assert sweeping.sweep() == []
    edition.refresh_from_db()
    assert (edition.state, edition.recipient_count) == ("sent", 0)


@pytest.mark.parametrize("state", ["draft", "sending", "paused", "sent", "cancelled"])
def test_only_an_approved_edition_is_started(state, nothing_changes):
    edition = approved_edition()
    Edition.objects.filter(pk=edition.pk).update(
        state=state, sending_started_at=timezone.now(), recipient_count=0, sent_at=timezone.now()
    )
    with nothing_changes(), pytest.raises(WrongStateError):
        starting.start(edition, edition.edited_by)


def test_a_text_that_nobody_approved_is_not_started(nothing_changes):
    edition = approved_edition()
    EditionItem.objects.filter(edition=edition).update(body="<p>Something else.</p>")
    with nothing_changes(), pytest.raises(WrongStateError):
        starting.start(edition, edition.edited_by)


@pytest.mark.django_db(transaction=True)
def test_of_two_threads_that_press_send_one_wins():
    factories.SubscriptionFactory.create_batch(4)
    edition = approved_edition()
    barrier, outcomes = threading.Barrier(2), []

    def press():
        barrier.wait()
        try:
            outcomes.append(starting.start(edition, edition.edited_by))
        except WrongStateError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["4", "refused"]
    assert edition.deliveries.count() == 4


@pytest.mark.django_db(transaction=True)
def test_who_leaves_during_the_sending_gets_no_mail(relay):
    edition = started_edition(readers=4)
    first, second, third, fourth = Subscription.objects.order_by("pk")

    def third_leaves(address):
        if address == first.email:
            Subscription.objects.filter(pk=third.pk).update(state="left", left_at=timezone.now())
            connection.close()

    # All four are claimed in one batch by then, two are in flight: leaving counts up to that.
    relay.at_message = third_leaves
    send(edition)

    assert relay.addresses == [first.email, second.email, fourth.email]
    assert states(edition) == {"sent": 3, "suppressed": 1}
    assert edition.state == "sent"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [steering.pause, steering.cancel])
def test_pausing_and_cancelling_act_within_a_batch(relay, act):
    edition = started_edition(readers=4)

    def stop(address):
        if len(relay.taken) == 1:
            act(edition)
            connection.close()

    relay.at_message = stop
    send(edition)

    assert len(relay.taken) == 2  # the one that was on its way left, too
    rest = "waiting" if act is steering.pause else "cancelled"
    assert states(edition) == {"sent": 2, rest: 2}


def test_a_paused_edition_goes_on_where_it_stopped(relay):
    edition = started_edition(readers=3)
    steering.pause(edition)
    assert send(edition).sent == 0
    steering.resume(edition)
    assert send(edition).sent == 3
    assert edition.state == "sent"


@pytest.mark.parametrize("act", [steering.pause, steering.resume, steering.cancel])
def test_a_sent_edition_is_steered_no_more(relay, act, nothing_changes):
    edition = started_edition(readers=1)
    send(edition)
    with nothing_changes(), pytest.raises(WrongStateError):
        act(edition)


def refuse_first(line, times=1):
    """Answer with the line the first so many times, then with yes."""
    left = [times]

    def answer(address):
        left[0] -= 1
        return line if left[0] >= 0 else None

    return answer


@pytest.mark.parametrize("stage", ["at_reader", "at_message"])
def test_after_421_the_same_reader_is_tried_once_more_on_a_new_connection(relay, stage):
    edition = started_edition(readers=3)
    setattr(relay, stage, refuse_first("421 Closing"))
    send(edition)
    assert len(relay.addresses) == len(set(relay.addresses)) == 3
    assert states(edition) == {"sent": 3}


def test_a_relay_that_hangs_up_before_the_message_is_asked_once_more(relay):
    edition = started_edition(readers=2)
    relay.at_reader = refuse_first("close")
    send(edition)
    assert states(edition) == {"sent": 2}


def test_a_relay_that_always_hangs_up_stops_the_worker_and_loses_nobody(relay):
    edition = started_edition(readers=2)
    relay.at_reader = lambda address: "close"
    run = send(edition)
    assert run.stopped
    assert states(edition) == {"waiting": 2}
    assert edition.state == "sending"
    assert "tries again by itself" in edition.problem

    relay.at_reader = lambda address: None
    send(edition)
    assert (edition.state, edition.problem) == ("sent", "")


def test_a_relay_that_is_away_loses_nobody(settings):
    edition = started_edition(readers=2)
    use_port(settings, free_port())
    assert send(edition).stopped
    assert states(edition) == {"waiting": 2}
    assert set(edition.deliveries.values_list("attempts", flat=True)) == {0}
    assert sweeping.sweep() == [edition.pk]


@pytest.mark.parametrize("stage", ["at_reader", "at_message"])
def test_a_refusal_for_now_is_tried_again_later(relay, stage):
    edition = started_edition(readers=2)
    setattr(relay, stage, refuse_first("450 Try later"))
    send(edition)

    assert states(edition) == {"sent": 1, "retry": 1}
    assert edition.state == "sending"
    assert send(edition).sent == 0  # not before its time
    let_leases_lapse()
    assert send(edition).sent == 1
    assert edition.state == "sent"
    assert len(set(relay.addresses)) == 2


def test_after_six_refusals_for_now_it_has_failed(relay):
    edition = started_edition(readers=1)
    relay.at_reader = lambda address: "450 Try later"
    for _ in range(claiming.MAX_ATTEMPTS):
        send(edition)
        let_leases_lapse()
    assert states(edition) == {"failed": 1}
    assert edition.state == "sent"


def test_many_refusals_in_a_row_end_the_batch(relay):
    edition = started_edition(readers=sending.REFUSALS_IN_A_ROW + 5)
    relay.at_reader = lambda address: "451 Too fast"
    assert send(edition).stopped
    assert states(edition) == {"retry": sending.REFUSALS_IN_A_ROW, "waiting": 5}


def test_an_address_refused_for_good_has_failed_and_the_rest_goes_on(relay):
    edition = started_edition(readers=3)
    first = Subscription.objects.order_by("pk").first().email
    relay.at_reader = lambda address: "550 No such user here" if address == first else None
    send(edition)
    assert states(edition) == {"failed": 1, "sent": 2}
    assert edition.deliveries.get(state="failed").smtp_reply == "550 No such user here"
    assert edition.state == "sent"


@pytest.mark.parametrize("stage", ["at_sender", "at_message"])
def test_a_refusal_of_sender_or_message_pauses_the_edition_and_says_why(relay, stage):
    edition = started_edition(readers=3)
    setattr(relay, stage, lambda address: "554 Not from <you@example.org>")
    send(edition)
    assert edition.state == "paused"
    assert "554 Not from" in edition.problem
    assert "you@example.org" not in edition.problem
    assert states(edition) == {"retry": 1, "waiting": 2}
    assert relay.taken == []


def test_a_login_that_is_refused_pauses_the_edition(relay, settings):
    edition = started_edition(readers=2)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    send(edition)
    assert edition.state == "paused"
    assert edition.problem
    assert states(edition) == {"waiting": 2}


def test_a_relay_that_hangs_up_after_the_message_leaves_a_doubt_with_a_name(relay):
    edition = started_edition(readers=3)
    first = Subscription.objects.order_by("pk").first()
    relay.at_message = lambda address: "close" if address == first.email else None
    send(edition)

    assert states(edition) == {"in_doubt": 1, "sent": 2}
    assert [row.subscription for row in doubts(edition)] == [first]
    assert edition.state == "sending"
    assert sweeping.sweep() == []  # nobody sends it again by itself
    send(edition)
    assert len(relay.taken) == 2


@pytest.mark.parametrize(("arrived", "taken"), [(True, 2), (False, 3)])
def test_a_person_settles_a_doubt(relay, arrived, taken):
    edition = started_edition(readers=3)
    relay.at_message = refuse_first("close")
    send(edition)
    doubt = doubts(edition).get()

    steering.settle_in_doubt(doubt, arrived)
    send(edition)

    assert len(relay.taken) == taken
    assert edition.state == "sent"
    with pytest.raises(WrongStateError):
        steering.settle_in_doubt(doubt, arrived)


def test_in_a_cancelled_edition_nothing_is_sent_again(relay):
    edition = started_edition(readers=2)
    relay.at_message = refuse_first("close", times=2)
    send(edition)
    steering.cancel(edition)
    for doubt in doubts(edition):
        steering.settle_in_doubt(doubt, arrived=False)
    assert states(edition) == {"cancelled": 2}


def test_what_a_killed_worker_held_waits_again_or_becomes_a_doubt():
    edition = started_edition(readers=3)
    claimed = claiming.claim(edition.pk)
    assert claiming.Marker().mark([], claimed[:1]) == {claimed[0].pk}
    assert sweeping.sweep() == []  # its lease still runs
    assert states(edition) == {"claimed": 2, "in_flight": 1}

    let_leases_lapse()
    assert sweeping.sweep() == [edition.pk]
    assert states(edition) == {"waiting": 2, "in_doubt": 1}


def test_a_slow_worker_cannot_send_what_another_one_took():
    edition = started_edition(readers=2)
    slow = claiming.claim(edition.pk)
    let_leases_lapse()
    sweeping.sweep()
    quick = claiming.claim(edition.pk)

    marker = claiming.Marker()
    assert marker.mark([], slow) == set()
    claiming.give_back(slow)
    claiming.failed(slow[1], "550 no")
    assert states(edition) == {"claimed": 2}
    assert marker.mark([], quick[:1]) == {quick[0].pk}


def test_a_slow_worker_still_says_that_its_message_left():
    edition = started_edition(readers=1)
    (claimed,) = claiming.claim(edition.pk)
    marker = claiming.Marker()
    marker.mark([], [claimed])
    let_leases_lapse()
    sweeping.sweep()
    assert states(edition) == {"in_doubt": 1}
    marker.mark([claiming.Left(claimed, "250 OK")], [])
    assert states(edition) == {"sent": 1}


def test_two_are_in_flight_at_once_and_marked_together():
    edition = started_edition(readers=4)
    claimed, marker = claiming.claim(edition.pk), claiming.Marker()
    assert marker.mark([], claimed[:2]) == {row.pk for row in claimed[:2]}
    left = [claiming.Left(row, f"250 {row.pk}") for row in claimed[:2]]
    assert marker.mark(left, claimed[2:]) == {row.pk for row in claimed[2:]}
    assert states(edition) == {"sent": 2, "in_flight": 2}
    replies = dict(Delivery.objects.filter(state="sent").values_list("pk", "smtp_reply"))
    assert replies == {row.pk: f"250 {row.pk}" for row in claimed[:2]}


def test_who_left_is_not_marked_beside_one_who_stayed():
    edition = started_edition(readers=2)
    gone, stays = claiming.claim(edition.pk)
    Subscription.objects.filter(email=gone.email).update(state="left", left_at=timezone.now())
    assert claiming.Marker().mark([], [gone, stays]) == {stays.pk}


def test_what_waits_is_in_no_workers_hands(relay):
    edition = started_edition(readers=1)
    with pytest.raises(IntegrityError, match="what_waits_is_in_no_hands"), transaction.atomic():
        Delivery.objects.filter(edition=edition).update(claimed_at=timezone.now())


def test_a_claim_takes_what_nobody_else_holds():
    edition = started_edition(readers=3)
    assert len(claiming.claim(edition.pk)) == 3
    assert claiming.claim(edition.pk) == []
    assert not claiming.is_claimable(edition.pk)


def test_an_address_that_cannot_be_written_fails_alone(relay):
    edition = started_edition(readers=2)
    first = Subscription.objects.order_by("pk").first()
    Subscription.objects.filter(pk=first.pk).update(email="a\r\nBcc: x@example.org")
    send(edition)
    assert states(edition) == {"failed": 1, "sent": 1}
    assert not any(b"Bcc" in content for _address, content in relay.taken)


def test_a_mail_that_cannot_be_made_pauses_the_edition(relay, monkeypatch):
    def fail(edition, language):
        raise ValueError("The template is broken.")

    monkeypatch.setattr(sending, "compose", fail)
    edition = started_edition(readers=2)
    send(edition)
    assert edition.state == "paused"
    assert states(edition) == {"waiting": 2}


def test_progress_adds_up_in_one_query(relay, django_assert_num_queries):
    edition = started_edition(readers=4)
    first = Subscription.objects.order_by("pk").first().email
    relay.at_reader = lambda address: "550 no" if address == first else None
    send(edition)
    with django_assert_num_queries(1):
        seen = progress(edition)
    assert (seen.total, seen.done, seen.sent, seen.in_doubt) == (4, 4, 3, 0)
    assert seen.adds_up
    assert seen.rows == [("Sent", 3), ("Failed", 1)]


def test_an_edition_is_not_sent_while_the_counts_do_not_add_up(relay):
    edition = started_edition(readers=2)
    Edition.objects.filter(pk=edition.pk).update(recipient_count=3)
    send(edition)
    assert len(relay.taken) == 2
    assert edition.state == "sending"
    assert not progress(edition).adds_up


def test_the_database_refuses_an_edition_twice_for_one_reader():
    edition = started_edition(readers=1)
    delivery = edition.deliveries.get()
    with pytest.raises(IntegrityError, match="nobody_gets_an_edition_twice"), transaction.atomic():
        Delivery.objects.create(edition=edition, subscription=delivery.subscription)
    with pytest.raises(IntegrityError, match="a_sent_delivery_has_its_moment"):
        Delivery.objects.filter(pk=delivery.pk).update(state="sent")


def test_the_clock_wakes_a_worker_for_what_waits(relay, monkeypatch):
    woken = []
    monkeypatch.setattr(tasks, "wake", lambda task, *args: woken.append((task.name, args)))
    edition = started_edition(readers=1)
    tasks.sweep()
    assert woken == [("newsletter.send_batches", (edition.pk,))]
    tasks.send_batches(edition.pk)
    assert states(edition) == {"sent": 1}


def test_no_address_is_written_to_the_log(relay, caplog):
    edition = started_edition(readers=3)
    relay.at_message = refuse_first("close")
    with caplog.at_level("DEBUG"):
        send(edition)
    addresses = list(Subscription.objects.values_list("email", flat=True))
    assert len(addresses) == 3
    # The relay of the tests has a log of its own; it is not the portal's.
    logged = " ".join(r.getMessage() for r in caplog.records if r.name != "mail.log")
    assert "delivery_in_doubt" in logged
    assert not [address for address in addresses if address in logged]


def test_an_orderly_end_of_the_worker_leaves_no_doubt(relay, monkeypatch):
    monkeypatch.setattr(sending, "ending", threading.Event())
    edition = started_edition(readers=3)
    relay.at_message = lambda address: tasks.end_after_this_message()
    send(edition)
    assert states(edition) == {"sent": 1, "waiting": 2}


@pytest.mark.parametrize("rate", [20, 50])
def test_no_second_sees_more_messages_than_the_rate_allows(settings, rate):
    settings.NEWSLETTER_RATE = rate
    sending.rate._redis().delete(sending.rate.KEY)
    until, moments = time.monotonic() + 1.5, []

    def take():
        while time.monotonic() < until:
            time.sleep(sending.rate.seconds_to_wait())
            moments.append(time.monotonic())

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    busiest = max(sum(1 for m in moments if start <= m < start + 1) for start in moments)
    assert rate * 0.6 < busiest <= rate


def test_without_the_bucket_nothing_is_sent(relay, settings, monkeypatch):
    def away():
        raise ConnectionRefusedError

    monkeypatch.setattr(sending.rate, "seconds_to_wait", away)
    edition = started_edition(readers=1)
    assert send(edition).stopped
    assert states(edition) == {"waiting": 1}
