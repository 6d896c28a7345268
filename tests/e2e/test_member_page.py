"""The page of a member in a browser: nothing for axe to find, and it fits a phone."""

import pytest
from playwright.sync_api import expect

from members.models import Member, Theme
from tests import factories
from tests.e2e.looking import assert_fits_a_phone

DAY = "2022-06-01"


def look(page, no_violations):
    no_violations(page)
    assert_fits_a_phone(page)


@pytest.mark.parametrize("slug", ["namibia", "african-union"])
def test_the_page_of_today_and_of_another_day_can_be_read_by_everybody(
    page, pages, sign_in, no_violations, slug
):
    member = Member.objects.get(slug=slug)
    member.themes.set(Theme.objects.all()[:3])
    regional = factories.ActionPlanFactory(
        state=None, organization=Member.objects.get(slug="african-union").organization
    )
    Member.objects.get(slug="namibia").state.plans.update(regional_plan=regional)
    sign_in(page, factories.focal_point(member), pages)
    page.goto(f"{pages}/members/{slug}/")
    look(page, no_violations)
    page.get_by_label("Day").fill(DAY)
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_text("as of 1 June 2022")).to_be_visible()
    look(page, no_violations)
    page.get_by_role("link", name="See the page of today").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.goto(f"{pages}/members/{slug}/?on=2022-06")
    page.get_by_role("link", name="This is no day of the calendar").click()
    expect(page.get_by_label("Day")).to_be_focused()
    look(page, no_violations)
