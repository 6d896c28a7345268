"""Dates known to the day, the month or the year only (docs/domain.md, rule 14).

Stored as ISO 8601 with what is known and no more: ``2017``, ``2017-09`` or ``2017-09-23``. Text in
this form sorts by time and nobody has to make up a missing day.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

ISO_FORM = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
# The United Nations writes "9 March 2018" in every place, whatever the reader's locale
# (docs/domain.md, format of the UN document), so these names are not taken from the locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def un_date(day: datetime.date) -> str:
    """Return the day as the United Nations writes it: ``9 March 2018``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as far as it is known; prints as ``9 March 2018``, ``March 2018`` or ``2018``."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ``2017``, ``2017-09`` or ``2017-09-23``; raise ValueError for anything else."""
        if not re.match(ISO_FORM, text):
            raise ValueError(text)
        return cls(*(int(part) for part in text.split("-")))

    def __post_init__(self) -> None:
        datetime.date(self.year, self.month or 1, self.day or 1)  # refuses 31 June

    @property
    def first_day(self) -> datetime.date:
        """The earliest day that it can be."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> datetime.date:
        """The latest day that it can be."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def iso(self) -> str:
        """The stored form."""
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    def __str__(self) -> str:
        parts = [str(self.day)] if self.day else []
        parts += [MONTHS[self.month - 1]] if self.month else []
        return " ".join([*parts, str(self.year)])


def to_partial_date(value: Any) -> PartialDate | None:
    """Return what is known as a PartialDate; raise ValidationError with a sentence that helps."""
    if value in (None, ""):
        return None
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime.date):
        return PartialDate(value.year, value.month, value.day)
    try:
        return PartialDate.parse(str(value).strip())
    except ValueError as error:
        raise ValidationError(
            _("Write the date as far as it is known: 2017, 2017-09 or 2017-09-23."),
            code="partial_date",
        ) from error


class PartialDateFormField(forms.CharField):
    """A text field that reads a partial date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault(
            "help_text", _("As far as it is known: 2017, 2017-09 or 2017-09-23. Empty if unknown.")
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return to_partial_date(value)

    def prepare_value(self, value: Any) -> Any:
        return value.iso if isinstance(value, PartialDate) else value

    def run_validators(self, value: Any) -> None:
        """Nothing is left to check: to_python has read the value."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(to_partial_date(initial), data)


class PartialDateField(models.CharField):
    """A date with its precision; None means not recorded. Guard it with partial_date_check()."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=10, null=True, blank=True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "null", "blank"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *args: Any) -> PartialDate | None:
        return PartialDate.parse(value) if value else None

    def to_python(self, value: Any) -> Any:
        return to_partial_date(value)

    def get_prep_value(self, value: Any) -> str | None:
        known = to_partial_date(value)
        return known.iso if known else None

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def run_validators(self, value: Any) -> None:
        """Nothing is left to check: to_python has read the value."""

    def formfield(
        self, form_class: Any = None, choices_form_class: Any = None, **kwargs: Any
    ) -> Any:
        return PartialDateFormField(
            required=False,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            **({"help_text": self.help_text} if self.help_text else {}),
        )


def partial_date_check(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint by which Postgres refuses anything but a partial date."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__regex": ISO_FORM}),
        violation_error_message=_("Write the date as far as it is known."),
    )
