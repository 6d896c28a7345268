"""`manage.py serve`, really started, as `make run` starts it."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from django.db import connection

from wpsnetwork import serving
from wpsnetwork.processes import CannotStart, free_port, start

ROOT = Path(__file__).parent.parent


def second_start():
    """Seconds for a second start: 15, and more where other work shares the processors."""
    return 15 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))


def environment(var, **more):
    own = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "DEMONSTRATION", "EMAIL_URL"}
    kept = {k: v for k, v in os.environ.items() if k not in own and not k.startswith("COV")}
    return kept | {"PORTAL_VAR": str(var), "PORT": str(free_port())} | more


class Served:
    """A portal that was started, and where it answers."""

    def __init__(self, var):
        self.env = environment(var)
        self.began = time.monotonic()
        self.output = Path(f"{var}.output")
        self.output.unlink(missing_ok=True)
        self.process = start([sys.executable, "manage.py", "serve"], self.output, env=self.env)

    def wait(self, patience=170):
        while time.monotonic() < self.began + patience and self.process.poll() is None:
            if "Ctrl-C ends it" in self.output.read_text():
                return time.monotonic() - self.began
            time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.env['PORT']}{path}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def family(self):
        """The processes that it started, and those that these started."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                parents[int(path.parent.name)] = int(fields[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def end(self, number=signal.SIGINT):
        """Send the signal; return the exit code and which processes are left."""
        family = self.family()
        assert len(family) >= 9  # servers, web, workers, beat, mail catcher, and their children
        self.process.send_signal(number)
        code = self.process.wait(150)  # a loaded machine ends twelve processes slowly
        deadline = time.monotonic() + 20
        while (left := [pid for pid in family if alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return code, left


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    return tmp_path_factory.mktemp("served") / "var"


@pytest.fixture(scope="module")
def served(var):
    portal = Served(var)
    portal.wait()
    yield portal
    if portal.process.poll() is None:
        portal.end()


def refused(env):
    """The one line that `serve` ends with, when it does not start."""
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    [line] = done.stderr.strip().splitlines()
    return line


pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]


def test_the_portal_is_served_with_its_sign_ins_and_its_mail(served, var):
    assert served.get("/")[0] == 200
    assert served.get("/members/namibia/")[0] == 200
    assert served.get("/demonstration/mail/")[0] == 200
    printed = served.output.read_text()
    path = var / "demonstration-sign-ins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() in printed
    assert "Focal point of Namibia (demonstration)" in printed


def test_the_workers_and_beat_show_life(served):
    deadline = time.monotonic() + 40
    while (answer := served.get("/readyz"))[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert answer[0] == 200, answer[1]
    assert json.loads(answer[1])["worker newsletter"] == "ok"


def test_a_process_that_is_killed_is_started_again(served):
    [beat] = [pid for pid in served.family() if b"\0beat\0" in cmdline(pid)]
    os.kill(beat, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while "beat ended and is started again" not in served.output.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def cmdline(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_second_one_in_the_same_directory_is_refused(served, var):
    assert "Another `make run` uses" in refused(environment(var))


def test_ctrl_c_ends_every_process_and_the_next_start_keeps_the_data(served, var):
    sign_ins = (var / "demonstration-sign-ins.txt").read_text()
    assert served.end() == (0, [])
    again = Served(var)
    try:
        assert again.wait() < second_start()
        assert (var / "demonstration-sign-ins.txt").read_text() == sign_ins
        assert again.get("/members/namibia/")[0] == 200
    finally:
        ended = again.end(signal.SIGKILL)
    assert ended == (-signal.SIGKILL, [])  # even then nothing is left


def test_a_taken_port_gives_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert f"Port {port} is taken" in refused(environment(tmp_path, PORT=port))


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": "postgres://portal:secret@127.0.0.1:1/portal"}, "No PostgreSQL answers"),
        ({"DATABASE_URL": "sqlite:///file"}, "DATABASE_URL is no address"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "No Redis answers"),
        ({"PORT": "eighty"}, "PORT is 'eighty': give a number"),
        ({"PORTAL_VAR": "/proc/portal"}, "/proc/portal cannot be written to"),
    ],
)
def test_what_is_wrong_gives_one_sentence(tmp_path, variables, sentence):
    line = refused(environment(tmp_path, **variables))
    assert sentence in line
    assert "secret" not in line


def test_a_database_of_somebody_else_is_left_alone(tmp_path, usual_database):
    line = refused(environment(tmp_path, DATABASE_URL=usual_database))
    assert "holds data that no demonstration made, so nothing is done in it" in line


def test_a_user_without_the_right_to_make_tables_is_told(tmp_path, poor_user):
    line = refused(environment(tmp_path, DATABASE_URL=poor_user))
    assert "lacks a right (permission denied for schema public): name a database" in line
    assert "guessable" not in line


@pytest.fixture
def poor_user(django_db_setup, django_db_blocker, worker_id):
    """The address of an empty database, for a user that may only look at it."""
    name = f"poor_{worker_id}"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"drop database if exists {name}")
            cursor.execute(f"drop role if exists {name}")
            cursor.execute(f"create role {name} login password 'guessable'")
            cursor.execute(f"create database {name}")
        yield re.sub(
            "//.*@(.*)/[^/]*$", f"//{name}:guessable@\\1/{name}", os.environ["DATABASE_URL"]
        )
        with connection.cursor() as cursor:
            cursor.execute(f"drop database {name} with (force)")
            cursor.execute(f"drop role {name}")
        connection.close()


@pytest.fixture
def usual_database(db):
    url = os.environ["DATABASE_URL"]
    return re.sub(r"/[^/?]+(\?|$)", f"/{connection.settings_dict['NAME']}\\1", url)


# Pieces ------------------------------------------------------------------------------------
@pytest.fixture
def clean(monkeypatch, tmp_path):
    """The environment and the signals as they were, after the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setitem(os.environ, "PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.setitem(os.environ, "PORT", str(free_port()))
    yield monkeypatch
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_demonstration_brings_what_is_not_named(clean, tmp_path):
    del os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    os.environ.pop("SECRET_KEY", None)
    os.environ["EMAIL_URL"] = "smtp://relay.example:25"
    with serving.demonstration():
        found = dict(os.environ)
        assert found["DATABASE_URL"].startswith("postgres://portal:")
        assert found["REDIS_URL"].startswith("redis://:")
        assert found["EMAIL_URL"].startswith("smtp://127.0.0.1:")
        assert found["SITE_URL"] == f"http://127.0.0.1:{found['PORT']}"
        assert found["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text()


def test_a_demonstration_uses_the_servers_that_are_named(clean, tmp_path):
    named = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    with serving.demonstration():
        assert (os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) == named
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (CannotStart("One sentence."), "One sentence."),
        (OSError(28, "No space left on device"), "The disk is full: free some space"),
        (KeyboardInterrupt(), 0),
    ],
)
def test_what_ends_a_demonstration_is_told_plainly(clean, error, ending):
    with pytest.raises(SystemExit) as caught, serving.demonstration():
        raise error
    assert str(caught.value.code).startswith(str(ending))


def test_other_errors_are_not_hidden(clean):
    with pytest.raises(OSError, match="Input/output"), serving.demonstration():
        raise OSError(5, "Input/output error")


def test_sigterm_ends_a_demonstration_in_good_order(clean):
    with pytest.raises(SystemExit) as caught, serving.demonstration():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 0


def test_a_directory_is_held_by_one(tmp_path):
    with ExitStack() as stack:
        stack.enter_context(serving.only_one(tmp_path))
        with pytest.raises(CannotStart, match="Another `make run` uses"):
            stack.enter_context(serving.only_one(tmp_path))
    with serving.only_one(tmp_path):
        pass


@pytest.mark.parametrize("port", ["0", "65536", "-1", "a", "²"])
def test_what_is_no_port_is_told(port):
    with pytest.raises(CannotStart, match="give a number from 1024 to 65535"):
        serving.wanted_port(port)
