"""Private answers are marked; open pages for readers without an account are not."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from wpsnetwork.middleware import PrivateAnswersMiddleware


def closed_page(request):
    return HttpResponse()


@login_not_required
def open_page(request):
    return HttpResponse()


def cache_control(user, view, answer=None):
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = view and SimpleNamespace(func=view)
    response = PrivateAnswersMiddleware(lambda _: answer or HttpResponse())(request)
    return response.get("Cache-Control")


SOMEBODY = SimpleNamespace(is_authenticated=True)
NOBODY = AnonymousUser()


@pytest.mark.parametrize(
    ("user", "view", "expected"),
    [
        (NOBODY, open_page, None),
        (NOBODY, None, None),
        (NOBODY, closed_page, "private, no-store"),
        (SOMEBODY, open_page, "private, no-store"),
        (SOMEBODY, closed_page, "private, no-store"),
        (SOMEBODY, None, "private, no-store"),
    ],
)
def test_answers_for_one_person_are_not_kept(user, view, expected):
    assert cache_control(user, view) == expected


def test_what_the_view_says_itself_stays():
    answer = HttpResponse(headers={"Cache-Control": "no-cache"})
    assert cache_control(SOMEBODY, closed_page, answer) == "no-cache"
