"""Marks: a demonstration works only in a database that it has marked, production in no such one."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from wpsnetwork.processes import CannotStart

FIRST_MIGRATION = ("wpsnetwork", "0001_initial")
KIND = "demonstration"


def marks() -> Any:
    """Return the manager of the marks. Looked up by name: Celery reads this before the models."""
    return apps.get_model("wpsnetwork", "DatabaseMark").objects


def is_marked() -> bool:
    """Whether this database belongs to a demonstration. One that is not migrated yet does not."""
    if marks().model._meta.db_table not in connection.introspection.table_names():
        return False
    return bool(marks().filter(kind=KIND).exists())


def mark_if_empty() -> None:
    """Mark a database without any table as a demonstration's; a marked one stays as it is.

    Raises CannotStart when the database holds something else. The table and the mark come in one
    transaction, so that a start cut short leaves an empty database or a marked one.
    """
    if is_marked():
        return
    if connection.introspection.table_names(include_views=True):
        name = connection.settings_dict["NAME"]
        raise CannotStart(
            f"The database {name} holds data that no demonstration made, so nothing is done in "
            "it: name an empty database in DATABASE_URL."
        )
    with transaction.atomic():
        MigrationExecutor(connection).migrate([FIRST_MIGRATION])
        marks().create(kind=KIND)


def refuse_marked_database() -> None:
    """End this process, with a sentence, when it is production's and the database is marked."""
    if settings.DEMONSTRATION:
        return
    try:
        marked = is_marked()
    except OperationalError:
        raise SystemExit(
            "The database does not answer: start it, or correct DATABASE_URL."
        ) from None
    finally:
        connection.close()
    if marked:
        raise SystemExit(
            "This database belongs to a demonstration, with sign-ins that anybody may know: name "
            "another one in DATABASE_URL."
        )
