"""What the secretariat types when it has compared facts with the list they are from."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.checking import Fact
from members.models.states import AS_KNOWN


class MarksField(forms.MultipleChoiceField):
    """Facts to tick. Which of them still stand is told by the act, which of them are needed by
    the form.
    """

    def validate(self, value: Any) -> None:
        """Take whatever is ticked."""


class ComparedForm(forms.Form):
    """Which facts were compared (`ticked`, or all that were `shown`), and with what."""

    ticked = MarksField(
        label=_("What you have compared"),
        widget=forms.CheckboxSelectMultiple,
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "In a sentence: which list, as of which day, and where it stands. It takes the place "
            "of the source above; remarks that are still true should be kept in it."
        ),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, facts: Iterable[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        choices: Any = self.fields["ticked"]
        choices.choices = [(fact.mark, fact.words) for fact in self.facts]
        self.initial["shown"] = self._all_marks()

    def _all_marks(self) -> str:
        return " ".join(fact.mark for fact in self.facts)

    @property
    def sources(self) -> list[tuple[str, int]]:
        """The sources so far, each with how many of the facts have it."""
        return Counter(fact.source for fact in self.facts).most_common()

    def clean_source(self) -> str:
        """Return it on one line; a source that was not looked at is none."""
        source = " ".join(self.cleaned_data["source"].split())
        if AS_KNOWN in source.lower():
            raise forms.ValidationError(
                _("Say with which list you have compared it, not what is generally known.")
            )
        return source

    def clean(self) -> dict[str, Any]:
        """Ask for a fact where neither one is ticked nor the whole is meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.marks():
            self.add_error("ticked", _("Tick what you have compared, or record it for all."))
        return cleaned

    def marks(self) -> set[str]:
        """Return the marks of what was compared."""
        if "whole" in self.data:
            return set(self.cleaned_data.get("shown", "").split())
        return set(self.cleaned_data.get("ticked", []))

    def show_anew(self) -> None:
        """Let the form show the facts as they are now, and keep what was typed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["shown"] = self._all_marks()
        self.data = data
