"""National and regional action plans (docs/domain.md, rule 9)."""

import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.plan_queries import ActionPlanQuerySet
from members.models.plan_states import PlanState, state_by_rule
from members.models.recording import recorded
from members.models.states import RegionalOrganization, State
from members.partial_dates import PartialDateField, partial_date_check

ORDINALS = (
    _("First"),
    _("Second"),
    _("Third"),
    _("Fourth"),
    _("Fifth"),
    _("Sixth"),
    _("Seventh"),
    _("Eighth"),
    _("Ninth"),
    _("Tenth"),
)


STATE_TONES = {
    PlanState.IN_FORCE: "good",
    PlanState.ADOPTED: "blue",
    PlanState.UNDER_REVIEW: "warn",
}


@recorded()
class ActionPlan(models.Model):
    """A plan to implement resolution 1325 (2000): of a State, or of a regional organization."""

    class Budget(models.TextChoices):
        NOT_RECORDED = "not recorded", _("Not recorded")
        NONE = "none", _("None")
        STATEMENT = "statement", _("Statement that funds are needed")
        ESTIMATE = "estimate", _("Estimate")
        COSTED = "costed", _("Costed")
        ALLOCATED = "allocated", _("Allocated")
        DISBURSED = "disbursed", _("Disbursed")

    state = models.ForeignKey(
        State, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    organization = models.ForeignKey(
        RegionalOrganization, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    regional_plan = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="national_plans",
        verbose_name=_("regional plan that it belongs to"),
        limit_choices_to={"organization__isnull": False},
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    generation = models.PositiveSmallIntegerField(
        _("generation"),
        null=True,
        blank=True,
        help_text=_("1 for the first plan, 2 for the second."),
    )
    # What the member says. What follows from the dates is state_on().
    stated_state = models.CharField(
        _("state"), max_length=20, choices=PlanState.choices, default=PlanState.NOT_RECORDED
    )
    adopted_on = PartialDateField(_("adopted"))
    period_start = PartialDateField(_("period begins"))
    period_end = PartialDateField(_("period ends"))
    lead = models.CharField(_("ministry or body in the lead"), max_length=200, blank=True)
    ministries = models.TextField(
        _("ministries that take part"), blank=True, help_text=_("One on each line.")
    )
    budget = models.CharField(
        _("budget"), max_length=20, choices=Budget.choices, default=Budget.NOT_RECORDED
    )
    budget_note = models.TextField(_("on the budget"), blank=True)
    monitoring = models.TextField(_("monitoring and evaluation"), blank=True)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    # The row of the published list it was loaded from; empty for a plan entered here.
    source_row = models.CharField(max_length=60, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_is_of_a_state_or_an_organization",
                condition=Q(state__isnull=False) ^ Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="a_national_plan_belongs_to_a_regional_one",
                condition=Q(regional_plan__isnull=True) | Q(state__isnull=False),
                violation_error_message=_("Only a national plan belongs to a regional plan."),
            ),
            models.CheckConstraint(
                name="plan_generation_counts_from_one",
                condition=Q(generation__isnull=True) | Q(generation__gte=1),
            ),
            models.UniqueConstraint(
                name="a_published_row_is_loaded_once",
                fields=["source_row"],
                condition=~Q(source_row=""),
            ),
            partial_date_check("adopted_on", "plan_adopted_on_is_a_partial_date"),
            partial_date_check("period_start", "plan_period_start_is_a_partial_date"),
            partial_date_check("period_end", "plan_period_end_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.title_or_default}"

    def get_absolute_url(self) -> str:
        return reverse("plans:detail", args=[self.pk])

    @property
    def party(self) -> State | RegionalOrganization | None:
        return self.state or self.organization

    @property
    def ministry_list(self) -> list[str]:
        """The ministries that take part, one each."""
        return [line.strip() for line in self.ministries.splitlines() if line.strip()]

    @property
    def state_tone(self) -> str:
        """The tone of the tag that says the state of today."""
        return STATE_TONES.get(self.state_on(timezone.localdate()), "")

    @property
    def group_slug(self) -> str:
        """The regional group that the owner is counted with, or "organizations"."""
        return self.state.counted_with if self.state else "organizations"

    @property
    def generation_label(self) -> str:
        """ "First" for 1, "12th" past the words; "Generation not recorded" where unknown."""
        if self.generation is None:
            return str(_("Generation not recorded"))
        if self.generation <= len(ORDINALS):
            return str(ORDINALS[self.generation - 1])
        return f"{self.generation}th"

    @property
    def title_or_default(self) -> str:
        """The title, or what kind of plan it is: no title is made up."""
        if self.title:
            return self.title
        kind = _("national action plan") if self.state_id else _("regional action plan")
        if self.generation is None:
            return str(kind).capitalize()
        return f"{self.generation_label} {kind}"

    @property
    def period_label(self) -> str:
        """ "2019–2024", with "not recorded" for the end that is unknown; empty without both."""
        if not (self.period_start or self.period_end):
            return ""
        unknown = _("not recorded")
        return f"{self.period_start or unknown}–{self.period_end or unknown}"

    @property
    def state_label(self) -> str:
        """How the plan stands today, in words."""
        return str(self.state_on(timezone.localdate()).label)

    @property
    def in_force(self) -> bool:
        """Whether today lies within the plan's period, or the member says so."""
        return self.state_on(timezone.localdate()) == PlanState.IN_FORCE

    def state_on(self, day: datetime.date) -> PlanState:
        """Return the state on that day: from the dates where they are known, else as stated."""
        return state_by_rule(
            self.period_start, self.period_end, self.adopted_on, self.stated_state, day
        )
