"""Wake a worker. The work itself stands in a table: a wake-up call that is lost loses nothing."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def wake(task: "Task[..., Any]", *args: Any) -> None:
    """Ask a worker to run the task as soon as this transaction is in.

    Never raises and never waits longer than about three seconds: when Redis is away the clock
    (CELERY_BEAT_SCHEDULE) finds the row later.
    """

    def send() -> None:  # not a partial: Django's robust hooks ask for a __qualname__
        _send(task, args)

    transaction.on_commit(send, robust=True)


def _send(task: "Task[..., Any]", args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("worker_not_woken", task=task.name, reason=type(error).__name__)
