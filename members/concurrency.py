"""Two people edit one text: a version number on the row, and nothing is lost.

The form carries the version that the person began with. Saving is one conditional update; when
another version is stored by now, the page shows both texts and the person decides.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models, transaction
from django.utils.translation import gettext as _

from members.errors import ConflictError


@dataclass(frozen=True)
class Difference:
    """One field in which what is stored and what was typed are not the same."""

    label: str
    stored: str
    typed: str


class VersionedModelForm(forms.ModelForm):
    """A form over a row with a `version`. Save it with save_if_current(), never with save()."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    @transaction.atomic
    def save_if_current(self) -> Any:
        """Store what was typed and count the version up.

        Raises ConflictError, and changes nothing, if another version is stored by now. The row is
        locked first, so of two people who save at once the second gets the conflict.
        """
        stored = type(self.instance)._default_manager.select_for_update().get(pk=self.instance.pk)
        if stored.version != self.cleaned_data["version"]:
            raise ConflictError(stored)
        self.instance.version = stored.version + 1
        return self.save()

    def keep_typed_over(self, stored: models.Model) -> None:
        """Let the next press of "save" replace what is stored, which the person has now seen."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = str(getattr(stored, "version", ""))
        self.data = data

    def differences(self, stored: models.Model) -> list[Difference]:
        """Return the fields of the form in which the two texts differ, in the form's order."""
        shown = set(self._meta.fields or [])
        pairs = [self._difference(name, stored) for name in self.fields if name in shown]
        return [pair for pair in pairs if pair.stored != pair.typed]

    def _difference(self, name: str, stored: models.Model) -> Difference:
        field = self.fields[name]
        return Difference(
            str(field.label or name),
            as_words(type(stored), name, getattr(stored, name)),
            as_words(type(stored), name, self.cleaned_data.get(name)),
        )


def as_words(model: type[models.Model], name: str, value: Any) -> str:
    """Return what a person would read for the value of the field."""
    field = model._meta.get_field(name)
    if field.many_to_many:
        chosen = value.all() if isinstance(value, models.Manager) else value or []
        return ", ".join(sorted(str(one) for one in chosen))
    choices = dict(getattr(field, "flatchoices", None) or [])
    if isinstance(value, list):
        inner = dict(getattr(getattr(field, "base_field", None), "flatchoices", None) or [])
        return ", ".join(str(inner.get(item, item)) for item in value)
    if value in (None, ""):
        return ""
    if isinstance(value, models.Model):
        return str(value)
    if value is True or value is False:
        return str(_("yes") if value else _("no"))
    return str(choices.get(value, value))
