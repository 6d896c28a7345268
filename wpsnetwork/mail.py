"""The only way a single message leaves. Editions of the newsletter go another way (sending)."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def absolute(path: str) -> str:
    """Return the address, with the portal's host, of a path on the portal."""
    return f"{settings.SITE_URL}{path}"


def send(template: str, to: str, context: dict[str, Any]) -> None:
    """Send one plain-text message to one address, now.

    The first line of ``emails/<template>.txt`` is the subject, the text follows after an empty
    line. Raises OSError (smtplib's errors are OSErrors) when the relay did not take it.
    """
    text = render_to_string(f"emails/{template}.txt", {**context, "site_url": settings.SITE_URL})
    subject, _, body = text.strip().partition("\n\n")
    leave(EmailMessage(subject.strip(), body, settings.DEFAULT_FROM_EMAIL, [to]))


def leave(message: EmailMessage) -> None:
    """Hand one composed message to the relay, now. Raises OSError when it is not taken."""
    # Keeps holiday notices away (RFC 3834).
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.send()
