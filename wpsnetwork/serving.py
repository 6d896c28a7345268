"""What `manage.py serve` (`make run`) needs before the settings are read.

A demonstration brings its own environment: servers from wheels where none are named, a secret key,
a mail catcher. Whatever it makes lies under var/, or under PORTAL_VAR.
"""

import errno
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

from wpsnetwork.embedded import Postgres, Valkey, kept_secret
from wpsnetwork.processes import CannotStart, free_port, require_free_port, require_space
from wpsnetwork.servers import require_libraries, require_postgres, require_redis

BASE_DIR = Path(__file__).resolve().parent.parent
DEFAULT_PORT = "8000"
MEGABYTES = 200  # an empty PostgreSQL and the collected static files, with room to work


@contextmanager
def demonstration() -> Iterator[None]:
    """Give the body the environment of a demonstration, and end its servers after it.

    Whatever keeps it from starting is told in one sentence, with exit code 1. Ctrl-C and SIGTERM
    end the body in good order, with exit code 0.
    """
    # SIGINT too: a shell starts what runs in its background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with ExitStack() as stack:
            prepare(stack)
            stack.callback(_let_nothing_interrupt)
            yield
    except CannotStart as error:
        sys.exit(str(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit("The disk is full: free some space, or name a directory elsewhere in PORTAL_VAR.")
    except KeyboardInterrupt:
        sys.exit(0)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _let_nothing_interrupt() -> None:
    """While all is being ended a second Ctrl-C would only leave something behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def prepare(stack: ExitStack) -> None:
    """Set the environment and start what is to be started; `stack` ends it."""
    port = wanted_port(os.environ.get("PORT") or DEFAULT_PORT)
    require_libraries()
    var = Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var").resolve()
    require_space(var, MEGABYTES)
    stack.enter_context(only_one(var))
    require_free_port(port)
    os.environ.update(environment(port))
    os.environ["PORTAL_VAR"] = str(var)
    os.environ.setdefault("SECRET_KEY", kept_secret(var / "secret-key"))
    logs = fresh(var / "log")
    give_database(stack, var, logs)
    give_redis(stack, logs)


def wanted_port(text: str) -> int:
    """Return the port; raise CannotStart when it is no number of a port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotStart(f"PORT is {text!r}: give a number from 1024 to 65535.")
    return int(text)


def environment(port: int) -> dict[str, str]:
    """What is so in every demonstration, whatever the environment or .env says.

    Mail goes to the catcher only: nobody outside ever hears from a demonstration.
    """
    return {
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DEBUG": "false",
        "DEMONSTRATION": "true",
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_PROXY_COUNT": "0",
    }


@contextmanager
def only_one(var: Path) -> Iterator[TextIO]:
    """Hold the directory for this process; raise CannotStart when another one holds it.

    A demonstration that has just been killed still ends its servers, so this waits a little.
    """
    with (var / "serving.lock").open("a") as file:
        deadline = time.monotonic() + 2
        while not _locked(file):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Another `make run` uses {var}: end that one, or name another directory in "
                    "PORTAL_VAR."
                )
            time.sleep(0.1)
        yield file


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def fresh(directory: Path) -> Path:
    """Return the directory, made anew: the logs are those of this start."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


def give_database(stack: ExitStack, var: Path, logs: Path) -> None:
    """Name a database in DATABASE_URL: the one named there already, else one of our own."""
    if "DATABASE_URL" in os.environ:
        require_postgres(os.environ["DATABASE_URL"])
        return
    postgres = Postgres(var / "postgres", free_port(), logs)
    stack.callback(postgres.stop)
    postgres.start()
    os.environ["DATABASE_URL"] = postgres.url()


def give_redis(stack: ExitStack, logs: Path) -> None:
    """Name a Redis in REDIS_URL: the one named there already, else a Valkey of our own."""
    if "REDIS_URL" in os.environ:
        require_redis(os.environ["REDIS_URL"])
        return
    valkey = Valkey(free_port(), logs, kept_secret(logs.parent / "valkey-password"))
    stack.callback(valkey.stop)
    valkey.start()
    os.environ["REDIS_URL"] = valkey.url()
