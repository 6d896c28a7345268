"""A pytest plugin (`-p tests.services`): the environment of the tests, and servers to throw away.

Loaded before the settings are read. PostgreSQL and Valkey are started once, by the process that
pytest was called in, unless DATABASE_URL or REDIS_URL name servers; workers of xdist inherit them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from wpsnetwork.embedded import Postgres, Valkey
from wpsnetwork.processes import free_port

# A demonstration, so that plain http will do; tests of production's behaviour set theirs.
ENVIRONMENT = {
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DEBUG": "false",
    "DEMONSTRATION": "true",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright runs a loop in the thread of the test
    "DJANGO_SETTINGS_MODULE": "wpsnetwork.settings",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "SECRET_KEY": "not-secret-only-for-tests",
    "SITE_URL": "http://testserver",
    "TRUSTED_PROXY_COUNT": "0",
}


# The tests need no disk; the benchmarks must pay for it as an installation does.
DURABLE = os.environ.get("TEST_POSTGRES_DURABLE") == "true"


def start_services() -> None:
    """Set the environment of this and all later processes; start what no address is given for."""
    directory = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    (directory / "static").mkdir()  # whitenoise warns where there is none
    os.environ.update(ENVIRONMENT)
    os.environ["PORTAL_VAR"] = str(directory)
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(directory / "postgres", free_port(), directory, durable=DURABLE)
        postgres.start()
        atexit.register(postgres.stop)
        os.environ["DATABASE_URL"] = postgres.url()
    if "REDIS_URL" not in os.environ:
        valkey = Valkey(free_port(), directory, password="tests")
        valkey.start()
        atexit.register(valkey.stop)
        os.environ["REDIS_URL"] = valkey.url()
    os.environ["TEST_REDIS_URL"] = os.environ["REDIS_URL"]


def own_redis(url: str, worker: str) -> str:
    """Return the address of the Redis database of one worker of xdist ("gw0" and so on)."""
    parts = urlsplit(url)
    number = int(worker.removeprefix("gw")) % 15 + 1
    return parts._replace(path=f"/{number}").geturl()


WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if WORKER:
    os.environ["REDIS_URL"] = own_redis(os.environ["TEST_REDIS_URL"], WORKER)
else:
    start_services()
