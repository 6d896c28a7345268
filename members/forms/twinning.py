"""What is typed about twinning, and which offers and requests a reader wants to see."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm
from members.forms.joining import LinesField
from members.forms.practices import choose_from, offer
from members.models import (
    Language,
    Member,
    PlanStage,
    Theme,
    Twinning,
    TwinningCard,
    TwinningMessage,
)
from members.models.members import MemberQuerySet


class TwinningCardForm(VersionedModelForm):
    """An offer or a request. Its member is chosen once, when it is written, from `members`."""

    text = LinesField(
        label=_("What is offered or asked for"),
        help_text=_(
            "A few sentences: what you know or need, and how you would work together. Focal points "
            "of all members read it."
        ),
    )

    class Meta:
        model = TwinningCard
        fields = ["member", "kind", "theme", "language", "stage", "text"]
        help_texts = {
            "language": _("The language in which you would work together."),
            "stage": _("Of your plan now; for an offer, the stage that you can help with."),
        }

    def __init__(self, *args: Any, members: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["member"]
        else:
            choose_from(self, "member", members)


class MessageForm(forms.ModelForm):
    """A message, and for which member it is written where the person speaks for several."""

    text = LinesField(
        label=_("Message"),
        help_text=_("Read by the focal points of the two members and by nobody else."),
        error_messages={"required": _("Write your message first.")},
    )

    class Meta:
        model = TwinningMessage
        fields = ["member", "text"]

    def __init__(self, *args: Any, members: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "member", members)

    @property
    def writer(self) -> Member:
        """The member for which the message is written."""
        member: Member = self.cleaned_data.get("member") or self.instance.member
        return member


class TwinningForm(VersionedModelForm):
    """A twinning on record. Its two members are chosen once."""

    about = LinesField(label=_("What it is about"), required=False)
    results = LinesField(
        label=_("Results"),
        required=False,
        help_text=_("Leave it empty while nothing is known; the page then says so."),
    )
    source = LinesField(label=_("Source"), required=False)
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Twinning
        fields = ["first", "second", "since", "until", "themes", "about", "results", "source"]

    def __init__(self, *args: Any, members: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("about", "results", "source"):
            self.fields[name].widget.attrs["rows"] = 4
        if self.instance.pk:
            del self.fields["first"], self.fields["second"]
            return
        choose_from(self, "first", members)
        offer(self, "second", Member.objects.public().named())
        self.fields["second"].label = _("The other member")

    def clean(self) -> dict[str, Any]:
        """Refuse a member twinned with itself, and an end before the start."""
        cleaned: dict[str, Any] = super().clean() or {}
        first = cleaned.get("first") or (self.instance.first_id and self.instance.first)
        if first and first == cleaned.get("second"):
            self.add_error("second", _("A twinning joins two different members."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until.last_day < since.first_day:
            self.add_error("until", _("The twinning ends before it begins. Check both dates."))
        return cleaned


class CardFilter(django_filters.FilterSet):
    """By kind, theme, language and stage of the plan."""

    kind = django_filters.ChoiceFilter(
        label=_("Offers or requests"), choices=TwinningCard.Kind.choices, empty_label=_("Both")
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=Language.choices, empty_label=_("All")
    )
    stage = django_filters.ChoiceFilter(
        label=_("Stage of the plan"), choices=PlanStage.choices, empty_label=_("All")
    )

    class Meta:
        model = TwinningCard
        fields: list[str] = []
