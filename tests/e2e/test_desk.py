"""The desk and the facts that are to be compared: at phone width and through axe."""

import re

from playwright.sync_api import expect

from members.models import Invitation, Member, State
from tests import factories
from tests.e2e.looking import overflows
from tests.factories import today
from tests.roles import DAY


def named(act, about):
    """The name of an action, which says in hidden words what it is about."""
    return re.compile(f"^{act}.*{about}$")


def look(page, no_violations):
    page.set_viewport_size({"width": 360, "height": 800})
    assert not overflows(page), page.url
    no_violations(page)


def test_the_secretariat_finds_its_way_from_the_desk(page, pages, sign_in, no_violations):
    sign_in(page, factories.secretariat_editor(), pages)
    Invitation.objects.create(user=factories.UserFactory(name="A person"))
    factories.DesignationFactory(
        member=Member.objects.get(slug="namibia"), since=today() - 600 * DAY, until=today() + DAY
    )
    page.goto(f"{pages}/members/desk/")
    look(page, no_violations)
    contents = page.get_by_role("navigation", name="What waits for the secretariat")
    contents.get_by_role("link", name="Designations that end soon 1").click()
    expect(page.get_by_role("heading", name="Designations that end soon 1")).to_be_in_viewport()
    page.get_by_role("link", name=named("Hand over", "Namibia")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hand over from")
    page.goto(f"{pages}/members/desk/")
    page.get_by_role("button", name=named("Cancel", "A person")).click()
    expect(page.get_by_text("The invitation is cancelled")).to_be_visible()
    page.get_by_role("link", name=named("Show all 64", "not recorded")).click()
    look(page, no_violations)


def test_a_groups_facts_are_compared_and_leave_the_desk(page, pages, sign_in, no_violations):
    sign_in(page, factories.secretariat_editor(), pages)
    page.goto(f"{pages}/members/desk/facts/")
    look(page, no_violations)
    page.get_by_role("link", name=named("Compare", "Eastern European States")).click()
    look(page, no_violations)
    page.get_by_role("button", name="Record those ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick what you have compared")
    look(page, no_violations)
    page.get_by_label("Albania").check()
    page.get_by_role("textbox", name="Source").fill("The list as of 1 October 2026.")
    State.objects.filter(pk="ALB").update(name_in_text="Albania", name="Albania, changed")
    page.get_by_role("button", name="Record those ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("A fact has changed since you began")
    look(page, no_violations)
    page.get_by_label("Albania, changed").check()
    page.get_by_role("button", name="Record those ticked").click()
    expect(page.get_by_text("1 fact is recorded as compared.")).to_be_visible()
    page.get_by_role("textbox", name="Source").fill("The list as of 1 October 2026.")
    page.get_by_role("button", name="Record all 22 shown").click()
    expect(page.get_by_text("22 facts are recorded as compared.")).to_be_visible()
    assert "Eastern European States" not in page.get_by_role("main").inner_text()


def test_a_focal_point_and_a_drafter_read_their_desks(page, pages, sign_in, no_violations):
    namibia = Member.objects.get(slug="namibia")
    drafter = factories.DrafterFactory(member=namibia).user
    factories.ProposedChangeFactory(member=namibia, written_by=drafter)
    factories.ChairCallFactory()
    card = factories.TwinningCardFactory(member=namibia)
    factories.TwinningMessageFactory(thread__card=card)
    for user in (factories.focal_point(namibia, since=today() - 600 * DAY), drafter):
        sign_in(page, user, pages)
        page.goto(f"{pages}/members/desk/")
        look(page, no_violations)
        page.get_by_role("link", name=": Profile").click()
        expect(page.get_by_text("As drafted.").first).to_be_visible()
