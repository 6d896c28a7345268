"""Files of documents. Who may see is asked before anything is said of the file."""

import unicodedata
from urllib.parse import urljoin

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from meetings.models import DocumentVersion
from meetings.models.documents import DocumentVersionQuerySet

log = structlog.get_logger(__name__)

# What a browser shows by itself and cannot run; everything else is saved to the disk.
SHOWN = {"application/pdf", "text/plain", "image/png", "image/jpeg"}
# Signs that would turn the rest of a name around and so hide its ending.
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A version never changes, but it can be withdrawn: nobody keeps it for long without asking.
PUBLIC = "public, max-age=300, must-revalidate"
PRIVATE = "private, no-store"


@login_not_required
@require_safe
def document_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The latest version that the reader may see; of withdrawn ones only the reason."""
    versions = _visible(request).filter(document__slug=slug).latest_first()
    version = versions.standing().first() or versions.first()
    if version is None:
        raise Http404
    return _answer(request, version)


@login_not_required
@require_safe
def document_version(
    request: HttpRequest, slug: str, number: int, language: str
) -> HttpResponseBase:
    """One version, at the address that stays."""
    version = get_object_or_404(
        _visible(request), document__slug=slug, number=number, language=language
    )
    return _answer(request, version)


def _visible(request: HttpRequest) -> DocumentVersionQuerySet:
    visible = DocumentVersion.objects.visible_to(request.user, timezone.localdate())
    return visible.select_related("document")


def _answer(request: HttpRequest, version: DocumentVersion) -> HttpResponseBase:
    """Answer with the file, with "not changed", or with why it was withdrawn."""
    if version.withdrawn_at:
        response: HttpResponseBase = _withdrawn(request, version)
    else:
        response = _unchanged(request, version) or _file(version)
        response["Content-Security-Policy"] = "default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["ETag"] = etag(version)
        response["Link"] = f'<{_address(version)}>; rel="canonical"'
    response["Cache-Control"] = PUBLIC if _is_public(version) else PRIVATE
    return response


def etag(version: DocumentVersion) -> str:
    return f'"{version.sha256}"'


def _address(version: DocumentVersion) -> str:
    return urljoin(settings.SITE_URL, version.get_absolute_url())


def _is_public(version: DocumentVersion) -> bool:
    """Whether everyone may see it; a copy of anything else must not be kept on the way."""
    everyone = DocumentVersion.objects.visible_to(AnonymousUser(), timezone.localdate())
    return everyone.filter(pk=version.pk).exists()


def _unchanged(request: HttpRequest, version: DocumentVersion) -> HttpResponseBase | None:
    return get_conditional_response(request, etag=etag(version))


def _file(version: DocumentVersion) -> HttpResponseBase:
    try:
        file = version.file.open()
    except FileNotFoundError as error:
        log.exception("file_of_version_is_missing", version=version.pk)
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=version.media_type not in SHOWN,
        filename=safe_name(version.filename),
        content_type=version.media_type,
    )
    response["Accept-Ranges"] = "none"
    return response


def safe_name(name: str) -> str:
    """Return the name without control and turning signs; every script stays as it is."""
    kept = (sign for sign in name if unicodedata.category(sign) not in {"Cc", "Zl", "Zp"})
    return "".join(sign for sign in kept if sign not in TURNING).strip() or "document"


def _withdrawn(request: HttpRequest, version: DocumentVersion) -> HttpResponse:
    context = {
        "title": str(version),
        "reason": version.withdrawn_reason,
        "withdrawn_on": version.withdrawn_at,
    }
    return render(request, "410.html", context, status=410)
