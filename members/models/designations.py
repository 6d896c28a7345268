"""The dated rows from which rights come. They begin and lapse with their dates, with no job."""

import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from members.models.members import Function, Member, MemberQuerySet
from members.models.recording import recorded
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.people import User

INCLUSIVE = Value("[]")


class DateRange(Func):
    """A range of days; with INCLUSIVE both ends belong to it (docs/domain.md, rule 3)."""

    function = "DATERANGE"


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from one day until another, both inclusive."""

    def running(self, on: datetime.date) -> "DatedQuerySet":
        """Those that hold on that day."""
        return self.not_over(on).filter(since__lte=on)

    def not_over(self, on: datetime.date) -> "DatedQuerySet":
        """Those that hold on that day or begin later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on))

    def overlapping(self, since: datetime.date, until: datetime.date | None) -> "DatedQuerySet":
        """Those that hold on at least one day from `since` until `until` (None: without end)."""
        held = self.not_over(since)
        return held.filter(since__lte=until) if until else held


class DrafterQuerySet(DatedQuerySet):
    """Drafters through the eyes of a person."""

    def managed_by(self, user: "User | AnonymousUser", on: datetime.date) -> "DrafterQuerySet":
        """Drafters whom the person names and ends: those of the members that they edit."""
        return self.filter(member__in=Member.objects.editable_by(user, on))

    def members_of(self, user: "User | AnonymousUser", on: datetime.date) -> MemberQuerySet:
        """Return the members for which the person prepares changes on that day."""
        if not user.is_authenticated:
            return Member.objects.none()
        own = self.running(on).filter(user=user)
        return Member.objects.public().filter(pk__in=own.values("member"))


def instrument_path(designation: "Designation", filename: str) -> str:
    """Return a path that nobody can guess and that tells nothing of the person."""
    return f"instruments/{uuid4()}{PurePath(filename).suffix.lower()}"


@recorded()
class Designation(models.Model):
    """Makes a person a focal point of a member, from one day until another."""

    class Instrument(models.TextChoices):
        NOTE_VERBALE = "note verbale", _("Note verbale")
        LETTER = "letter", _("Letter")
        NOT_RECORDED = "", _("Not recorded")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="designations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="designations"
    )
    function = models.CharField(_("function"), max_length=12, choices=Function.choices)
    ministry = models.CharField(_("ministry or body"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    since = models.DateField(_("since"), help_text=_("First day, in New York."))
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Last day, in New York; empty while it runs."),
    )
    instrument = models.CharField(
        _("instrument"), max_length=12, choices=Instrument.choices, blank=True
    )
    instrument_on = PartialDateField(_("date of the instrument"))
    instrument_reference = models.CharField(_("reference"), max_length=100, blank=True)
    instrument_file = models.FileField(
        _("the instrument as a PDF"), upload_to=instrument_path, blank=True
    )
    name_is_public = models.BooleanField(
        _("the name may be shown to everyone"),
        default=False,
        help_text=_("Only if the member says so; otherwise the office is shown."),
    )
    is_demonstration = models.BooleanField(default=False, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["member", "function", "since"]
        constraints = [
            models.CheckConstraint(
                name="designation_ends_on_or_after_its_first_day",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("A designation ends on or after its first day."),
            ),
            models.CheckConstraint(
                name="designation_function_is_known", condition=Q(function__in=Function.values)
            ),
            ExclusionConstraint(
                name="designations_do_not_overlap",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("function", RangeOperators.EQUAL),
                    (DateRange("since", "until", INCLUSIVE), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already speaks for this member then."),
            ),
            partial_date_check("instrument_on", "designation_instrument_on_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_function_display()} of {self.member}"

    def others_of_the_same(self) -> DatedQuerySet:
        """Other designations of this person for this member and function."""
        same = Designation.objects.filter(
            member=self.member_id, user=self.user_id, function=self.function
        )
        return same.exclude(pk=self.pk)


@recorded()
class Drafter(models.Model):
    """A colleague whom a focal point lets prepare changes; the focal point publishes."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="drafters")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafting_for"
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = DrafterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="drafter_ends_on_or_after_the_first_day",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            ExclusionConstraint(
                name="a_drafter_is_named_once_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (DateRange("since", "until", INCLUSIVE), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, drafter for {self.member}"

    def others_of_the_same(self) -> DatedQuerySet:
        """Other rows by which this person drafts for this member."""
        same = Drafter.objects.filter(member=self.member_id, user=self.user_id)
        return same.exclude(pk=self.pk)
