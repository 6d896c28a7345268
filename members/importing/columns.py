"""What a cell may say: how its words become the value of a field, and the value words again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from members.partial_dates import PartialDate
from wpsnetwork.reading_tables import shortened, tidy
from wpsnetwork.tables import LONGEST_CELL, safe_cell

CLEAR = "-"  # empties the field; an empty cell leaves it as it is


@dataclass(frozen=True)
class Column:
    """A column of one line of text. Without a field it only finds the row or checks it.

    `hint` says in words what belongs there.
    """

    heading: str
    field: str = ""
    hint: Any = ""

    nothing = ""  # what stands for "not recorded"

    def clean(self, text: str, model: type[models.Model], record: Any) -> Any:
        """Return the value that the cell gives the field; raise ValidationError in plain words."""
        if text == CLEAR:
            return list(self.nothing) if isinstance(self.nothing, tuple) else self.nothing
        value = self.parse(text, record)
        field = model._meta.get_field(self.field)
        return value if field.is_relation else field.clean(value, None)  # type: ignore[union-attr]

    def parse(self, text: str, record: Any) -> Any:
        return " ".join(text.split())

    def stored(self, row: Any) -> Any:
        return getattr(row, self.field)

    def put(self, row: Any, value: Any) -> None:
        setattr(row, self.field, value)

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values say the same, as far as a table can tell them apart."""
        return bool(self._comparable(one) == self._comparable(other))

    def _comparable(self, value: Any) -> Any:
        return safe_cell(" ".join(tidy(value).split()))

    def write(self, row: Any) -> Any:
        """Return the cell that reads back as what is stored, or an empty one where none does."""
        text = tidy(self.stored(row))
        return "" if text == CLEAR or len(text) > LONGEST_CELL else text


@dataclass(frozen=True)
class TextColumn(Column):
    """Several lines of text."""

    def parse(self, text: str, record: Any) -> str:
        return text

    def _comparable(self, value: str) -> Any:
        return safe_cell(tidy(value))


@dataclass(frozen=True)
class LinesColumn(TextColumn):
    """A field with one thing on each line; in the cell they may stand after semicolons."""

    def parse(self, text: str, record: Any) -> str:
        return "\n".join(split(text))

    def _comparable(self, value: str) -> Any:
        return [line.strip() for line in tidy(value).split("\n") if line.strip()]

    def write(self, row: Any) -> Any:
        lines = self._comparable(self.stored(row))
        cell = "; ".join(lines)
        reads_back = split(cell) == lines and cell != CLEAR and len(cell) <= LONGEST_CELL
        return cell if reads_back else ""


@dataclass(frozen=True)
class DateColumn(Column):
    """A date as far as it is known."""

    nothing = None  # type: ignore[assignment]

    def parse(self, text: str, record: Any) -> PartialDate:
        try:
            return PartialDate.parse(text)
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is no date. Write 2019, 2019-05 or 2019-05-31.")
                % {"text": shortened(text)}
            ) from error

    def _comparable(self, value: Any) -> Any:
        return value

    def write(self, row: Any) -> Any:
        return self.stored(row)


@dataclass(frozen=True)
class CountColumn(DateColumn):
    """A number from 1."""

    def parse(self, text: str, record: Any) -> Any:
        number = int(text) if text.isdecimal() and len(text) <= 4 else 0
        if not number:
            raise ValidationError(
                _("“%(text)s” is no number from 1. Write 1 for the first, 2 for the second.")
                % {"text": shortened(text)}
            )
        return number


@dataclass(frozen=True)
class ChoiceColumn(Column):
    """One of a few words, or the label that pages show for it."""

    choices: Any = None
    nothing = "not recorded"

    def parse(self, text: str, record: Any) -> Any:
        return chosen(text, self.choices.choices)


@dataclass(frozen=True)
class ChoicesColumn(ChoiceColumn):
    """Several of a few words, after semicolons."""

    nothing = ()  # type: ignore[assignment]

    def parse(self, text: str, record: Any) -> Any:
        found = {chosen(part, self.choices.choices) for part in split(text)}
        return [value for value in self.choices.values if value in found]

    def _comparable(self, value: Any) -> Any:
        return sorted(value)

    def put(self, row: Any, value: Any) -> None:
        setattr(row, self.field, list(value))

    def write(self, row: Any) -> Any:
        return list(self.stored(row))


@dataclass(frozen=True)
class ThemesColumn(Column):
    """Themes by their names, after semicolons."""

    nothing = ()  # type: ignore[assignment]

    def parse(self, text: str, record: Any) -> Any:
        words = [(theme.slug, theme.name) for theme in record.themes]
        slugs = {chosen(part, words) for part in split(text)}
        return [theme for theme in record.themes if theme.slug in slugs]

    def stored(self, row: Any) -> Any:
        return list(row.themes.all()) if row.pk else []

    def put(self, row: Any, value: Any) -> None:
        """Nothing yet: they are stored once the row itself is (applying.py)."""

    def _comparable(self, value: Any) -> Any:
        return {theme.pk for theme in value}

    def write(self, row: Any) -> Any:
        names = [theme.name for theme in self.stored(row)]
        return names if split("; ".join(names)) == names else ""


@dataclass(frozen=True)
class PlanColumn(Column):
    """Another plan, by what stands for it in the column "row"."""

    nothing = None  # type: ignore[assignment]

    def parse(self, text: str, record: Any) -> Any:
        plan = record.plan_at(text)
        if plan is None or not plan.organization_id:
            raise ValidationError(
                _("No regional plan with the row “%(text)s” is on record.")
                % {"text": shortened(text)}
            )
        return plan

    def _comparable(self, value: Any) -> Any:
        return value.pk if value else None

    def write(self, row: Any) -> Any:
        return key_of(self.stored(row)) if self.stored(row) else ""


def key_of(plan: Any) -> str:
    """Return what names the plan: the row of the list it came from, else its number here."""
    return plan.source_row or f"plan-{plan.pk}"


def split(text: str) -> list[str]:
    """Return what stands in a cell one after the other, on lines or after semicolons."""
    parts = (" ".join(part.split()) for part in text.replace("\n", ";").split(";"))
    return [part for part in parts if part]


def chosen(text: str, choices: Iterable[tuple[str, Any]]) -> str:
    """Return the value that the text names, by itself or by its label, whatever the case."""
    values = {str(value): value for value, _label in choices}
    words = {str(word).casefold(): value for value, label in choices for word in (value, label)}
    found = words.get(" ".join(text.split()).casefold())
    if found is None:
        raise ValidationError(
            _("“%(text)s” is not known here. Known are: %(known)s.")
            % {"text": shortened(text), "known": ", ".join(values)}
        )
    return found
