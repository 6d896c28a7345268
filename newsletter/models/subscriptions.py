"""Subscribers. Only addresses that confirmed get the newsletter (docs/domain.md, rule 8)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions by state."""

    def active(self) -> "SubscriptionQuerySet":
        """Those that confirmed and have not left: the audience of an edition."""
        return self.filter(state=Subscription.State.ACTIVE)

    def waiting_for_mail(self) -> "SubscriptionQuerySet":
        """Those whose mail with the confirmation link has not left yet."""
        return self.filter(state=Subscription.State.UNCONFIRMED, confirmation_sent_at__isnull=True)


class Subscription(models.Model):
    """One address, whatever its case. Without history: an address is private and can be erased."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Not confirmed")
        ACTIVE = "active", _("Confirmed")
        LEFT = "left", _("Left")

    email = models.EmailField(_("e-mail address"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    language = models.CharField(max_length=10, default="en")
    # Names the row in the signed links of a message, in place of the address.
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The record of consent: under which words, and where they were agreed to.
    consent_wording = models.TextField(blank=True)
    consent_source = models.CharField(max_length=100, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="an_address_is_one_subscription"),
            models.CheckConstraint(
                name="an_active_subscription_was_confirmed",
                condition=~Q(state="active")
                | (Q(confirmed_at__isnull=False) & ~Q(consent_wording="")),
            ),
            models.CheckConstraint(
                name="a_subscription_that_left_says_when",
                condition=~Q(state="left") | Q(left_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"
