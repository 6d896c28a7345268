"""What is typed to join the Network, and what the secretariat types about prospective members."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm
from members.forms.designations import DayInput
from members.models import (
    JoinRequest,
    Member,
    OutreachNote,
    Prospect,
    RegionalOrganization,
    SavedList,
    State,
)
from members.partial_dates import PartialDateFormField

LONGEST = 5000  # characters of a text of several lines


def without_control(text: str, keep: str = "") -> str:
    """Return the text with a space for each control character, those in `keep` excepted."""
    return "".join(
        " " if unicodedata.category(sign) == "Cc" and sign not in keep else sign for sign in text
    )


class LineField(forms.CharField):
    """One line of any script: control characters and line breaks become spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(without_control(super().to_python(value) or "").split())


class LinesField(forms.CharField):
    """Several lines of any script, up to LONGEST characters; control characters become spaces.

    The browser is not told the limit, since it would cut what is pasted without a word.
    """

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return without_control(text, keep="\n\t").strip()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > LONGEST:
            raise ValidationError(
                _("Shorten this to at most 5,000 characters. It has %(count)s now."),
                params={"count": f"{len(value):,}"},
            )


class JoinForm(forms.ModelForm):
    """A State's or an organization's wish to join; no account is needed."""

    party = LineField(label=_("State or organization"), max_length=200)
    name = LineField(label=_("Your name"), max_length=150)
    ministry = LineField(label=_("Ministry or body"), max_length=200)
    post = LineField(label=_("Your post"), max_length=200, required=False)
    statement = LinesField(
        label=_("Why you wish to join"),
        help_text=_("A few sentences are enough; at most 5,000 characters."),
    )

    class Meta:
        model = JoinRequest
        fields = ["party", "name", "ministry", "post", "email", "statement"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"name": "name", "email": "email", "post": "organization-title"}
        for field, hint in hints.items():
            self.fields[field].widget.attrs["autocomplete"] = hint
        self.fields["email"].help_text = _("The secretariat writes to it once it has looked.")


class PartyForm(forms.Form):
    """Names one State or organization that is not in the Network: from a list, or a new one."""

    state = forms.ModelChoiceField(
        State.objects.member_states(),
        label=_("State"),
        required=False,
        empty_label=_("Choose a State"),
    )
    organization = forms.ModelChoiceField(
        RegionalOrganization.objects.all(),
        label=_("or an organization on record"),
        required=False,
        empty_label=_("Choose an organization"),
    )
    new_name = LineField(
        label=_("or the name of another organization"), max_length=150, required=False
    )
    new_acronym = LineField(
        label=_("and its acronym"),
        max_length=20,
        required=False,
        help_text=_("Only for an organization that is not on record."),
    )

    def clean(self) -> dict[str, Any]:
        """Put the one party that is meant into `party`; a new organization is not stored yet."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = self._new_organization(cleaned)
        named = [p for p in (cleaned.get("state"), cleaned.get("organization"), new) if p]
        if self.errors:
            return cleaned
        if len(named) != 1:
            raise ValidationError(_("Choose one State or one organization."))
        cleaned["party"] = named[0]
        self._refuse_a_member(named[0])
        return cleaned

    def _new_organization(self, cleaned: dict[str, Any]) -> RegionalOrganization | None:
        name, acronym = cleaned.get("new_name"), cleaned.get("new_acronym")
        if not name and not acronym:
            return None
        if not name or not acronym:
            self.add_error("new_acronym", _("Write both the name and the acronym."))
            return None
        known = RegionalOrganization.objects
        if known.filter(name__iexact=name).exists() or known.filter(acronym=acronym).exists():
            self.add_error("new_name", _("It is on record already: choose it from the list."))
        return RegionalOrganization(name=name, acronym=acronym)

    def _refuse_a_member(self, party: State | RegionalOrganization) -> None:
        if party._state.adding:
            return
        member = Member.objects.filter(
            **{"state" if isinstance(party, State) else "organization": party}
        )
        if member.public().exists():
            raise ValidationError(
                _("%(party)s is a member of the Network already."), params={"party": party.name}
            )


class StartForm(PartyForm):
    """Puts a State or an organization into the pipeline without a request."""

    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[
            (stage.value, stage.label)
            for stage in (Prospect.Stage.APPROACHED, Prospect.Stage.INTERESTED)
        ],
    )


class SetAsideForm(forms.Form):
    """Says why a request is not taken up."""

    reason = LineField(
        label=_("Why it is set aside"),
        max_length=300,
        help_text=_("For the secretariat only. Nothing is sent."),
    )


class ProspectForm(VersionedModelForm):
    """What the secretariat keeps about a prospective member."""

    contact = LinesField(
        label=_("Whom we speak to"),
        required=False,
        help_text=_("Names, posts and how to reach them."),
    )
    note = LinesField(label=_("Note"), required=False)

    class Meta:
        model = Prospect
        fields = ["contact", "note"]

    def save(self, commit: bool = True) -> Any:
        """Store what is on the form alone: the stage may be moved at the same moment."""
        self.instance.save(update_fields=["contact", "note", "version"])
        return self.instance


class OutreachNoteForm(forms.ModelForm):
    """A line of the log, with the step that is to follow."""

    text = LinesField(label=_("What was said or done"))
    next_step = LineField(label=_("Next step"), max_length=200, required=False)

    class Meta:
        model = OutreachNote
        fields = ["on", "text", "next_step", "next_on"]
        widgets = {"on": DayInput(), "next_on": DayInput()}

    field_order = ["text", "on", "next_step", "next_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4
        self.fields["next_on"].label = _("Next step, by when")

    def clean(self) -> dict[str, Any]:
        """Say in words what the database would refuse."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("next_on") and not cleaned.get("next_step"):
            self.add_error("next_step", _("Say what the next step is."))
        on = cleaned.get("on")
        if on and on > timezone.localdate():
            self.add_error("on", _("This day is still to come. Write it as the next step."))
        return cleaned


class AdmitForm(forms.Form):
    """Since when it is a member, as far as that is known."""

    joined_on = PartialDateFormField(label=_("Joined"), required=False)

    def clean_joined_on(self) -> Any:
        joined = self.cleaned_data["joined_on"]
        if joined and joined.first_day > timezone.localdate():
            raise ValidationError(_("This date is still to come."))
        return joined


class QuestionForm(forms.ModelForm):
    """A question about States; each part that is left open asks nothing."""

    class Meta:
        model = SavedList
        fields = ["organization", "regional_group", "in_network", "has_plan"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization: Any = self.fields["organization"]
        organization.empty_label = _("Any or no organization")
        # Without rows of its States an organization would find none and seem to have none.
        organization.queryset = RegionalOrganization.objects.filter(
            memberships__isnull=False
        ).distinct()
        group: Any = self.fields["regional_group"]
        group.choices = [("", _("Any regional group")), *group.choices[1:]]
        for field in self.fields.values():
            field.required = False


class SavedListForm(QuestionForm):
    """The same under a name."""

    name = LineField(label=_("Name of the list"), max_length=150)

    class Meta(QuestionForm.Meta):
        fields = ["name", *QuestionForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
