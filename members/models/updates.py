"""The yearly update: one pass through what the portal says of a member (rule 13)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.members import Member
from members.models.people import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class YearlyUpdateQuerySet(models.QuerySet["YearlyUpdate"]):
    """Passes by whether they are finished."""

    def open(self) -> "YearlyUpdateQuerySet":
        """Those that nobody has finished; a member has one at most."""
        return self.filter(finished_at__isnull=True)


class YearlyUpdate(models.Model):
    """One pass, open until it is finished. Each step is stored as soon as it is taken."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="yearly_updates")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    # When the member was last confirmed before this pass; empty if never.
    since = models.DateField(null=True, blank=True)
    finished_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = YearlyUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                name="a_member_has_one_open_update",
                fields=["member"],
                condition=Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.started_at:%Y}"


class UpdateStepQuerySet(models.QuerySet["UpdateStep"]):
    """Steps by what they leave to be done."""

    def reported(self) -> "UpdateStepQuerySet":
        """Those that tell the secretariat what is wrong and that it has not settled yet."""
        return self.filter(outcome=UpdateStep.Outcome.REPORTED, settled_at__isnull=True)

    def settled_by(self, user: "User | AnonymousUser") -> "UpdateStepQuerySet":
        """What was reported, for the secretariat, which records who speaks for whom (rule 2)."""
        reported = self.filter(outcome=UpdateStep.Outcome.REPORTED)
        return reported if user.has_perm("members.edit_every_member") else self.none()


class UpdateStep(models.Model):
    """That a section was gone through, and with what outcome.

    `seen` says which rows, in which version, the person had on the screen: a section that has
    changed since is asked again. `word` is for the secretariat only and is kept in no history.
    """

    class Section(models.TextChoices):
        PROFILE = "profile", _("Profile and contact")
        PEOPLE = "people", _("Focal points")
        PLANS = "plans", _("Action plans")
        PRACTICES = "practices", _("Practices and twinning")

    class Outcome(models.TextChoices):
        STILL_CORRECT = "still correct", _("Still correct")
        EDITED = "edited", _("Edited")
        REPORTED = "reported", _("Reported to the secretariat")

    update = models.ForeignKey(YearlyUpdate, on_delete=models.CASCADE, related_name="steps")
    section = models.CharField(max_length=10, choices=Section.choices)
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    seen = models.TextField(blank=True)
    word = models.TextField(_("what is wrong"), blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = UpdateStepQuerySet.as_manager()

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.UniqueConstraint(
                name="a_section_is_taken_once_in_an_update", fields=["update", "section"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.update}: {self.get_section_display()}"

    def get_absolute_url(self) -> str:
        """Where the secretariat reads what was reported."""
        return reverse("members:update_word", args=[self.update.member.slug, self.pk])
