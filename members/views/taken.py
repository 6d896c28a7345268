"""Tell the browser that what it has kept of a form is stored now (static/js/keep-typed.js)."""

from django.http import HttpRequest, HttpResponse

COOKIE = "taken"


def is_taken(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with a short-lived cookie that names the address of the form, no more."""
    secure = request.is_secure()
    response.set_cookie(COOKIE, request.path, max_age=600, secure=secure, samesite="Lax")
    return response
