"""The Celery app. What it does when stands in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

from wpsnetwork.marking import refuse_marked_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wpsnetwork.settings")

app = Celery("wpsnetwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this the threads of gunicorn would send their tasks to an app that knows no broker.
app.set_default()
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logging of the settings alone."""


@worker_init.connect
@beat_init.connect
def refuse(**kwargs: Any) -> None:
    """End a worker, or beat, that would work on a demonstration's database in production."""
    refuse_marked_database()
