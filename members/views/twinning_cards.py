"""Offers and requests, for whoever speaks for a member and for the secretariat."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import matching, twinning
from members.errors import WrongStateError
from members.forms.twinning import CardFilter, MessageForm, TwinningCardForm
from members.models import Member, TwinningCard, TwinningMessage, TwinningThread
from members.requests import SignedInRequest
from members.views.saving import save_or_show_conflict
from members.views.twinning_tabs import own_members, tabs, writing_for

A_PAGE = 24


@require_safe
def card_list(request: SignedInRequest) -> HttpResponse:
    """The open cards as far as the person wants to see them."""
    user, today = request.user, timezone.localdate()
    if not Member.objects.names_shown_to(user, today):
        raise Http404
    cards = TwinningCard.objects.open().in_full().order_by("-created_at", "-pk")
    filters = CardFilter(request.GET, queryset=cards)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": Paginator(filters.qs, A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "can_write": Member.objects.editable_by(user, today).exists(),
        **tabs(user, today),
    }
    return render(request, "twinning/cards.html", context)


@require_safe
def suggestion_list(request: SignedInRequest) -> HttpResponse:
    """For each of the person's members its own cards, and what may help it, with the reasons."""
    user, today = request.user, timezone.localdate()
    members = list(own_members(user, today).named())
    if not members:
        raise Http404
    own = TwinningCard.objects.filter(member__in=members).in_full().order_by("-created_at", "-pk")
    cards = list(own)
    groups = [
        {
            "member": member,
            "open": [card for card in cards if card.member == member and not card.closed_at],
            "closed": [card for card in cards if card.member == member and card.closed_at],
            "suggestions": matching.suggestions(member, today),
        }
        for member in members
    ]
    can_write = Member.objects.editable_by(user, today).exists()
    context = {"groups": groups, "can_write": can_write, **tabs(user, today)}
    return render(request, "twinning/suggestions.html", context)


@require_safe
def card_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One card, with the way to write to its member."""
    visible = TwinningCard.objects.visible_to(request.user, timezone.localdate())
    return show_card(request, get_object_or_404(visible.in_full(), pk=pk))


def show_card(
    request: SignedInRequest, card: TwinningCard, form: MessageForm | None = None
) -> HttpResponse:
    """Return the page of the card; with `form` as it was typed where it was refused."""
    user, today = request.user, timezone.localdate()
    asking = writing_for(user, today).exclude(pk=card.member_id)
    threads = TwinningThread.objects.visible_to(user, today).filter(card=card).in_full()
    context: dict[str, Any] = {
        "card": card,
        "threads": threads.order_by("pk"),
        "can_edit": TwinningCard.objects.editable_by(user, today).filter(pk=card.pk).exists(),
        "is_heard": bool(twinning.people_told(card.member, today)),
        **tabs(user, today),
    }
    asking = asking.exclude(twinning_threads__card=card)
    if not card.closed_at and asking.exists():
        context["form"] = form or MessageForm(members=asking, instance=TwinningMessage())
    return render(request, "twinning/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def card_add(request: SignedInRequest) -> HttpResponse:
    """An offer or a request of one's own member."""
    members = Member.objects.editable_by(request.user, timezone.localdate()).public()
    if not members.exists():
        raise Http404
    form = TwinningCardForm(
        request.POST or None,
        instance=TwinningCard(),
        members=members,
        initial={"kind": request.GET.get("kind", "")},
    )
    if form.is_valid():
        card = form.save()
        messages.success(request, _("Your card is open. Focal points of all members see it."))
        return redirect(card)
    return render(request, "twinning/card_edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The words of an open card of one's own member."""
    card = _editable(request, pk)
    form = TwinningCardForm(request.POST or None, instance=card, members=Member.objects.none())
    context = {"form": form, "card": card}
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "twinning/card_edit.html", context)
        if conflict:
            return conflict
        messages.success(request, _("Your changes are saved."))
        return redirect(card)
    return render(request, "twinning/card_edit.html", context)


@require_POST
def card_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a card; what is being written about it goes on."""
    card = _editable(request, pk)
    try:
        twinning.close(card)
    except WrongStateError:
        messages.info(request, _("The card is closed."))
        return redirect("twinning:cards")
    messages.success(request, _("The card is closed. It takes no new messages from others."))
    return redirect("twinning:cards")


def _editable(request: SignedInRequest, pk: int) -> TwinningCard:
    editable = TwinningCard.objects.editable_by(request.user, timezone.localdate())
    return get_object_or_404(editable.in_full(), pk=pk)
