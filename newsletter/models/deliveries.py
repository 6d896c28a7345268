"""One delivery for each edition and subscription: the queue of record of the sending."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.editions import Edition
from newsletter.models.subscriptions import Subscription


class Delivery(models.Model):
    """Whether, when and how one subscriber got one edition. Nobody gets an edition twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Claimed by a worker")
        IN_FLIGHT = "in_flight", _("In flight")
        SENT = "sent", _("Sent")
        RETRY = "retry", _("To be tried again")
        FAILED = "failed", _("Failed")
        SUPPRESSED = "suppressed", _("Left before it was sent")
        CANCELLED = "cancelled", _("Cancelled")
        IN_DOUBT = "in_doubt", _("In doubt")

    # Each index costs each message a write: that of the constraint serves the edition, too.
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    smtp_reply = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                name="nobody_gets_an_edition_twice", fields=["edition", "subscription"]
            ),
            models.CheckConstraint(
                name="a_sent_delivery_has_its_moment",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="what_waits_is_in_no_hands",
                condition=~Q(state__in=["waiting", "retry"]) | Q(claimed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="delivery_claimable",
                fields=["edition", "id"],
                condition=Q(claimed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"
