"""Journey 3: an edition, from the editor's desk to the readers' mailboxes."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from newsletter import approving, starting
from newsletter.models import Delivery, Edition, Subscription
from newsletter.tasks import send_batches
from tests import factories
from tests.e2e.test_focal_point import fill_rich_text
from wpsnetwork.waking import wake

READERS = 12
SLUG = "from-the-expert-group-meeting-to-berlin"


@pytest.fixture
def readers(site):
    return factories.SubscriptionFactory.create_batch(READERS)


def write_an_item(page, site, scripts):
    page.goto(f"{site}/newsletter/editions/{SLUG}/")
    page.get_by_role("link", name=re.compile("Add an item here ?: Upcoming meetings")).click()
    page.get_by_label("Title").fill("A meeting to come")
    fill_rich_text(page, "Text", "The focal points meet again.", scripts)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", name="A meeting to come")).to_be_visible()


def wait_until_sent(page, scripts):
    """The bar moves by itself where scripts run; else the button shows the present state."""
    done = page.get_by_text("the counts add up")
    for _ in range(20):
        if scripts or done.is_visible():
            break
        page.get_by_role("link", name="Show the present state").click()
        page.wait_for_timeout(500)
    expect(done).to_be_visible(timeout=20_000)


def test_an_edition_is_written_approved_by_a_second_person_and_reaches_every_reader_once(
    visitor, site, sign_in, catcher, readers, scripts, no_violations
):
    page = visitor
    sign_in(page, factories.secretariat_editor(), site)
    write_an_item(page, site, scripts)
    page.get_by_role("link", name="Preview").first.click()
    expect(page.get_by_role("heading", name="On a phone")).to_be_visible()
    phone = page.get_by_title("The mail at the width of a phone")
    assert phone.bounding_box()["width"] <= 362  # 360 and its border
    for frame in (phone, page.get_by_title("The mail at the width of a desktop")):
        expect(frame.content_frame.get_by_text("The focal points meet again.")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("A meeting to come")
    expect(page.get_by_role("button", name="Approve this edition")).to_have_count(0)

    page.context.clear_cookies()
    sign_in(page, factories.secretariat_administrator(), site)
    page.goto(f"{site}/newsletter/editions/{SLUG}/preview/")
    if scripts:
        no_violations(page)
    page.get_by_role("button", name="Approve this edition").click()
    page.get_by_role("link", name="Send it").click()
    expect(page.get_by_text(str(READERS), exact=True)).to_be_visible()
    page.get_by_role("button", name="Send now").click()
    wait_until_sent(page, scripts)

    for reader in readers:
        (message,) = catcher.wait_for(reader.email)
        assert_it_is_the_edition(message)
    assert Edition.objects.get(slug=SLUG).state == "sent"
    assert Delivery.objects.filter(state="sent").count() == READERS

    assert page.problems == []
    page.context.clear_cookies()
    page.goto(f"{site}/newsletter/")
    page.get_by_role("main").get_by_role("link", name="Expert Group Meeting to Berlin").click()
    expect(page.get_by_text("The focal points meet again.")).to_be_visible()
    if scripts:
        no_violations(page)


def assert_it_is_the_edition(message: EmailMessage):
    assert "A meeting to come" in message.get_body(("plain",)).get_content()
    assert "A meeting to come" in message.get_body(("html",)).get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_reader_leaves_by_the_link_of_a_message(visitor, site, sign_in, catcher, scripts):
    reader = factories.SubscriptionFactory()
    edition = Edition.objects.get(slug=SLUG)
    approve_and_send(edition)
    link = catcher.link(reader.email, "/newsletter/leave/")
    visitor.goto(link)
    assert Subscription.objects.get(pk=reader.pk).state == "active"
    visitor.get_by_role("main").get_by_role("button").click()
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    assert Subscription.objects.get(pk=reader.pk).state == "left"


def approve_and_send(edition):
    """By the functions behind the buttons, which the journey above has pressed."""
    Edition.objects.update(edited_by=factories.secretariat_editor())  # the first person
    approving.approve(edition, factories.secretariat_administrator())
    edition.refresh_from_db()
    starting.start(edition, factories.secretariat_editor())
    wake(send_batches, edition.pk)
