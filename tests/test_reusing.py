"""A page is reused while nothing changes, and never longer."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def second(time_machine):
    """The clock stands still, so that no second passes unasked."""
    time_machine.move_to("2026-11-25 12:00:00.5 +0000", tick=False)
    caches["pages"].clear()
    return time_machine


def queries_of(client, path="/", **kwargs) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, **kwargs).status_code == 200
    return len(queries)


def test_a_reader_gets_the_page_of_the_reader_before(client):
    """Tried several times: other tests write into other databases of the same server."""
    first = client.get("/")
    asked = [queries_of(client) for _ in range(50)]
    assert 1 in asked
    again = client.get("/")
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]


def test_a_change_is_on_the_next_page(client):
    member = factories.MemberFactory()
    client.get("/")
    factories.ChairTermFactory(members=[member], since="2026-01-01", until="2026-12-31")
    assert member.name in client.get("/").text


def test_what_is_withdrawn_is_gone_from_the_next_page(client):
    document = factories.DocumentFactory(title="Planted paper")
    assert "Planted paper" in client.get("/").text
    document.visibility, document.visibility_reason = "troika", "By mistake"
    document.save()
    assert "Planted paper" not in client.get("/").text


def test_an_embargo_lifts_at_its_second(client, second):
    factories.DocumentFactory(title="Planted paper", embargo_until="2026-11-25 12:00:01+00:00")
    assert "Planted paper" not in client.get("/").text
    second.move_to("2026-11-25 12:00:01.1 +0000", tick=False)
    assert "Planted paper" in client.get("/").text


def test_a_signed_in_person_gets_a_page_of_their_own(client):
    client.get("/")
    person = Client()
    person.force_login(factories.UserFactory())
    assert "Your desk" in person.get("/").text
    assert "Your desk" not in client.get("/").text


def test_a_request_with_a_query_is_not_reused(client):
    client.get("/")
    assert queries_of(client, "/?page=2") > 1


def test_the_page_of_a_head_request_is_not_kept(client):
    assert client.head("/").content == b""
    assert "Network" in client.get("/").text
