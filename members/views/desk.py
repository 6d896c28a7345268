"""Where a person lands after signing in: what is theirs to do."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.desk import gather, in_full
from members.desk.own import own_desks
from members.models import ChairTerm
from members.requests import SignedInRequest
from members.views.twinning_tabs import tabs


@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """The person's members with what waits at each; for the secretariat, all that waits for it."""
    user, today = request.user, timezone.localdate()
    sections = gather(user, today)
    context = {
        "desks": own_desks(user, today),
        "chair_terms": ChairTerm.objects.served_by(user, today).still_worked_on(today),
        "unread_threads": tabs(user, today).get("unread_threads", 0),
        "sections": [section for section in sections if section.count],
        "quiet": [section for section in sections if not section.count],
        "today": today,
    }
    return render(request, "members/desk.html", context)


@require_safe
def desk_section(request: SignedInRequest, section: str) -> HttpResponse:
    """All that waits of one kind."""
    found = in_full(section, request.user, timezone.localdate())
    if found is None:
        raise Http404
    return render(request, "members/desk_section.html", {"section": found})
