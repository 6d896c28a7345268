"""The secretariat's desk: the editions, the frame of each, and its eight places."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.concurrency import VersionedModelForm
from members.errors import ConflictError, WrongStateError
from members.requests import SignedInRequest
from newsletter import approving, editing
from newsletter.forms.editions import EditionForm
from newsletter.models import Edition, EditionItem

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def editable_edition(request: HttpRequest, slug: str) -> Edition:
    """Return the edition if the person may work on it; what is not theirs is not found."""
    return get_object_or_404(
        Edition.objects.editable_by(request.user).select_related("edited_by", "approved_by"),
        slug=slug,
    )


def may_edit_editions(request: HttpRequest) -> None:
    """Raise 404 for whoever does not make the newsletter."""
    if not request.user.has_perm("newsletter.edit_editions"):
        raise Http404


@require_safe
def edition_list(request: SignedInRequest) -> HttpResponse:
    may_edit_editions(request)
    editions = Edition.objects.editable_by(request.user).select_related("edited_by", "approved_by")
    return render(request, "newsletter/editions.html", {"editions": editions})


@get_or_post
def edition_create(request: SignedInRequest) -> HttpResponse:
    may_edit_editions(request)
    form = EditionForm(request.POST or None, instance=Edition(edited_by=request.user))
    if request.method == "POST" and form.is_valid():
        form.instance.slug = free_slug(form.cleaned_data["title"])
        edition = form.save()
        messages.success(request, _("The edition is made. Now fill its places."))
        return redirect("newsletter:edition", edition.slug)
    return render(request, "newsletter/edition_form.html", {"form": form})


@require_safe
def edition_editor(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = editable_edition(request, slug)
    context = {
        "edition": edition,
        "places": editing.places_with_items(edition),
        "changeable": edition.state in editing.CHANGEABLE,
        "refusal": approving.refusal(edition, request.user),
    }
    return render(request, "newsletter/editor.html", context)


@get_or_post
def edition_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = editable_edition(request, slug)
    form = EditionForm(request.POST or None, instance=edition)
    if request.method == "POST" and form.is_valid():
        return save_or_show_both(request, form, edition, "newsletter/edition_form.html")
    return render(request, "newsletter/edition_form.html", {"form": form, "edition": edition})


def save_or_show_both(
    request: SignedInRequest,
    form: VersionedModelForm,
    edition: Edition,
    template: str,
    **context: Any,
) -> HttpResponse:
    """Store what was typed, or show it beside what somebody else stored in the meantime."""
    before = edition.state
    context |= {"form": form, "edition": edition}
    try:
        changed = editing.save_changes(form, edition, request.user)
    except ConflictError as conflict:
        form.keep_typed_over(conflict.stored)
        context["differences"] = form.differences(conflict.stored)
        return render(request, template, context, status=409)
    except WrongStateError:
        return show_closed(request, template, context)
    say_saved(request, before if changed else "")
    return to_editor(edition, context.get("item"))


def show_closed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Say that the edition cannot be changed any more, with what was typed still on the page."""
    return render(request, template, {**context, "closed": True}, status=409)


def say_saved(request: HttpRequest, state_before: str) -> None:
    """Tell that the change is stored, and that it voided an approval if it did."""
    messages.success(request, _("Your changes are saved."))
    if state_before in {Edition.State.APPROVED, Edition.State.SCHEDULED}:
        messages.warning(
            request, _("The edition was approved before. It has to be approved again.")
        )


def refused(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Lead back to the editor with the reason why nothing was changed."""
    messages.error(
        request, _("This edition has left or was cancelled, so it cannot be changed any more.")
    )
    return to_editor(edition)


def to_editor(edition: Edition, item: EditionItem | None = None) -> HttpResponse:
    """Lead to the editor, at the place of the item if there is one."""
    address = reverse("newsletter:edition", args=[edition.slug])
    return redirect(f"{address}#place-{item.place}" if item else address)


def free_slug(title: str) -> str:
    """Return an unused address for a new edition that is not the address of another page."""
    slug = editing.unused_slug(title, reserved=set())
    if all(_leads_to(name, slug) for name in ("newsletter:detail", "newsletter:edition")):
        return slug
    return editing.unused_slug(title, reserved={slug})


def _leads_to(name: str, slug: str) -> bool:
    return resolve(reverse(name, args=[slug])).view_name == name
