"""The Chair's summary: the text of a meeting's outcome, in sections."""

import datetime
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from meetings.models.documents import (
    PUBLIC_SUMMARY_STATES,
    Document,
)
from meetings.models.meetings import Meeting, MeetingSession, chaired_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class ChairsSummaryQuerySet(models.QuerySet["ChairsSummary"]):
    """Summaries through the eyes of a person."""

    def visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ChairsSummaryQuerySet":
        """Summaries that the person may read: as their documents (docs/domain.md, rules 5 and 7).

        So an embargo and a visibility hold for the page as they hold for the file.
        """
        return self.filter(document__in=Document.objects.visible_to(user, on).values("pk"))

    def editable_by(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "ChairsSummaryQuerySet":
        """Summaries that the person may work on.

        The secretariat all; the Chair's focal points those of the meetings held in its term, until
        circulated and at most 12 months after the term (docs/domain.md, rule 2).
        """
        if user.has_perm("meetings.edit_every_meeting"):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.exclude(state=ChairsSummary.State.CIRCULATED).filter(
            chaired_by(user, on, "meeting__")
        )


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class ChairsSummary(models.Model):
    """The text; its document holds the renderings."""

    class State(models.TextChoices):
        DRAFTING = "drafting", _("Drafting")
        IN_REVIEW = "in review", _("In review")
        CLEARED = "cleared", _("Cleared")
        TRANSMITTED = "transmitted", _("Transmitted")
        CIRCULATED = "circulated", _("Circulated")

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="summary")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="summary")
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFTING
    )
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ChairsSummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Chair's summary")
        verbose_name_plural = _("Chair's summaries")
        constraints = [
            models.CheckConstraint(
                name="summary_state_is_known",
                condition=Q(
                    state__in=["drafting", "in review", "cleared", "transmitted", "circulated"]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:summary", args=[self.meeting.slug])

    @property
    def is_sent(self) -> bool:
        """Whether the letter has been transmitted, from when on it is public, too."""
        return self.state in (self.State.TRANSMITTED, self.State.CIRCULATED)

    @property
    def is_public(self) -> bool:
        """Whether the text has been cleared, from when on everyone may read it."""
        return self.state in PUBLIC_SUMMARY_STATES


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class SummarySection(models.Model):
    """A section or sub-section of a summary; the body is sanitised rich text."""

    class Kind(models.TextChoices):
        INTRODUCTION = "introduction", _("Introduction")
        BACKGROUND = "background", _("Background")
        OPENING = "opening remarks", _("Opening remarks")
        DISCUSSION = "open discussion", _("Open discussion")
        CONSIDERATIONS = "considerations", _("Considerations")
        CLOSING = "closing remarks", _("Closing remarks")

    summary = models.ForeignKey(ChairsSummary, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    # 2 for a section, 3 for a sub-heading under it, as the heading levels on the page.
    level = models.PositiveSmallIntegerField(default=2)
    heading = models.CharField(_("heading"), max_length=200)
    # The session that the section tells of; it says whether the Chatham House Rule holds.
    session = models.ForeignKey(
        MeetingSession, on_delete=models.PROTECT, null=True, blank=True, related_name="sections"
    )
    body = models.TextField(_("text"), blank=True)

    class Meta:
        ordering = ["summary", "position"]
        constraints = [
            models.UniqueConstraint(
                name="summary_section_has_its_own_place",
                fields=["summary", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="summary_section_level_is_two_or_three", condition=Q(level__in=[2, 3])
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def anchor(self) -> str:
        """The fragment of the section's address; the place keeps two equal headings apart."""
        return f"{slugify(self.heading)}-{self.position}"
