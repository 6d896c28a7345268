"""What is typed about good practices, and which of them a reader wants to see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm
from members.forms.joining import LineField, LinesField
from members.models import (
    ActionPlan,
    Member,
    Practice,
    Recognition,
    RegionalOrganization,
    State,
    Theme,
)
from members.models.members import MemberQuerySet
from members.models.practices import PracticeQuerySet

TOLD_OF = ["states", "organizations", "source"]


class PracticeForm(VersionedModelForm):
    """A card. Its member is chosen once, when it is written, from `members`."""

    title = LineField(
        label=_("Title"), max_length=200, help_text=_("What was done, in a few words.")
    )
    situation = LinesField(
        label=_("Situation"), required=False, help_text=_("What made it necessary.")
    )
    action = LinesField(label=_("What was done"), required=False)
    result = LinesField(
        label=_("What came of it"),
        required=False,
        help_text=_("Leave it empty while nothing is known; the card then says so."),
    )
    lesson = LinesField(
        label=_("Lesson"), required=False, help_text=_("What you would tell a colleague.")
    )
    source = LinesField(label=_("Source"), required=False)
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one theme.")},
    )

    class Meta:
        model = Practice
        fields = [
            "member",
            "kind",
            "title",
            "themes",
            "situation",
            "action",
            "result",
            "lesson",
            "address",
            "plan",
            "states",
            "organizations",
            "source",
        ]
        help_texts = {
            "address": _("Where more can be read, if anywhere."),
            "plan": _("Choose the plan that it belongs to, if it belongs to one."),
            "states": _("If it tells of others than the member."),
        }

    def __init__(
        self, *args: Any, members: MemberQuerySet, for_secretariat: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("situation", "action", "result", "lesson", "source"):
            self.fields[name].widget.attrs["rows"] = 4
        self._offer_members(list(members.named()), for_secretariat)
        if not for_secretariat:
            for name in TOLD_OF[:2]:
                del self.fields[name]
        else:
            offer(self, "states", State.objects.all())
            offer(self, "organizations", RegionalOrganization.objects.all())

    def _offer_members(self, members: list[Member], for_secretariat: bool) -> None:
        """Ask for the member where there is a choice, and for a plan of one of these members."""
        if self.instance.pk:
            del self.fields["member"]
            members = [self.instance.member] if self.instance.member else []
        elif len(members) == 1 and not for_secretariat:
            del self.fields["member"]
            self.instance.member = members[0]
        else:
            chosen = Member.objects.filter(pk__in=[member.pk for member in members])
            offer(self, "member", chosen.named())
            self.fields["member"].label = _("Member")
            self.fields["member"].required = not for_secretariat
        states = [member.state_id for member in members if member.state_id]
        bodies = [member.organization_id for member in members if member.organization_id]
        plans = ActionPlan.objects.in_order()
        offer(self, "plan", plans.filter(Q(state__in=states) | Q(organization__in=bodies)))

    def clean(self) -> dict[str, Any]:
        """Refuse a card that says nothing, and a plan that is another member's."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("situation", "?") or cleaned.get("action", "?")):
            self.add_error("action", _("Write at least the situation or what was done."))
        plan = cleaned.get("plan")
        member = cleaned.get("member") or self.instance.member
        if plan and (member is None or member.party != plan.party):
            self.add_error("plan", _("This plan is of another member. Choose one of its own."))
        return cleaned


class RecognitionForm(forms.ModelForm):
    """A member's thanks, with a word on what it helped with."""

    word = LineField(
        label=_("What it helped with"),
        required=False,
        max_length=300,
        help_text=_("One sentence, shown to everyone with the name of your member."),
    )

    class Meta:
        model = Recognition
        fields = ["member", "word"]

    def __init__(self, *args: Any, members: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "member", members)


def offer(form: Any, name: str, rows: QuerySet[Any]) -> None:
    """Let the field of that name choose among the rows, in their order."""
    form.fields[name].queryset = rows


def choose_from(form: Any, name: str, members: MemberQuerySet) -> None:
    """Ask for one of the members; of a single one nothing is asked."""
    found = list(members.named()[:2])
    if len(found) == 1:
        del form.fields[name]
        setattr(form.instance, name, found[0])
    else:
        offer(form, name, members.named())
        form.fields[name].label = _("For which member")


class PracticeFilter(django_filters.FilterSet):
    """By theme, kind, and of whom a card tells."""

    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"),
        field_name="themes",
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Practice.Kind.choices, empty_label=_("All")
    )
    of = django_filters.ChoiceFilter(
        label=_("State or organization"), choices=[], empty_label=_("All"), method="by_party"
    )

    class Meta:
        model = Practice
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["of"].extra["choices"] = told_of()

    def by_party(self, cards: PracticeQuerySet, name: str, code: str) -> PracticeQuerySet:
        return cards.about(code)


def told_of() -> list[tuple[str, str]]:
    """Return the States, then the organizations, of which a public card tells: code and name."""
    public = Practice.objects.public()
    states = State.objects.filter(Q(practices__in=public) | Q(member__practices__in=public))
    bodies = RegionalOrganization.objects.filter(
        Q(practices__in=public) | Q(member__practices__in=public)
    )
    return [
        *states.order_by("sort_key").distinct().values_list("iso3", "name"),
        *bodies.order_by("name").distinct().values_list("acronym", "name"),
    ]
