"""Answers for load balancers and people on duty: does the process live, can the portal work."""

from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from wpsnetwork import heartbeats

log = structlog.get_logger(__name__)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process can answer at all; asks nothing of database or Redis."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all parts work, else 503; both say in one word each how they are."""
    parts = {"redis": redis_state(), **database_states()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def redis_state() -> str:
    """Ask Redis, for one second at most per step."""
    never_again = Retry(NoBackoff(), 0)
    url = settings.CELERY_BROKER_URL
    try:
        with Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1, retry=never_again
        ) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        log.warning("redis_does_not_answer", reason=type(error).__name__)
        return "does not answer"
    return "ok"


def database_states() -> dict[str, Any]:
    """The states of the database, its migrations, beat and the workers."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        parts = {"database": "ok", "migrations": "waiting" if waiting else "ok"}
        return parts | _signs_of_life()
    except DatabaseError as error:
        log.warning("database_does_not_answer", reason=type(error).__name__)
        return {"database": "does not answer"}


def _signs_of_life() -> dict[str, str]:
    states = heartbeats.states()
    beat = states.pop(heartbeats.BEAT)
    return {"beat": beat} | {f"worker {queue}": state for queue, state in states.items()}
