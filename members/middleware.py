"""The second factor, asked of those whose account could do the most harm."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import ChairTerm

# What a person needs to set the second factor up, or to go away.
STILL_OPEN = ("mfa_", "account_")


def needs_second_factor(user: Any) -> bool:
    """Whether the person must have a second factor.

    The secretariat, and whoever may edit as a Chair: from before a term until twelve months after.
    """
    if user.has_perm("members.edit_every_member") or user.is_staff:
        return True
    today = timezone.localdate()
    return ChairTerm.objects.served_by(user, today).still_worked_on(today).exists()


class SecondFactorMiddleware:
    """Lead whoever must have a second factor, and has none, to the page that sets it up.

    Not in a demonstration, whose sign-ins are for trying out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if settings.DEMONSTRATION or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        # With its namespace, or "admin:account_..." would be open, too.
        name = match.view_name if match else ""
        if name.startswith(STILL_OPEN) or is_mfa_enabled(request.user):
            return None
        if not needs_second_factor(request.user):
            return None
        messages.info(request, _("Your account needs a second factor. Set it up to go on."))
        return redirect("mfa_activate_totp")
