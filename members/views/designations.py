"""The secretariat's pages on who speaks for a member."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import inviting
from members.forms import CorrectionForm, EndDesignationForm, InvitationForm
from members.models import Designation, Invitation, Member
from members.requests import SignedInRequest
from members.views.inviting import record_and_invite
from members.views.saving import save_last_day


@require_safe
def designation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every designation of the member, with its instrument, for its people and the secretariat."""
    visible = Member.objects.people_visible_to(request.user, timezone.localdate())
    member = get_object_or_404(visible.named(), slug=slug)
    today = timezone.localdate()
    invitations = Prefetch(
        "user__invitations", Invitation.objects.usable(), to_attr="usable_invitations"
    )
    designations = member.designations.select_related("user").prefetch_related(invitations)
    editable = Member.objects.editable_by(request.user, today)
    context = {
        "member": member,
        "designations": designations.order_by("-since", "-pk"),
        "today": today,
        "can_invite": request.user.has_perm("members.invite_people"),
        "can_edit": editable.filter(pk=member.pk).exists(),
    }
    return render(request, "members/designations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def designation_add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Record a designation and invite the person by mail."""
    member = get_object_or_404(Member.objects.invitable_by(request.user).named(), slug=slug)
    form = InvitationForm(
        request.POST or None,
        request.FILES or None,
        member=member,
        initial={"since": timezone.localdate()},
    )
    said = _("The designation is recorded.")
    if form.is_valid() and record_and_invite(request, form, inviting.designate, said):
        return redirect("members:designations", member.slug)
    return render(request, "members/designation_add.html", {"member": member, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def designation_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct what is recorded of a designation; its person, function and days stay."""
    member = get_object_or_404(Member.objects.invitable_by(request.user).named(), slug=slug)
    designation = get_object_or_404(member.designations.select_related("user"), pk=pk)
    form = CorrectionForm(request.POST or None, request.FILES or None, instance=designation)
    if form.is_valid():
        form.save()
        messages.success(request, _("The designation is corrected."))
        return redirect("members:designations", member.slug)
    context = {"member": member, "designation": designation, "form": form}
    return render(request, "members/designation_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def designation_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a designation; the rights lapse with its last day."""
    member = get_object_or_404(Member.objects.invitable_by(request.user).named(), slug=slug)
    designation = get_object_or_404(member.designations.select_related("user"), pk=pk)
    form = EndDesignationForm(request.POST or None, instance=designation)
    if form.is_valid() and save_last_day(form):
        messages.success(request, _("The last day is recorded."))
        return redirect("members:designations", member.slug)
    context = {"member": member, "designation": designation, "form": form}
    return render(request, "members/designation_end.html", context)


@require_safe
def instrument(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The file of the instrument, for the member's people and the secretariat."""
    visible = Member.objects.people_visible_to(request.user, timezone.localdate())
    member = get_object_or_404(visible, slug=slug)
    designation = get_object_or_404(Designation.objects.filter(member=member), pk=pk)
    if not designation.instrument_file:
        raise Http404
    response = FileResponse(
        designation.instrument_file.open(),
        as_attachment=True,
        filename=f"instrument-{member.slug}-{designation.pk}.pdf",
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response
