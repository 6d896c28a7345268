"""The clock of this app: fetch, call one function."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from newsletter import sending, subscribing, sweeping
from wpsnetwork.waking import wake


@shared_task(name="newsletter.send_batches", expires=60)
def send_batches(edition_id: int) -> None:
    """Send what waits of the edition; a sending that is not done goes on with the next task."""
    run = sending.send_batches(edition_id)
    # Where a relay is away the sweeper comes back; here only time ran out.
    if run.is_out_of_time and not run.stopped:
        wake(send_batches, edition_id)


@shared_task(name="newsletter.sweep", expires=20)
def sweep() -> None:
    """Put right what was left behind, and wake a worker for what waits."""
    for edition_id in sweeping.sweep():
        wake(send_batches, edition_id)
    subscribing.send_waiting()


@shared_task(name="newsletter.send_confirmations", expires=60)
def send_confirmations() -> None:
    """Send the mails by which addresses confirm."""
    subscribing.send_waiting()


@worker_shutting_down.connect
def end_after_this_message(**kwargs: Any) -> None:
    """So that an orderly end of the worker leaves nothing in doubt."""
    sending.ending.set()
