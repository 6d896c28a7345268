"""The home page, and what every open page keeps: its queries, its headers, its words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Member
from tests import factories
from tests.factories import today

OPEN_PAGES = [
    "/",
    "/members/",
    "/members/namibia/",
    "/chairs/",
    "/meetings/",
    "/meetings/expert-group-meeting-2017/",
    "/meetings/expert-group-meeting-2017/summary/",
    "/documents/",
    "/documents/chairs-summary-expert-group-meeting-2017/",
    "/newsletter/",
    "/newsletter/subscribe/",
    "/healthz",
]


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_an_open_page_answers_without_account_in_at_most_ten_queries(client, network, path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
    assert response.status_code == 200
    assert len(queries) <= 10


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_an_open_page_runs_only_our_own_code(client, network, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert not response.cookies or path == "/newsletter/subscribe/"


def test_the_home_page_says_what_the_network_is_and_that_no_chair_is_recorded(client, network):
    text = client.get("/").text
    assert "resolution 1325 (2000)" in text
    assert "No Chair is recorded for today" in text
    assert ">64<" in text
    assert "99" in text


def test_the_home_page_names_the_chair_of_today(client, member):
    factories.ChairTermFactory(members=[member])
    text = client.get("/").text
    assert member.name in text
    assert "No Chair is recorded" not in text


def test_what_is_new_shows_nothing_that_the_reader_may_not_see(as_role, role, member):
    factories.DocumentFactory(title="Planted paper", visibility="troika", visibility_reason="Draft")
    factories.MeetingFactory(title="Planted meeting", is_draft=True, starts_on="2017-01-01")
    factories.EditionFactory(title="Planted edition")
    text = as_role.get("/").text
    secretariat = role in {"secretariat_editor", "secretariat_administrator"}
    assert ("Planted paper" in text) == (secretariat or role in {"chair_of_today", "troika"})
    assert ("Planted meeting" in text) == secretariat
    assert ("Planted edition" in text) == secretariat


@pytest.mark.parametrize("count", [1, 4])
def test_the_home_page_takes_a_fixed_number_of_queries(client, db, count):
    for _ in range(count):
        factories.DocumentFactory(issued_on=today().isoformat())
        factories.MeetingFactory()
        factories.MemberFactory()
    with CaptureQueriesContext(connection) as queries:
        text = client.get("/").text
    assert len(queries) == 6  # troika (no term: 1), documents, meetings, editions, count, total
    assert text.count('<a href="/documents/document-') == count
    assert Member.objects.count() == count


def test_a_page_that_does_not_exist_says_so_in_plain_words(client, db):
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert reverse("home") in response.text
