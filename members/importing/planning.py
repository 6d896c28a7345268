"""What an import would change, worked out anew from the file and the record as they are."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.concurrency import as_words
from members.history import Change
from members.importing.columns import Column
from members.importing.member_rows import MemberRecord
from members.importing.plan_rows import PlanRecord
from members.importing.records import CellError, Record
from members.models import ImportFile
from wpsnetwork.reading_tables import Problem, Row, TableRead, read_table
from wpsnetwork.reading_workbooks import UnreadableTableError
from wpsnetwork.tables import Table

RECORDS: dict[str, Any] = {
    ImportFile.Kind.MEMBERS.value: MemberRecord,
    ImportFile.Kind.PLANS.value: PlanRecord,
}


@dataclass(frozen=True)
class RowChange:
    """What one row changes. `found` already holds the new values and is not stored yet."""

    number: int
    name: str
    found: Any
    changes: list[Change]
    values: list[tuple[Column, Any]]
    is_new: bool

    @property
    def url(self) -> str:
        return "" if self.is_new else self.found.get_absolute_url()


@dataclass(frozen=True)
class Changes:
    """All that a file changes; where there is a problem it changes nothing."""

    rows: list[RowChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    @property
    def added(self) -> int:
        return sum(row.is_new for row in self.rows)

    @property
    def changed(self) -> int:
        return len(self.rows) - self.added

    @property
    def digest(self) -> str:
        """A hash of what a person is shown: the same only while the same would change."""
        shown = [
            (
                row.number,
                row.name,
                row.found.pk,
                getattr(row.found, "regional_plan_id", None),
                [(change.label, change.before, change.after) for change in row.changes],
            )
            for row in self.rows
        ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()


def read(kind: str, content: bytes) -> TableRead:
    """Return the rows of the file. Raises UnreadableTableError where it is none to be imported."""
    record: type[Record] = RECORDS[kind]
    table = read_table(content, [column.heading for column in record.columns])
    if not any(set(key) <= set(table.headings) for key in record.keys):
        needed = _(" or ").join(" + ".join(key) for key in record.keys)
        sentence = _("The first row lacks the heading that says what the rows are about: %(keys)s.")
        raise UnreadableTableError([sentence % {"keys": needed}])
    return table


def changes_of(kind: str, content: bytes, lock: bool = False) -> Changes:
    """Return what the file would change now, or all its problems; nothing is stored.

    With `lock`, within a transaction, what is on record stays as it is until its end.
    """
    try:
        table = read(kind, content)
    except UnreadableTableError as error:
        return Changes(problems=[Problem(1, "", sentence) for sentence in error.sentences])
    record: Record = RECORDS[kind](lock=lock)
    changes = Changes(problems=list(table.problems))
    unchanged = 0
    for row in table.rows:
        change, problems = _look_at(row, record)
        changes.problems.extend(problems)
        if change and (change.changes or change.is_new):
            changes.rows.append(change)
        else:
            unchanged += 1
    if changes.problems:
        return Changes(problems=sorted(changes.problems, key=lambda problem: problem.row))
    return Changes(changes.rows, [], unchanged)


def _look_at(row: Row, record: Record) -> tuple[RowChange | None, list[Problem]]:
    """Return what the row changes, and everything that is wrong with it."""
    wrong: dict[str, str] = {}
    found = None
    try:
        found = record.find(row)
    except CellError as error:
        wrong[error.heading] = error.text
    values = _values(row, record, wrong)
    if found is None or wrong:
        return None, _problems(row, wrong)
    is_new = found.pk is None
    name = "" if is_new else str(found)
    kept = [(one, value) for one, value in values if not one.same(one.stored(found), value)]
    shown = [_shown(record, found, *pair) for pair in kept]
    for column, value in kept:
        column.put(found, value)
    headings = {column.field: column.heading for column in record.columns}
    checked = record.check(found, {column.field for column, _value in kept})
    wrong = {headings[field_name]: str(text) for field_name, text in checked.items()}
    return RowChange(row.number, name or str(found), found, shown, kept, is_new), _problems(
        row, wrong
    )


def _values(row: Row, record: Record, wrong: dict[str, str]) -> list[tuple[Column, Any]]:
    """Return the values of the cells that say anything; what is wrong goes to `wrong`."""
    values = []
    for column in record.columns:
        text = row[column.heading]
        if not (column.field and text):
            continue
        try:
            values.append((column, column.clean(text, record.model, record)))
        except ValidationError as error:
            wrong.setdefault(column.heading, " ".join(error.messages))
    return values


def _problems(row: Row, wrong: dict[str, str]) -> list[Problem]:
    return [Problem(row.number, heading, text) for heading, text in wrong.items()]


def _shown(record: Record, found: Any, column: Column, value: Any) -> Change:
    model = record.model
    before = "" if found.pk is None else as_words(model, column.field, column.stored(found))
    return Change(capfirst(column.heading), before, as_words(model, column.field, value))


def example(kind: str) -> Table:
    """Return the present record as the table that an import reads; imported, it changes nothing."""
    record = RECORDS[kind]()
    columns = record.columns
    rows = [[record.cell(row, column) for column in columns] for row in record.rows()]
    return Table(f"import-{kind}", [column.heading for column in columns], rows)
