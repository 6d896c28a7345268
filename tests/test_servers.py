import os
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest

from wpsnetwork import servers
from wpsnetwork.processes import CannotStart, free_port
from wpsnetwork.servers import require_libraries, require_postgres, require_redis

DATABASE_URL = os.environ["DATABASE_URL"]
REDIS_URL = os.environ["REDIS_URL"]


def test_servers_that_are_new_enough_pass():
    servers.main(DATABASE_URL, REDIS_URL)


def test_the_command_ends_with_the_sentence():
    with pytest.raises(SystemExit, match="No Redis answers"):
        servers.main(DATABASE_URL, f"redis://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("url", ["mysql://host/name", "portal", "postgres://host:port/name", ""])
def test_an_address_of_something_else_is_told(url):
    with pytest.raises(CannotStart, match=r"DATABASE_URL is no address .* write postgres://"):
        require_postgres(url)


def test_a_database_that_does_not_answer_is_told_without_the_password():
    port = free_port()
    with pytest.raises(CannotStart, match=f"No PostgreSQL answers at 127.0.0.1:{port}") as caught:
        require_postgres(f"postgres://portal:private@127.0.0.1:{port}/portal")
    assert "private" not in str(caught.value)


def test_a_database_that_does_not_exist_is_told():
    url = urlsplit(DATABASE_URL)._replace(path="/no_such_database").geturl()
    with pytest.raises(CannotStart, match="There is no database no_such_database"):
        require_postgres(url)
    with pytest.raises(CannotStart, match="DATABASE_URL names no database"):
        require_postgres(urlsplit(DATABASE_URL)._replace(path="").geturl())


def test_an_option_that_postgres_does_not_know_is_told():
    url = urlsplit(DATABASE_URL)._replace(query="foo=bar").geturl()
    with pytest.raises(CannotStart, match="leave out what stands after its question mark"):
        require_postgres(url)


@pytest.mark.parametrize(
    "message", ['password authentication failed for user "x"', "fe_sendauth: no password supplied"]
)
def test_a_wrong_password_is_told(message, monkeypatch):
    def refuse(*args, **kwargs):
        raise psycopg2.OperationalError(message)

    monkeypatch.setattr(psycopg2, "connect", refuse)
    with pytest.raises(CannotStart, match="refuses the user or password of DATABASE_URL"):
        require_postgres(DATABASE_URL)


def test_servers_that_are_too_old_are_told(monkeypatch):
    monkeypatch.setattr(servers, "OLDEST_POSTGRES", 99)
    monkeypatch.setattr(servers, "OLDEST_REDIS", 99)
    with pytest.raises(CannotStart, match="version 99 or newer is needed"):
        require_postgres(DATABASE_URL)
    with pytest.raises(CannotStart, match=r"is Redis [0-9]+: version 99 or newer"):
        require_redis(REDIS_URL)


def test_a_wrong_redis_is_told():
    with pytest.raises(CannotStart, match="REDIS_URL is no address"):
        require_redis("http://127.0.0.1:6379")
    with closing(psycopg2.connect(DATABASE_URL)) as connection:
        port = connection.info.port
    with pytest.raises(CannotStart, match=f"No Redis answers at 127.0.0.1:{port}"):
        require_redis(f"redis://127.0.0.1:{port}")  # a PostgreSQL


def test_a_wrong_password_of_redis_is_told():
    url = urlsplit(REDIS_URL)
    wrong = url._replace(netloc=f"nobody:guessed@{url.hostname}:{url.port}").geturl()
    with pytest.raises(CannotStart, match="Redis refuses the password"):
        require_redis(wrong)


def test_missing_libraries_are_told_with_the_command_to_type():
    require_libraries()
    with pytest.raises(CannotStart, match=r"type `sudo apt-get install libnone-1.0-0`"):
        require_libraries({"libnone-1.0.so.0": "libnone-1.0-0", "libc.so.6": "libc6"})
