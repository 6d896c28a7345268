"""The open pages of meetings."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.models import ChairsSummary, Meeting


@login_not_required
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings by year, the newest first."""
    meetings = Meeting.objects.visible_to(request.user, timezone.localdate())
    in_order = meetings.newest_first().with_organizers()
    years = [(year, list(rows)) for year, rows in groupby(in_order, key=lambda row: row.year)]
    return render(request, "meetings/list.html", {"years": years})


@login_not_required
@require_safe
def meeting_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One meeting: who held it, its sessions, its documents. Never who took part."""
    user, today = request.user, timezone.localdate()
    visible = Meeting.objects.visible_to(user, today).with_organizers()
    meeting = get_object_or_404(visible, slug=slug)
    sessions = list(meeting.sessions.with_speakers())
    documents = meeting.documents.visible_to(user, today).with_readable_versions(user, today)
    context = {
        "meeting": meeting,
        "sessions": sessions,
        "under_rule": any(session.under_chatham_house_rule for session in sessions),
        "documents": documents.newest_first(),
        "summary": _summary(request, meeting),
    }
    return render(request, "meetings/detail.html", context)


def _summary(request: HttpRequest, meeting: Meeting) -> ChairsSummary | None:
    visible = ChairsSummary.objects.visible_to(request.user, timezone.localdate())
    return visible.select_related("meeting").filter(meeting=meeting).first()
