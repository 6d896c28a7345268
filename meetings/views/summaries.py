"""The Chair's summary as a web page."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetings import wording
from meetings.models import ChairsSummary, Letter, SummarySection
from members.partial_dates import un_date


@login_not_required
@require_safe
def summary_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The text with a table of contents, its letter and its PDF."""
    user, today = request.user, timezone.localdate()
    visible = ChairsSummary.objects.visible_to(user, today).select_related("meeting", "document")
    summary = get_object_or_404(visible, meeting__slug=slug)
    sections = summary.sections.select_related("session").order_by("position")
    versions = summary.document.versions.visible_to(user, today).standing().latest_first()
    can_edit = _can_edit(request, summary)
    context = {
        "summary": summary,
        "mark": wording.mark(summary),
        "outline": outline(sections),
        "pdf": versions.first(),
        "can_edit": can_edit,
        **_letter(summary, can_edit),
    }
    return render(request, "meetings/summary.html", context)


def outline(
    sections: Iterable[SummarySection],
) -> list[tuple[SummarySection, list[SummarySection]]]:
    """Return each section with the sub-headings under it."""
    found: list[tuple[SummarySection, list[SummarySection]]] = []
    for section in sections:
        if section.level == 2 or not found:
            found.append((section, []))
        else:
            found[-1][1].append(section)
    return found


def _can_edit(request: HttpRequest, summary: ChairsSummary) -> bool:
    if not request.user.is_authenticated:
        return False
    editable = ChairsSummary.objects.editable_by(request.user, timezone.localdate())
    return editable.filter(pk=summary.pk).exists()


def _letter(summary: ChairsSummary, can_edit: bool) -> dict[str, Any]:
    letter = Letter.objects.filter(summary=summary).prefetch_related("signatories__state").first()
    # A letter is public once it was sent; what is cleared before is the text alone (rule 5).
    if letter is None or not (summary.is_sent or can_edit):
        return {}
    return {"letter": letter, "letter_title": _title(letter), "letter_on": un_date(letter.dated)}


def _title(letter: Letter) -> str:
    """Return the computed title; while it lacks a fact, what is sure of it."""
    try:
        return wording.letter_title(letter)
    except wording.CannotComposeError:
        return _("Letter dated %(day)s") % {"day": un_date(letter.dated)}
