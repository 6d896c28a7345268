"""What the secretariat types into an edition and its items."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.concurrency import VersionedModelForm
from members.models import Member
from members.partial_dates import PartialDate, PartialDateFormField
from members.rich_text_field import RichTextFormField
from newsletter.editing import members_by_turn
from newsletter.models import Edition, EditionItem


class EditionForm(VersionedModelForm):
    """The frame of an edition: its title, its month, and the words before the first place."""

    issued_on = PartialDateFormField(
        label=gettext_lazy("Month of the edition"),
        help_text=gettext_lazy("Year and month, as in 2026-11."),
    )
    introduction = RichTextFormField(
        label=gettext_lazy("Introduction"),
        required=False,
        help_text=gettext_lazy("A few words before the first item."),
    )

    class Meta:
        model = Edition
        fields = ["title", "issued_on", "introduction"]

    def clean_issued_on(self) -> PartialDate:
        month: PartialDate = self.cleaned_data["issued_on"]
        if month.month is None or month.day is not None:
            raise ValidationError(_("Write the year and the month, as in 2026-11."))
        return month


class ItemForm(VersionedModelForm):
    """One item. Its edition and its place are set before; only the spotlight names a member."""

    body = RichTextFormField(label=gettext_lazy("Text"))
    link = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Where to read more. It is shown after the text."),
    )

    class Meta:
        model = EditionItem
        fields = ["title", "member", "body", "link"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.place == EditionItem.Place.SPOTLIGHT:
            self.fields["member"] = SpotlightField()
        else:
            del self.fields["member"]


class SpotlightField(forms.ModelChoiceField):
    """The member in the spotlight, offered in the order of turns (docs/domain.md, rule 8)."""

    def __init__(self) -> None:
        super().__init__(
            queryset=Member.objects.public().named(),
            label=gettext_lazy("Member in the spotlight"),
            help_text=gettext_lazy(
                "The spotlight goes round: members that were never in it come first, then those "
                "that were in it longest ago."
            ),
        )
        self.choices = self._choices_by_turn

    def _choices_by_turn(self) -> list[Any]:
        never, before = [], []
        for member in members_by_turn():
            if member.was_shown is None:
                never.append((member.pk, member.name))
            else:
                before.append((member.pk, _with_month(member)))
        groups = [(_("Never in the spotlight"), never), (_("Longest ago first"), before)]
        return [("", _("Choose a member")), *((label, rows) for label, rows in groups if rows)]


def _with_month(member: Any) -> Any:
    if member.last_spotlight is None:
        return member.name
    return format_lazy("{name} ({month})", name=member.name, month=member.last_spotlight)
