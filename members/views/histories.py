"""Who changed what: for the member's people and the secretariat."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import restoring
from members.concurrency import VersionedModelForm, as_words
from members.errors import ConflictError
from members.forms.drafts import restored_form
from members.history import Trail, compare
from members.models import ActionPlan, Member
from members.requests import SignedInRequest

A_PAGE = 25


@require_safe
def member_history(request: SignedInRequest, slug: str) -> HttpResponse:
    """What happened to the profile and to all plans, finances, committees and notes."""
    member = _member(request, slug)
    return _page(request, member, Trail(member, whole=request.user.is_secretariat))


@require_safe
def plan_history(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What happened to one plan and its parts, also where the plan is gone."""
    member = _member(request, slug)
    trail = Trail(member, pk, whole=request.user.is_secretariat)
    if pk not in trail.plans:
        raise Http404
    return _page(request, member, trail, trail.plans[pk].title)


def _member(request: HttpRequest, slug: str) -> Member:
    visible = Member.objects.history_visible_to(request.user, timezone.localdate())
    return get_object_or_404(visible.named(), slug=slug)


def _page(request: HttpRequest, member: Member, trail: Trail, plan: str = "") -> HttpResponse:
    editable = Member.objects.editable_by(request.user, timezone.localdate())
    page = Paginator(trail, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "member": member,
        "plan_title": plan,
        "plans": {} if plan else trail.plans,
        "page": page,
        "entries": list(page.object_list),
        "can_restore": editable.filter(pk=member.pk).exists(),
    }
    return render(request, "members/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def history_restore(
    request: SignedInRequest, slug: str, kind: str, event: int, field: str
) -> HttpResponse:
    """Show what an earlier text would change; the button brings it back."""
    editable = Member.objects.editable_by(request.user, timezone.localdate())
    member = get_object_or_404(editable.named(), slug=slug)
    whole = request.user.is_secretariat
    earlier = restoring.earlier(member, kind, event, field, whole=whole)
    if earlier is None:
        raise Http404
    form = restored_form(earlier, request.POST.get("version", str(earlier.row.version)))
    if field not in form.fields:
        raise Http404
    # Before the form is checked, which writes into the row.
    context = {"member": member, "earlier": earlier, "form": form, **_compared(earlier, form)}
    if request.method == "POST" and form.is_valid():
        return _restore(request, member, form)
    return render(request, "members/history_restore.html", context)


def _compared(earlier: restoring.Earlier, form: VersionedModelForm) -> dict[str, Any]:
    """Return what is stored beside what was, and the name of the row that says it."""
    row, field = earlier.row, earlier.field
    now = as_words(type(row), field, getattr(row, field))
    then = as_words(type(row), field, earlier.value)
    title = row.title_or_default if isinstance(row, ActionPlan) else _("Profile")
    return {"title": title, "change": compare(str(form.fields[field].label or field), now, then)}


def _restore(request: SignedInRequest, member: Member, form: VersionedModelForm) -> HttpResponse:
    try:
        restoring.restore(form)
    except ConflictError:
        messages.warning(
            request,
            _("Somebody has changed this in the meantime. Look again at what would change."),
        )
        return redirect(request.path)
    messages.success(request, _("The earlier text is restored and public."))
    return redirect("members:history", member.slug)
