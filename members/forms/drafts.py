"""What a drafter types, and the same form as the focal point meets it."""

import copy
import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm, as_words
from members.forms.designations import DayInput, LastDayForm
from members.forms.plans import ActionPlanForm
from members.forms.profiles import MemberForm
from members.history import Change, compare
from members.models import ActionPlan, Drafter, Member, ProposedChange
from members.restoring import Earlier
from members.rich_text_field import RichTextFormField

About = ProposedChange.About


def form_class(about: str) -> type[VersionedModelForm]:
    """Return the form by which a focal point would change the same thing."""
    return MemberForm if about == About.PROFILE else ActionPlanForm


def typed_in(form: VersionedModelForm) -> dict[str, Any]:
    """Return what the form, unbound, would send if somebody pressed its button at once."""
    return {name: _as_sent(form[name].value()) for name in form.fields}


def _as_sent(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return "" if value is None else str(value)


def draft_form(change: ProposedChange, row: Any) -> VersionedModelForm:
    """Return the form over the row as it stands, filled with what the drafter would change."""
    of = form_class(change.about)
    return of({**typed_in(of(instance=row)), **change.typed}, instance=row)


def restored_form(earlier: Earlier, version: str) -> VersionedModelForm:
    """Return the form over the row as it stands, with one field as it once was.

    `version` is the one that the person has seen. All rules of the form hold for it.
    """
    of = form_class(About.PROFILE if isinstance(earlier.row, Member) else About.PLAN)
    as_it_was = copy.copy(earlier.row)
    setattr(as_it_was, earlier.field, earlier.value)
    data = {**typed_in(of(instance=as_it_was)), "version": version}
    return of(data, instance=earlier.row)


def changed_in(form: VersionedModelForm, row: Any) -> dict[str, Any]:
    """Return what a valid form says otherwise than the row, as the form would send it.

    Rich text is kept as it was cleaned.
    """
    before = typed_in(type(form)(instance=row))
    sent = {name: _sent(form, name) for name in form.fields if name != "version"}
    return {name: value for name, value in sent.items() if value != before[name]}


def _sent(form: VersionedModelForm, name: str) -> Any:
    if isinstance(form.fields[name], RichTextFormField):
        return form.cleaned_data[name]
    data, files = form.data, form.files
    value = form.fields[name].widget.value_from_datadict(data, files, form.add_prefix(name))
    sent = _as_sent(value)
    return sent.strip().replace("\r\n", "\n") if isinstance(sent, str) else sent


def changes_in(form: VersionedModelForm, names: Any, stored: Any | None) -> list[Change]:
    """Return what the drafter would change beside what is stored, field by field, in plain words.

    Without `stored` the earlier words are empty.
    """
    form.is_valid()
    model = form._meta.model
    found = []
    for name in form.fields:
        if name not in names or name == "version":
            continue
        before = as_words(model, name, getattr(stored, name)) if stored is not None else ""
        label = str(form.fields[name].label or name)
        typed = form.cleaned_data.get(name, form[name].value())
        found.append(compare(label, before, as_words(model, name, typed)))
    return found


class WordForm(forms.Form):
    """A word that goes with a prepared change."""

    word = forms.CharField(
        label=_("A word to the focal point"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Why you propose it, for instance. It is not published."),
    )


class SeenForm(forms.Form):
    """When what one has before the eyes was written."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime.datetime:
        try:
            seen = parse_datetime(self.cleaned_data["seen"])
        except ValueError:  # a day that there is not
            seen = None
        if seen is None or timezone.is_naive(seen):
            raise ValidationError(_("Open the page again: it has not arrived whole."))
        return seen


class DecisionForm(SeenForm):
    """A word to the drafter, and when what one has before the eyes was written."""

    decision_word = forms.CharField(
        label=_("A word to the drafter"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Shown to the drafter on this page; it is not published."),
    )


class LayAsideForm(SeenForm):
    """Why a prepared change is not published."""

    reason = forms.CharField(
        label=_("Why it is laid aside"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Shown to the drafter; it is not published."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands on one page with DecisionForm, which has a `seen` as well.
        kwargs["auto_id"] = "aside_%s"
        super().__init__(*args, **kwargs)


class DrafterForm(forms.ModelForm):
    """Names a drafter, who is invited by mail."""

    name = forms.CharField(label=_("Name of the person"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("The person's own address. The invitation goes there, and it signs them in."),
    )

    class Meta:
        model = Drafter
        fields = ["since", "until"]
        widgets = {"since": DayInput(), "until": DayInput()}

    field_order = ["name", "email", "since", "until"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.member = member
        self.fields["since"].help_text = _("First day, in New York.")
        self.fields["until"].help_text = _("Last day, in New York; empty if it is not known yet.")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email == self.instance.member.mailbox.lower():
            raise ValidationError(
                _("This is the mailbox of the office. Write the person's own address.")
            )
        return email

    def clean(self) -> dict[str, Any]:
        """Say in words what the database would refuse."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is on or after the first one."))
        elif since and "email" in cleaned:
            own = Drafter.objects.filter(member=self.instance.member)
            same = own.filter(user__email__iexact=cleaned["email"])
            if same.overlapping(since, until).exists():
                self.add_error("since", _("This person drafts for this member then already."))
        return cleaned


class EndDrafterForm(LastDayForm):
    """Sets the last day of a drafter."""

    too_early = _("The last day is on or after the first one.")
    taken = _("This person drafts for this member then already.")

    class Meta:
        model = Drafter
        fields = ["until"]
        widgets = {"until": DayInput()}


def new_plan_of(member: Member) -> ActionPlan:
    """Return an empty plan of the member, not stored."""
    return ActionPlan(state=member.state, organization=member.organization)
