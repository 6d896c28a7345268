"""A page made once is given again to readers while nothing in the database has changed.

Most requests come from readers without account and ask for the same page. It is made anew as soon
as any transaction has committed, and once a second in any case, since an embargo lifts and a day
begins by the clock alone (docs/decisions/0040-a-page-is-reused-while-nothing-changes.md).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

View = Callable[..., HttpResponse]


def reused_while_nothing_changes(view: View) -> View:
    """Let an open page without forms be reused for requests without cookie and query.

    Whoever has a cookie may be somebody, or be waiting for a message, and gets a page of their own.
    """

    @wraps(view)
    def reusing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" or request.COOKIES or request.META.get("QUERY_STRING"):
            return view(request, *args, **kwargs)
        # Read before the page is made: what changes in between changes the stamp too, so that no
        # page is kept as newer than it is.
        stamp = (_state_of_the_database(), int(time.time()))
        if stamp[0] is None:
            return view(request, *args, **kwargs)
        kept, key = caches["pages"], f"{request.path}|{get_language()}"
        made, page = kept.get(key, (None, ""))
        if made == stamp:
            return HttpResponse(page)
        response = view(request, *args, **kwargs)
        kept.set(key, (stamp, response.text))
        return response

    return reusing


def _state_of_the_database() -> str | None:
    """Return which transactions have ended; two equal answers mean that nothing has changed.

    None inside a transaction, whose own changes the answer does not show.
    """
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])
