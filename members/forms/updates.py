"""What a step of the yearly update sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SeenForm(forms.Form):
    """Which rows, in which version, were on the screen, and since when (members/updating.py)."""

    seen = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    at = forms.DateTimeField(widget=forms.HiddenInput)


class PeopleForm(SeenForm):
    """The focal points as recorded; only the secretariat changes them, so a word goes to it."""

    word = forms.CharField(
        label=_("What is wrong"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only the secretariat and the focal points of your member read it."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the word of somebody who reports."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "report" in self.data and not cleaned.get("word") and "word" not in self.errors:
            self.add_error("word", _("Say in a few words what is wrong."))
        return cleaned
