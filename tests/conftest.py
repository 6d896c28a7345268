"""What every test may use."""

import hashlib
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.urls import get_resolver

from tests import factories
from tests.roles import ROLES


def pytest_collection_modifyitems(items):
    """Let the browser journeys come last: their event loop would disturb what starts its own."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session", autouse=True)
def addresses():
    """Read the addresses as a demonstration has them, before a test sets other settings."""
    return get_resolver().url_patterns


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """End what a killed worker has left open, or the database of the tests cannot be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Each test writes its files into its own folder; static files need no collecting."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return settings.MEDIA_ROOT


@pytest.fixture
def network(db):
    """The Network's facts, loaded as an installation loads them."""
    call_command("load_network", verbosity=0)


@pytest.fixture
def member(db):
    """The member that the roles of tests/roles.py stand around."""
    return factories.MemberFactory(slug="own-member")


@pytest.fixture(params=ROLES)
def role(request):
    """Each role of docs/domain.md in turn."""
    return request.param


@pytest.fixture
def as_role(client, member, role):
    """A client signed in as the role (for nobody: not signed in)."""
    person = ROLES[role](member)
    if person:
        client.force_login(person)
    return client


def all_rows() -> dict[str, str]:
    """A fingerprint of all rows of each table."""
    # Not the views over other tables: all events joined into one is no table of its own.
    every = apps.get_models(include_auto_created=True)
    tables = [m for m in every if m._meta.managed and not m._meta.proxy]
    return {m._meta.db_table: _fingerprint(m) for m in tables if m is not Session}


def _fingerprint(model) -> str:
    rows = model.objects.order_by("pk").values_list() if hasattr(model, "objects") else []
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


@pytest.fixture
def nothing_changes():
    """A context in which no row of any table may change (sessions aside)."""

    @contextmanager
    def watch():
        before = all_rows()
        yield
        after = all_rows()
        assert {t for t in before if before[t] != after[t]} == set()

    return watch
