"""Which members a reader wants to see."""

import datetime
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import ActionPlan, Member, PlanState, RegionalGroup, Theme
from members.models.members import MemberQuerySet

KINDS = [("state", _("States")), ("organization", _("Regional organizations"))]
NO_PLAN = "none"
PLANS = [*PlanState.choices, (NO_PLAN, _("No plan on record"))]


class MemberFilter(django_filters.FilterSet):
    """By words, kind, regional group, state of the newest plan as of today, and theme."""

    # The words first: what is nearest to them is looked for among all members.
    q = django_filters.CharFilter(
        label=_("Name, ISO code or acronym"), max_length=100, method="by_words"
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of member"), choices=KINDS, empty_label=_("All"), method="by_kind"
    )
    region = django_filters.ChoiceFilter(
        label=_("Regional group"),
        choices=RegionalGroup.choices,
        empty_label=_("All"),
        method="by_region",
    )
    plan = django_filters.ChoiceFilter(
        label=_("Newest action plan"), choices=PLANS, empty_label=_("All"), method="by_plan"
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
        field_name="themes",
    )

    # Whether no name has the words that were typed, so that the nearest ones are shown.
    guessed = False

    class Meta:
        model = Member
        fields: list[str] = []

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked, by name, as it stands in the address."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    @property
    def address(self) -> str:
        """The same as the query of an address."""
        return urlencode(self.chosen)

    @property
    def narrowed(self) -> bool:
        """Whether anything but words was asked."""
        return bool(set(self.chosen) - {"q"})

    def by_words(self, members: MemberQuerySet, name: str, words: str) -> MemberQuerySet:
        self.guessed = not members.spelled(words).exists()
        return members.search(words)

    def by_kind(self, members: MemberQuerySet, name: str, kind: str) -> MemberQuerySet:
        return members.of_kind(kind)

    def by_region(self, members: MemberQuerySet, name: str, region: str) -> MemberQuerySet:
        return members.in_group(region)

    def by_plan(self, members: MemberQuerySet, name: str, state: str) -> MemberQuerySet:
        newest: Any = ActionPlan.objects.filter(pk__in=ActionPlan.objects.newest().values("pk"))
        if state != NO_PLAN:
            newest = newest.in_state(state, self.today)
        states = newest.filter(state__isnull=False).values("state")
        bodies = newest.filter(organization__isnull=False).values("organization")
        has_one = Q(state__in=states) | Q(organization__in=bodies)
        return members.exclude(has_one) if state == NO_PLAN else members.filter(has_one)
