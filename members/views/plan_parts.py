"""The pages on which a plan's money, committees and progress notes are edited.

The three kinds have the same pages: add, edit, remove. The address says which kind it is.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from members.concurrency import VersionedModelForm
from members.forms import PlanFinanceForm, ProgressNoteForm, SteeringCommitteeForm
from members.models import ActionPlan, PlanFinance, ProgressNote, SteeringCommittee
from members.views.back import redirect_back
from members.views.saving import save_or_show_conflict


@dataclass(frozen=True)
class Kind:
    """One kind of part: its rows, its form and what its pages say."""

    model: Any
    form: type[VersionedModelForm]
    adding: Any
    editing: Any
    removing: Any
    section: str


KINDS = {
    "money": Kind(
        PlanFinance,
        PlanFinanceForm,
        gettext_lazy("Add a source of money"),
        gettext_lazy("Edit a source of money"),
        gettext_lazy("Remove this source of money?"),
        "money",
    ),
    "committees": Kind(
        SteeringCommittee,
        SteeringCommitteeForm,
        gettext_lazy("Add a steering committee"),
        gettext_lazy("Edit a steering committee"),
        gettext_lazy("Remove this steering committee?"),
        "committees",
    ),
    "progress": Kind(
        ProgressNote,
        ProgressNoteForm,
        gettext_lazy("Add a progress note"),
        gettext_lazy("Edit a progress note"),
        gettext_lazy("Remove this progress note?"),
        "progress",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def part_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A new part of the plan."""
    editable = ActionPlan.objects.editable_by(request.user, timezone.localdate())
    plan = get_object_or_404(editable.in_order(), pk=pk)
    of = KINDS[kind]
    part = of.model(plan=plan)
    if kind == "progress":
        part.written_by = request.user
    form = of.form(request.POST or None, instance=part)
    if form.is_valid():
        form.save()
        return _saved(request, plan, of)
    return render(request, "plans/part_edit.html", {"plan": plan, "form": form, "title": of.adding})


@require_http_methods(["GET", "HEAD", "POST"])
def part_edit(request: HttpRequest, pk: int, part_pk: int, kind: str) -> HttpResponse:
    """A part of the plan."""
    today = timezone.localdate()
    of = KINDS[kind]
    plan = get_object_or_404(ActionPlan.objects.in_order(), pk=pk)
    if request.method == "POST" and not of.model.objects.filter(pk=part_pk).exists():
        return _removed_meanwhile(request, pk, of)
    part = get_object_or_404(of.model.objects.editable_by(request.user, today), plan=pk, pk=part_pk)
    form = of.form(request.POST or None, instance=part)
    deletable = of.model.objects.deletable_by(request.user, today).filter(pk=part_pk).exists()
    context = {
        "plan": plan,
        "form": form,
        "title": of.editing,
        "keep_url": _section_url(plan, of),
        "delete_url": reverse(f"plans:{kind}_delete", args=[pk, part_pk]) if deletable else "",
    }
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "plans/part_edit.html", context)
        return conflict or _saved(request, plan, of)
    return render(request, "plans/part_edit.html", context)


def _removed_meanwhile(request: HttpRequest, pk: int, of: Kind) -> HttpResponse:
    """Keep what was typed of a part that somebody else has removed: it can be added anew."""
    editable = ActionPlan.objects.editable_by(request.user, timezone.localdate())
    plan = get_object_or_404(editable.in_order(), pk=pk)
    context = {
        "plan": plan,
        "form": of.form(request.POST, instance=of.model(plan=plan)),
        "title": of.adding,
        "removed": True,
        "add_url": reverse(f"plans:{of.section}_add", args=[pk]),
    }
    return render(request, "plans/part_edit.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def part_delete(request: HttpRequest, pk: int, part_pk: int, kind: str) -> HttpResponse:
    """Ask once, then remove; the history keeps what stood there."""
    of = KINDS[kind]
    plan = get_object_or_404(ActionPlan.objects.in_order(), pk=pk)
    deletable = of.model.objects.deletable_by(request.user, timezone.localdate())
    part = get_object_or_404(deletable, plan=pk, pk=part_pk)
    if request.method == "POST":
        part.delete()
        messages.success(request, _("It is removed from the plan."))
        return redirect(_section_url(plan, of))
    context = {"plan": plan, "part": part, "title": of.removing, "keep_url": _section_url(plan, of)}
    return render(request, "plans/part_delete.html", context)


def _saved(request: HttpRequest, plan: ActionPlan, of: Kind) -> HttpResponse:
    messages.success(request, _("It is saved and public."))
    return redirect_back(request, _section_url(plan, of))


def _section_url(plan: ActionPlan, of: Kind) -> str:
    return f"{plan.get_absolute_url()}#{of.section}"
