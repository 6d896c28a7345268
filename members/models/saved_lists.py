"""Questions about States that the secretariat keeps, to see whom to reach out to."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.members import Member
from members.models.people import User
from members.models.plans import ActionPlan
from members.models.recording import recorded
from members.models.states import RegionalGroup, RegionalMembership, RegionalOrganization, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.states import StateQuerySet


class SavedListQuerySet(models.QuerySet["SavedList"]):
    """Saved lists through the eyes of a person."""

    def managed_by(self, user: "User | AnonymousUser") -> "SavedListQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()


@recorded()
class SavedList(models.Model):
    """A question about States that the secretariat asks again and again."""

    class InNetwork(models.TextChoices):
        ANY = "", _("In the Network or not")
        YES = "yes", _("In the Network")
        NO = "no", _("Not in the Network")

    class HasPlan(models.TextChoices):
        ANY = "", _("With a plan or without")
        YES = "yes", _("With a plan on record")
        NO = "no", _("Without a plan on record")

    name = models.CharField(_("name"), max_length=150, unique=True)
    organization = models.ForeignKey(
        RegionalOrganization,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("members of"),
    )
    regional_group = models.CharField(
        _("regional group"), max_length=20, choices=RegionalGroup.choices, blank=True
    )
    in_network = models.CharField(
        _("in the Network"), max_length=3, choices=InNetwork.choices, blank=True
    )
    has_plan = models.CharField(_("action plan"), max_length=3, choices=HasPlan.choices, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SavedListQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("join:list", args=[self.pk])

    def states(self, on: datetime.date) -> "StateQuerySet":
        """Return the Member States that answer the question on that day, each with `planned`.

        Those without a regional group are found with the group that they are counted with.
        """
        plans = Exists(ActionPlan.objects.filter(state=OuterRef("pk")))
        found = State.objects.member_states().annotate(planned=plans).filter(self._asked(on))
        return found.select_related("member__prospect")

    def _asked(self, on: datetime.date) -> Q:
        asked = Q()
        if self.organization_id:
            running = RegionalMembership.objects.running(on)
            running = running.filter(organization=self.organization_id)
            asked &= Q(pk__in=running.values("state"))
        if self.regional_group:
            groups = [self.regional_group]
            # Who is in no group is counted with this one (State.counted_with).
            groups += [""] if self.regional_group == RegionalGroup.WEOG else []
            asked &= Q(regional_group__in=groups)
        if self.in_network:
            members = Member.objects.public().filter(state__isnull=False).values("state")
            inside = Q(pk__in=members)
            asked &= inside if self.in_network == self.InNetwork.YES else ~inside
        if self.has_plan:
            asked &= Q(planned=self.has_plan == self.HasPlan.YES)
        return asked
