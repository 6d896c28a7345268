"""Pages of errors speak plainly, and the one for a failing server needs nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from wpsnetwork.views import csrf_failure


@pytest.fixture
def request_of_nobody():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.resolver_match = None
    return request


def test_a_refused_form_is_explained(request_of_nobody):
    response = csrf_failure(request_of_nobody, reason="no cookie")
    assert response.status_code == 403
    assert "Nothing was saved." in response.content.decode()


def test_the_page_of_a_failing_server_needs_no_context():
    html = render_to_string("500.html")
    assert "Something went wrong" in html
    assert "<script" not in html
    assert "style=" not in html


@pytest.mark.parametrize("template", ["403.html", "404.html", "410.html"])
def test_pages_of_errors_have_one_heading_and_the_menu(template, request_of_nobody):
    html = render_to_string(template, request=request_of_nobody)
    assert html.count("<h1") == 1
    assert "site-header" in html


def test_a_withdrawn_version_says_why(request_of_nobody):
    html = render_to_string("410.html", {"reason": "Replaced."}, request=request_of_nobody)
    assert "Replaced." in html
