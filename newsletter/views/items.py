"""The items of an edition: add, edit, move, delete."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.errors import ConflictError, WrongStateError
from members.requests import SignedInRequest
from newsletter import editing
from newsletter.forms.editions import ItemForm
from newsletter.models import Edition, EditionItem
from newsletter.views.editions import (
    editable_edition,
    get_or_post,
    refused,
    save_or_show_both,
    say_saved,
    show_closed,
    to_editor,
)

ITEM_FORM = "newsletter/item_form.html"
STEPS = {"up": -1, "down": 1}


@get_or_post
def item_create(request: SignedInRequest, slug: str, place: int) -> HttpResponse:
    edition = editable_edition(request, slug)
    if place not in EditionItem.Place.values:
        raise Http404
    item = EditionItem(edition=edition, place=place)
    form = ItemForm(request.POST or None, instance=item)
    context = {"form": form, "edition": edition, "item": item}
    if request.method == "POST" and form.is_valid():
        try:
            editing.add_item(form, request.user)
        except WrongStateError:
            return show_closed(request, ITEM_FORM, context)
        say_saved(request, edition.state)
        return to_editor(edition, item)
    return render(request, ITEM_FORM, context)


@get_or_post
def item_edit(request: SignedInRequest, slug: str, place: int, pk: int) -> HttpResponse:
    edition = editable_edition(request, slug)
    item = edition.items.filter(pk=pk, place=place).first()
    if item is None and request.method == "POST":
        return offer_as_new(request, edition, place)
    if item is None:
        raise Http404
    form = ItemForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        return save_or_show_both(request, form, edition, ITEM_FORM, item=item)
    return render(request, ITEM_FORM, {"form": form, "edition": edition, "item": item})


@require_POST
def item_move(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition, item = editable_item(request, slug, pk)
    if request.POST.get("direction") not in STEPS:
        raise Http404
    try:
        moved = editing.move_item(item, request.user, STEPS[request.POST["direction"]])
    except WrongStateError:
        return refused(request, edition)
    if moved:
        say_saved(request, edition.state)
    return to_editor(edition, item)


@get_or_post
def item_delete(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, then delete what was shown; if it has another text by now, ask again."""
    edition, item = editable_item(request, slug, pk)
    context: dict[str, Any] = {"edition": edition, "item": item}
    if request.method == "POST":
        try:
            editing.delete_item(item, request.user, _number(request.POST.get("version")))
        except ConflictError:
            context["conflict"] = True
            return render(request, "newsletter/item_delete.html", context, status=409)
        except WrongStateError:
            return refused(request, edition)
        say_saved(request, edition.state)
        return to_editor(edition, item)
    return render(request, "newsletter/item_delete.html", context)


def editable_item(request: HttpRequest, slug: str, pk: int) -> tuple[Edition, EditionItem]:
    """Return the edition and its item if the person may work on it, else 404."""
    edition = editable_edition(request, slug)
    return edition, get_object_or_404(edition.items, pk=pk)


def offer_as_new(request: SignedInRequest, edition: Edition, place: int) -> HttpResponse:
    """Somebody deleted the item while this person wrote: keep what was typed, as a new item."""
    if place not in EditionItem.Place.values:
        raise Http404
    item = EditionItem(edition=edition, place=place)
    context = {"form": ItemForm(request.POST, instance=item), "edition": edition, "item": item}
    messages.warning(
        request,
        _("A colleague deleted this item in the meantime. Your text is below; save it to add it."),
    )
    return render(request, ITEM_FORM, context, status=409)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
