"""The kept connection: pipelining, refusals at the door, worn-out connections, the rate."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from newsletter import claiming, sending, smtp
from newsletter.models import Subscription
from newsletter.smtp import LostError, Relay
from tests.sending_tools import started_edition, states, use_port

pytestmark = pytest.mark.django_db
YES = {
    b"EHLO": b"250-relay\r\n250 PIPELINING",
    b"MAIL": b"250 OK",
    b"RCPT": b"250 OK",
    b"DATA": b"354 Go on",
    b"RSET": b"250 OK",
    b"QUIT": b"221 Bye",
    b".": b"250 Taken",
}


class Scripted:
    """A relay that pipelines and answers by a table; `said` are the lines that it heard."""

    def __init__(self, **answers):
        self.answers = YES | {verb.encode(): line.encode() for verb, line in answers.items()}
        self.greeting = b"220 relay"
        self.said = []
        self.connections = 0
        self.refuse_once = {}

    def serve(self, server):
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            self.connections += 1
            # The other side may hang up in the middle.
            with suppress(OSError), connection, connection.makefile("rwb") as file:
                self.talk(file)

    def talk(self, file):
        file.write(self.greeting + b"\r\n")
        file.flush()
        in_message = False
        for line in file:
            word = line.rstrip(b"\r\n")
            if in_message and word != b".":
                continue
            verb = word[:4].upper()
            self.said.append(verb)
            answer = self.refuse_once.pop(verb, self.answers.get(verb, b"502 What?"))
            in_message = verb == b"DATA" and answer.startswith(b"354")
            file.write(answer + b"\r\n")
            file.flush()
            if verb == b"QUIT" or answer.startswith(b"421"):
                return


@contextmanager
def scripted(settings, relay):
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=relay.serve, args=(server,), daemon=True)
    thread.start()
    use_port(settings, server.getsockname()[1])
    try:
        yield relay
    finally:
        sending.relay_of_this_thread().quit()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def send(edition):
    run = sending.send_batches(edition.pk)
    edition.refresh_from_db()
    return run


def test_a_relay_that_pipelines_without_eight_bit_gets_plain_ascii(settings):
    edition = started_edition(readers=3)
    with scripted(settings, Scripted()) as relay:
        send(edition)
    assert states(edition) == {"sent": 3}
    assert relay.said.count(b".") == 3
    assert relay.connections == 1


@pytest.mark.parametrize("data", ["354 Go on", "503 No reader"])
def test_after_a_refused_reader_nothing_of_it_leaves_and_the_next_starts_clean(settings, data):
    edition = started_edition(readers=2)
    relay = Scripted()
    relay.refuse_once = {b"RCPT": b"550 No such user", b"DATA": data.encode()}
    with scripted(settings, relay):
        send(edition)
    assert states(edition) == {"failed": 1, "sent": 1}
    assert relay.said.count(b".") == 1
    # Where the relay asked for the message of nobody, the only clean way is a new connection.
    assert (relay.connections, b"RSET" in relay.said) in {(2, False), (1, True)}


@pytest.mark.parametrize(
    ("greeting", "state"), [(b"554 Not you", "paused"), (b"421 Busy", "sending")]
)
def test_a_relay_that_refuses_at_the_door(settings, greeting, state):
    edition = started_edition(readers=2)
    relay = Scripted()
    relay.greeting = greeting
    with scripted(settings, relay):
        assert send(edition).stopped
    assert edition.state == state
    assert edition.problem
    assert states(edition) == {"waiting": 2}
    assert set(edition.deliveries.values_list("attempts", flat=True)) == {0}


def test_what_does_not_speak_smtp_is_as_good_as_away(settings):
    edition = started_edition(readers=1)
    relay = Scripted()
    relay.greeting = b"Hello, this is something else"
    with scripted(settings, relay):
        assert send(edition).stopped
    assert (edition.state, states(edition)) == ("sending", {"waiting": 1})


def test_without_the_tls_that_was_asked_for_nothing_is_sent(settings):
    settings.EMAIL_USE_TLS = True
    edition = started_edition(readers=1)
    with scripted(settings, Scripted()) as relay:
        send(edition)
    assert edition.state == "paused"
    assert b"MAIL" not in relay.said


def test_a_relay_of_tls_only_is_spoken_to_in_tls(settings):
    settings.EMAIL_USE_SSL = True
    edition = started_edition(readers=1)
    with scripted(settings, Scripted()) as relay:
        assert send(edition).stopped  # this relay cannot
    assert b"MAIL" not in relay.said
    assert states(edition) == {"waiting": 1}


def test_a_connection_is_renewed_after_some_messages(settings, monkeypatch):
    monkeypatch.setattr(smtp, "MESSAGES_PER_CONNECTION", 2)
    edition = started_edition(readers=5)
    with scripted(settings, Scripted()) as relay:
        send(edition)
    assert states(edition) == {"sent": 5}
    assert relay.connections == 3


def test_a_connection_that_was_idle_is_renewed(settings, monkeypatch):
    with scripted(settings, Scripted()) as relay:
        send(started_edition(readers=1))
        monkeypatch.setattr(smtp, "IDLE_SECONDS", -1)
        send(started_edition(readers=1))
    assert relay.connections == 3  # one, then a new one for each of two readers


class HangsUp(Scripted):
    """Greets, and goes away when a message is offered."""

    def talk(self, file):
        file.write(b"220 relay\r\n")
        file.flush()
        for line in file:
            if not line.upper().startswith(b"EHLO"):
                return
            file.write(b"250-relay\r\n250 PIPELINING\r\n")
            file.flush()


def test_a_message_marked_and_not_begun_waits_again_when_the_relay_goes_away(settings):
    edition = started_edition(readers=4)
    with scripted(settings, HangsUp()):
        send(edition)
    assert states(edition) == {"waiting": 4}
    assert set(edition.deliveries.values_list("attempts", "claimed_at")) == {(0, None)}


def test_without_a_connection_nothing_can_be_begun():
    with pytest.raises(LostError):
        Relay().begin("a@example.org", "b@example.org")


def test_while_waiting_for_its_turn_nothing_is_in_doubt(settings, monkeypatch):
    settings.NEWSLETTER_RATE = 16
    seen = []

    def wait():
        seen.append(states(edition))
        return 0.06

    monkeypatch.setattr(sending.rate, "seconds_to_wait", wait)
    marked = sending.Run._mark_left
    monkeypatch.setattr(
        sending.Run, "_mark_left", lambda run: (marked(run), seen.append(states(edition)))
    )
    edition = started_edition(readers=2)
    with scripted(settings, Scripted()):
        send(edition)
    assert states(edition) == {"sent": 2}
    # Marked before the second wait, not after it.
    assert {"sent": 1, "claimed": 1} in seen


def test_a_worker_that_ends_does_not_wait_for_its_turn(settings, monkeypatch):
    monkeypatch.setattr(sending, "ending", threading.Event())

    def wait():
        sending.ending.set()
        return 60.0

    monkeypatch.setattr(sending.rate, "seconds_to_wait", wait)
    edition = started_edition(readers=2)
    with scripted(settings, Scripted()):
        assert send(edition).sent == 0
    assert (edition.problem, states(edition)) == ("", {"waiting": 2})


def test_claims_are_renewed_while_a_batch_takes_long(settings, monkeypatch):
    monkeypatch.setattr(sending, "RENEW_AFTER", 0)
    renewed = []
    renew = claiming.renew
    monkeypatch.setattr(claiming, "renew", lambda rows: (renewed.append(len(rows)), renew(rows)))
    edition = started_edition(readers=3)
    with scripted(settings, Scripted()):
        send(edition)
    assert renewed == [3, 2, 1]
    assert states(edition) == {"sent": Subscription.objects.count()}
