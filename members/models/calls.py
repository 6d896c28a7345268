"""Calls for expressions of interest in chairing a year, and what members answer."""

import datetime
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.chairs import ChairTerm
from members.models.members import EDITING_FUNCTIONS, Member, MemberQuerySet
from members.models.people import User
from members.models.recording import recorded

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ChairCallQuerySet(models.QuerySet["ChairCall"]):
    """Calls by day and by person."""

    def visible_to(self, user: "User | AnonymousUser", on: datetime.date) -> "ChairCallQuerySet":
        """Calls that have opened, for everyone; those still to open for the secretariat only."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.filter(opened_on__lte=on)

    def managed_by(self, user: "User | AnonymousUser") -> "ChairCallQuerySet":
        """All, for the secretariat."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def open_on(self, day: datetime.date) -> "ChairCallQuerySet":
        """Calls that take answers on that day: both days inclusive, and nothing decided."""
        return self.undecided().filter(opened_on__lte=day, closes_on__gte=day)

    def undecided(self) -> "ChairCallQuerySet":
        """Calls of which no decision is recorded."""
        return self.filter(decided_on__isnull=True)


class ChairInterestQuerySet(models.QuerySet["ChairInterest"]):
    """Answers, through the eyes of a person."""

    def visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ChairInterestQuerySet":
        """Answers for the secretariat and the troika of that day, else of one's own members."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        own = self.filter(member__in=Member.objects.public().served_by(user, on))
        return own | self.standing() if served_in_troika(user, on) else own

    def standing(self) -> "ChairInterestQuerySet":
        """Answers that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def named(self) -> "ChairInterestQuerySet":
        """With the names of the members, in the order in which they came."""
        return self.select_related("member__state", "member__organization").order_by(
            "expressed_at", "pk"
        )


def served_in_troika(user: "User | AnonymousUser", on: datetime.date) -> bool:
    """Whether the person has a running designation of a member of that day's troika."""
    members = [m.pk for term in ChairTerm.objects.troika(on).terms for m in term.member_list]
    return Member.objects.served_by(user, on).filter(pk__in=members).exists()


@recorded()
class ChairCall(models.Model):
    """Asks members who would chair the Network in a year. The call is public, the answers not."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2017)]
    )
    text = models.TextField(_("words of the call"), blank=True)
    opened_on = models.DateField(_("opens"), default=timezone.localdate)
    closes_on = models.DateField(_("last day for answers"))
    # The decision: the term it led to, or in words that there was none.
    term = models.OneToOneField(
        ChairTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="call"
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.TextField(_("on the decision"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ChairCallQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="a_call_closes_on_or_after_its_first_day",
                condition=Q(closes_on__gte=F("opened_on")),
                violation_error_message=_("A call closes on or after the day on which it opens."),
            ),
            models.CheckConstraint(
                name="a_decided_call_says_when",
                condition=Q(term__isnull=True) | Q(decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Call for the Chair of %(year)s") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return reverse("chairs:call_detail", args=[self.year])

    def is_open(self, on: datetime.date) -> bool:
        """Whether it takes answers on that day (as ChairCallQuerySet.open_on)."""
        return self.decided_on is None and self.opened_on <= on <= self.closes_on

    @staticmethod
    def answerers(user: "User | AnonymousUser", on: datetime.date) -> MemberQuerySet:
        """Members for which the person may answer on that day: its own, as an editing focal point.

        Not the secretariat: to chair is a member's own word.
        """
        return Member.objects.public().served_by(user, on, EDITING_FUNCTIONS)


@recorded()
class ChairInterest(models.Model):
    """That a member would chair. For the troika, the secretariat and the member itself."""

    call = models.ForeignKey(ChairCall, on_delete=models.CASCADE, related_name="interests")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="chair_interests")
    statement = models.TextField(_("statement"), help_text=_("What the member would bring."))
    together_with = models.CharField(_("as co-chair with"), max_length=200, blank=True)
    expressed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expressed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ChairInterestQuerySet.as_manager()

    class Meta:
        ordering = ["expressed_at"]
        constraints = [
            models.UniqueConstraint(
                name="a_member_answers_a_call_once",
                fields=["call", "member"],
                violation_error_message=_("Your member has answered this call already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.call}"
