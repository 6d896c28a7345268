"""Good practices as short cards, and their recognition by other members. There is no ranking."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.members import Member
from members.models.people import User
from members.models.plans import ActionPlan
from members.models.recording import recorded
from members.models.states import RegionalOrganization, State
from members.models.themes import Theme

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.members import MemberQuerySet


def members_written_for(user: "User | AnonymousUser", on: datetime.date) -> "MemberQuerySet":
    """Members for which the person may write a draft: those it edits, and those it drafts for."""
    if user.has_perm("members.edit_every_member"):
        return Member.objects.public()
    if not user.is_authenticated:
        return Member.objects.none()
    drafted = Q(drafters__user=user, drafters__since__lte=on) & (
        Q(drafters__until__isnull=True) | Q(drafters__until__gte=on)
    )
    return Member.objects.public().filter(
        Q(pk__in=Member.objects.editable_by(user, on).values("pk"))
        | Q(pk__in=Member.objects.filter(drafted).values("pk"))
    )


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Cards through the eyes of a person. A draft is for its member's people alone."""

    def public(self) -> "PracticeQuerySet":
        """Cards shown to everyone."""
        return self.filter(publication=Practice.Publication.PUBLISHED)

    def drafts(self) -> "PracticeQuerySet":
        """Cards that are written and not yet public, or no longer."""
        return self.filter(publication=Practice.Publication.DRAFT)

    def visible_to(self, user: "User | AnonymousUser", on: datetime.date) -> "PracticeQuerySet":
        """Public cards; drafts for the people of the member that owns them; all of them for the
        secretariat.
        """
        if user.has_perm("members.edit_every_member"):
            return self.all()
        people = Member.objects.history_visible_to(user, on)
        published = Practice.Publication.PUBLISHED
        return self.filter(Q(publication=published) | Q(member__in=people.values("pk")))

    def publishable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "PracticeQuerySet":
        """Cards that the person may publish, withdraw and change while they are public."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.filter(member__in=Member.objects.editable_by(user, on).values("pk"))

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "PracticeQuerySet":
        """Cards that the person may change: a drafter only what is a draft."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        drafts = Q(publication=Practice.Publication.DRAFT)
        return self.filter(
            Q(member__in=Member.objects.editable_by(user, on).values("pk"))
            | drafts & Q(member__in=members_written_for(user, on).values("pk"))
        )

    def of(self, member: Member) -> "PracticeQuerySet":
        """Cards that the member owns, or that tell of its State or organization."""
        if member.state_id:
            states = Practice.states.through.objects.filter(state=member.state_id)
            return self.filter(Q(member=member) | Q(pk__in=states.values("practice")))
        bodies = Practice.organizations.through.objects.filter(
            regionalorganization=member.organization_id
        )
        return self.filter(Q(member=member) | Q(pk__in=bodies.values("practice")))

    def about(self, code: str) -> "PracticeQuerySet":
        """Cards of the State (by its three letters) or organization (by its acronym)."""
        states = Practice.states.through.objects.filter(state=code)
        bodies = Practice.organizations.through.objects.filter(regionalorganization__acronym=code)
        return self.filter(
            Q(member__state=code)
            | Q(member__organization__acronym=code)
            | Q(pk__in=states.values("practice"))
            | Q(pk__in=bodies.values("practice"))
        )

    def in_full(self) -> "PracticeQuerySet":
        """With the rows that a card shows, in a fixed number of queries."""
        return self.select_related("member__state", "member__organization").prefetch_related(
            "states", "organizations", "themes"
        )


@recorded()
class Practice(models.Model):
    """What worked, or a resource that helps: situation, what was done, what came of it, lesson.

    `member` owns the card and publishes it; without one the secretariat does. Whom the card tells
    of stands in `states` and `organizations`, which need not be members.
    """

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("Good practice")
        RESOURCE = "resource", _("Resource")

    class Publication(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PRACTICE)
    publication = models.CharField(
        max_length=10, choices=Publication.choices, default=Publication.DRAFT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    situation = models.TextField(_("situation"), blank=True)
    action = models.TextField(_("what was done"), blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    lesson = models.TextField(_("lesson"), blank=True)
    address = models.URLField(_("address on the web"), blank=True)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="practices"
    )
    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("action plan"),
    )
    states = models.ManyToManyField(State, blank=True, related_name="practices")
    organizations = models.ManyToManyField(
        RegionalOrganization, blank=True, related_name="practices"
    )
    themes = models.ManyToManyField(Theme, related_name="practices", verbose_name=_("themes"))
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="practices_written"
    )
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_published_practice_has_its_moment",
                condition=Q(publication="draft", published_at__isnull=True)
                | Q(publication="published", published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("practices:detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.publication == self.Publication.PUBLISHED

    @property
    def parties(self) -> list[str]:
        """Names of whom the card tells: its member, then States and organizations, each once."""
        names = [self.member.name] if self.member else []
        told = [*self.states.all(), *self.organizations.all()]
        return list(dict.fromkeys([*names, *(party.name for party in told)]))


@recorded()
class Recognition(models.Model):
    """That a member thanks another for a practice, with a word why."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="recognitions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="recognitions")
    word = models.CharField(_("what it helped with"), max_length=300, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recognitions")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                name="a_member_recognizes_a_practice_once",
                fields=["practice", "member"],
                violation_error_message=_("Your member has recognized this practice already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.practice}"
