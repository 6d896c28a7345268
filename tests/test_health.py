import signal
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.core.management import call_command
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from wpsnetwork import health, heartbeats
from wpsnetwork.embedded import Valkey
from wpsnetwork.models import Heartbeat
from wpsnetwork.processes import free_port
from wpsnetwork.scheduling import BeatingScheduler
from wpsnetwork.tasks import heartbeat
from wpsnetwork.waking import wake


@pytest.fixture
def valkey(tmp_path, settings):
    """A server of the test's own, to stop and to pause."""
    server = Valkey(free_port(), tmp_path, "secret")
    server.start()
    settings.CELERY_BROKER_URL = server.url()
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def app(valkey):
    app = Celery("tests", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    yield app
    app.close()


def stop(valkey):
    valkey.stop()


def pause(valkey):
    valkey.process.send_signal(signal.SIGSTOP)


@pytest.mark.django_db
@pytest.mark.parametrize("take_away", [stop, pause])
def test_waking_neither_raises_nor_waits_long_without_redis(
    app, valkey, take_away, django_capture_on_commit_callbacks
):
    @app.task(name="tests.nothing", shared=False)  # else every later app of the tests has it too
    def task(number):
        pass

    with django_capture_on_commit_callbacks(execute=True):
        wake(task, 1)
    with app.connection_or_acquire() as connection:
        assert connection.default_channel.client.llen("portal") == 1
    take_away(valkey)
    for _ in range(2):
        began = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            wake(task, 2)
        assert time.monotonic() - began < 3.5


@pytest.mark.django_db
@pytest.mark.parametrize("take_away", [stop, pause])
def test_readiness_says_within_two_seconds_that_redis_does_not_answer(client, valkey, take_away):
    assert client.get(reverse("readyz")).json()["redis"] == "ok"
    take_away(valkey)
    began = time.monotonic()
    response = client.get(reverse("readyz"))
    assert time.monotonic() - began < 2
    assert response.status_code == 503
    assert response.json()["redis"] == "does not answer"
    assert response.json()["ready"] is False
    assert "secret" not in response.text


@pytest.mark.django_db
def test_readiness_is_all_well_when_all_have_shown_life(client, django_assert_max_num_queries):
    for queue in ("portal", "newsletter"):
        heartbeat(queue)
    heartbeats.beat(heartbeats.BEAT)
    with django_assert_max_num_queries(10):
        response = client.get(reverse("readyz"))
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "redis": "ok",
        "database": "ok",
        "migrations": "ok",
        "beat": "ok",
        "worker portal": "ok",
        "worker newsletter": "ok",
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readiness_names_who_is_late_and_who_was_never_seen(client):
    heartbeats.beat("beat")
    heartbeats.beat("portal")
    long_ago = timezone.now() - heartbeats.LATE_AFTER - timedelta(seconds=1)
    Heartbeat.objects.filter(name="portal").update(beaten_at=long_ago)
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    states = response.json()
    assert states["worker portal"] == "late"
    assert states["worker newsletter"] == "never seen"
    assert states["beat"] == "ok"


@pytest.mark.django_db
def test_readiness_says_that_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *args: ["one"])
    assert client.get(reverse("readyz")).json()["migrations"] == "waiting"


def test_readiness_says_that_the_database_does_not_answer(client, monkeypatch):
    def refuse(connection):
        raise DatabaseError("connection to server at 10.0.0.1 failed for user private")

    monkeypatch.setattr(health, "MigrationExecutor", refuse)
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["database"] == "does not answer"
    assert "private" not in response.text


def test_health_asks_nothing_of_the_database(client):
    response = client.get(reverse("healthz"))  # without the mark django_db a query would fail
    assert response.status_code == 200
    assert response.text == "ok\n"


@pytest.mark.django_db
def test_a_heartbeat_is_one_row_that_moves():
    heartbeats.beat("portal")
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(hours=1))
    heartbeats.beat("portal")
    row = Heartbeat.objects.get()
    assert str(row) == "portal"
    assert timezone.now() - row.beaten_at < timedelta(seconds=10)


@pytest.mark.django_db
def test_beat_shows_life_in_its_loop(app, monkeypatch):
    monkeypatch.setattr("wpsnetwork.scheduling.close_old_connections", lambda: None)
    scheduler = BeatingScheduler(app=app)
    assert scheduler.tick() <= 10
    assert Heartbeat.objects.filter(name="beat").exists()


def test_beat_goes_on_without_the_database(app, monkeypatch):
    def refuse(name):
        raise DatabaseError

    monkeypatch.setattr("wpsnetwork.scheduling.beat", refuse)
    monkeypatch.setattr("wpsnetwork.scheduling.close_old_connections", lambda: None)
    assert BeatingScheduler(app=app).tick() <= 10


@pytest.mark.django_db
def test_a_health_check_of_a_container_tells_who_is_late(capsys):
    with pytest.raises(SystemExit) as caught:
        call_command("heartbeat_age", "beat")
    assert caught.value.code == 1
    heartbeats.beat("beat")
    call_command("heartbeat_age", "beat")
    assert capsys.readouterr().out.split("\n") == ["never seen", "ok", ""]
