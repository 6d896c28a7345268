"""Recording a designation, and the invitation by which the person gets in."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from members import posting
from members.errors import WrongStateError
from members.models import Designation, Drafter, Invitation, User
from wpsnetwork import mail

SALT = "members.invitation"


def invite(user: User, by: User) -> Invitation:
    """Return the invitation, whose mail leaves next, of an account that has no password yet."""
    return Invitation.objects.create(user=user, invited_by=by)


@transaction.atomic
def designate(designation: Designation, email: str, name: str, by: User) -> Invitation:
    """Store the designation and return the invitation whose mail leaves next.

    The account is made if the address has none; nobody can sign in to it before a password is set.
    An account that exists keeps its name. Raises IntegrityError if the designation overlaps.
    """
    designation.user = _account(email, name)
    designation.save()
    return invite(designation.user, by)


@transaction.atomic
def name_drafter(drafter: Drafter, email: str, name: str, by: User) -> Invitation:
    """Store that the person drafts for the member and return the invitation, as designate().

    Raises IntegrityError if the person drafts for this member on one of the days already.
    """
    drafter.user = _account(email, name)
    drafter.save()
    return invite(drafter.user, by)


def _account(email: str, name: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    return user or User.objects.create_user(email, name=name)


def send_waiting() -> int:
    """Send every invitation that waits and return how many left (see posting.send_rows).

    One that stalls on the way is on the secretariat's desk, where a person can send it again.
    """
    return posting.send_rows(Invitation.objects.waiting(), _send)


def send_again(invitation: Invitation, by: User) -> Invitation:
    """Make a new invitation in place of one that was lost; no older link of the person works.

    Raises WrongStateError if the old one was used in the meantime.
    """
    with transaction.atomic():
        unused = Invitation.objects.filter(user=invitation.user, accepted_at__isnull=True)
        if not unused.filter(pk=invitation.pk).update(expires_at=timezone.now()):
            raise WrongStateError(invitation)
        unused.update(expires_at=timezone.now())
        return invite(invitation.user, by)


def cancel(invitation: Invitation) -> None:
    """Take the invitation back: none of the person's links opens, and no mail of it leaves.

    Raises WrongStateError if it was used or cancelled in the meantime.
    """
    now = timezone.now()
    with transaction.atomic():
        unused = Invitation.objects.filter(
            user=invitation.user, accepted_at__isnull=True, cancelled_at__isnull=True
        )
        if not unused.filter(pk=invitation.pk).update(cancelled_at=now, expires_at=now):
            raise WrongStateError(invitation)
        unused.update(cancelled_at=now, expires_at=now)


def _send(invitation: Invitation) -> None:
    mail.send("invitation", invitation.user.email, _words(invitation))


def _words(invitation: Invitation) -> dict[str, Any]:
    today = timezone.localdate()
    parties = ("member__state", "member__organization")
    person = invitation.user
    return {
        "person": person,
        "designations": person.designations.not_over(today).select_related(*parties),
        "drafting": person.drafting_for.not_over(today).select_related(*parties),
        "has_password": invitation.user.has_usable_password(),
        "link": mail.absolute(reverse("members:invitation_open", args=[token_of(invitation)])),
        "sign_in": mail.absolute(reverse("account_login")),
        "expires_at": invitation.expires_at,
    }


def token_of(invitation: Invitation) -> str:
    """Return the signed token that stands for the invitation in its link."""
    return signing.dumps(invitation.pk, salt=SALT)


def find_usable(token: str) -> Invitation | None:
    """Return the invitation of the token; None if forged, used, replaced or past 14 days."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.usable().select_related("user").filter(pk=pk).first()


@transaction.atomic
def accept(invitation: Invitation, password: str) -> None:
    """Store the password and mark the address as verified; the link works no second time.

    Raises WrongStateError if somebody used the link at the same moment.
    """
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(accepted_at=timezone.now()):
        raise WrongStateError(invitation)
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    # The link came by this address, so the address is the person's own.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )
