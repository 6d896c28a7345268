"""Two members that help each other with a plan (docs/domain.md, twinning)."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.members import Member
from members.models.people import User
from members.models.recording import recorded
from members.models.themes import Theme
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PlanStage(models.TextChoices):
    """Where a member stands with its plan, as far as twinning is concerned."""

    FIRST_PLAN = "first plan", _("Developing the first plan")
    LAUNCH = "launch", _("Launching a plan")
    IMPLEMENTATION = "implementation", _("Implementing a plan")
    MONITORING = "monitoring", _("Monitoring and evaluation")
    NEXT_PLAN = "next plan", _("Preparing the next plan")


class Language(models.TextChoices):
    """The official languages of the United Nations, and others that members work in."""

    ARABIC = "ar", _("Arabic")
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    RUSSIAN = "ru", _("Russian")
    SPANISH = "es", _("Spanish")
    PORTUGUESE = "pt", _("Portuguese")
    OTHER = "other", _("Another language")


class TwinningCardQuerySet(models.QuerySet["TwinningCard"]):
    """Cards through the eyes of a person."""

    def open(self) -> "TwinningCardQuerySet":
        """Cards on which members can still write: not closed, of a member of today."""
        return self.filter(closed_at__isnull=True, member__status=Member.Status.MEMBER)

    def of(self, member: Member) -> "TwinningCardQuerySet":
        """The member's own cards."""
        return self.filter(member=member)

    def visible_to(self, user: "User | AnonymousUser", on: datetime.date) -> "TwinningCardQuerySet":
        """Open cards for whoever speaks for a member, and one's own member's closed ones; all for
        the secretariat.
        """
        if user.has_perm("members.edit_every_member"):
            return self.all()
        own = Member.objects.public().served_by(user, on)
        if not own.exists():
            return self.none()
        is_open = Q(closed_at__isnull=True, member__status=Member.Status.MEMBER)
        return self.filter(is_open | Q(member__in=own.values("pk")))

    def editable_by(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "TwinningCardQuerySet":
        """Open cards of the members that the person edits. A closed card stays as it was."""
        mine = Member.objects.editable_by(user, on)
        return self.filter(closed_at__isnull=True, member__in=mine.values("pk"))

    def in_full(self) -> "TwinningCardQuerySet":
        """With the rows that a card shows."""
        return self.select_related("member__state", "member__organization", "theme")


@recorded()
class TwinningCard(models.Model):
    """What a member offers or asks for. For members and the secretariat, while it is open."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("Offer")
        REQUEST = "request", _("Request")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="twinning_cards")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="twinning_cards", verbose_name=_("theme")
    )
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    stage = models.CharField(_("stage of the plan"), max_length=20, choices=PlanStage.choices)
    text = models.TextField(_("what is offered or asked for"))
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TwinningCardQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()}, {self.theme}"

    def get_absolute_url(self) -> str:
        return reverse("twinning:card", args=[self.pk])


class TwinningThreadQuerySet(models.QuerySet["TwinningThread"]):
    """Threads of the two members that write, and of nobody else, the secretariat included."""

    def visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "TwinningThreadQuerySet":
        """Threads of the members for which the person has a designation running."""
        mine = Member.objects.public().served_by(user, on).values("pk")
        return self.filter(Q(card__member__in=mine) | Q(asked_by__in=mine))

    def in_full(self) -> "TwinningThreadQuerySet":
        """With the rows that a line of the inbox shows."""
        return self.select_related(
            "card__theme",
            "card__member__state",
            "card__member__organization",
            "asked_by__state",
            "asked_by__organization",
        )

    def with_unread(self, mine: list[int]) -> "TwinningThreadQuerySet":
        """With `last_at`, and `unread`: how many messages to these members nobody has opened."""
        return self.annotate(
            last_at=Max("messages__written_at"), unread=Count("messages", filter=_unread(mine))
        )

    def unread_by(self, mine: list[int]) -> "TwinningThreadQuerySet":
        """Threads in which a message waits for one of these members."""
        return self.filter(_unread(mine)).distinct()


def _unread(mine: list[int]) -> Q:
    to_owner = Q(messages__member=F("asked_by"), card__member__in=mine)
    to_asker = Q(messages__member=F("card__member"), asked_by__in=mine)
    return Q(messages__read_at__isnull=True) & (to_owner | to_asker)


class TwinningThread(models.Model):
    """What two members write to each other about a card. Read by both and by nobody else."""

    card = models.ForeignKey(TwinningCard, on_delete=models.PROTECT, related_name="threads")
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="twinning_threads")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TwinningThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_member_has_one_thread_about_a_card", fields=["card", "asked_by"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} – {self.card}"

    def get_absolute_url(self) -> str:
        return reverse("twinning:thread", args=[self.pk])

    @property
    def sides(self) -> list[Member]:
        """The two members: whose card it is, and who asked."""
        return [self.card.member, self.asked_by]


class TwinningMessage(models.Model):
    """One message. Written once, never edited."""

    thread = models.ForeignKey(TwinningThread, on_delete=models.CASCADE, related_name="messages")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("message"))
    written_at = models.DateTimeField(default=timezone.now)
    # When somebody of the other member first opened the thread after it.
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.member}, {self.written_at}"


class TwinningQuerySet(models.QuerySet["Twinning"]):
    """Twinnings on record. All of them are public."""

    def of(self, member: Member) -> "TwinningQuerySet":
        """Twinnings in which the member is one of the two."""
        return self.filter(Q(first=member) | Q(second=member))

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "TwinningQuerySet":
        """Twinnings of which the person edits one of the two members; all for the secretariat."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        mine = Member.objects.editable_by(user, on).values("pk")
        return self.filter(Q(first__in=mine) | Q(second__in=mine))

    def in_full(self) -> "TwinningQuerySet":
        """With the rows that a card shows, in a fixed number of queries."""
        return self.select_related(
            "first__state", "first__organization", "second__state", "second__organization"
        ).prefetch_related("themes")


@recorded()
class Twinning(models.Model):
    """A twinning on record, public: who, when, on what, with what result."""

    first = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="twinnings_first")
    second = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="twinnings_second")
    themes = models.ManyToManyField(Theme, blank=True, related_name="twinnings")
    since = PartialDateField(_("since"))
    until = PartialDateField(_("until"))
    about = models.TextField(_("what it is about"), blank=True)
    results = models.TextField(_("results"), blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TwinningQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_twinning_has_two_members",
                condition=~Q(first=F("second")),
                violation_error_message=_("A twinning joins two different members."),
            ),
            partial_date_check("since", "twinning_since_is_a_partial_date"),
            partial_date_check("until", "twinning_until_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"

    def get_absolute_url(self) -> str:
        return f"{reverse('twinning:list')}#twinning-{self.pk}"
