"""The open form to join the Network, and the secretariat's pages of the requests."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import joining
from members.errors import WrongStateError
from members.forms.joining import JoinForm, PartyForm, SetAsideForm
from members.models import JoinRequest, State
from members.models.joining import new_reference
from members.requests import SignedInRequest
from wpsnetwork import limiting

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
private = cache_control(private=True, no_store=True)
REFERENCE = "join_reference"


@login_not_required
@get_or_post
def join(request: HttpRequest) -> HttpResponse:
    """Take a request; whatever is known of who sends it, the answer is the same."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if limiting.network_is_busy("join", request):
            form.add_error(None, _("Too many requests came from your network. Try in an hour."))
            return render(request, "join/join.html", {"form": form}, status=429)
        request.session[REFERENCE] = _receive(form)
        return redirect("join:received")
    return render(request, "join/join.html", {"form": form})


def _receive(form: JoinForm) -> str:
    """Store the request and return its number; from an address that sends too many, only that."""
    if limiting.address_is_busy("join", form.cleaned_data["email"]):
        return new_reference()
    request: JoinRequest = form.save()
    return request.reference


@login_not_required
@private
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Say what happens next, with the number: once, to whoever sent the form."""
    once = request.method == "GET"
    reference = request.session.pop(REFERENCE, "") if once else ""
    return render(request, "join/received.html", {"reference": reference})


def may_manage(request: HttpRequest) -> None:
    """Raise 404 for everybody but the secretariat."""
    if not request.user.has_perm("members.edit_every_member"):
        raise Http404


@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    """Every request, those that nobody has looked at first."""
    may_manage(request)
    requests = JoinRequest.objects.managed_by(request.user).new_first()
    rows = ("looked_by", "prospect__member__state", "prospect__member__organization")
    return render(request, "join/requests.html", {"requests": requests.select_related(*rows)})


@require_safe
def request_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request as it was sent, with what can be done with it."""
    return _page(request, _managed(request, pk))


def _managed(request: SignedInRequest, pk: int) -> JoinRequest:
    rows = ("looked_by", "prospect__member__state", "prospect__member__organization")
    requests = JoinRequest.objects.managed_by(request.user).select_related(*rows)
    return get_object_or_404(requests, pk=pk)


def _page(request: HttpRequest, sent: JoinRequest, **forms: Any) -> HttpResponse:
    """Draw the page; a form that was sent back with an error stands in place of the empty one."""
    context = {
        "sent": sent,
        "take_up": PartyForm(initial=_guess(sent)),
        "set_aside": SetAsideForm(),
        **forms,
    }
    return render(request, "join/request.html", context)


def _guess(sent: JoinRequest) -> dict[str, Any]:
    """Choose the State beforehand if the words are exactly its name."""
    for name in ("name", "name_in_text"):
        found = State.objects.member_states().filter(**{f"{name}__iexact": sent.party}).first()
        if found:
            return {"state": found.pk}
    return {}


@require_POST
def request_take_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put who asks into the pipeline, or join the request to what is there."""
    sent = _managed(request, pk)
    form = PartyForm(request.POST)
    if not form.is_valid():
        return _page(request, sent, take_up=form)
    try:
        prospect = joining.take_up(sent, form.cleaned_data["party"], request.user)
    except WrongStateError:
        messages.warning(request, _("Somebody has looked at this request in the meantime."))
        return redirect(sent)
    except joining.AlreadyMemberError:
        form.add_error(None, _("It has become a member of the Network in the meantime."))
        return _page(request, sent, take_up=form)
    except IntegrityError:
        form.add_error(None, _("Somebody recorded this at the same moment. Look and try again."))
        return _page(request, sent, take_up=form)
    messages.success(request, _("The request is taken up. Nothing was sent."))
    return redirect(prospect)


@require_POST
def request_set_aside(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the request with a reason, and do no more."""
    sent = _managed(request, pk)
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _page(request, sent, set_aside=form)
    try:
        joining.set_aside(sent, form.cleaned_data["reason"], request.user)
    except WrongStateError:
        messages.warning(request, _("Somebody has looked at this request in the meantime."))
        return redirect(sent)
    messages.success(request, _("The request is set aside. Nothing was sent."))
    return redirect("join:requests")
