"""An edition: one number of the newsletter, in eight places (docs/domain.md, rule 8)."""

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions through the eyes of a person."""

    def public(self) -> "EditionQuerySet":
        """Editions shown to everyone: from the start of the sending, since the mail links there.

        A cancelled one stays if it had begun to leave.
        """
        return self.filter(sending_started_at__isnull=False)

    def visible_to(self, user: "User | AnonymousUser") -> "EditionQuerySet":
        """Public editions; all for the secretariat."""
        if user.has_perm("newsletter.edit_editions"):
            return self.all()
        return self.public()

    def editable_by(self, user: "User | AnonymousUser") -> "EditionQuerySet":
        """Editions that the person may work on: all for the secretariat."""
        if user.has_perm("newsletter.edit_editions"):
            return self.all()
        return self.none()


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class Edition(models.Model):
    """One number of the newsletter."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    issued_on = PartialDateField(_("month of the edition"))
    introduction = models.TextField(_("introduction"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # Of the content at approval: a change afterwards is refused or voids the approval.
    content_hash = models.CharField(max_length=64, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sending_started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # How many deliveries the start wrote; "sent" only when the states add up to it.
    recipient_count = models.PositiveIntegerField(null=True, blank=True)
    # Why the sending paused itself, for the editor.
    problem = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = [F("issued_on").desc(nulls_last=True), "-pk"]
        permissions = [
            ("edit_editions", _("Edit editions of the newsletter")),
            ("approve_editions", _("Approve editions that somebody else edited")),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_approved_edition_says_by_whom_and_when",
                condition=Q(state__in=["draft", "cancelled"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="the_second_person_approves",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("edited_by")),
            ),
            models.CheckConstraint(
                name="an_edition_that_leaves_has_its_start_and_count",
                condition=~Q(state__in=["sending", "paused", "sent"])
                | Q(sending_started_at__isnull=False, recipient_count__isnull=False),
            ),
            models.CheckConstraint(
                name="a_sent_edition_has_its_date",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
            partial_date_check("issued_on", "edition_issued_on_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("newsletter:detail", args=[self.slug])


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class EditionItem(models.Model):
    """An item in one of the eight places of an edition, in their order."""

    class Place(models.IntegerChoices):
        CHAIR = 1, _("Message of the Chair")
        SPOTLIGHT = 2, _("Focal point in the spotlight")
        PRACTICES = 3, _("Best practices and lessons learned")
        PROGRESS = 4, _("Progress of national action plans")
        SALIENT = 5, _("Salient sections of a plan")
        CIVIL_SOCIETY = 6, _("Civil society")
        RESOURCES = 7, _("Knowledge products and resources")
        UPCOMING = 8, _("Upcoming meetings")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField(_("place"), choices=Place.choices)
    position = models.PositiveSmallIntegerField(_("order within the place"), default=1)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    # The member in the spotlight, so that it goes round.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="newsletter_items"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["edition", "place", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_item_stands_in_one_of_eight_places",
                condition=Q(place__gte=1, place__lte=8),
            )
        ]

    def __str__(self) -> str:
        return self.title
