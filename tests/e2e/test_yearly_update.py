"""Journey: a busy focal point goes through the yearly update on a phone."""

import datetime
import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from members import inviting, noticing, reminding
from members.models import Invitation, Member
from tests import factories
from tests.e2e.looking import overflows

WORDS = "a long enough password"
NOTHING_KEPT = "Object.keys(sessionStorage).every(key => !key.startsWith('typed:'))"
LONG_AGO = datetime.timedelta(days=400)


def until(page, expression):
    """Wait for it as long as a person would; the policy forbids the page to poll by itself."""
    for _ in range(50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


class Walk:
    """A page on a phone that counts what a person counts: presses, and screens that appear."""

    def __init__(self, page, scripts, no_violations):
        page.set_viewport_size({"width": 360, "height": 740})
        self.page, self.presses, self.screens = page, 0, 0
        self.check = no_violations if scripts else lambda page: None
        page.on("response", self._count)

    def _count(self, response):
        of_page = response.request.is_navigation_request() and response.frame.parent_frame is None
        self.screens += of_page and response.status == 200

    def look(self):
        """Nothing scrolls sideways, and axe finds nothing."""
        assert not overflows(self.page), self.page.url
        self.check(self.page)

    def press(self, name):
        self.presses += 1
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def heading(self, words):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)
        self.look()


@pytest.fixture
def focal_point(pages):
    """A focal point of Namibia, designated long ago, who has never confirmed anything."""
    since = factories.today() - LONG_AGO
    user = factories.focal_point(Member.objects.get(slug="namibia"), since=since)
    inviting.accept(Invitation.objects.create(user=user), WORDS)
    return user


def test_with_nothing_changed_it_takes_eight_screens_and_seven_presses_from_the_mail(
    visitor, pages, focal_point, scripts, no_violations
):
    Member.objects.filter(slug="namibia").update(
        confirmed_on=reminding.months_from(factories.today(), -11)
    )
    assert reminding.remind_of_updates(factories.today()) == 1
    noticing.send_waiting()
    walk = Walk(visitor, scripts, no_violations)
    visitor.goto(re.search(rf"{pages}\S+", mail.outbox[-1].body)[0])
    visitor.get_by_label("Email").fill(focal_point.email)
    visitor.get_by_label("Password").fill(WORDS)
    walk.press("Sign in")
    walk.heading("Yearly update of Namibia")
    walk.press("Begin the update")
    walk.heading("Profile and contact")
    walk.press("Still correct")
    walk.heading("Focal points")
    walk.press("Still correct")
    walk.heading("Action plans")
    walk.press("All still correct")
    walk.heading("Practices and twinning")
    walk.press("Still correct")
    walk.heading("Confirm and finish")
    walk.press("Confirm and finish")
    walk.heading("Namibia")
    expect(visitor.get_by_role("status")).to_contain_text("confirmed as of today")
    assert (walk.screens, walk.presses) == (8, 7)
    assert Member.objects.get(slug="namibia").confirmed_on == factories.today()
    assert visitor.problems == []


# Without scripts the browser itself keeps the form of a page that failed.
@pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])
def test_what_is_typed_survives_a_lost_connection_and_leaves_no_trace(
    visitor, pages, focal_point, sign_in
):
    page = visitor
    sign_in(page, focal_point, pages)
    page.goto(f"{pages}/members/namibia/update/")
    page.get_by_role("button", name="Begin the update").click()
    page.locator("[contenteditable]").fill("We carry out our second plan.")
    page.get_by_label("Office", exact=False).first.fill("Gender Division")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save and go on").click()
    page.context.set_offline(False)
    page.goto(f"{pages}/members/namibia/update/profile/")
    expect(page.get_by_text("What you typed before is back in the form.")).to_be_visible()
    expect(page.locator("[contenteditable]")).to_have_text("We carry out our second plan.")
    page.get_by_role("button", name="Still correct").click()
    expect(page.get_by_role("alert")).to_contain_text("You have changed the form.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Focal points")
    until(page, NOTHING_KEPT)
    member = Member.objects.get(slug="namibia")
    assert (member.overview, member.office) == (
        "<p>We carry out our second plan.</p>",
        "Gender Division",
    )
    page.get_by_text("Something is wrong").click()
    page.get_by_label("What is wrong").fill("Somebody has left.")
    until(page, f"!({NOTHING_KEPT})")
    page.get_by_role("button", name="Sign out").click()
    until(page, NOTHING_KEPT)
