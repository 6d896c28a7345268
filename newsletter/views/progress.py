"""While an edition leaves: how far it is, pause, resume, cancel, and what a person must decide."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from members.errors import WrongStateError
from members.requests import SignedInRequest
from newsletter import steering
from newsletter.models import Delivery, Edition
from newsletter.progress import Progress, doubts, progress, waits_for_worker
from newsletter.tasks import send_batches
from newsletter.views.editions import editable_edition
from wpsnetwork.waking import wake

State = Edition.State
# A page stays readable; what is left stands in the counts and comes up as these are settled.
SHOWN = 200
DECISIONS = {"arrived": True, "again": False}


@require_safe
def edition_progress(request: SignedInRequest, slug: str) -> HttpResponse:
    """The whole page, or for htmx, which asks every two seconds, the moving part alone."""
    edition = editable_edition(request, slug)
    context = moving_part(edition, progress(edition))
    if "HX-Request" in request.headers:
        # Buttons and lists outside the moving part depend on this; then the page comes anew.
        if request.GET.get("seen") != context["seen"]:
            return HttpResponseClientRefresh()
        return render(request, "newsletter/_progress.html", context)
    return render(request, "newsletter/progress.html", context | unsettled(edition))


def moving_part(edition: Edition, now: Progress) -> dict[str, Any]:
    """Return what the moving part shows; `seen` says what the rest of the page was made from."""
    sending = edition.state == State.SENDING
    failed = now.counts[Delivery.State.FAILED]
    return {
        "edition": edition,
        "progress": now,
        "seen": f"{edition.state}-{failed}-{now.in_doubt}",
        "moving": sending,
        "waits": waits_for_worker(edition, now),
        "sentence": sentence(now),
    }


def sentence(now: Progress) -> str:
    """Return how far the sending is, in words."""
    return ngettext(
        "%(done)s of %(total)s message is settled.",
        "%(done)s of %(total)s messages are settled.",
        now.total,
    ) % {"done": now.done, "total": now.total}


def unsettled(edition: Edition) -> dict[str, Any]:
    """Return the deliveries that did not arrive or may not have, with their addresses."""
    failed = edition.deliveries.filter(state=Delivery.State.FAILED)
    return {
        "failed": failed.select_related("subscription").order_by("pk")[:SHOWN],
        "in_doubt": doubts(edition)[:SHOWN],
    }


@require_POST
def edition_pause(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = editable_edition(request, slug)
    return act(request, edition, partial(steering.pause, edition), _("The sending is paused."))


@require_POST
def edition_resume(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = editable_edition(request, slug)
    return act(request, edition, partial(steering.resume, edition), _("The sending goes on."))


@require_POST
def edition_cancel(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = editable_edition(request, slug)
    done = _("The sending is stopped for good.")
    return act(request, edition, partial(steering.cancel, edition), done)


@require_POST
def delivery_decide(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A person decides about a message in doubt: it arrived, or it is sent again."""
    edition = editable_edition(request, slug)
    delivery = get_object_or_404(edition.deliveries, pk=pk)
    arrived = DECISIONS.get(request.POST.get("decision", ""))
    if arrived is None:
        raise Http404
    settle = partial(steering.settle_in_doubt, delivery, arrived)
    return act(request, edition, settle, _("Your decision is noted."))


def act(
    request: SignedInRequest, edition: Edition, do: Callable[[], None], done: str
) -> HttpResponse:
    """Do what was asked and say so, or say that things have gone on in the meantime."""
    try:
        do()
    except WrongStateError:
        messages.error(request, _("That is no longer possible. This is the present state."))
    else:
        messages.success(request, done)
        wake(send_batches, edition.pk)  # a worker that finds nothing to do ends at once
    return redirect("newsletter:edition_progress", edition.slug)
