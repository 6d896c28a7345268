"""Making the PDF of a Chair's summary: the button, and how far the work is."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from meetings.models import ChairsSummary
from meetings.rendering import ask_for_pdf
from meetings.tasks import render_waiting
from members.requests import SignedInRequest
from wpsnetwork.waking import wake


@require_POST
def summary_pdf(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for the PDF; a second press leads to the work that is already under way."""
    rendering = ask_for_pdf(_editable(request, slug), request.user)
    wake(render_waiting)
    return redirect("meetings:rendering", slug, rendering.pk)


@require_safe
def rendering_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """How far the work is, for those who may ask for it; htmx asks for the middle part alone."""
    summary = _editable(request, slug)
    rendering = get_object_or_404(summary.renderings.select_related("version__document"), pk=pk)
    part = bool(request.headers.get("HX-Request"))
    template = "meetings/_rendering.html" if part else "meetings/rendering.html"
    return render(request, template, {"summary": summary, "rendering": rendering})


def _editable(request: SignedInRequest, slug: str) -> ChairsSummary:
    editable = ChairsSummary.objects.editable_by(request.user, timezone.localdate())
    return get_object_or_404(editable.select_related("meeting", "document"), meeting__slug=slug)
