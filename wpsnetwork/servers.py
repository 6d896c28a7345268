"""Whether the servers that were named can be used, told in plain sentences before anything starts.

Imports nothing of Django: it is used before the settings are read.
"""

import ctypes
import sys
from typing import Any
from urllib.parse import SplitResult, urlsplit

import psycopg2
import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.retry import Retry

from wpsnetwork.processes import CannotStart

OLDEST_POSTGRES = 15
OLDEST_REDIS = 7
DATABASE_SCHEMES = {"postgres", "postgresql", "psql", "pgsql"}
REDIS_SCHEMES = {"redis", "rediss"}
# What WeasyPrint opens when it is imported, and Debian's name for the package.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libmagic.so.1": "libmagic1",
}


def require_libraries(libraries: dict[str, str] = LIBRARIES) -> None:
    """Raise CannotStart when a system library is missing that PDFs or uploads need."""
    missing = [package for library, package in libraries.items() if not _opens(library)]
    if missing:
        raise CannotStart(
            "The portal needs Pango and its companions to make PDFs: type "
            f"`sudo apt-get install {' '.join(missing)}`."
        )


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def require_postgres(url: str) -> None:
    """Raise CannotStart unless a PostgreSQL that is new enough answers and lets us in."""
    parts = address(url, "DATABASE_URL", DATABASE_SCHEMES, "postgres://user:password@host/name")
    if not parts.path.strip("/"):
        raise CannotStart("DATABASE_URL names no database: add its name, as in …host:5432/portal.")
    try:
        connection = psycopg2.connect(
            parts._replace(scheme="postgresql").geturl(), connect_timeout=5
        )
    except psycopg2.ProgrammingError:  # an option that libpq does not know
        raise CannotStart(
            "PostgreSQL cannot read DATABASE_URL: correct or leave out what stands after its "
            "question mark."
        ) from None
    except psycopg2.Error as error:
        raise CannotStart(_why_no_database(str(error), parts)) from None
    with connection:
        version = connection.server_version // 10000
    connection.close()
    if version < OLDEST_POSTGRES:
        raise CannotStart(
            f"The database of DATABASE_URL is PostgreSQL {version}: version {OLDEST_POSTGRES} or "
            "newer is needed."
        )


def _why_no_database(message: str, parts: SplitResult) -> str:
    name = parts.path.strip("/")
    if "does not exist" in message and "database" in message:
        return f"There is no database {name}: make it, or correct DATABASE_URL."
    if "authentication failed" in message or "no password supplied" in message:
        return "The database refuses the user or password of DATABASE_URL: correct them."
    return (
        f"No PostgreSQL answers at {where(parts, 5432)}: start it, correct DATABASE_URL, or leave "
        "DATABASE_URL out."
    )


def require_redis(url: str) -> None:
    """Raise CannotStart unless a Redis, or Valkey, that is new enough answers and lets us in."""
    parts = address(url, "REDIS_URL", REDIS_SCHEMES, "redis://host:6379/0")
    never_again = Retry(NoBackoff(), 0)
    try:
        with redis.Redis.from_url(
            url, socket_timeout=3, socket_connect_timeout=3, retry=never_again
        ) as client:
            version = _redis_version(client.info("server"))
    except (AuthenticationError, ResponseError):
        raise CannotStart(
            "Redis refuses the password or the database of REDIS_URL: correct it."
        ) from None
    except (RedisError, OSError, ValueError):
        raise CannotStart(
            f"No Redis answers at {where(parts, 6379)}: start it, correct REDIS_URL, or leave "
            "REDIS_URL out."
        ) from None
    if version < OLDEST_REDIS:
        raise CannotStart(
            f"The server of REDIS_URL is Redis {version}: version {OLDEST_REDIS} or newer is "
            "needed."
        )


def _redis_version(info: Any) -> int:
    return int(str(info["redis_version"]).split(".")[0])


def address(url: str, variable: str, schemes: set[str], example: str) -> SplitResult:
    """Return the parts of an address; raise CannotStart when it is none of that kind."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise CannotStart(f"{variable} is no address that the portal can use: write {example}.")
    return parts


def where(parts: SplitResult, port: int) -> str:
    """Return host and port of an address, without its password."""
    return f"{parts.hostname}:{parts.port or port}"


def main(database: str, redis_server: str) -> None:
    """Say, by the exit code, whether tests can be run on these two servers."""
    try:
        require_postgres(database)
        require_redis(redis_server)
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
