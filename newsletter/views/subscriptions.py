"""Subscribing, confirming and leaving, for everyone. Opening a page never does anything."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsletter import subscribing
from newsletter.forms.subscriptions import SubscribeForm
from newsletter.tasks import send_confirmations
from newsletter.tokens import read_leave_token
from wpsnetwork import heartbeats, limiting
from wpsnetwork.waking import wake

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
private = cache_control(private=True, no_store=True)
SOURCE = "The page to subscribe to the newsletter"


@login_not_required
@get_or_post
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take an address; whatever is known about it already, the answer is the same."""
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if limiting.network_is_busy("newsletter", request):
            form.add_error(None, _("Too many requests came from your network. Try in an hour."))
            return _page(request, form, 429)
        email = form.cleaned_data["email"]
        if not limiting.address_is_busy("newsletter", email):
            subscribing.ask(email, SOURCE)
        wake(send_confirmations)
        return redirect("newsletter:subscribe_asked")
    return _page(request, form)


def _page(request: HttpRequest, form: SubscribeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "consent": subscribing.CONSENT}
    return render(request, "newsletter/subscribe.html", context, status=status)


@login_not_required
@require_safe
def subscribe_asked(request: HttpRequest) -> HttpResponse:
    # Of the worker, never of the address: everybody is told the same.
    context = {"mail_is_slow": heartbeats.is_away("portal")}
    return render(request, "newsletter/subscribe_asked.html", context)


@login_not_required
@private
@get_or_post
def subscription_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: a page with a button, since scanners open links too."""
    if request.method == "POST":
        state = "confirmed" if subscribing.confirm(token) else "gone"
    else:
        state = "asked" if subscribing.can_confirm(token) else "gone"
    context = {"state": state, "consent": subscribing.CONSENT}
    status = 410 if state == "gone" else 200
    return render(request, "newsletter/confirm.html", context, status=status)


# Mail programs press the button for their reader (RFC 8058): without cookies, so without a CSRF
# token, and they follow no redirect. The signed token is what allows it, and it only leaves.
@csrf_exempt
@login_not_required
@private
@get_or_post
def subscription_leave(request: HttpRequest, token: str) -> HttpResponse:
    """The link in each mail: a page with a button; also the one-click address of RFC 8058."""
    if read_leave_token(token) is None:
        return render(request, "newsletter/leave.html", {"state": "gone"}, status=410)
    left = request.method == "POST" and subscribing.leave(token)
    return render(request, "newsletter/leave.html", {"state": "left" if left else "asked"})
