"""The home page's requests a second, beside those of a view that answers "hello"."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.figures import Figure, side_by_side
from wpsnetwork.processes import free_port

REQUESTS = 300
CONNECTIONS = 4
ROUNDS = 7


def measure() -> Figure:
    """Both through gunicorn as the portal runs it, over connections that are kept open."""
    with served() as port:
        ours, floor = side_by_side(
            lambda: ask(port, "/"), lambda: ask(port, "/hello"), rounds=ROUNDS
        )
    return Figure("home", REQUESTS / ours, "requests/s", REQUESTS / floor, 0.25, ">=")


@contextmanager
def served() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.bench.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level=error"]
    environment = {**os.environ, "LOG_LEVEL": "WARNING"}
    server = subprocess.Popen([*command, *options], env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            answer(http.client.HTTPConnection("127.0.0.1", port), "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn did not start")


def answer(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path, headers={"Host": "localhost"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")


def ask(port: int, path: str) -> None:
    """Ask for the path REQUESTS times over CONNECTIONS connections, and wait for all answers."""
    threads = [
        threading.Thread(target=ask_in_turn, args=(port, path, REQUESTS // CONNECTIONS))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask_in_turn(port: int, path: str, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(times):
        answer(connection, path)
    connection.close()
