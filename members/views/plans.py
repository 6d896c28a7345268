"""The pages on which plans are edited."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.forms import ActionPlanForm
from members.models import ActionPlan, Member
from members.views.back import redirect_back
from members.views.saving import save_or_show_conflict


@require_http_methods(["GET", "HEAD", "POST"])
def plan_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new plan of the member."""
    today = timezone.localdate()
    member = get_object_or_404(Member.objects.editable_by(request.user, today).named(), slug=slug)
    plan = ActionPlan(state=member.state, organization=member.organization)
    form = ActionPlanForm(request.POST or None, instance=plan)
    if form.is_valid():
        _confirm(request, plan)
        saved = form.save()
        messages.success(request, _("The plan is saved and public."))
        return redirect_back(request, saved)
    return render(request, "members/plan_edit.html", {"member": member, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """A plan; where the address names a member, a plan of that member."""
    today = timezone.localdate()
    plans = ActionPlan.objects.editable_by(request.user, today).in_order()
    if slug:
        plans = plans.of(get_object_or_404(Member, slug=slug))
    plan = get_object_or_404(plans, pk=pk)
    form = ActionPlanForm(request.POST or None, instance=plan)
    context = {"form": form, "plan": plan}
    if form.is_valid():
        _confirm(request, plan)
        conflict = save_or_show_conflict(request, form, "members/plan_edit.html", context)
        if conflict:
            return conflict
        messages.success(request, _("The plan is saved and public."))
        return redirect_back(request, plan)
    return render(request, "members/plan_edit.html", context)


def _confirm(request: HttpRequest, plan: ActionPlan) -> None:
    """Who saves a plan has read it, so it counts as confirmed by the member; not the secretariat's
    word for it.
    """
    if not request.user.has_perm("members.edit_every_member"):
        plan.confirmed_on = timezone.localdate()
