"""One focal point follows another: the secretariat's step, and what the successor finds open."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import handing_over
from members.errors import WrongStateError
from members.forms import HandOverForm
from members.models import Designation, Member
from members.requests import SignedInRequest
from members.tasks import send_waiting_invitations
from wpsnetwork.waking import wake

# Of the present designation, what is likely to be the successor's, too.
KEPT = ("ministry", "unit", "post")


@require_safe
def handover(request: SignedInRequest, slug: str) -> HttpResponse:
    """What is open at the member, for whoever takes over."""
    today = timezone.localdate()
    member = get_object_or_404(Member.objects.editable_by(request.user, today).named(), slug=slug)
    running = member.designations.not_over(today).select_related("user").order_by("since", "pk")
    context = {
        "member": member,
        "designations": running,
        "sections": handing_over.open_items(member, request.user, today),
        "today": today,
    }
    return render(request, "members/handover.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def designation_hand_over(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """End a designation and start the successor's on the day after, in one step."""
    member = get_object_or_404(Member.objects.invitable_by(request.user).named(), slug=slug)
    running = member.designations.not_over(timezone.localdate()).select_related("user")
    designation = get_object_or_404(running, pk=pk)
    designation.member = member
    form = HandOverForm(
        request.POST or None,
        request.FILES or None,
        designation=designation,
        initial=_initial(designation),
    )
    if form.is_valid() and _hand_over(request, form):
        return redirect("members:designations", member.slug)
    context = {"member": member, "designation": designation, "form": form}
    return render(request, "members/designation_hand_over.html", context)


def _initial(designation: Designation) -> dict[str, Any]:
    kept = {name: getattr(designation, name) for name in KEPT}
    return {**kept, "last_day": designation.until or timezone.localdate()}


def _hand_over(request: SignedInRequest, form: HandOverForm) -> bool:
    """Do what the form says and wake the mail; False if somebody else was quicker."""
    data = form.cleaned_data
    try:
        handing_over.hand_over(
            form.present,
            data["last_day"],
            form.instance,
            data["email"],
            data["name"],
            request.user,
        )
    except (IntegrityError, WrongStateError):
        form.add_error(
            None,
            _(
                "Somebody has ended or handed over this designation in the meantime. Nothing of "
                "yours is stored. Look at the focal points and decide again."
            ),
        )
        return False
    wake(send_waiting_invitations)
    messages.success(
        request,
        _("The hand-over is recorded. The invitation leaves as soon as the mail worker takes it."),
    )
    return True
