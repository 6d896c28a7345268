import os
import stat
import sys

import psycopg2
import pytest
import redis

from wpsnetwork.embedded import Postgres, Valkey, kept_secret, open_way, package, wait_for
from wpsnetwork.processes import CannotStart, free_port, start


@pytest.fixture
def postgres(tmp_path):
    server = Postgres(tmp_path / "postgres", free_port(), tmp_path, durable=False)
    yield server
    server.stop()


def test_postgres_keeps_its_data_over_a_restart(postgres):
    postgres.start()
    with psycopg2.connect(postgres.url()) as connection:
        connection.cursor().execute("create table kept (id int)")
    connection.close()
    postgres.stop()
    postgres.port = free_port()
    postgres.start()
    with psycopg2.connect(postgres.url()) as connection:
        connection.cursor().execute("select * from kept")
        assert connection.server_version >= 180000
    connection.close()


def test_postgres_lets_nobody_in_without_the_password(postgres):
    postgres.start()
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        psycopg2.connect(postgres.url().replace(postgres.password, "guessed"))


def test_a_postgres_that_lets_nobody_in_is_told(postgres, tmp_path, monkeypatch):
    postgres.start()
    postgres.stop()
    (tmp_path / "postgres-password").write_text("another")
    monkeypatch.setattr("wpsnetwork.embedded.PATIENCE", 0.3)
    with pytest.raises(CannotStart, match="does not let the portal in: the reason is in"):
        postgres.start()


def test_a_postgres_that_cannot_be_made_is_told_and_leaves_nothing(postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(Postgres, "_password_for", lambda self, path: _empty(path))
    with pytest.raises(CannotStart, match=r"could not be made: the reason is in .*postgres.log"):
        postgres.start()
    assert not (tmp_path / "postgres").exists()


def _empty(path):
    path.write_text("")
    return path


def test_valkey_answers_with_its_password_only_and_keeps_nothing(tmp_path):
    server = Valkey(free_port(), tmp_path, "secret")
    server.start()
    try:
        with redis.Redis.from_url(server.url(3)) as client:
            client.set("key", "value")
        with (
            redis.Redis.from_url(server.url().replace("secret", "guessed")) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
    finally:
        server.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["valkey.log"]


def test_what_was_never_started_can_be_stopped(tmp_path):
    Valkey(1, tmp_path, "secret").stop()
    Postgres(tmp_path, 1, tmp_path).stop()


def test_a_server_that_ends_at_once_is_told(tmp_path):
    process = start([sys.executable, "-c", "print('why')"], tmp_path / "log")
    with pytest.raises(CannotStart, match="Valkey did not start: the reason is in"):
        wait_for("Valkey", process, free_port(), tmp_path / "log", patience=5)


def test_a_missing_package_is_told():
    with pytest.raises(CannotStart, match="no_such_package is not installed: type `make run`"):
        package("no_such_package")


def test_a_secret_is_kept_and_readable_by_its_owner_only(tmp_path):
    first = kept_secret(tmp_path / "secret")
    assert kept_secret(tmp_path / "secret") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_opening_the_way_gives_the_right_to_pass_and_no_other(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    open_way(closed / "data")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert os.access(closed, os.X_OK)
