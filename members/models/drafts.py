"""What a drafter has prepared, until a focal point publishes it or lays it aside."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.designations import Drafter
from members.models.members import Member
from members.models.people import User
from members.models.plans import ActionPlan

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    """What drafters have prepared, through the eyes of a person."""

    def visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ProposedChangeQuerySet":
        """One's own while one drafts; all of a member for its editing focal points, and all for
        the secretariat. Nobody else reads a word of them.
        """
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.decidable_by(user, on) | self.written_by_drafter(user, on)

    def written_by_drafter(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ProposedChangeQuerySet":
        """One's own, of the members for which one drafts on that day."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(written_by=user, member__in=Drafter.objects.members_of(user, on))

    def decidable_by(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ProposedChangeQuerySet":
        """Those of the members for which the person is an editing focal point on that day.

        Not the secretariat: what a drafter prepares, the member's focal point publishes.
        """
        return self.filter(member__in=Member.objects.confirmable_by(user, on))

    def waiting_for(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ProposedChangeQuerySet":
        """Those that the person is to publish or to lay aside, the longest waiting first."""
        return self.decidable_by(user, on).offered().order_by("written_at", "pk")

    def offered(self) -> "ProposedChangeQuerySet":
        """Those that nobody has decided on and that were not withdrawn."""
        return self.filter(state=ProposedChange.State.OFFERED)

    def named(self) -> "ProposedChangeQuerySet":
        """With the rows that a line of a list shows."""
        return self.select_related(
            "member__state",
            "member__organization",
            "plan__state",
            "plan__organization",
            "written_by",
            "decided_by",
        )


class ProposedChange(models.Model):
    """Fields of a profile or a plan as a drafter would have them; nothing of it is public.

    `plan` is empty for the profile and for a plan that does not exist yet.
    """

    class About(models.TextChoices):
        PROFILE = "profile", _("Profile")
        PLAN = "plan", _("Action plan")
        NEW_PLAN = "new plan", _("New action plan")

    class State(models.TextChoices):
        OFFERED = "offered", _("Waits for the focal point")
        PUBLISHED = "published", _("Published")
        DECLINED = "declined", _("Laid aside")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="proposed_changes")
    about = models.CharField(max_length=10, choices=About.choices)
    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="proposed_changes",
    )
    # Name of the form's field -> what was typed, as the form would send it (a list for many).
    # Only fields in which it differs from the row, so that nothing else is taken back later.
    typed = models.JSONField()
    # The version of the row that the drafter began with.
    base_version = models.PositiveIntegerField(default=1)
    word = models.CharField(_("a word to the focal point"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposed_changes")
    written_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_word = models.CharField(_("a word to the drafter"), max_length=300, blank=True)

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                name="a_proposed_change_names_its_plan",
                condition=Q(about="plan", plan__isnull=False)
                | (~Q(about="plan") & Q(plan__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_decided_change_says_when",
                condition=Q(state="offered") | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.member}"

    def get_absolute_url(self) -> str:
        return reverse("members:draft", args=[self.member.slug, self.pk])

    @property
    def title(self) -> str:
        """What it is about; a plan by its title."""
        if self.plan:
            return self.plan.title_or_default
        if self.about == self.About.NEW_PLAN and self.typed.get("title"):
            return str(_("New plan: %(title)s") % {"title": self.typed["title"]})
        return str(self.get_about_display())

    @property
    def is_offered(self) -> bool:
        """Whether it can still be revised, withdrawn, published or laid aside."""
        return self.state == self.State.OFFERED
