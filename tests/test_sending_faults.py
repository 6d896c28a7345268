"""Workers that are killed: real processes, `kill -9`, and a relay that notes what it took."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter import sending, sweeping
from newsletter.models import Delivery, Subscription
from newsletter.progress import progress
from tests.bench.sending import sink
from tests.sending_tools import go, start_worker, started_edition, use_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
READERS = 400


@pytest.fixture
def taken(tmp_path):
    """A file with the reader of each message that the relay took."""
    return tmp_path / "taken"


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.001)


def let_leases_lapse():
    Delivery.objects.filter(lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    sweeping.sweep()


def finish_here(edition, port, settings):
    """What the next worker does, after the leases of the dead have lapsed."""
    let_leases_lapse()
    use_port(settings, port)
    sending.send_batches(edition.pk)
    sending.relay_of_this_thread().close()
    edition.refresh_from_db()


def assert_nobody_twice_and_nobody_missed(edition, file, doubts):
    """Each reader got it once, or stands there by name as in doubt; and the counts add up."""
    found = Counter(lines(file))
    assert max(found.values()) == 1
    state_of = dict(edition.deliveries.values_list("subscription__email", "state"))
    assert set(state_of) == set(Subscription.objects.values_list("email", flat=True))
    assert set(state_of.values()) <= {"sent", "in_doubt"}
    missed = {email for email in state_of if email not in found}
    assert missed <= {email for email, state in state_of.items() if state == "in_doubt"}
    assert sum(state == "in_doubt" for state in state_of.values()) <= doubts
    seen = progress(edition)
    assert seen.adds_up
    assert (edition.state == "sent") == (seen.in_doubt == 0)


def test_a_worker_killed_five_times_sends_nothing_twice_and_misses_nobody(taken, settings):
    edition = started_edition(readers=READERS)
    chance = random.Random(1325)
    with sink(taken) as port:
        for _ in range(5):
            worker = start_worker(edition, port)
            enough = len(lines(taken)) + chance.randint(1, 60)
            go(worker)
            wait_for(lambda enough=enough: len(lines(taken)) >= enough)
            worker.kill()
            worker.communicate()
            let_leases_lapse()
        assert 5 <= len(lines(taken)) < READERS  # it was killed midway each time
        finish_here(edition, port, settings)
    assert_nobody_twice_and_nobody_missed(edition, taken, doubts=2 * 5)  # two for each kill


def test_two_workers_and_an_orphan_send_nothing_twice_and_miss_nobody(taken, settings):
    """The orphan was stopped until its leases had lapsed and others had taken its rows."""
    edition = started_edition(readers=READERS)
    with sink(taken) as port:
        orphan = start_worker(edition, port)
        others = [start_worker(edition, port) for _ in range(2)]
        go(orphan)
        wait_for(lambda: len(lines(taken)) >= 20)
        orphan.send_signal(19)  # SIGSTOP
        let_leases_lapse()
        for other in others:
            go(other)
        wait_for(lambda: len(lines(taken)) >= READERS // 2)
        orphan.send_signal(18)  # SIGCONT: it goes on as if nothing had happened
        for process in (*others, orphan):
            process.communicate(timeout=60)
        finish_here(edition, port, settings)
    assert_nobody_twice_and_nobody_missed(edition, taken, doubts=2)
