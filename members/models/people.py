"""Accounts. Sign-up is by invitation only; what a person may do comes from dated rows."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.recording import recorded

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

INVITATION_LASTS = datetime.timedelta(days=14)


@recorded()
class CivilSocietyOrganization(models.Model):
    """An organization that may contribute and comment, never edit a member's data."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose name is the e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password nobody can sign in to it."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account that may do everything, for setting up the portal."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@recorded(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """One person with one address of its own. A function mailbox is a contact, never a login."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    organization = models.ForeignKey(
        CivilSocietyOrganization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("civil society organization"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the administration pages"), default=False)
    created_at = models.DateTimeField(_("account made"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        permissions = [
            ("invite_people", _("Invite focal points")),
            ("administer_accounts", _("Give and take rights of the secretariat")),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="an_address_belongs_to_one_account",
                violation_error_message=_("This address belongs to another account."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_secretariat(self) -> bool:
        """Whether this person edits for UN-Women, the Network's secretariat."""
        return self.has_perm("members.edit_every_member")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what is still to be done with them."""

    def waiting(self) -> "InvitationQuerySet":
        """Those whose mail has not left yet."""
        return self.filter(
            sent_at__isnull=True, accepted_at__isnull=True, expires_at__gt=timezone.now()
        )

    def open(self) -> "InvitationQuerySet":
        """The latest of each person who has not set a password, also past its 14 days.

        One that was cancelled is no longer open.
        """
        latest = self.order_by("user_id", "-created_at").distinct("user_id").values("pk")
        return self.filter(pk__in=latest, accepted_at__isnull=True, cancelled_at__isnull=True)

    def managed_by(self, user: "User | AnonymousUser") -> "InvitationQuerySet":
        """All, for the secretariat."""
        return self.all() if user.has_perm("members.invite_people") else self.none()

    def usable(self) -> "InvitationQuerySet":
        """Those whose link still opens: neither used nor older than 14 days."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())


def invitation_expiry() -> datetime.datetime:
    """Return the moment at which an invitation made now stops being valid."""
    return timezone.now() + INVITATION_LASTS


class Invitation(models.Model):
    """The row that makes the mail leave, by which a person sets a password, once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="invitations_made", null=True
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=invitation_expiry)
    sent_at = models.DateTimeField(null=True, blank=True)
    # The relay takes no mail for this address: it is not tried again by itself.
    refused_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Taken back by the secretariat; from then on expires_at has passed, too.
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"
