"""The only pages that mix apps, and the pages of errors."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.models import Document, Meeting
from members.models import ChairTerm, Member, MembershipTotal
from newsletter.models import Edition
from wpsnetwork.reusing import reused_while_nothing_changes

NEWEST = 4


@login_not_required
@require_safe
@reused_while_nothing_changes
def home(request: HttpRequest) -> HttpResponse:
    """What the Network is, who chairs it, and what is new."""
    user, today = request.user, timezone.localdate()
    troika = ChairTerm.objects.troika(today)
    context = {
        "chair_term": troika.current,
        "troika": troika,
        "latest_documents": Document.objects.visible_to(user, today).newest_first()[:NEWEST],
        "latest_meetings": Meeting.objects.visible_to(user, today)[:NEWEST],
        "latest_editions": Edition.objects.visible_to(user)[:NEWEST],
        "member_count": Member.objects.public().count(),
        "total": MembershipTotal.objects.latest_published(),
    }
    return render(request, "home.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a refused form in plain words; the technical reason is in the log."""
    return render(request, "403_csrf.html", status=403)
