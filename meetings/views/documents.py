"""The open pages of documents."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.models import Document
from meetings.models.documents import DocumentQuerySet


@login_not_required
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """All documents, or those of one kind, the newest first."""
    user, today = request.user, timezone.localdate()
    visible = Document.objects.visible_to(user, today)
    chosen = request.GET.get("kind", "")
    kinds = _kinds(visible)
    if chosen in {value for value, label, count in kinds}:
        visible = visible.filter(kind=chosen)
    context = {
        "documents": visible.with_readable_versions(user, today).newest_first(),
        "kinds": kinds,
        "chosen": chosen,
        "total": sum(count for value, label, count in kinds),
    }
    return render(request, "documents/list.html", context)


def _kinds(documents: DocumentQuerySet) -> list[tuple[str, str, int]]:
    """Return the kinds that occur, in the order of the choices, with their numbers."""
    counted = documents.order_by().values_list("kind").annotate(count=Count("pk", distinct=True))
    counts = dict(counted)
    return [
        (kind.value, str(kind.label), counts[kind.value])
        for kind in Document.Kind
        if kind.value in counts
    ]


@login_not_required
@require_safe
def document_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One document with its versions, each under its own permanent address."""
    user, today = request.user, timezone.localdate()
    visible = Document.objects.visible_to(user, today).select_related("summary__meeting")
    document = get_object_or_404(visible.with_readable_versions(user, today), slug=slug)
    return render(request, "documents/detail.html", {"document": document})
