"""A member's answer to a call for chairing: written, changed and withdrawn by its focal points."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members import calling
from members.errors import WrongStateError
from members.forms import ChairInterestForm
from members.models import ChairCall, ChairInterest, Member
from members.requests import SignedInRequest
from members.views.saving import save_or_show_conflict


@require_http_methods(["GET", "HEAD", "POST"])
def interest_edit(request: SignedInRequest, year: int, slug: str) -> HttpResponse:
    """Answer the call for one's member, or change the answer, until the last day."""
    call, member = _mine(request, year, slug)
    interest = call.interests.filter(member=member).first()
    interest = interest or ChairInterest(call=call, member=member, version=0)
    interest.call, interest.member = call, member
    if request.method != "POST" and not call.is_open(timezone.localdate()):
        messages.error(request, too_late(call))
        return redirect(call)
    form = ChairInterestForm(request.POST or None, instance=interest)
    context = {"form": form, "call": call, "member": member, "interest": interest}
    if not form.is_valid():
        return render(request, "chairs/interest_form.html", context)
    if interest.pk is None:
        interest.expressed_by = request.user
    try:
        conflict = save_or_show_conflict(request, form, "chairs/interest_form.html", context)
    except WrongStateError:
        form.add_error(None, too_late(call))
        return render(request, "chairs/interest_form.html", context, status=409)
    if conflict:
        return conflict
    messages.success(
        request, _("The answer is stored. The troika and the secretariat can read it.")
    )
    return redirect(call)


@require_POST
def interest_withdraw(request: SignedInRequest, year: int, slug: str) -> HttpResponse:
    """Take the answer back, until the last day."""
    call, member = _mine(request, year, slug)
    answers = ChairInterest.objects.filter(member=member)
    try:
        calling.withdraw(answers, call, timezone.localdate())
    except WrongStateError:
        messages.error(request, _("There is no answer that can still be withdrawn."))
        return redirect(call)
    messages.success(request, _("The answer is withdrawn."))
    return redirect(call)


def _mine(request: SignedInRequest, year: int, slug: str) -> tuple[ChairCall, Member]:
    """Return the call and the member for which the person answers; anything else is 404."""
    today = timezone.localdate()
    call = get_object_or_404(ChairCall.objects.visible_to(request.user, today), year=year)
    member = get_object_or_404(ChairCall.answerers(request.user, today).named(), slug=slug)
    return call, member


def too_late(call: ChairCall) -> str:
    """Why an answer is not taken."""
    if call.decided_on:
        return _("A decision is recorded, so the call takes no answers any more.")
    return _("The last day for answers was %(day)s. The answer was not stored.") % {
        "day": date_format(call.closes_on, "j F Y")
    }
