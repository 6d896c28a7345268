"""Journey 1: a reader without account."""

import re

import pytest
from playwright.sync_api import expect

from meetings import rendering
from newsletter import approving, starting
from newsletter.models import Edition, Subscription
from tests import factories

READER = "reader@example.org"


@pytest.fixture
def published(site):
    """The PDF of the summary is made and the first edition is out, as on a running portal."""
    rendering.render_all()
    edition = Edition.objects.get()
    Edition.objects.update(edited_by=factories.secretariat_editor())  # the first person
    approving.approve(edition, factories.secretariat_administrator())
    edition.refresh_from_db()
    starting.start(edition, factories.secretariat_editor())
    return site


def test_a_reader_finds_what_the_network_did_and_subscribes(
    visitor, published, catcher, scripts, no_violations
):
    page = visitor

    def look(heading):
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        if scripts:
            no_violations(page)

    page.goto(published)
    look("Women and Peace and Security National Focal Points Network")
    expect(page.get_by_text("No Chair is recorded for today")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Meetings").first.click()
    look("Meetings")
    page.get_by_role("link", name="Expert Group Meeting").first.click()
    look("Expert Group Meeting")
    page.get_by_role("link", name="Chair's summary").first.click()
    look("summary of the Expert Group Meeting")
    page.get_by_role("link", name="Knowledge dissemination").click()
    expect(page.get_by_role("heading", name="Knowledge dissemination")).to_be_in_viewport()
    link = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    answer = page.request.get(published + link)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")

    page.get_by_role("navigation").get_by_role("link", name="Members").first.click()
    look("Members")
    page.get_by_role("main").get_by_role("link", name=re.compile("^African States")).click()
    page.get_by_role("link", name="Namibia").click()
    look("Namibia")
    expect(page.get_by_role("heading", name="First national action plan")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Newsletter").first.click()
    look("Newsletter")

    page.get_by_role("main").get_by_role("link", name="Subscribe").first.click()
    look("Subscribe")
    page.get_by_label("E-mail address").fill(READER)
    page.get_by_role("main").get_by_role("button", name="Subscribe").click()
    link = catcher.link(READER, "/newsletter/confirm/")
    page.request.get(link)  # a scanner that follows links confirms nobody
    assert Subscription.objects.get().state == "unconfirmed"
    page.goto(link)
    if scripts:
        no_violations(page)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert Subscription.objects.get().state == "active"
    assert page.problems == []
