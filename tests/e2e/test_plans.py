"""Journeys: a focal point keeps its plan alive; a reader compares three plans."""

from playwright.sync_api import expect

from members.models import ActionPlan, Member
from tests import factories
from tests.e2e.looking import assert_fits_a_phone


def look_at(page, scripts, no_violations):
    """Each type of page: nothing for axe to find, and it fits a phone."""
    if scripts:
        no_violations(page)
        assert_fits_a_phone(page)


def add_money(page, look):
    page.get_by_role("link", name="Add a source of money").click()
    page.get_by_label("Kind").select_option("partner")
    page.get_by_label("Amount").fill("1250000")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("alert")).to_contain_text("Name the partner")
    look()
    page.get_by_label("or the name of another partner").fill("A fund for peace")
    page.get_by_label("Currency").fill("nok")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("status")).to_contain_text("It is saved and public.")


def test_a_focal_point_keeps_its_plan_alive(visitor, pages, sign_in, scripts, no_violations):
    page = visitor

    def look():
        look_at(page, scripts, no_violations)

    namibia = Member.objects.get(slug="namibia")
    plan = ActionPlan.objects.of(namibia).in_order().last()
    sign_in(page, factories.focal_point(namibia), pages)
    page.goto(f"{pages}{plan.get_absolute_url()}")
    add_money(page, look)
    page.get_by_role("link", name="Add a steering committee").click()
    page.get_by_label("Level").select_option("district")
    page.get_by_label("Name").fill("Committee of the region")
    page.get_by_label("District or province").fill("Kavango")
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("link", name="Add a progress note").click()
    page.get_by_label("What was done").fill("The committee met for the first time.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("The committee met for the first time.")).to_be_visible()
    look()
    page.get_by_role("link", name="Add a document").click()
    page.get_by_label("Title").fill("Text of the plan")
    page.get_by_label("Address elsewhere").fill("https://example.org/plan")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("link", name="Text of the plan", exact=True)).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{pages}{plan.get_absolute_url()}")
    expect(page.get_by_role("link", name="Add a progress note")).to_have_count(0)
    expect(page.get_by_text("NOK 1,250,000")).to_be_visible()
    page.get_by_role("link", name="A fund for peace").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A fund for peace")
    look()
    assert page.problems == []


def test_a_reader_compares_three_plans(visitor, pages, scripts, no_violations):
    page = visitor

    def look():
        look_at(page, scripts, no_violations)

    plan = ActionPlan.objects.of(Member.objects.get(slug="namibia")).in_order().last()
    factories.SteeringCommitteeFactory(
        plan=plan, name="Committee of the region", level="district", district="Kavango"
    )
    factories.PlanFinanceFactory(plan=plan)
    page.goto(f"{pages}/plans/?q=namib")
    look()
    page.goto(f"{pages}/plans/?page=2")
    for box in ("Compare Namibia", "Compare Norway: First", "Compare Norway: Second"):
        page.get_by_role("checkbox", name=box).first.check()
    page.get_by_role("button", name="Compare the plans that are ticked").click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_text("Committee of the region (District: Kavango)")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Steering committees differs")).to_be_visible()
    look()
    for path in ("overview", "timeline", "partners", "compare"):
        page.goto(f"{pages}/plans/{path}/")
        look()
    assert page.problems == []
