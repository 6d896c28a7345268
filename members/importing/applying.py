"""Doing what an import was shown to do: once, all of it or nothing."""

from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from members.errors import WrongStateError
from members.importing.planning import Changes, RowChange, changes_of
from members.joining import free_slug
from members.models import ImportFile, Member, User

# Any number that no other advisory lock of the portal has: imports wait for one another.
LOCK = 1325


class ChangedMeanwhileError(Exception):
    """The file would no longer change what the person was shown; nothing was changed."""


def apply(upload: ImportFile, digest: str, by: User) -> Changes:
    """Store what the file changes if that is what the digest stands for, and remove the file.

    Raises WrongStateError if it was applied or removed before, also at the same moment;
    ChangedMeanwhileError if the record has moved on since, or if there is nothing to change;
    IntegrityError if somebody records one of the new rows at this very moment. In each case nothing
    is changed.
    """
    name = upload.file.name
    with transaction.atomic(), pghistory.context(user=by.pk, imported=upload.filename):
        changes = _apply(upload, digest, by)
        transaction.on_commit(lambda: upload.file.storage.delete(name))
    return changes


def _apply(upload: ImportFile, digest: str, by: User) -> Changes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    waiting = ImportFile.objects.waiting().filter(pk=upload.pk)
    if not waiting.update(applied_at=timezone.now(), applied_by=by, file=""):
        raise WrongStateError(upload)
    changes = changes_of(upload.kind, content_of(upload), lock=True)
    if changes.problems or not changes.rows or changes.digest != digest:
        raise ChangedMeanwhileError(upload)
    for row in changes.rows:
        _store(row)
    return changes


def _store(row: RowChange) -> None:
    """Store the row as another version of itself, or as a new one."""
    found: Any = row.found
    if row.is_new:
        if isinstance(found, Member):
            found.slug = free_slug(found.party)
        found.save(force_insert=True)
    else:
        found.version += 1
        fields = [column.field for column, _value in row.values if column.field != "themes"]
        found.save(update_fields=[*fields, "version"])
    for column, value in row.values:
        if column.field == "themes":
            found.themes.set(value)


def content_of(upload: ImportFile) -> bytes:
    """Return the file as it came. Raises WrongStateError if somebody has just removed it."""
    try:
        with upload.file.open("rb") as file:
            return bytes(file.read())
    except (FileNotFoundError, ValueError) as error:
        raise WrongStateError(upload) from error


def remove(upload: ImportFile) -> None:
    """Forget a file that was not applied. Raises WrongStateError if it was."""
    name = upload.file.name
    with transaction.atomic():
        if not ImportFile.objects.waiting().filter(pk=upload.pk).delete()[0]:
            raise WrongStateError(upload)
        transaction.on_commit(lambda: upload.file.storage.delete(name))


def remove_old() -> None:
    """Forget the files that have waited for too long."""
    for upload in ImportFile.objects.waited_too_long(timezone.now()):
        try:
            remove(upload)
        except WrongStateError:  # applied, or removed, at this moment
            continue
