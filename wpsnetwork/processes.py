"""Start and end processes so that none outlives the one that started them."""

import ctypes
import errno
import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class CannotStart(Exception):
    """Why the portal cannot start, as one plain sentence that says what to do."""


def start(
    argv: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    when_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own; what it prints is added to the file `log`.

    The kernel sends it `when_orphaned` when this process ends in whatever way, so that nothing
    is left running even after `kill -9`. Call it from the main thread: the kernel watches the
    thread, not the process. Ctrl-C in a terminal does not reach the group.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            process_group=0,
            preexec_fn=partial(_follow_parent, os.getpid(), when_orphaned),
        )


def _follow_parent(parent: int, when_orphaned: signal.Signals) -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, int(when_orphaned), 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os._exit(1)


def stop(
    process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM, patience: float = 10
) -> None:
    """Ask a process to end; see `end`."""
    ask(process, by)
    end(process, patience)


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Wait for a process that was asked to end; after `patience` seconds kill its whole group."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _kill_group(process.pid)
        process.wait()


def ask(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    """Send a signal to a process that may already have ended."""
    if process.poll() is None:
        process.send_signal(by)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody is left in it
        os.killpg(leader, signal.SIGKILL)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def require_free_port(port: int) -> None:
    """Raise CannotStart when the port is not to be had on the loopback address."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise CannotStart(_why_no_port(port, error.errno)) from None


def _why_no_port(port: int, code: int | None) -> str:
    choose = "choose another, e.g. `make run PORT=8001`."
    if code == errno.EACCES:
        return f"Port {port} needs root: {choose}"
    return f"Port {port} is taken: end what listens there, or {choose}"


def require_space(directory: Path, megabytes: int) -> None:
    """Make the directory; raise CannotStart when it cannot be written to or its disk is full."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / ".writable"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise CannotStart(
                f"{directory} cannot be written to ({error.strerror}): give this user the right "
                "to, or name another directory in PORTAL_VAR."
            ) from None
    if shutil.disk_usage(directory).free < megabytes * 1024 * 1024:
        raise CannotStart(
            f"The disk of {directory} is full: free at least {megabytes} MB, or name a directory "
            "on another disk in PORTAL_VAR."
        )
