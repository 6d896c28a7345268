"""Journey 2: a focal point is invited, signs in, and keeps its member's page true."""

import datetime

from playwright.sync_api import expect

from members.models import Designation, Member, User
from tests import factories

WORDS = "a long enough password"


def invite(page, site, sign_in):
    sign_in(page, factories.secretariat_editor(), site)
    page.goto(f"{site}/members/namibia/")
    page.get_by_role("link", name="Focal points", exact=True).click()
    page.get_by_role("link", name="Record a designation").click()
    page.get_by_label("Name of the person").fill("A colleague")
    page.get_by_label("E-mail address of the person").fill("colleague@example.org")
    page.get_by_label("Function").select_option("principal")
    page.get_by_role("button", name="Record and invite").click()
    expect(page.get_by_role("status")).to_contain_text("The invitation leaves as soon as")
    page.context.clear_cookies()


def fill_rich_text(page, label, words, scripts):
    """Type into the editor where scripts run, into the text area where they do not."""
    if scripts:
        page.locator("[contenteditable]").fill(words)
    else:
        page.get_by_label(label).fill(words)


def test_a_focal_point_is_invited_and_edits_its_own_member(
    visitor, site, sign_in, catcher, scripts, no_violations
):
    page = visitor
    invite(page, site, sign_in)
    page.goto(catcher.link("colleague@example.org", "/members/invitation/"))
    page.get_by_label("New password", exact=True).fill(WORDS)
    page.get_by_label("New password confirmation").fill(WORDS)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Email").fill("colleague@example.org")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your desk")

    page.get_by_role("link", name="Edit the profile").click()
    fill_rich_text(page, "Overview", "We carry out our second plan.", scripts)
    page.get_by_label("Ministry or body of the focal point").fill("Ministry of Foreign Affairs")
    page.get_by_label("Public e-mail address").fill("office@example.org")
    if scripts:
        no_violations(page)
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("status")).to_contain_text("Your changes are saved and public.")

    page.get_by_role("link", name="Edit this member").click()
    page.get_by_role("link", name="Add a plan").click()
    page.get_by_label("Generation").fill("2")
    page.get_by_label("Ministry or body in the lead").fill("Ministry of Gender")
    page.get_by_role("button", name="Save and publish").click()

    page.context.clear_cookies()
    page.goto(f"{site}/members/namibia/")
    expect(page.get_by_text("We carry out our second plan.")).to_be_visible()
    expect(page.get_by_text("Second national action plan")).to_be_visible()
    sign_in(page, User.objects.get(email="colleague@example.org"), site)
    page.goto(f"{site}/members/namibia/")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("A colleague").first).to_be_visible()
    assert page.goto(f"{site}/members/norway/edit/").status == 404
    assert page.problems == [] or all("404" in problem for problem in page.problems)


def test_when_the_designation_has_ended_the_signed_in_browser_gets_404(visitor, site, sign_in):
    user = factories.focal_point(Member.objects.get(slug="namibia"))
    sign_in(visitor, user, site)
    assert visitor.goto(f"{site}/members/namibia/edit/").status == 200
    Designation.objects.update(until=factories.today() - datetime.timedelta(days=1))
    assert visitor.goto(f"{site}/members/namibia/edit/").status == 404
