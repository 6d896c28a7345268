"""Lead a person back to the page from which a form was opened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_back(request: HttpRequest, otherwise: Any) -> HttpResponse:
    """Redirect to `?back=`, a path on the portal, or where there is none to `otherwise`."""
    back = request.GET.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect(otherwise)
