"""The profile of a member, for its focal points and the secretariat."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import reminding
from members.forms import MemberForm
from members.models import ActionPlan, Member
from members.views.saving import save_or_show_conflict
from members.views.taken import is_taken


@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile, for the member's focal points and the secretariat."""
    today = timezone.localdate()
    member = get_object_or_404(Member.objects.editable_by(request.user, today).named(), slug=slug)
    form = MemberForm(request.POST or None, instance=member)
    context = {
        "member": member,
        "form": form,
        "plans": ActionPlan.objects.of(member).in_order(),
    }
    if form.is_valid():
        # Who saves the profile has read it, so it counts as confirmed; not the secretariat.
        if not request.user.has_perm("members.edit_every_member"):
            member.confirmed_on = today
        conflict = save_or_show_conflict(request, form, "members/edit.html", context)
        if conflict:
            return conflict
        if member.confirmed_on == today:
            reminding.withdraw(member)
        messages.success(request, _("Your changes are saved and public."))
        return is_taken(request, redirect(member))
    return render(request, "members/edit.html", context)
