"""The States and regional organizations of the world, from which members are chosen."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models.recording import recorded

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.people import User

# What a source says of a fact that nobody has compared with the list it is from.
AS_KNOWN = "as generally known"
# The part of a State's source that speaks of its group, up to the next part ("; names: ...").
GROUPS_PART = r"(^|; )groups:((?!; [a-z]+:).)*"


class RegionalGroup(models.TextChoices):
    """Regional groups of the United Nations; the names are spelled out on pages."""

    AFRICAN = "african", _("African States")
    ASIA_PACIFIC = "asia-pacific", _("Asia-Pacific States")
    EASTERN_EUROPEAN = "eastern-european", _("Eastern European States")
    GRULAC = "grulac", _("Latin American and Caribbean States")
    WEOG = "weog", _("Western European and other States")


class StateQuerySet(models.QuerySet["State"]):
    """States by their standing."""

    def member_states(self) -> "StateQuerySet":
        """The Member States of the United Nations: the list to choose a member from."""
        return self.filter(un_member_since__isnull=False)

    def managed_by(self, user: "User | AnonymousUser") -> "StateQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def as_generally_known(self) -> "StateQuerySet":
        """States whose regional group nobody has compared with the official list."""
        return self.filter(source__regex=GROUPS_PART + AS_KNOWN)


@recorded()
class State(models.Model):
    """A State under the names that the United Nations uses."""

    iso3 = models.CharField(_("ISO 3166-1 alpha-3 code"), max_length=3, primary_key=True)
    m49 = models.CharField(_("M49 code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    name_in_text = models.CharField(_("name in running text"), max_length=110)
    sort_key = models.CharField(max_length=100)
    # The United States of America is in no group; see counted_with.
    regional_group = models.CharField(
        _("regional group"), max_length=20, choices=RegionalGroup.choices, blank=True
    )
    # Empty for a State that has a plan but is not a Member State.
    un_member_since = models.PositiveSmallIntegerField(
        _("Member State of the United Nations since"), null=True, blank=True
    )
    source = models.TextField(_("source"), blank=True)

    objects = StateQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                name="state_regional_group_is_known",
                condition=Q(regional_group__in=["", *RegionalGroup.values]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counted_with(self) -> str:
        """The group that the State is counted with (docs/domain.md, regional group)."""
        return self.regional_group or RegionalGroup.WEOG


@recorded()
class RegionalOrganization(models.Model):
    """A regional organization, member of the Network or not."""

    acronym = models.CharField(_("acronym"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=150, unique=True)
    states: "models.ManyToManyField[State, RegionalMembership]" = models.ManyToManyField(
        State, through="RegionalMembership", related_name="regional_organizations"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RegionalMembershipQuerySet(models.QuerySet["RegionalMembership"]):
    """Memberships of regional organizations through the eyes of a person."""

    def running(self, on: datetime.date) -> "RegionalMembershipQuerySet":
        """Those that hold on that day, as far as is known: an unknown end is no end."""
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on)
        )

    def managed_by(self, user: "User | AnonymousUser") -> "RegionalMembershipQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def as_generally_known(self) -> "RegionalMembershipQuerySet":
        """Those that nobody has compared with the organization's own list."""
        return self.filter(source__contains=AS_KNOWN)


@recorded()
class RegionalMembership(models.Model):
    """A State's membership of a regional organization; both days are inclusive."""

    organization = models.ForeignKey(
        RegionalOrganization, on_delete=models.CASCADE, related_name="memberships"
    )
    state = models.ForeignKey(State, on_delete=models.CASCADE, related_name="regional_memberships")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)

    objects = RegionalMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="state_is_in_a_regional_organization_once",
                fields=["organization", "state", "since"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="regional_membership_ends_after_it_begins",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} in {self.organization}"

    @property
    def is_generally_known(self) -> bool:
        """Whether nobody has compared it with the organization's own list yet."""
        return AS_KNOWN in self.source

    @property
    def is_dated(self) -> bool:
        """Whether a day is recorded from which or until which it holds."""
        return bool(self.since or self.until)
