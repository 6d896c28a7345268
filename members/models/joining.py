"""How a State or an organization comes into the Network. All of it is the secretariat's."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from members.models.members import Member
from members.models.people import User
from members.models.recording import recorded

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# No letter that can be taken for a figure.
SIGNS = "ACDEFGHJKLMNPQRTUVWXY34679"


def new_reference() -> str:
    """Return a number to name the request by; it opens nothing."""
    return f"J-{get_random_string(8, SIGNS)}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Requests through the eyes of a person, and by what is still to be done with them."""

    def managed_by(self, user: "User | AnonymousUser") -> "JoinRequestQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def new(self) -> "JoinRequestQuerySet":
        """Those that nobody has looked at."""
        return self.filter(state=JoinRequest.State.NEW)

    def new_first(self) -> "JoinRequestQuerySet":
        """Those that nobody has looked at, then the others, the latest first."""
        looked_at = Q(looked_at__isnull=False)
        return self.order_by(models.Case(models.When(looked_at, then=1), default=0), "-received_at")


class JoinRequest(models.Model):
    """What somebody sent by the open form. Kept as sent; private to the secretariat."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        TAKEN_UP = "taken up", _("Taken up")
        SET_ASIDE = "set aside", _("Set aside")

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    party = models.CharField(_("State or organization"), max_length=200)
    name = models.CharField(_("your name"), max_length=150)
    ministry = models.CharField(_("ministry or body"), max_length=200)
    post = models.CharField(_("your post"), max_length=200, blank=True)
    email = models.EmailField(_("your e-mail address"))
    statement = models.TextField(_("why you wish to join"))
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("why it is set aside"), max_length=300, blank=True)
    prospect = models.ForeignKey(
        "Prospect", on_delete=models.SET_NULL, null=True, blank=True, related_name="requests"
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                name="a_request_that_was_looked_at_says_when",
                condition=Q(state="new") | Q(looked_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.party}"

    def get_absolute_url(self) -> str:
        return reverse("join:request", args=[self.pk])

    @property
    def is_new(self) -> bool:
        return self.state == self.State.NEW


class ProspectQuerySet(models.QuerySet["Prospect"]):
    """Prospective members through the eyes of a person, and by where they stand."""

    def managed_by(self, user: "User | AnonymousUser") -> "ProspectQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def named(self) -> "ProspectQuerySet":
        """With the rows that give the name, in the English alphabetical order of the names."""
        rows = self.select_related("member__state", "member__organization")
        return rows.order_by(
            Coalesce("member__state__sort_key", Lower("member__organization__name"))
        )

    def open(self) -> "ProspectQuerySet":
        """Those that are not in the Network: by the member's status, whatever the stage says."""
        return self.exclude(stage=Prospect.Stage.MEMBER).exclude(
            member__status=Member.Status.MEMBER
        )


@recorded()
class Prospect(models.Model):
    """Where the secretariat stands with a prospective member."""

    class Stage(models.TextChoices):
        APPROACHED = "approached", _("Approached")
        INTERESTED = "interested", _("Interested")
        INVITED = "invited", _("Invited")
        DESIGNATION = "designation received", _("Designation received")
        MEMBER = "member", _("Member")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="prospect")
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    contact = models.TextField(_("whom we speak to"), blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    stage_since = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prospect_stage_is_known",
                condition=Q(
                    stage__in=[
                        "approached",
                        "interested",
                        "invited",
                        "designation received",
                        "member",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return reverse("join:prospect", args=[self.pk])

    @property
    def has_joined(self) -> bool:
        """Whether it is in the Network, by this pipeline or by another way."""
        return self.member.status == Member.Status.MEMBER

    @property
    def stage_shown(self) -> "Prospect.Stage":
        """The stage; of what has joined by another way it is "member"."""
        return self.Stage.MEMBER if self.has_joined else self.Stage(self.stage)


class OutreachNoteQuerySet(models.QuerySet["OutreachNote"]):
    """Lines of the log through the eyes of a person, and by what is still to be done."""

    def managed_by(self, user: "User | AnonymousUser") -> "OutreachNoteQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def waiting(self) -> "OutreachNoteQuerySet":
        """Next steps that are not done, the longest overdue first, those without a day last."""
        steps = self.filter(done_at__isnull=True).exclude(next_step="")
        return steps.order_by(F("next_on").asc(nulls_last=True), "pk")

    def due(self, on: datetime.date) -> "OutreachNoteQuerySet":
        """Next steps whose day has come and that are not done, the longest overdue first."""
        return self.waiting().filter(next_on__lte=on)


@recorded()
class OutreachNote(models.Model):
    """One line of the log of talks with a prospective member."""

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="log")
    on = models.DateField(_("day"), default=timezone.localdate)
    text = models.TextField(_("what was said or done"))
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("by"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OutreachNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_next_day_has_a_next_step",
                condition=Q(next_on__isnull=True) | ~Q(next_step=""),
                violation_error_message=_("Say what the next step is."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.prospect.member}, {self.on}"

    @property
    def step_waits(self) -> bool:
        return bool(self.next_step) and self.done_at is None

    @property
    def is_overdue(self) -> bool:
        """Whether the day of the next step is past; on the day itself it is not yet."""
        return self.step_waits and self.next_on is not None and self.next_on < timezone.localdate()
