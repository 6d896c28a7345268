"""Who chairs the Network, and the troika, which is always derived from the terms."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.models.designations import INCLUSIVE, DateRange
from members.models.members import EDITING_FUNCTIONS, Member
from members.models.recording import recorded

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.people import User

ONE_DAY = datetime.timedelta(days=1)
# After a term its Chair may still finish the record for this long (docs/domain.md, rule 2).
GRACE = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Troika:
    """The outgoing, current and incoming term on a day; None where nothing is recorded.

    In the first year on record, 2017, nobody is outgoing: the troika is then the current term and
    the next two (docs/domain.md, troika), and following is the second of them.
    """

    outgoing: "ChairTerm | None" = None
    current: "ChairTerm | None" = None
    incoming: "ChairTerm | None" = None
    following: "ChairTerm | None" = None

    @property
    def terms(self) -> list["ChairTerm"]:
        """The filled places in the order of time."""
        slots = [self.outgoing, self.current, self.incoming, self.following]
        return [term for term in slots if term]

    @classmethod
    def of(cls, terms: list["ChairTerm"], on: datetime.date) -> "Troika":
        """Return the troika of that day, from all terms in the order of time.

        A place is filled only by a term that adjoins; without a current term every place is empty.
        """
        current = next((term for term in terms if term.since <= on <= term.until), None)
        if current is None:
            return cls()
        incoming = current.adjoining_after(terms)
        if current is terms[0]:
            following = incoming.adjoining_after(terms) if incoming else None
            return cls(current=current, incoming=incoming, following=following)
        before = (term for term in terms if term.until + ONE_DAY == current.since)
        return cls(outgoing=next(before, None), current=current, incoming=incoming)


class ChairTermQuerySet(models.QuerySet["ChairTerm"]):
    """Terms by day and by person."""

    def with_members(self) -> "ChairTermQuerySet":
        """With the members' names, in the order of time."""
        return self.prefetch_related(
            models.Prefetch("members", queryset=Member.objects.named())
        ).order_by("since")

    def troika(self, on: datetime.date) -> Troika:
        """Return the troika of that day, in two queries."""
        return Troika.of(list(self.with_members()), on)

    def running(self, on: datetime.date) -> "ChairTermQuerySet":
        """Those that hold on that day."""
        return self.filter(since__lte=on, until__gte=on)

    def overlapping(self, since: datetime.date, until: datetime.date) -> "ChairTermQuerySet":
        """Those that hold on at least one day from `since` until `until`."""
        return self.filter(since__lte=until, until__gte=since)

    def still_worked_on(self, on: datetime.date) -> "ChairTermQuerySet":
        """Those whose meetings' record the Chair may finish on that day, and those to come."""
        return self.filter(until__gte=on - GRACE)

    def served_by(self, user: "User | AnonymousUser", on: datetime.date) -> "ChairTermQuerySet":
        """Terms of the members for which the person is an editing focal point on that day."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            pk__in=ChairTerm.members.through.objects.filter(
                member__in=Member.objects.served_by(user, on, EDITING_FUNCTIONS)
            ).values("chairterm")
        )


@recorded()
class ChairTerm(models.Model):
    """A dated term in which one or more members chair the Network; both days are inclusive."""

    members = models.ManyToManyField(Member, related_name="chair_terms")
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.TextField(_("source"), blank=True)

    objects = ChairTermQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                name="chair_term_ends_on_or_after_its_first_day",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("A term ends on or after its first day."),
            ),
            ExclusionConstraint(
                name="chair_terms_do_not_overlap",
                expressions=[(DateRange("since", "until", INCLUSIVE), RangeOperators.OVERLAPS)],
                violation_error_message=_("Another term is recorded for some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.names} ({self.years})"

    @cached_property
    def member_list(self) -> list[Member]:
        """The members that chair, in alphabetical order; no query after with_members()."""
        return sorted(self.members.all(), key=lambda member: member.name)

    @property
    def names(self) -> str:
        """The names within a sentence: "Canada and Uruguay"."""
        return str(_(" and ")).join(member.name_in_text for member in self.member_list)

    @property
    def years(self) -> str:
        """The calendar years: "2017", or "2020–2021" for a term over two years."""
        first, last = self.since.year, self.until.year
        return str(first) if first == last else f"{first}–{last}"

    def adjoining_after(self, terms: list["ChairTerm"]) -> "ChairTerm | None":
        """Return the one of these terms that begins on the day after this one ends."""
        return next((term for term in terms if self.until + ONE_DAY == term.since), None)
