"""The processes of a demonstration: starts them, starts again what ends, ends them all."""

import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wpsnetwork.processes import CannotStart, ask, end, start

# Ending so often within so many seconds is no accident.
TOO_OFTEN, WITHIN = 4, 60.0
PATIENCE = 10.0


@dataclass
class Child:
    """One process that is to run all the time, and when it was started."""

    name: str
    argv: list[str]
    log: Path
    # Whether it is the one that answers at the port.
    answers: bool = False
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=TOO_OFTEN))

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.process = start([sys.executable, *self.argv], self.log)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ends_too_often(self) -> bool:
        full = len(self.starts) == TOO_OFTEN
        return full and time.monotonic() - self.starts[0] < WITHIN


def portal_processes(port: int, mail_port: int, mail: Path, logs: Path) -> list[Child]:
    """The processes of the portal. docker-compose.yml has the same, without the catcher."""
    celery = ["-m", "celery", "-A", "wpsnetwork"]
    commands = {
        "mail-catcher": ["-m", "wpsnetwork.mailcatching", str(mail_port), str(mail)],
        "web": [
            *["-m", "gunicorn", "wpsnetwork.wsgi", "--preload", "--bind", f"127.0.0.1:{port}"],
            *["--worker-class", "gthread", "--workers", "2", "--threads", "4"],
            *["--graceful-timeout", "5", "--no-control-socket"],
        ],
        "worker": [*celery, "worker", "-Q", "portal", "-n", "portal@%h", "-c", "2"],
        "worker-newsletter": [
            *celery,
            *["worker", "-Q", "newsletter", "-n", "newsletter@%h", "-P", "threads", "-c", "4"],
        ],
        "beat": [*celery, "beat", "--pidfile="],
    }
    return [
        Child(name, argv, logs / f"{name}.log", answers=name == "web")
        for name, argv in commands.items()
    ]


def run(children: list[Child], port: int, words: Callable[[], str]) -> None:
    """Run the children until one ends too often (CannotStart) or this process is interrupted.

    What nobody waits for starts only when the portal answers and `words` has put together what is
    to be said then: all at once they would make each other late. The words are written when all
    run, since they say how to end them. None is left when this returns or raises.
    """
    answering = [place for place, child in enumerate(children, start=1) if child.answers]
    first = answering[0] if answering else len(children)
    try:
        for child in children[:first]:
            child.start()
        wait_until_up(children, port)
        said = words()
        for child in children[first:]:
            child.start()
        sys.stdout.write(said)
        sys.stdout.flush()
        while True:
            restart_ended(children)
            time.sleep(0.5)
    finally:
        stop_all(children)


def wait_until_up(children: list[Child], port: int, patience: float = 60) -> None:
    """Return when the portal takes connections; raise CannotStart when it never does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        restart_ended(children)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CannotStart(f"The portal does not answer at port {port}: see {children[0].log.parent}.")


def restart_ended(children: list[Child]) -> None:
    """Start again each child that has ended; raise CannotStart when it ends time and again."""
    for child in children:
        if not child.has_ended():
            continue
        if child.ends_too_often():
            raise CannotStart(f"{child.name} ends time and again: the reason is in {child.log}.")
        sys.stdout.write(f"{child.name} ended and is started again: see {child.log}\n")
        sys.stdout.flush()
        child.start()


def stop_all(children: list[Child]) -> None:
    """Ask all children to end, wait, and kill what is left of their groups."""
    running = [child.process for child in children if child.process]
    for process in running:
        ask(process, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for process in running:
        end(process, max(deadline - time.monotonic(), 0.1))
