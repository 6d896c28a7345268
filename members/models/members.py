"""Members of the Network and what the published record says of their number."""

import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.member_search import SearchedMembers
from members.models.months import begun_by
from members.models.recording import recorded
from members.models.states import RegionalGroup, RegionalOrganization, State
from members.models.themes import Theme
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.people import User


class Function(models.TextChoices):
    """The functions of a focal point."""

    PRINCIPAL = "principal", _("Principal focal point")
    ALTERNATE = "alternate", _("Alternate focal point")
    MISSION = "mission", _("Mission contact")


EDITING_FUNCTIONS = [Function.PRINCIPAL, Function.ALTERNATE]


class MemberQuerySet(SearchedMembers, models.QuerySet["Member"]):
    """Members through the eyes of a person. What is not yours is not found."""

    def named(self) -> "MemberQuerySet":
        """With the rows that give the name, in the English alphabetical order of the names."""
        return self.select_related("state", "organization").order_by(
            Coalesce("state__sort_key", Lower("organization__name"))
        )

    def public(self) -> "MemberQuerySet":
        """Members shown to everyone. By status: most joining dates are not recorded."""
        return self.filter(status=Member.Status.MEMBER)

    def visible_to(self, user: "User | AnonymousUser") -> "MemberQuerySet":
        """Members for everyone; prospective and former ones for the secretariat only."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.public()

    def served_by(
        self, user: "User | AnonymousUser", on: datetime.date, functions: list[Any] | None = None
    ) -> "MemberQuerySet":
        """Members for which the person has a designation running on that day."""
        if not user.is_authenticated:
            return self.none()
        running = Q(
            designations__user=user,
            designations__since__lte=on,
        ) & (Q(designations__until__isnull=True) | Q(designations__until__gte=on))
        if functions:
            running &= Q(designations__function__in=functions)
        return self.filter(
            pk__in=Member.objects.filter(running).values("pk"),
        )

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "MemberQuerySet":
        """Members that the person may change: all for the secretariat, else their own.

        docs/domain.md, rule 2: a principal or alternate, while the designation runs.
        """
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.public().served_by(user, on, EDITING_FUNCTIONS)

    def confirmable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "MemberQuerySet":
        """Members of which the person may say that all is still correct: their own.

        Not the secretariat: that a profile is confirmed is the member's own word.
        """
        return self.public().served_by(user, on, EDITING_FUNCTIONS)

    def stale(self, on: datetime.date, months: int = 13) -> "MemberQuerySet":
        """Members that have confirmed nothing for so many calendar months, with `silent_from`.

        They are counted from the last confirmation; without one, from the first day of the earliest
        designation that edits and runs on that day. One that was never confirmed and for which
        nobody edits is not among them: what it lacks is a designation.
        """
        held = Q(designations__until__isnull=True) | Q(designations__until__gte=on)
        editing = (
            Q(designations__since__lte=on, designations__function__in=EDITING_FUNCTIONS) & held
        )
        first = Min("designations__since", filter=editing)
        return (
            self.public()
            .annotate(silent_from=Coalesce("confirmed_on", first))
            .filter(silent_from__lte=begun_by(on, months))
        )

    def update_due(self, on: datetime.date) -> "MemberQuerySet":
        """Members whose yearly update is due: 11 months after the last confirmation."""
        return self.stale(on, months=11)

    def invitable_by(self, user: "User | AnonymousUser") -> "MemberQuerySet":
        """Members for which the person may record designations: all, for the secretariat."""
        return self.all() if user.has_perm("members.invite_people") else self.none()

    def names_shown_to(self, user: "User | AnonymousUser", on: datetime.date) -> bool:
        """Whether the person sees focal points' names: members and the secretariat do."""
        if not user.is_authenticated:
            return False
        if user.has_perm("members.edit_every_member"):
            return True
        return self.public().served_by(user, on).exists()

    def people_visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "MemberQuerySet":
        """Members whose designations, past ones and instruments included, the person may read.

        docs/domain.md, rule 3: names of the past are for members and the secretariat; of a member
        its own people read them. A drafter is not one of them.
        """
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.public().served_by(user, on)

    def history_visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "MemberQuerySet":
        """Members whose history the person may read: the member's people and the secretariat."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        drafted = Q(drafters__user=user, drafters__since__lte=on) & (
            Q(drafters__until__isnull=True) | Q(drafters__until__gte=on)
        )
        return self.public().filter(
            Q(pk__in=Member.objects.served_by(user, on).values("pk"))
            | Q(pk__in=Member.objects.filter(drafted).values("pk"))
        )


@recorded(exclude=["telephone"])
class Member(models.Model):
    """A Member State or a regional organization that has joined, or may join, the Network."""

    class Status(models.TextChoices):
        PROSPECTIVE = "prospective", _("Prospective member")
        MEMBER = "member", _("Member")
        FORMER = "former", _("Former member")

    state = models.OneToOneField(
        State, on_delete=models.PROTECT, null=True, blank=True, related_name="member"
    )
    organization = models.OneToOneField(
        RegionalOrganization, on_delete=models.PROTECT, null=True, blank=True, related_name="member"
    )
    slug = models.SlugField(max_length=120, unique=True)
    status = models.CharField(
        max_length=12, choices=Status.choices, default=Status.PROSPECTIVE, db_index=True
    )
    joined_on = PartialDateField(_("joined"))
    overview = models.TextField(
        _("overview"),
        blank=True,
        help_text=_("How the member implements resolution 1325 (2000), in a few paragraphs."),
    )
    ministry = models.CharField(
        _("ministry or body of the focal point"), max_length=200, blank=True
    )
    office = models.CharField(
        _("office"),
        max_length=200,
        blank=True,
        help_text=_("The unit that answers for the focal point; shown where no name is public."),
    )
    mailbox = models.EmailField(
        _("public e-mail address"),
        blank=True,
        help_text=_("A mailbox of the office. It is shown to everyone and signs nobody in."),
    )
    telephone = models.CharField(_("public telephone number"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    # A function that nobody holds is vacant only if the member says so, else not recorded.
    vacant_functions = ArrayField(
        models.CharField(max_length=12, choices=Function.choices),
        default=list,
        blank=True,
        verbose_name=_("functions that are vacant"),
    )
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="members", verbose_name=_("themes that it works on")
    )
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MemberQuerySet.as_manager()

    class Meta:
        permissions = [("edit_every_member", _("Edit every member, as the secretariat does"))]
        constraints = [
            models.CheckConstraint(
                name="member_is_a_state_or_an_organization",
                condition=Q(state__isnull=False) ^ Q(organization__isnull=False),
                violation_error_message=_("Choose a State or a regional organization, not both."),
            ),
            models.CheckConstraint(
                name="member_status_is_known",
                condition=Q(status__in=["prospective", "member", "former"]),
            ),
            partial_date_check("joined_on", "member_joined_on_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:detail", args=[self.slug])

    @property
    def party(self) -> State | RegionalOrganization:
        """The State or the organization that the member is."""
        party = self.state or self.organization
        if party is None:
            raise ValueError("A member is a State or an organization.")
        return party

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def name_in_text(self) -> str:
        """The name within a sentence: "the Democratic Republic of the Congo"."""
        return self.state.name_in_text if self.state else f"the {self.name}"

    @property
    def group_label(self) -> str:
        """The regional group spelled out; for an organization, what it is."""
        if self.state is None:
            return str(_("Regional organization"))
        return str(RegionalGroup(self.state.counted_with).label)


class MembershipTotalQuerySet(models.QuerySet["MembershipTotal"]):
    """Published figures by date."""

    def latest_published(self) -> "MembershipTotal | None":
        """The latest figure that is a number; "more than 80" is kept as a note."""
        return self.filter(total__isnull=False).order_by("-as_of").first()


@recorded()
class MembershipTotal(models.Model):
    """A published figure of how many members the Network had."""

    as_of = PartialDateField(_("as of"))
    governments = models.PositiveSmallIntegerField(null=True, blank=True)
    organizations = models.PositiveSmallIntegerField(null=True, blank=True)
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()

    objects = MembershipTotalQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership total")
        verbose_name_plural = _("membership totals")
        ordering = [F("as_of").asc()]
        constraints = [
            models.UniqueConstraint(name="one_membership_total_a_date", fields=["as_of"]),
            partial_date_check("as_of", "membership_total_as_of_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return f"{self.total or self.note}, {self.as_of}"
