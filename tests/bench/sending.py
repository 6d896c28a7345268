"""Sending an edition: 2,000 messages of 30 kB to a fast sink, over two connections.

The floor is smtplib: two processes with a kept-open connection each, one message made beforehand.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from newsletter import composing, starting
from newsletter.message import Reader
from newsletter.models import Delivery, Edition, EditionItem, Subscription
from tests.bench.figures import Figure
from tests.factories import UserFactory
from wpsnetwork.processes import free_port

MESSAGES = 2_000
SIZE = 30_000
ROUNDS = 7
WORDS = "<p>What the members of the Network did, and what others may learn from it.</p>"


def measure() -> Figure:
    """Messages a second, in the round whose ratio is the middle one; both are run in turns."""
    edition = make_edition()
    with sink() as port, tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "message"
        path.write_bytes(one_message(edition))
        found = [(ours(edition, port), floor(path, port)) for _ in range(ROUNDS)]
    value, best = sorted(found, key=lambda both: both[0] / both[1])[ROUNDS // 2]
    return Figure("sending", value, "messages/s", best, 0.3, ">=")


def make_edition() -> Edition:
    """An approved edition of about 30 kB, and 2,000 readers."""
    editor, second = UserFactory(), UserFactory()
    edition = Edition.objects.create(title="Measured", slug="measured", edited_by=editor)
    item = EditionItem(edition=edition, place=EditionItem.Place.PRACTICES, title="Long", body="")
    item.save()
    while len(one_message(edition)) < SIZE:
        item.body += WORDS * 10
        item.save()
    Edition.objects.filter(pk=edition.pk).update(approved_by=second)
    edition.refresh_from_db()
    Subscription.objects.bulk_create(
        Subscription(
            email=f"reader-{number}@example.org",
            state="active",
            confirmed_at=timezone.now(),
            consent_wording="Yes.",
        )
        for number in range(MESSAGES)
    )
    return edition


def one_message(edition: Edition) -> bytes:
    reader = Reader(1, "reader@example.org", f"https://example.org/newsletter/leave/{'x' * 80}/")
    return composing.compose(edition).join(reader, timezone.now())


def ours(edition: Edition, port: int) -> float:
    """Start the edition anew and let two processes send it."""
    Delivery.objects.filter(edition=edition).delete()
    Edition.objects.filter(pk=edition.pk).update(
        state="approved",
        approved_at=timezone.now(),
        content_hash=composing.content_hash(edition),
    )
    starting.start(edition, edition.edited_by)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE newsletter_delivery, newsletter_subscription, newsletter_edition")
    rate = race([["ours", str(edition.pk)]] * 2, port)
    edition.refresh_from_db()
    assert edition.state == "sent", edition.state
    return rate


def floor(path: Path, port: int) -> float:
    return race([["floor", str(port), str(path), str(MESSAGES // 2)]] * 2, port)


def race(arguments: list[list[str]], port: int) -> float:
    """Let the processes begin together and return how many messages a second left."""
    environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.sender", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for words in arguments
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    sent = sum(int(process.stdout.readline()) for process in processes)
    taken = time.perf_counter() - begun
    for process in processes:
        process.communicate()
    assert sent == MESSAGES, sent
    return MESSAGES / taken


@contextmanager
def sink(record: Path | None = None) -> Iterator[int]:
    """Run the sink in a process of its own and give its port."""
    port = free_port()
    words = [sys.executable, "-m", "tests.bench.sink", str(port)]
    process = subprocess.Popen(
        words + ([str(record)] if record else []), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield port
    finally:
        process.kill()
        process.communicate()
