"""Recording somebody who is then invited by mail: a focal point, or a drafter."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.utils.translation import gettext as _

from members.requests import SignedInRequest
from members.tasks import send_waiting_invitations
from wpsnetwork.waking import wake


def record_and_invite(
    request: SignedInRequest, form: Any, record: Callable[..., Any], said: str
) -> bool:
    """Store what the valid form holds by `record`, wake the mail and say so.

    False, and nothing stored, if somebody else has just recorded the same; the form says so.
    """
    data = form.cleaned_data
    try:
        record(form.instance, data["email"], data["name"], request.user)
    except IntegrityError:
        form.add_error("email", _("Somebody recorded this at the same moment. Look and try again."))
        return False
    wake(send_waiting_invitations)
    leaves = _("The invitation leaves as soon as the mail worker takes it.")
    messages.success(request, f"{said} {leaves}")
    return True
