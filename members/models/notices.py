"""Short mails that the portal sends by itself: each is a row first, and leaves at most once."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models.members import Member
from members.models.people import User
from members.models.plans import ActionPlan


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by what is still to be done with them."""

    def waiting(self) -> "NoticeQuerySet":
        """Those whose mail has not left yet and whose address was not refused."""
        return self.filter(sent_at__isnull=True, refused_at__isnull=True)


class Notice(models.Model):
    """One mail to one person, or to the secretariat's list where `user` is empty.

    `key` names the occasion and the reader ("update:namibia:2025-11-25:11:principal:7"); that it
    is unique is what keeps any notice from being sent twice. A notice carries no private words: it
    says that something waits, and where.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    plan = models.ForeignKey(
        ActionPlan, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    # The page of the portal that the mail points to.
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    # The relay takes no mail for this address: it is not tried again by itself.
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(sent_at__isnull=True, refused_at__isnull=True),
                name="notices_that_wait",
            )
        ]

    def __str__(self) -> str:
        return self.key
