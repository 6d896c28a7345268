"""A table that the secretariat has uploaded, to be looked at before anything changes."""

import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.people import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

KEPT_FOR = datetime.timedelta(days=30)  # unless it is applied or removed before


def import_path(row: "ImportFile", filename: str) -> str:
    """Return a path that nobody can guess."""
    return f"imports/{uuid4()}"


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    """Uploads through the eyes of a person, and by what is still to be done with them."""

    def managed_by(self, user: "User | AnonymousUser") -> "ImportFileQuerySet":
        """All, for the secretariat; none for anybody else."""
        return self.all() if user.has_perm("members.edit_every_member") else self.none()

    def waiting(self) -> "ImportFileQuerySet":
        """Those that are not applied; only of these the file is still there."""
        return self.filter(applied_at__isnull=True)

    def waited_too_long(self, now: datetime.datetime) -> "ImportFileQuerySet":
        """Those that nobody has applied in the time for which a file is kept."""
        return self.waiting().filter(uploaded_at__lt=now - KEPT_FOR)


class ImportFile(models.Model):
    """The file as it came; applied at most once, all or nothing."""

    class Kind(models.TextChoices):
        MEMBERS = "members", _("Members")
        PLANS = "plans", _("Action plans")

    kind = models.CharField(_("what the table holds"), max_length=10, choices=Kind.choices)
    file = models.FileField(_("file"), upload_to=import_path)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("members:import_check", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.applied_at is None
