"""How an address gets the newsletter, by asking and then confirming, and how it leaves."""

import logging
import smtplib
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from newsletter.models import Subscription
from newsletter.tokens import confirm_token, read_confirm_token, read_leave_token
from wpsnetwork import mail

logger = logging.getLogger(__name__)
State = Subscription.State

# What a person agrees to. These words stand on the page, and in the row of whoever agreed.
CONSENT = _(
    "Send me the newsletter of the Women and Peace and Security National Focal Points Network at "
    "this address, every month or every second month, until I leave it."
)
AGAIN_AFTER = timedelta(hours=1)
MAILS_AT_ONCE = 100


def ask(email: str, source: str) -> None:
    """Note that somebody asked for the newsletter at this address; the mail leaves later.

    Nothing tells the caller whether the address was known. An active subscription stays as it is;
    a mail that left within the last hour is not sent again. The caller wakes a worker.
    """
    consent = {"consent_wording": str(CONSENT), "consent_source": source}
    Subscription.objects.bulk_create(
        [Subscription(email=email, language=_language(), **consent)], ignore_conflicts=True
    )
    now = timezone.now()
    rows = Subscription.objects.filter(email__iexact=email)
    rows.filter(state=State.LEFT).update(
        state=State.UNCONFIRMED,
        asked_at=now,
        confirmed_at=None,
        confirmation_sent_at=None,
        **consent,
    )
    rows.filter(state=State.UNCONFIRMED, confirmation_sent_at__lt=now - AGAIN_AFTER).update(
        asked_at=now, confirmation_sent_at=None, **consent
    )


def confirm(token: str) -> bool:
    """Begin the subscription of the token; done twice it stays as it is.

    False, and nothing changed, if the link is forged or too old, or the address left meanwhile.
    """
    rows = _rows(read_confirm_token(token))
    rows.filter(state=State.UNCONFIRMED).update(
        state=State.ACTIVE, confirmed_at=timezone.now(), left_at=None
    )
    return rows.filter(state=State.ACTIVE).exists()


def can_confirm(token: str) -> bool:
    """Whether the button of the page of this token does, or did, something. Changes nothing."""
    return _rows(read_confirm_token(token)).exclude(state=State.LEFT).exists()


def leave(token: str) -> bool:
    """End the subscription of the token, whatever its state; done twice it stays as it is.

    True also when its row is gone: then nothing is sent there anyway. False only if forged.
    """
    key = read_leave_token(token)
    _rows(key).exclude(state=State.LEFT).update(state=State.LEFT, left_at=timezone.now())
    return key is not None


def send_waiting() -> int:
    """Send the mails with the confirmation link that wait, and return how many left.

    Each is marked before it is sent, so two workers never send it twice; one that the relay does
    not take goes back to waiting, and the rest waits for the clock too.
    """
    sent = 0
    waiting = Subscription.objects.waiting_for_mail().order_by("asked_at")
    for pk in waiting.values_list("pk", flat=True)[:MAILS_AT_ONCE]:
        try:
            sent += _send_one(pk)
        except OSError as error:  # smtplib's errors are OSErrors
            Subscription.objects.filter(pk=pk).update(confirmation_sent_at=None)
            logger.warning("Confirmations wait for the mail relay: %s", type(error).__name__)
            break
    return sent


def _send_one(pk: int) -> bool:
    rows = Subscription.objects.waiting_for_mail().filter(pk=pk)
    if not rows.update(confirmation_sent_at=timezone.now()):
        return False
    subscription = Subscription.objects.get(pk=pk)
    link = mail.absolute(reverse("newsletter:confirm", args=[confirm_token(subscription.key)]))
    words = {"link": link, "consent": subscription.consent_wording}
    try:
        with translation.override(subscription.language):
            mail.send("newsletter_confirm", subscription.email, words)
    except smtplib.SMTPRecipientsRefused as refused:
        # The relay works, so those behind this one are not kept waiting.
        if any(code < 500 for code, _text in refused.recipients.values()):
            Subscription.objects.filter(pk=pk).update(confirmation_sent_at=None)
            logger.warning("The mail relay does not take subscription %s for now", pk)
        else:  # this address takes no mail; asking again after an hour is up to its owner
            logger.warning("The mail relay refused the address of subscription %s", pk)
        return False
    return True


def _rows(key: UUID | None) -> QuerySet[Subscription]:
    return Subscription.objects.filter(key__in=[key] if key else [])


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]
