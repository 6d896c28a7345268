"""What stands in the links of mails: signed, so that nobody makes one up, and without an address.

Old links keep working after a change of SECRET_KEY while SECRET_KEY_FALLBACKS names the old one.
The salts are part of every link that was ever sent: they never change.
"""

import re
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner

LEAVE_SALT = "newsletter.leave"
CONFIRM_SALT = "newsletter.confirm"
# Consent is given within this time of asking for it, or asked for again.
CONFIRM_WITHIN = timedelta(days=30)
LEAVE = re.compile(r"\d{1,18}\.[0-9a-f]{32}")


def leave_token(edition_id: int, key: UUID) -> str:
    """Return the token by which the reader of one edition leaves. It never expires."""
    return Signer(salt=LEAVE_SALT).sign(f"{edition_id}.{key.hex}")


def read_leave_token(token: str) -> UUID | None:
    """Return the key of the subscription, whether or not its row still exists; None if forged."""
    try:
        value = Signer(salt=LEAVE_SALT).unsign(token)
    except BadSignature:
        return None
    return UUID(value.partition(".")[2]) if LEAVE.fullmatch(value) else None


def confirm_token(key: UUID) -> str:
    """Return the token by which an address confirms."""
    return TimestampSigner(salt=CONFIRM_SALT).sign(key.hex)


def read_confirm_token(token: str) -> UUID | None:
    """Return the key of the subscription; None if forged or too old."""
    try:
        return UUID(TimestampSigner(salt=CONFIRM_SALT).unsign(token, max_age=CONFIRM_WITHIN))
    except (BadSignature, ValueError):
        return None
