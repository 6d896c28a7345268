"""Saving what two people may edit at once: a text with one page for every conflict, or a day."""

from typing import Any

from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from members.concurrency import VersionedModelForm
from members.errors import ConflictError


def save_or_show_conflict(
    request: HttpRequest, form: VersionedModelForm, template: str, context: dict[str, Any]
) -> HttpResponse | None:
    """Save a valid form and return None; or return the page that shows both texts.

    On that page the form still holds what was typed; sent again, it replaces what is stored.
    """
    try:
        form.save_if_current()
    except ConflictError as conflict:
        differences = form.differences(conflict.stored)
        form.keep_typed_over(conflict.stored)
        return render(request, template, {**context, "differences": differences}, status=409)
    return None


def save_last_day(form: ModelForm) -> bool:
    """Save a valid form with the field `until`; False, and nothing saved, if the database refuses.

    It does where somebody else has just recorded days that overlap; the form says so.
    """
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("until", _("Somebody recorded this at the same moment. Look and try again."))
        return False
    return True
