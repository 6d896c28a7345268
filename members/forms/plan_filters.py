"""Which plans a reader wants to see."""

import datetime
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import ActionPlan, PlanState, RegionalGroup
from members.models.plan_queries import ActionPlanQuerySet

OWNERS = [("state", _("States")), ("organization", _("Regional organizations"))]
GENERATIONS = [
    ("1", _("First")),
    ("2", _("Second")),
    ("3", _("Third")),
    ("4", _("Fourth or later")),
]
LATER = "4"


class PlanFilter(django_filters.FilterSet):
    """By owner, region, state of today, generation and years of adoption."""

    q = django_filters.CharFilter(label=_("State, organization or title"), method="by_words")
    region = django_filters.ChoiceFilter(
        label=_("Regional group"),
        choices=RegionalGroup.choices,
        empty_label=_("All"),
        method="by_region",
    )
    state = django_filters.ChoiceFilter(
        label=_("State of the plan"),
        choices=PlanState.choices,
        empty_label=_("All"),
        method="by_state",
    )
    generation = django_filters.ChoiceFilter(
        label=_("Generation"), choices=GENERATIONS, empty_label=_("All"), method="by_generation"
    )
    owner = django_filters.ChoiceFilter(
        label=_("Plans of"), choices=OWNERS, empty_label=_("All"), method="by_owner"
    )
    adopted_from = django_filters.NumberFilter(
        label=_("Adopted from (year)"), min_value=1990, max_value=2100, method="by_first_year"
    )
    adopted_to = django_filters.NumberFilter(
        label=_("Adopted to (year)"), min_value=1990, max_value=2100, method="by_last_year"
    )

    class Meta:
        model = ActionPlan
        fields: list[str] = []

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def by_words(self, plans: ActionPlanQuerySet, name: str, words: str) -> ActionPlanQuerySet:
        text = words.replace("\x00", "")
        return plans.filter(
            Q(state__name__unaccent__icontains=text)
            | Q(state__name_in_text__unaccent__icontains=text)
            | Q(organization__name__unaccent__icontains=text)
            | Q(organization__acronym__iexact=text)
            | Q(title__unaccent__icontains=text)
        )

    def by_region(self, plans: ActionPlanQuerySet, name: str, region: str) -> ActionPlanQuerySet:
        return plans.in_group(region)

    def by_state(self, plans: ActionPlanQuerySet, name: str, state: str) -> ActionPlanQuerySet:
        return plans.in_state(state, self.today)

    def by_generation(
        self, plans: ActionPlanQuerySet, name: str, generation: str
    ) -> ActionPlanQuerySet:
        if generation == LATER:
            return plans.filter(generation__gte=int(LATER))
        return plans.filter(generation=int(generation))

    def by_owner(self, plans: ActionPlanQuerySet, name: str, owner: str) -> ActionPlanQuerySet:
        return plans.filter(**{f"{owner}__isnull": False})

    def by_first_year(self, plans: ActionPlanQuerySet, name: str, year: Any) -> ActionPlanQuerySet:
        return plans.filter(adopted_on__gte=f"{int(year):04}")

    def by_last_year(self, plans: ActionPlanQuerySet, name: str, year: Any) -> ActionPlanQuerySet:
        return plans.filter(adopted_on__lte=f"{int(year):04}-12-31")
