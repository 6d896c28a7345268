"""Questions about the States of the world, and the lists that the secretariat keeps of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import joining
from members.forms.joining import QuestionForm, SavedListForm
from members.models import Member, RegionalGroup, SavedList, State
from members.requests import SignedInRequest
from members.views.joining import may_manage
from wpsnetwork.tables import Table, csv_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _managed(request: HttpRequest, pk: int) -> SavedList:
    lists = SavedList.objects.managed_by(request.user).select_related("organization")
    return get_object_or_404(lists, pk=pk)


@require_safe
def list_list(request: SignedInRequest) -> HttpResponse:
    may_manage(request)
    lists = SavedList.objects.managed_by(request.user).select_related("organization")
    return render(request, "join/lists.html", {"lists": lists})


@get_or_post
def list_ask(request: SignedInRequest) -> HttpResponse:
    """Ask a question, see who answers to it, and save it under a name if it is worth it."""
    may_manage(request)
    if request.method == "POST":
        form = SavedListForm(request.POST, instance=SavedList(created_by=request.user))
        if form.is_valid():
            return _saved(request, form)
        return render(request, "join/list_edit.html", {"form": form})
    asked = QuestionForm(request.GET or None)
    context: dict[str, Any] = {"form": asked}
    if asked.is_valid():
        question = asked.save(commit=False)
        context |= {"question": question, "rows": _rows(question)}
    return render(request, "join/question.html", context)


def _saved(request: HttpRequest, form: SavedListForm) -> HttpResponse:
    messages.success(request, _("The list is saved."))
    return redirect(form.save())


@require_safe
def list_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who answers to the question today, with the stage of each beside it."""
    saved = _managed(request, pk)
    return render(request, "join/list.html", {"saved": saved, "rows": _rows(saved)})


@require_safe
def list_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same as a file."""
    saved = _managed(request, pk)
    columns = [_("State"), _("Code"), _("Regional group"), _("In the Network")]
    columns += [_("Plan on record"), _("Stage")]
    rows = [
        [row["name"], row["iso3"], row["group"], row["standing"], row["planned"], row["stage"]]
        for row in _rows(saved)
    ]
    return csv_response(Table(f"states-{saved.pk}", columns, rows))


@get_or_post
def list_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    saved = _managed(request, pk)
    form = SavedListForm(request.POST or None, instance=saved)
    if form.is_valid():
        return _saved(request, form)
    # The name as it is stored: the form has put what was typed on its own row.
    return render(request, "join/list_edit.html", {"form": form, "saved": _managed(request, pk)})


@get_or_post
def list_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete the list; neither States nor the pipeline change by it."""
    saved = _managed(request, pk)
    if request.method == "POST":
        saved.delete()
        messages.success(request, _("The list is deleted."))
        return redirect("join:lists")
    return render(request, "join/list_delete.html", {"saved": saved})


@require_POST
def state_start(request: SignedInRequest, iso3: str) -> HttpResponse:
    """Put a State of a list into the pipeline with one press, and go back to the list."""
    may_manage(request)
    state = get_object_or_404(State.objects.member_states(), pk=iso3)
    try:
        prospect = joining.start(state)
    except joining.AlreadyMemberError:
        messages.warning(
            request, _("%(name)s is a member of the Network already.") % {"name": state.name}
        )
        return _back_to_the_list(request) or redirect("join:pipeline")
    messages.success(request, _("%(name)s is in the pipeline.") % {"name": state.name})
    return _back_to_the_list(request) or redirect(prospect)


def _back_to_the_list(request: HttpRequest) -> HttpResponse | None:
    pk = request.POST.get("list", "")
    return redirect("join:list", int(pk)) if pk.isascii() and pk.isdigit() else None


def _rows(question: SavedList) -> list[dict[str, Any]]:
    """Return the States that answer to the question today, as a page or a file shows them."""
    return [_row(state) for state in question.states(timezone.localdate())]


def _row(state: State) -> dict[str, Any]:
    member: Member | None = getattr(state, "member", None)
    prospect = getattr(member, "prospect", None)
    shown = prospect if prospect and not prospect.has_joined else None
    return {
        "name": state.name,
        "iso3": state.pk,
        "group": str(RegionalGroup(state.counted_with).label),
        "group_slug": state.counted_with,
        "standing": str(_standing(member)),
        "is_member": member is not None and member.status == Member.Status.MEMBER,
        "planned": getattr(state, "planned", False),
        "prospect": shown,
        "stage": str(shown.stage_shown.label) if shown else "",
        "member": member,
    }


def _standing(member: Member | None) -> str:
    """A prospective member is not in the Network; that it is one is said by its stage."""
    if member is None or member.status == Member.Status.PROSPECTIVE:
        return _("No")
    return _("Yes") if member.status == Member.Status.MEMBER else _("Has left")
