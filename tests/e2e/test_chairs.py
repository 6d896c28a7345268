"""Journey: a call is opened, answered by a focal point, and decided."""

from playwright.sync_api import expect

from members.models import ChairTerm, Member
from tests import factories
from tests.e2e.looking import overflows
from tests.factories import today


def test_a_call_is_opened_answered_and_decided(visitor, pages, sign_in, scripts, no_violations):
    page, year = visitor, today().year + 2
    seen = []

    def look():
        page.set_viewport_size({"width": 360, "height": 740})
        assert not scripts or not overflows(page), page.url
        no_violations(page) if scripts else None
        seen.append(page.url)

    secretariat = factories.secretariat_editor()
    sign_in(page, secretariat, pages)
    page.goto(f"{pages}/chairs/")
    page.get_by_label("Day").fill("2018-06-01")
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_role("heading", name="The troika on 1 June 2018")).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("cell", name="2020").first).to_be_visible()
    look()
    page.get_by_role("link", name="Open a call").click()
    page.get_by_label("year").fill(str(year))
    page.get_by_label("words of the call").fill("Who would chair?")
    page.get_by_label("last day for answers").fill(f"{today().year}-12-31")
    look()
    page.get_by_role("button", name="Save the call").click()
    expect(page.get_by_role("status")).to_contain_text("The call is saved.")

    sign_in(page, factories.focal_point(Member.objects.get(slug="namibia")), pages)
    page.goto(f"{pages}/chairs/calls/{year}/")
    page.get_by_role("link", name="Answer for Namibia").click()
    page.get_by_label("statement").fill("What Namibia would bring.")
    look()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("What Namibia would bring.")).to_be_visible()
    look()

    page.context.clear_cookies()
    page.goto(f"{pages}/chairs/calls/{year}/")
    expect(page.get_by_text("Who would chair?", exact=True)).to_be_visible()
    expect(page.get_by_text("What Namibia would bring.")).to_have_count(0)

    sign_in(page, secretariat, pages)
    page.goto(f"{pages}/chairs/calls/{year}/")
    expect(page.get_by_text("3 of 12 with this answer")).to_be_visible()
    look()
    page.get_by_role("link", name="Record the decision").click()
    page.get_by_label("Namibia", exact=True).check()
    look()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("status")).to_contain_text("The decision is recorded.")
    assert ChairTerm.objects.get(since__year=year).names == "Namibia"
    assert len(seen) == 6
    assert page.problems == []
