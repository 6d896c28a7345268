"""Where a focal point reads what a drafter has prepared, and publishes it or lays it aside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import drafting, reminding
from members.concurrency import VersionedModelForm
from members.errors import ConflictError, WrongStateError
from members.forms.drafts import (
    DecisionForm,
    LayAsideForm,
    changes_in,
    draft_form,
    form_class,
)
from members.models import ProposedChange
from members.requests import SignedInRequest
from members.tasks import send_waiting_notices
from members.views.drafts import row_of
from wpsnetwork.waking import wake

About = ProposedChange.About


@require_safe
def draft_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A prepared change beside what is public now; a focal point may edit and publish it."""
    today = timezone.localdate()
    visible = ProposedChange.objects.visible_to(request.user, today).named()
    change = get_object_or_404(visible, member__slug=slug, pk=pk)
    return _page(request, change, draft_form(change, row_of(change)))


def _page(
    request: SignedInRequest,
    change: ProposedChange,
    form: VersionedModelForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    today = timezone.localdate()
    mine = ProposedChange.objects.filter(pk=change.pk)
    stored = row_of(change)
    is_new = change.about == About.NEW_PLAN
    # Of what was decided on, only the drafter's words: what was public then is in the history.
    beside = stored if change.is_offered and not is_new else None
    seen = {"seen": change.written_at.isoformat()}
    context = {
        "change": change,
        "member": change.member,
        "changes": changes_in(draft_form(change, row_of(change)), change.typed, beside),
        "form": form,
        "decision": DecisionForm(initial=seen),
        "lay_aside": LayAsideForm(initial=seen),
        "can_decide": mine.waiting_for(request.user, today).exists(),
        "is_own": mine.written_by_drafter(request.user, today).exists(),
        "is_older": not is_new and stored.version != change.base_version,
        **more,
    }
    return render(request, "members/draft.html", context, status=status)


def _decidable(request: SignedInRequest, slug: str, pk: int) -> ProposedChange:
    own = ProposedChange.objects.decidable_by(request.user, timezone.localdate())
    return get_object_or_404(own.named(), member__slug=slug, pk=pk)


@require_POST
def draft_publish(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Store what the focal point has made of the drafter's words; it is public at once."""
    change = _decidable(request, slug, pk)
    row = row_of(change)
    form = form_class(change.about)(request.POST, instance=row)
    decision = DecisionForm(request.POST)
    if not (form.is_valid() and decision.is_valid()):
        return _page(request, change, form, decision=decision)
    # As who saves a profile or a plan: it was read, so it counts as confirmed.
    row.confirmed_on = timezone.localdate()
    save = form.save if change.about == About.NEW_PLAN else form.save_if_current
    seen, word = decision.cleaned_data["seen"], decision.cleaned_data["decision_word"]
    try:
        drafting.publish(change, seen, request.user, word, save)
    except ConflictError as conflict:
        differences = form.differences(conflict.stored)
        form.keep_typed_over(conflict.stored)
        return _page(request, change, form, 409, differences=differences, decision=decision)
    except WrongStateError:
        return _changed_meanwhile(request, change)
    if change.about == About.PROFILE:
        reminding.withdraw(change.member)
    return _decided(
        request, change, _("It is published, and the history names you and its drafter.")
    )


@require_POST
def draft_lay_aside(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Close a prepared change without publishing it."""
    change = _decidable(request, slug, pk)
    form = LayAsideForm(request.POST)
    if not form.is_valid():
        return _page(request, change, draft_form(change, row_of(change)), lay_aside=form)
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        drafting.lay_aside(change, seen, request.user, reason)
    except WrongStateError:
        return _changed_meanwhile(request, change)
    return _decided(request, change, _("It is laid aside, and the drafter is told."))


def _decided(request: HttpRequest, change: ProposedChange, words: str) -> HttpResponse:
    wake(send_waiting_notices)
    messages.success(request, words)
    return redirect(change)


def _changed_meanwhile(request: HttpRequest, change: ProposedChange) -> HttpResponse:
    messages.warning(
        request,
        _(
            "The change was decided on, or its drafter has revised it, in the meantime. Nothing "
            "was published. This is how it stands now."
        ),
    )
    return redirect(change)
