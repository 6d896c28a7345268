"""What twinning is, and the twinnings on record, for everybody."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.forms.twinning import TwinningForm
from members.models import Member, Theme, Twinning, TwinningCard
from members.requests import SignedInRequest
from members.views.saving import save_or_show_conflict
from members.views.twinning_tabs import tabs


@login_not_required
@require_safe
def twinning_list(request: HttpRequest) -> HttpResponse:
    """The twinnings on record, all of them or those on one theme."""
    themes = list(Theme.objects.filter(twinnings__isnull=False).distinct())
    asked = request.GET.get("theme", "")
    chosen = next((theme for theme in themes if theme.slug == asked), None)
    twinnings = Twinning.objects.in_full()
    if chosen:
        twinnings = twinnings.filter(themes=chosen)
    context = {"twinnings": twinnings, "themes": themes, "chosen": chosen, **_offers(request)}
    return render(request, "twinning/list.html", context)


def _offers(request: HttpRequest) -> dict[str, Any]:
    """Return what the page offers to whoever is signed in; for a reader nothing is asked."""
    user, today = request.user, timezone.localdate()
    if not user.is_authenticated:
        return {}
    editable = Twinning.objects.editable_by(user, today)
    return {
        "editable": set(editable.values_list("pk", flat=True)),
        "can_record": Member.objects.editable_by(user, today).exists(),
        "sees_cards": Member.objects.names_shown_to(user, today),
        "open_cards": TwinningCard.objects.open().visible_to(user, today).count(),
        **tabs(user, today),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def twinning_add(request: SignedInRequest) -> HttpResponse:
    """A twinning of one's own member with another; public at once."""
    today = timezone.localdate()
    members = Member.objects.editable_by(request.user, today).public()
    if not members.exists():
        raise Http404
    form = TwinningForm(request.POST or None, instance=Twinning(), members=members)
    if form.is_valid():
        twinning = form.save()
        messages.success(request, _("The twinning is recorded and public."))
        return redirect(twinning)
    return render(request, "twinning/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def twinning_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Period, themes and results of a twinning, for the two members and the secretariat."""
    today = timezone.localdate()
    editable = Twinning.objects.editable_by(request.user, today).in_full()
    twinning = get_object_or_404(editable, pk=pk)
    form = TwinningForm(request.POST or None, instance=twinning, members=Member.objects.none())
    context = {"form": form, "twinning": twinning}
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "twinning/edit.html", context)
        if conflict:
            return conflict
        messages.success(request, _("Your changes are saved and public."))
        return redirect(twinning)
    return render(request, "twinning/edit.html", context)
