"""Private answers stay private on their way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class PrivateAnswersMiddleware:
    """Mark what is not public with `Cache-Control: private, no-store`.

    A shared cache, or the next person at the same computer, must not be able to show again what
    one person was allowed to see: rights here lapse with a dated row (docs/domain.md, rule 2),
    and a copy would outlive them. So every answer to a signed-in person is marked, and every
    answer of a page that is not open, unless the view has set Cache-Control itself. Open pages
    (docs/domain.md, rule 1) stay unmarked for readers without an account.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and is_private(request):
            response["Cache-Control"] = "private, no-store"
        return response


def is_private(request: HttpRequest) -> bool:
    """Whether the answer is for one person: someone is signed in, or the page asks for it."""
    if request.user.is_authenticated:
        return True
    match = request.resolver_match
    return match is not None and getattr(match.func, "login_required", True)
