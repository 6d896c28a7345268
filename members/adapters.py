"""How allauth behaves here: sign-up by invitation only, second factors stored encrypted."""

import base64
import hashlib
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from wpsnetwork import mail

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody makes an account alone: the secretariat invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send allauth's message by the portal's only door.

        Where the relay does not take it, the person is asked to try again; nothing breaks.
        """
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        try:
            mail.leave(message)
        except OSError:
            log.warning("account_mail_not_taken", template=template_prefix)
            messages.error(
                self.request,
                _("The mail could not be sent just now. Please try again in a few minutes."),
            )


def cipher() -> MultiFernet:
    """Return the cipher for secrets at rest; it reads what older keys wrote, too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):
    """Whoever reads the database alone cannot make anybody's codes."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()
