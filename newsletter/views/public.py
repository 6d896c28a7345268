"""The newsletter for everyone: the archive and the page of each edition."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.models import Document
from newsletter.editing import places_with_items
from newsletter.models import Edition


@login_not_required
@require_safe
def edition_archive(request: HttpRequest) -> HttpResponse:
    editions = Edition.objects.public()
    # Numbers older than this site, known only by a title: the first edition, of October 2017.
    older = Document.objects.visible_to(request.user, timezone.localdate()).filter(
        kind=Document.Kind.NEWSLETTER
    )
    return render(
        request,
        "newsletter/list.html",
        {"editions": editions, "older": older.order_by("-issued_on", "title")},
    )


@login_not_required
@require_safe
def edition_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of an edition: public from the start of its sending, since the mail links here."""
    edition = get_object_or_404(Edition.objects.visible_to(request.user), slug=slug)
    places = [place for place in places_with_items(edition) if place.items]
    return render(request, "newsletter/detail.html", {"edition": edition, "places": places})
