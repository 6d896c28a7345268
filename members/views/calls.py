"""Calls for expressions of interest in chairing: the secretariat's pages and the open one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import calling
from members.errors import WrongStateError
from members.forms import ChairCallForm, ChairDecisionForm
from members.models import ChairCall, ChairInterest, ChairTerm, Member
from members.models.calls import served_in_troika
from members.requests import SignedInRequest
from members.views.chair_charts import balance_chart
from members.views.saving import save_or_show_conflict


@login_not_required
@require_safe
def call_detail(request: HttpRequest, year: int) -> HttpResponse:
    """The words of a call for everyone; the answers for those who may read them."""
    today = timezone.localdate()
    calls = ChairCall.objects.visible_to(request.user, today).select_related("term", "decided_by")
    call = get_object_or_404(calls, year=year)
    manages = request.user.has_perm("members.edit_every_member")
    sees_all = manages or served_in_troika(request.user, today)
    visible = ChairInterest.objects.visible_to(request.user, today).filter(call=call)
    answers = list(visible.named().select_related("expressed_by"))
    context = {
        "call": call,
        "today": today,
        "is_open": call.is_open(today),
        "manages": manages,
        "sees_all": sees_all,
        "own": _own(request, call, answers),
        "interests": _with_balance(answers) if sees_all else [],
    }
    return render(request, "chairs/call.html", context)


def _own(
    request: HttpRequest, call: ChairCall, answers: list[ChairInterest]
) -> list[dict[str, Any]]:
    """Return the person's members, what each has answered, and whether the person may change it."""
    today = timezone.localdate()
    served = Member.objects.public().served_by(request.user, today).named()
    editable = set(call.answerers(request.user, today).values_list("pk", flat=True))
    answered = {answer.member_id: answer for answer in answers}
    return [
        {"member": member, "interest": answered.get(member.pk), "editable": member.pk in editable}
        for member in served
        if member.pk in editable or member.pk in answered
    ]


def _with_balance(answers: list[ChairInterest]) -> list[dict[str, Any]]:
    """Return each standing answer with the regional balance that it would give."""
    so_far = calling.terms_by_group(ChairTerm.objects.with_members())
    shown = []
    for interest in answers:
        if interest.withdrawn_at is None:
            balance = calling.Balance(so_far, calling.group_of(interest.member))
            chart = balance_chart(interest, balance)
            shown.append({"interest": interest, "balance": balance, "chart": chart})
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def call_add(request: SignedInRequest) -> HttpResponse:
    """Open a call for a year."""
    if not request.user.has_perm("members.edit_every_member"):
        raise Http404
    form = ChairCallForm(request.POST or None)
    if form.is_valid():
        call = form.save()
        messages.success(request, _("The call is saved."))
        return redirect(call)
    return render(request, "chairs/call_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: SignedInRequest, year: int) -> HttpResponse:
    """Change the words and the days of a call, as long as nothing is decided."""
    call = get_object_or_404(ChairCall.objects.managed_by(request.user), year=year)
    if call.decided_on:
        messages.error(request, _("A decision is recorded, so the call is not changed any more."))
        return redirect(call)
    form = ChairCallForm(request.POST or None, instance=call)
    context = {"form": form, "call": call}
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "chairs/call_form.html", context)
        if conflict:
            return conflict
        messages.success(request, _("The call is saved."))
        return redirect(call)
    return render(request, "chairs/call_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_decide(request: SignedInRequest, year: int) -> HttpResponse:
    """Record who chairs the year, or that nobody does."""
    call = get_object_or_404(ChairCall.objects.managed_by(request.user), year=year)
    if call.decided_on:
        messages.error(request, _("A decision is recorded already. Nothing was changed."))
        return redirect(call)
    form = ChairDecisionForm(request.POST or None, call=call)
    if form.is_valid() and _decide(request, call, form):
        return redirect(call)
    context = {"form": form, "call": call, "is_open": call.is_open(timezone.localdate())}
    return render(request, "chairs/call_decide.html", context)


def _decide(request: SignedInRequest, call: ChairCall, form: ChairDecisionForm) -> bool:
    """Record the decision; False, with the reason in the form, if a term was in the way."""
    data = form.cleaned_data
    try:
        if data["outcome"] == form.NOBODY:
            calling.decide_that_none(call, data["note"], request.user)
        else:
            days = data["since"], data["until"]
            calling.decide(call, form.chairs(), *days, data["note"], request.user)
    except calling.TermTakenError:
        form.add_error("since", _("Somebody has just recorded a term for some of these days."))
        return False
    except WrongStateError:
        messages.error(
            request, _("Somebody else has just recorded a decision. Yours was not stored.")
        )
        return True
    messages.success(request, _("The decision is recorded. Rights follow the days of the term."))
    return True
