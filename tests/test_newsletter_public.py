"""The newsletter for everyone: the archive and the page of each edition."""

import re

import pytest
from django.urls import reverse

from meetings.models import Document
from newsletter.models import EditionItem
from tests.factories import DocumentFactory, EditionFactory, EditionItemFactory, UserFactory
from tests.roles import SECRETARIAT

pytestmark = pytest.mark.django_db
PLANTED = "planted-words-of-a-draft"
NOW = "2026-11-01T12:00Z"


def left(**fields):
    """An edition that has left."""
    return EditionFactory(
        state="sent",
        approved_by=UserFactory(),
        approved_at=NOW,
        sending_started_at=NOW,
        recipient_count=0,
        sent_at=NOW,
        **fields,
    )


def test_a_draft_is_seen_by_the_secretariat_only(as_role, role):
    item = EditionItemFactory(body=f"<p>{PLANTED}</p>", edition__title=PLANTED)

    page = as_role.get(item.edition.get_absolute_url())
    archive = as_role.get(reverse("newsletter:list"))

    assert page.status_code == (200 if role in SECRETARIAT else 404)
    assert (PLANTED in page.text) is (role in SECRETARIAT)
    assert PLANTED not in archive.text


def test_an_edition_that_left_is_public(as_role):
    edition = left(title="November news")
    EditionItemFactory(edition=edition, body=f"<p>{PLANTED}</p>")

    assert PLANTED in as_role.get(edition.get_absolute_url()).text
    assert "November news" in as_role.get(reverse("newsletter:list")).text


def test_a_cancelled_edition_stays_public_only_if_it_had_begun_to_leave(client):
    never = EditionFactory(state="cancelled")
    partly = left()
    partly.state = "cancelled"
    partly.save()
    assert client.get(never.get_absolute_url()).status_code == 404
    assert client.get(partly.get_absolute_url()).status_code == 200


def test_the_page_has_its_places_in_order_each_with_an_anchor(client):
    edition = left(introduction="<p>Welcome</p>")
    EditionItemFactory(edition=edition, place=EditionItem.Place.UPCOMING)
    EditionItemFactory(edition=edition, place=EditionItem.Place.CIVIL_SOCIETY)

    page = client.get(edition.get_absolute_url()).text

    assert re.findall(r'<section class="section edition-place" id="([\w-]+)"', page) == [
        "civil-society",
        "upcoming",
    ]
    assert 'href="#civil-society"' in page
    assert "Message of the Chair" not in page  # an empty place is left out
    assert "<p>Welcome</p>" in page


def test_text_in_a_row_is_cleaned_on_its_way_out_too(client):
    edition = left(title="<b>Bold</b>")
    EditionItemFactory(edition=edition, body="<p>Fine<script>bad()</script></p>")
    page = client.get(edition.get_absolute_url()).text
    assert "<p>Fine</p>" in page
    assert "bad()" not in page
    assert "<b>Bold</b>" not in page


def test_the_first_edition_is_named_though_its_text_was_not_found(client):
    DocumentFactory(kind=Document.Kind.NEWSLETTER, title="First edition; text not found")
    DocumentFactory(
        kind=Document.Kind.NEWSLETTER,
        title="For the troika",
        visibility="troika",
        visibility_reason="A draft",
    )
    DocumentFactory(kind=Document.Kind.AGENDA, title="An agenda")
    page = client.get(reverse("newsletter:list")).text
    assert "First edition; text not found" in page
    assert "For the troika" not in page
    assert "An agenda" not in page


def test_an_empty_archive_says_so(client):
    page = client.get(reverse("newsletter:list")).text
    assert "No edition has been published on this site yet." in page
    assert "From before this site" not in page


@pytest.mark.parametrize("count", [1, 5])
def test_the_archive_takes_a_fixed_number_of_queries(client, django_assert_num_queries, count):
    for _ in range(count):
        left()
        DocumentFactory(kind=Document.Kind.NEWSLETTER)
    with django_assert_num_queries(2):
        page = client.get(reverse("newsletter:list")).text
    assert page.count('href="/newsletter/edition-') == count


@pytest.mark.parametrize("count", [1, 5])
def test_an_edition_takes_a_fixed_number_of_queries(
    client, member, django_assert_num_queries, count
):
    edition = left()
    for place in range(1, count + 1):
        EditionItemFactory(edition=edition, place=place, member=member)
    with django_assert_num_queries(2):
        page = client.get(edition.get_absolute_url()).text
    assert page.count("edition-item") == count


def test_public_pages_carry_no_inline_code_or_style(client):
    edition = left()
    EditionItemFactory(edition=edition)
    for address in (reverse("newsletter:list"), edition.get_absolute_url()):
        page = client.get(address).text
        assert not re.search(r"<style|\sstyle=|\son\w+=", page), address
        assert not re.search(r"<script(?![^>]*\b(?:src|nonce)=)[^>]*>", page), address
