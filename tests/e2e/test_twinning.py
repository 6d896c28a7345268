"""A twinning is found, written about and recorded; a practice is shared and recognized."""

from playwright.sync_api import expect

from members.models import Member, Theme
from tests import factories
from tests.e2e.looking import assert_fits_a_phone
from tests.factories import focal_point


def look(page, no_violations, scripts):
    """Whatever the width nothing reaches over the edge; axe finds nothing."""
    assert_fits_a_phone(page)
    if scripts:
        no_violations(page)


def test_a_twinning_is_found_written_about_and_recorded(
    visitor, site, sign_in, catcher, scripts, no_violations
):
    page = visitor
    financing = Theme.objects.get(slug="financing")
    kenya, norway = (Member.objects.get(slug=slug) for slug in ("kenya", "norway"))
    asking, offering = focal_point(kenya), focal_point(norway)
    factories.TwinningCardFactory(
        member=norway,
        theme=financing,
        stage="launch",
        text="We can show how our budget follows the plan.",
    )

    sign_in(page, asking, site)
    page.goto(f"{site}/twinning/")
    look(page, no_violations, scripts)
    page.get_by_role("link", name="Your cards and suggestions").click()
    page.get_by_role("link", name="Add a card").click()
    look(page, no_violations, scripts)
    page.get_by_label("Kind").select_option("request")
    page.get_by_label("Theme").select_option(label="Financing")
    page.get_by_label("Language").select_option("en")
    page.get_by_label("Stage of the plan").select_option("launch")
    page.get_by_label("What is offered or asked for").fill("How do others pay for their plan?")
    page.get_by_role("button", name="Open the card").click()
    page.get_by_role("link", name="Your cards and suggestions").click()
    for reason in (
        "Norway offers help with financing, which you ask for.",
        "Both work in English.",
        "Both are at the same stage: launching a plan.",
    ):
        expect(page.get_by_text(reason)).to_be_visible()
    look(page, no_violations, scripts)
    page.get_by_role("link", name="Norway: Financing").click()
    look(page, no_violations, scripts)
    page.get_by_role("textbox", name="Message").fill("Could we talk about your budget?")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_role("status")).to_contain_text("Your message is sent.")

    letter = catcher.wait_for(offering.email)[0].get_body(("plain",)).get_content()
    assert "budget" not in letter
    link = catcher.link(offering.email, "/twinning/messages/")
    sign_in(page, offering, site)
    page.goto(f"{site}/twinning/cards/")
    look(page, no_violations, scripts)
    page.get_by_role("link", name="Messages 1 unread").click()
    look(page, no_violations, scripts)
    page.goto(link)
    expect(page.get_by_text("Could we talk about your budget?")).to_be_visible()
    look(page, no_violations, scripts)
    page.get_by_role("textbox", name="Message").fill("Gladly, next week.")
    page.get_by_role("button", name="Send the message").click()
    catcher.wait_for(asking.email)

    page.get_by_role("link", name="Have you agreed? Record the twinning").click()
    look(page, no_violations, scripts)
    page.get_by_label("The other member").select_option(label="Kenya")
    page.get_by_label("Since").fill("2026")
    page.get_by_label("Financing").check()
    page.get_by_role("button", name="Save and publish").click()
    page.context.clear_cookies()
    page.goto(f"{site}/twinning/?theme=financing")
    expect(page.get_by_role("heading", name="Norway and Kenya")).to_be_visible()
    assert page.problems == []


def test_a_practice_is_written_published_and_recognized(
    visitor, pages, sign_in, scripts, no_violations
):
    page = visitor
    page.goto(f"{pages}/practices/")
    look(page, no_violations, scripts)
    page.get_by_role("link", name="Costing manual with financing alternatives").click()
    look(page, no_violations, scripts)
    sign_in(page, focal_point(Member.objects.get(slug="kenya")), pages)
    page.goto(f"{pages}/practices/")
    page.get_by_role("link", name="Add the first practice").click()
    look(page, no_violations, scripts)
    expect(page.get_by_label("Funding of local organizations")).to_be_checked()
    page.get_by_label("Title").fill("Small grants in the districts")
    page.get_by_label("What was done").fill("A fund gives small grants.")
    page.get_by_role("button", name="Save the draft").click()
    look(page, no_violations, scripts)
    page.get_by_role("button", name="Publish the card").click()
    expect(page.get_by_role("status")).to_contain_text("The card is public now.")
    address = page.url
    sign_in(page, focal_point(Member.objects.get(slug="norway")), pages)
    page.goto(address)
    page.get_by_label("What it helped with").fill("We begin the same.")
    page.get_by_role("button", name="Recognize this practice").click()
    look(page, no_violations, scripts)
    page.context.clear_cookies()
    page.goto(f"{pages}/practices/?theme=funding-of-local-organizations")
    page.get_by_role("link", name="Small grants in the districts").click()
    expect(page.get_by_text("We begin the same.")).to_be_visible()
    assert page.problems == []
