"""Journey: from the open form to a member in the directory."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.e2e.looking import assert_fits_a_phone


@pytest.fixture
def look(scripts, no_violations):
    """Look at a page as it stands: at phone width and through axe, once for each page."""

    def check(page):
        if scripts:
            assert_fits_a_phone(page)
            no_violations(page)

    return check


def ask_to_join(page, site, look):
    page.goto(f"{site}/")
    page.get_by_role("contentinfo").get_by_role("link", name="Join the Network").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("State or organization").fill("Ghana")
    page.get_by_label("Your name").fill("A person")
    page.get_by_label("Ministry or body").fill("Ministry of Foreign Affairs")
    page.get_by_label("Your e-mail address").fill("someone@example.org")
    page.get_by_label("Why you wish to join").fill("To learn from others.\nAnd to share.")
    look(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    look(page)


def take_up(page, site, look):
    page.goto(f"{site}/join/pipeline/")
    page.get_by_role("link", name="Look at the requests").click()
    look(page)
    page.get_by_role("link", name="Ghana").click()
    expect(page.get_by_label("State (optional)", exact=True)).to_have_value("GHA")
    look(page)
    page.get_by_role("button", name="Take up").click()
    expect(page.get_by_text("The request is taken up. Nothing was sent.")).to_be_visible()


def write_the_log(page, look):
    page.get_by_label("What was said or done").fill("Spoke with the mission.")
    page.get_by_label("Next step (optional)").fill("Send the invitation")
    page.get_by_role("button", name="Write", exact=True).click()
    look(page)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("The step is done.")).to_be_visible()
    page.get_by_role("link", name="Edit contact and note").click()
    page.get_by_label("Note").fill("For the secretariat alone.")
    look(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Move to: Invited").click()


def record_the_designation(page):
    page.get_by_role("link", name="Record a designation").click()
    page.get_by_label("Name of the person").fill("A focal point")
    page.get_by_label("E-mail address of the person").fill("focal@example.org")
    page.get_by_label("Function").select_option("principal")
    page.get_by_role("button", name="Record and invite").click()
    expect(page.get_by_text("The designation is recorded.")).to_be_visible()


def admit(page, site, look):
    page.goto(f"{site}/join/pipeline/")
    look(page)
    page.get_by_role("main").get_by_role("link", name="Ghana").click()
    page.get_by_role("button", name="Move to: Designation received").click()
    page.get_by_role("link", name="Make it a member").click()
    look(page)
    page.get_by_label("Joined").fill("2026-11")
    page.get_by_role("button", name="Make it a member").click()
    expect(page.get_by_text("Ghana is a member of the Network.")).to_be_visible()


def test_a_state_asks_to_join_and_stands_in_the_directory_at_the_end(visitor, pages, sign_in, look):
    page = visitor
    ask_to_join(page, pages, look)
    sign_in(page, factories.secretariat_editor(), pages)
    take_up(page, pages, look)
    write_the_log(page, look)
    page.context.clear_cookies()
    assert page.goto(f"{pages}/members/ghana/").status == 404
    page.problems.clear()  # the browser has written this answer in its console
    sign_in(page, factories.secretariat_administrator(), pages)
    page.goto(f"{pages}/join/pipeline/")
    page.get_by_role("main").get_by_role("link", name="Ghana").click()
    record_the_designation(page)
    admit(page, pages, look)
    page.context.clear_cookies()
    page.goto(f"{pages}/members/")
    page.get_by_role("main").get_by_role("link", name="Ghana").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ghana")
    assert page.problems == []


@pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])
def test_the_secretariat_reaches_out_from_a_list(visitor, pages, sign_in, look):
    page = visitor
    sign_in(page, factories.secretariat_editor(), pages)
    page.goto(f"{pages}/join/lists/")
    look(page)
    page.get_by_role("link", name="Ask a question").click()
    page.get_by_label("Members of").select_option(label="African Union")
    page.get_by_label("In the Network").select_option("no")
    page.get_by_role("button", name="Show the States").click()
    look(page)
    page.get_by_label("Name of the list").fill("African Union, not in the Network")
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("African Union, not in the Network")
    page.get_by_role("button", name="Add Benin to the pipeline").click()
    expect(page.get_by_role("link", name=re.compile("Approached ?: Benin"))).to_be_visible()
    look(page)
    page.get_by_role("link", name="Edit the list").click()
    look(page)
    page.goto(f"{pages}/join/pipeline/start/")
    look(page)
    assert page.problems == []
