"""The pages on which the people of a member name documents of its action plans."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.attaching import attach, detach
from meetings.forms import PlanDocumentForm
from members.models import ActionPlan
from members.models.plan_queries import ActionPlanQuerySet


@require_http_methods(["GET", "HEAD", "POST"])
def plan_document_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A document of the plan that is kept elsewhere, or known by its title only."""
    # Whatever is named here is public, so it is not asked for a plan that is not.
    plan = get_object_or_404(_editable(request).public().in_order(), pk=pk)
    form = PlanDocumentForm(request.POST or None)
    if form.is_valid():
        attach(form.save(commit=False), plan)
        messages.success(request, _("The document is saved and public."))
        return redirect(_section(plan))
    context = {"plan": plan, "form": form, "title": _("Add a document")}
    return render(request, "plans/part_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_document_remove(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Ask once, then name the document with the plan no longer."""
    plan = get_object_or_404(_editable(request).in_order(), pk=pk)
    seen = plan.documents.visible_to(request.user, timezone.localdate())
    document = get_object_or_404(seen, slug=slug)
    if request.method == "POST":
        detach(document, plan)
        messages.success(request, _("It is removed from the plan."))
        return redirect(_section(plan))
    context = {
        "plan": plan,
        "part": document,
        "title": _("Remove this document from the plan?"),
        "words": _("The document keeps its address among the documents; only the plan loses it."),
        "keep_url": _section(plan),
    }
    return render(request, "plans/part_delete.html", context)


def _editable(request: HttpRequest) -> ActionPlanQuerySet:
    return ActionPlan.objects.editable_by(request.user, timezone.localdate())


def _section(plan: ActionPlan) -> str:
    return f"{plan.get_absolute_url()}#documents"
