"""What the tests of the sending share: an approved edition, readers, relays, worker processes."""

import asyncio
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP
from django.db import connection
from django.utils import timezone

from newsletter import composing, sending, starting
from newsletter.models import Edition
from tests import factories
from wpsnetwork.processes import free_port


def approved_edition(**fields):
    """An edition with one item that a second person has approved."""
    edition = factories.EditionFactory(edited_by=factories.UserFactory(), **fields)
    factories.EditionItemFactory(edition=edition, title="A good practice")
    edition.refresh_from_db()
    Edition.objects.filter(pk=edition.pk).update(
        state="approved",
        approved_by=factories.UserFactory(),
        approved_at=timezone.now(),
        content_hash=composing.content_hash(edition),
    )
    edition.refresh_from_db()
    return edition


def started_edition(readers=3, **fields):
    """An edition whose sending has begun, with so many readers."""
    factories.SubscriptionFactory.create_batch(readers)
    edition = approved_edition(**fields)
    starting.start(edition, edition.edited_by)
    edition.refresh_from_db()
    return edition


def states(edition):
    """How many deliveries are in which state."""
    found = {}
    for state in edition.deliveries.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


class Relay:
    """A relay that can be told what to answer; it keeps the messages that it took.

    `at_reader`, `at_message` are called with the address and answer a line, or None for yes.
    A line "close" ends the connection without an answer.
    """

    def __init__(self):
        self.taken = []
        self.readers_asked = []
        self.at_sender = lambda address: None
        self.at_reader = lambda address: None
        self.at_message = lambda address: None

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.at_sender(address) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.readers_asked.append(address)
        answer = self.at_reader(address)
        if answer == "close":
            server.transport.close()
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        answer = self.at_message(address)
        if answer == "close":
            server.transport.close()
        if answer:
            return answer
        self.taken.append((address, envelope.original_content))
        return "250 Taken"

    @property
    def addresses(self):
        return [address for address, _content in self.taken]


@contextmanager
def listening(relay):
    """Let the relay listen on the loopback address in a thread of its own; give its port."""
    port, loop, ready = free_port(), asyncio.new_event_loop(), threading.Event()

    def listen():
        # All of it in this thread: in the test's own the browser's loop may be running.
        made = loop.run_until_complete(
            loop.create_server(lambda: SMTP(relay, data_size_limit=None), "127.0.0.1", port)
        )
        ready.set()
        loop.run_forever()
        made.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def use_port(settings, port):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    sending.relay_of_this_thread().close()


def start_worker(edition, port):
    """Start a process that sends the edition as a Celery worker's thread does."""
    base = urlsplit(os.environ["DATABASE_URL"])
    database = base._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sender", "ours", str(edition.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()
