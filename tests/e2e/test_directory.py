"""Journey: a reader finds a member on a phone, with the keyboard alone, and sees the balance."""

from playwright.sync_api import expect

from tests.e2e.looking import overflows

PHONE = {"width": 360, "height": 740}


def fits(page, scripts):
    if scripts:
        assert not overflows(page), page.url


def look_at(page, scripts, no_violations):
    """Nothing for axe to find, and no wider than a phone."""
    fits(page, scripts)
    if scripts:
        no_violations(page)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_reader_finds_members_with_the_keyboard_and_sees_the_balance(
    visitor, pages, scripts, no_violations
):
    page = visitor
    page.set_viewport_size(PHONE)
    page.goto(f"{pages}/members/")
    expect(page.get_by_role("heading", name="64 members")).to_be_visible()
    # Shown as blocks, it still is a table to who hears it.
    expect(page.get_by_role("table").get_by_role("columnheader")).to_have_count(5)
    expect(page.get_by_role("rowheader")).to_have_count(64)
    fits(page, scripts)

    page.get_by_label("Name, ISO code or acronym").focus()
    page.keyboard.type("Namibya")
    press(page, "Enter")
    expect(page.get_by_role("row", name="Namibia")).to_be_visible()
    expect(page.get_by_text("These come nearest.")).to_be_visible()
    look_at(page, scripts, no_violations)

    page.get_by_role("link", name="Show all members").click()
    expect(page.get_by_role("rowheader")).to_have_count(64)
    page.get_by_text("Filter by kind, group, plan or theme").focus()
    press(page, "Enter", "Tab")
    expect(page.get_by_label("Kind of member")).to_be_focused()
    page.keyboard.type("States")
    press(page, "Tab")
    page.keyboard.type("African")
    press(page, "Tab", "Tab", "Tab")
    expect(page.get_by_role("button", name="Show these members")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="11 members: 11 States")).to_be_in_viewport()
    expect(page.get_by_label("Regional group", exact=True)).to_have_value("african")
    href = page.get_by_role("link", name="JSON").get_attribute("href")
    assert len(page.request.get(pages + href).json()) == 11
    fits(page, scripts)

    page.get_by_role("main").get_by_role("link", name="Regional balance").click()
    expect(page.get_by_role("heading", name="Published totals over time")).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("cell", name="54").first).to_be_visible()
    look_at(page, scripts, no_violations)
    assert page.problems == []
