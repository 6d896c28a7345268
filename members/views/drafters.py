"""Whom a focal point lets prepare changes, and until when."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import inviting
from members.forms.drafts import DrafterForm, EndDrafterForm
from members.models import Drafter, Invitation, Member
from members.requests import SignedInRequest
from members.views.inviting import record_and_invite
from members.views.saving import save_last_day


def _member(request: HttpRequest, slug: str) -> Member:
    editable = Member.objects.editable_by(request.user, timezone.localdate())
    return get_object_or_404(editable.named(), slug=slug)


@require_safe
def drafter_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every drafter of the member, for its editing focal points and the secretariat."""
    member = _member(request, slug)
    usable = Prefetch(
        "user__invitations", Invitation.objects.usable(), to_attr="usable_invitations"
    )
    drafters = member.drafters.select_related("user").prefetch_related(usable)
    context = {
        "member": member,
        "drafters": drafters.order_by("-since", "-pk"),
        "today": timezone.localdate(),
    }
    return render(request, "members/drafters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def drafter_add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Name a drafter and invite the person by mail."""
    member = _member(request, slug)
    initial = {"since": timezone.localdate()}
    form = DrafterForm(request.POST or None, member=member, initial=initial)
    said = _("The drafter is named.")
    if form.is_valid() and record_and_invite(request, form, inviting.name_drafter, said):
        return redirect("members:drafters", member.slug)
    return render(request, "members/drafter_add.html", {"member": member, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def drafter_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Set the last day of a drafter."""
    member = _member(request, slug)
    managed = Drafter.objects.managed_by(request.user, timezone.localdate())
    drafter = get_object_or_404(managed.filter(member=member).select_related("user"), pk=pk)
    form = EndDrafterForm(request.POST or None, instance=drafter)
    if form.is_valid() and save_last_day(form):
        messages.success(request, _("The last day is recorded."))
        return redirect("members:drafters", member.slug)
    context = {"member": member, "drafter": drafter, "form": form}
    return render(request, "members/drafter_end.html", context)
