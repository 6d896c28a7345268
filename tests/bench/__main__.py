"""`make bench`: prints a line for each figure, and ends with 1 if a bound is missed.

A benchmark is a module of this folder with `measure() -> Figure`, named here. It is called with
Django set up, in a database made for it that is migrated and holds the Network's facts. Names
given as arguments choose: `python -m tests.bench pdf`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import urlsplit

import django
import psycopg2
from django.core.management import call_command

NAMES = ["pdf", "home", "sending", "directory", "plans"]


@contextmanager
def own_database() -> Iterator[None]:
    """Let DATABASE_URL name a new database on the same server, which is dropped at the end."""
    server = os.environ["DATABASE_URL"]
    name = f"portal_bench_{os.getpid()}"
    command(server, f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{name}").geturl()
    try:
        yield
    finally:
        command(server, f"DROP DATABASE {name} WITH (FORCE)")


def command(server: str, sql: str) -> None:
    """Run one command in a connection of its own, outside any transaction."""
    connection = psycopg2.connect(server)
    connection.autocommit = True
    try:
        connection.cursor().execute(sql)
    finally:
        connection.close()


def set_up() -> None:
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_network", verbosity=0)


def main(names: list[str]) -> int:
    os.environ["TEST_POSTGRES_DURABLE"] = "true"
    # Sets the environment, which the processes that a benchmark starts inherit, and the servers.
    import_module("tests.services")
    with own_database():
        set_up()
        figures = []
        for name in names:
            figures.append(import_module(f"tests.bench.{name}").measure())
            sys.stdout.write(f"{figures[-1]}\n")
            sys.stdout.flush()
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or NAMES))
