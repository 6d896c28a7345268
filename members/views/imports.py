"""The secretariat's pages on which members and plans come from a table."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.errors import WrongStateError
from members.forms.imports import ImportForm
from members.importing import applying
from members.importing.planning import RECORDS, Changes, changes_of, example
from members.models import ImportFile
from members.requests import SignedInRequest
from members.views.joining import may_manage
from wpsnetwork.tables import RESPONSES

FORMATS = ["csv", "xlsx"]
ROWS_ON_A_PAGE = 100
MOST_PROBLEMS = 1000  # of which a page tells
EARLIER = 20


@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: SignedInRequest) -> HttpResponse:
    """Upload a table; take home the present record as one; see the earlier ones."""
    may_manage(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(form.store(request.user))
    uploads = ImportFile.objects.managed_by(request.user)
    context = {
        "form": form,
        "formats": FORMATS,
        "kinds": [(kind, RECORDS[kind].columns) for kind in ImportFile.Kind],
        "uploads": uploads.select_related("uploaded_by", "applied_by")[:EARLIER],
    }
    return render(request, "members/import.html", context)


@require_safe
def import_example(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """The present record in the form that an import reads."""
    may_manage(request)
    if kind not in RECORDS or ending not in FORMATS:
        raise Http404
    return RESPONSES[ending](example(kind))


def managed(request: HttpRequest, pk: int) -> ImportFile:
    """Return the upload for the secretariat; for anybody else there is none."""
    uploads = ImportFile.objects.managed_by(request.user)
    return get_object_or_404(uploads.select_related("uploaded_by", "applied_by"), pk=pk)


@require_safe
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would change now, or what is wrong with it. Nothing is changed."""
    upload = managed(request, pk)
    if not upload.is_waiting:
        return render(request, "members/import_applied.html", {"upload": upload})
    try:
        changes = changes_of(upload.kind, applying.content_of(upload))
    except WrongStateError as error:
        raise Http404 from error
    return _show(request, upload, changes)


def _show(request: HttpRequest, upload: ImportFile, changes: Changes, **more: Any) -> HttpResponse:
    page = Paginator(changes.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    same = ImportFile.objects.filter(sha256=upload.sha256, kind=upload.kind)
    context = {
        "upload": upload,
        "changes": changes,
        "page": page,
        "problems": changes.problems[:MOST_PROBLEMS],
        "untold": max(0, len(changes.problems) - MOST_PROBLEMS),
        "applied_before": same.exclude(applied_at=None).select_related("applied_by").first(),
        **more,
    }
    return render(request, "members/import_check.html", context, status=409 if more else 200)


@require_POST
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do what was shown; where it is no longer that, show anew and change nothing."""
    upload = managed(request, pk)
    try:
        changes = applying.apply(upload, request.POST.get("digest", ""), request.user)
    except WrongStateError:
        messages.warning(request, _("Somebody has imported or removed it in the meantime."))
        return redirect("members:import_add")
    except (applying.ChangedMeanwhileError, IntegrityError):
        return _show_anew(request, upload)
    messages.success(request, _said(changes))
    return redirect("members:import_add")


def _show_anew(request: HttpRequest, upload: ImportFile) -> HttpResponse:
    try:
        changes = changes_of(upload.kind, applying.content_of(upload))
    except WrongStateError as error:  # removed at this very moment
        raise Http404 from error
    return _show(request, upload, changes, is_anew=True)


def _said(changes: Changes) -> str:
    added = ngettext("%(count)s row added", "%(count)s rows added", changes.added)
    changed = ngettext("%(count)s row changed", "%(count)s rows changed", changes.changed)
    return _("The import is done: %(added)s, %(changed)s, %(same)s left as they were.") % {
        "added": added % {"count": changes.added},
        "changed": changed % {"count": changes.changed},
        "same": changes.unchanged,
    }


@require_POST
def import_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget a table that is not to be imported."""
    upload = managed(request, pk)
    try:
        applying.remove(upload)
    except WrongStateError:
        messages.warning(request, _("Somebody has imported or removed it in the meantime."))
    else:
        messages.success(request, _("The table is removed. Nothing was imported from it."))
    return redirect("members:import_add")
