import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from wpsnetwork import marking
from wpsnetwork.celery import refuse
from wpsnetwork.models import DatabaseMark
from wpsnetwork.processes import CannotStart


@pytest.fixture
def empty_database(django_db_setup, django_db_blocker, worker_id):
    """A database without any table instead of the usual one."""
    usual, name = connection.settings_dict["NAME"], f"empty_{worker_id}"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"drop database if exists {name}")
            cursor.execute(f"create database {name}")
        connection.close()
        connection.settings_dict["NAME"] = name
        yield name
        connection.close()
        connection.settings_dict["NAME"] = usual
        with connection.cursor() as cursor:
            cursor.execute(f"drop database {name} with (force)")
        connection.close()


def test_an_empty_database_is_marked_and_refused_by_production(empty_database, settings):
    assert not marking.is_marked()
    marking.mark_if_empty()
    assert marking.is_marked()
    assert str(DatabaseMark.objects.get()) == "demonstration"
    marking.mark_if_empty()  # stays as it is
    assert DatabaseMark.objects.count() == 1
    marking.refuse_marked_database()  # a demonstration may work in it
    settings.DEMONSTRATION = False
    with pytest.raises(SystemExit, match="belongs to a demonstration"):
        refuse()


def test_production_takes_a_database_without_a_mark(empty_database, settings):
    settings.DEMONSTRATION = False
    marking.refuse_marked_database()


@pytest.mark.django_db
def test_a_database_that_holds_something_is_never_marked():
    with pytest.raises(CannotStart, match="holds data that no demonstration made"):
        marking.mark_if_empty()
    assert not marking.is_marked()


@pytest.mark.django_db
def test_no_sign_ins_are_made_without_the_mark(nothing_changes, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with nothing_changes(), pytest.raises(CommandError, match="own database only"):
        call_command("make_demonstration")
    DatabaseMark.objects.create(kind="demonstration")
    settings.DEMONSTRATION = False
    with nothing_changes(), pytest.raises(CommandError, match="own database only"):
        call_command("make_demonstration")
    assert list(tmp_path.iterdir()) == []


def test_a_production_that_finds_the_mark_does_not_start(empty_database):
    marking.mark_if_empty()
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{empty_database}").geturl()
    production = {"DEMONSTRATION": "false", "SITE_URL": "https://portal.example"}
    for code in ("import wpsnetwork.wsgi", WORKER):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | production | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "belongs to a demonstration" in done.stderr
        assert "Traceback" not in done.stderr


def test_production_loads_nothing_into_a_marked_database(empty_database, settings):
    call_command("load_network", "--check-only")  # before the first migration
    marking.mark_if_empty()
    call_command("load_network", "--check-only")  # a demonstration may
    settings.DEMONSTRATION = False
    before = connection.introspection.table_names()
    for arguments in (["--check-only"], []):
        with pytest.raises(SystemExit, match="belongs to a demonstration"):
            call_command("load_network", *arguments)
    assert connection.introspection.table_names() == before


def test_the_check_passes_in_production_before_the_first_migration(empty_database, settings):
    settings.DEMONSTRATION = False
    call_command("load_network", "--check-only")
    assert connection.introspection.table_names() == []


WORKER = """
from wpsnetwork.celery import app
app.worker_main(["worker", "-P", "solo", "-Q", "portal"])
"""


def test_a_database_that_does_not_answer_is_told(monkeypatch, settings):
    def refuse_all():
        raise marking.OperationalError

    settings.DEMONSTRATION = False
    monkeypatch.setattr(marking, "is_marked", refuse_all)
    monkeypatch.setattr(marking.connection, "close", lambda: None)
    with pytest.raises(SystemExit, match="does not answer: start it, or correct DATABASE_URL"):
        marking.refuse_marked_database()
