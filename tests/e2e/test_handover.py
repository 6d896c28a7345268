"""Journey: a focal point is invited, hands over, and its rights lapse. And how the pages look."""

import datetime

import pytest
from playwright.sync_api import expect

from members import drafting, inviting
from members.history_rows import events_of
from members.models import ActionPlan, Drafter, Member, ProposedChange
from tests import factories
from tests.e2e.looking import overflows
from tests.factories import today

DAY = datetime.timedelta(days=1)
WORDS = "a long enough password"
FIRST, NEXT = "first@example.org", "next@example.org"


@pytest.fixture(params=[True], ids=["with-scripts"])
def scripts(request):
    """Two people are invited by real mail: once is long enough."""
    return request.param


def record(page, site):
    page.goto(f"{site}/members/namibia/designations/add/")
    page.get_by_label("Name of the person").fill("Ẹniọlá Ọ̀ṣọ́")
    page.get_by_label("E-mail address of the person").fill(FIRST)
    page.get_by_label("Function").select_option("principal")
    page.get_by_label("Since").fill((today() - 30 * DAY).isoformat())
    page.get_by_label("Instrument (optional)", exact=True).select_option("note verbale")
    page.get_by_role("button", name="Record and invite").click()
    expect(page.get_by_role("status")).to_contain_text("The designation is recorded.")


def hand_over(page, site):
    page.goto(f"{site}/members/namibia/designations/")
    page.get_by_role("link", name="Hand over to a successor").click()
    page.get_by_label("Last day of the present focal point").fill((today() - DAY).isoformat())
    page.get_by_label("Name of the successor").fill("مريم العلي")
    page.get_by_label("E-mail address of the successor").fill(NEXT)
    page.get_by_role("button", name="Hand over and invite").click()
    expect(page.get_by_role("status")).to_contain_text("The hand-over is recorded.")


def get_in(page, catcher, address):
    """Set a password by the link of the mail and sign in; the link opens nothing afterwards."""
    link = catcher.link(address, "/members/invitation/")
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(WORDS)
    page.get_by_label("New password confirmation").fill(WORDS)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your desk")
    assert page.request.get(link).status == 410


def test_a_focal_point_is_invited_hands_over_and_lapses(
    visitor, new_context, site, sign_in, catcher
):
    secretariat, present, successor = visitor, new_context().new_page(), new_context().new_page()
    sign_in(secretariat, factories.secretariat_editor(), site)
    record(secretariat, site)
    get_in(present, catcher, FIRST)
    assert present.goto(f"{site}/members/namibia/edit/").status == 200

    hand_over(secretariat, site)
    expect(secretariat.get_by_text("Ended", exact=True)).to_be_visible()
    # Still signed in, and no longer a focal point.
    assert present.goto(f"{site}/members/namibia/edit/").status == 404
    present.goto(f"{site}/members/desk/")
    expect(present.get_by_text("No designation of yours is running today.")).to_be_visible()

    get_in(successor, catcher, NEXT)
    successor.get_by_role("link", name="What is open, for a successor").click()
    expect(successor.get_by_text("مريم العلي")).to_be_visible()
    successor.get_by_role("link", name="Nobody has confirmed the profile yet.").click()
    expect(successor).to_have_url(f"{site}/members/namibia/update/")
    assert visitor.problems == []


def people_and_drafts(namibia):
    """A focal point, a drafter, what that one has prepared, and a text that was changed."""
    person = factories.focal_point(namibia)
    drafter = factories.DrafterFactory(member=namibia, user__name="李小明")
    plan = ActionPlan.objects.of(namibia).first()
    inviting.invite(drafter.user, person)
    Member.objects.filter(pk=namibia.pk).update(overview="<p>Our first words.</p>", office="One")
    Member.objects.filter(pk=namibia.pk).update(overview="<p>كلماتنا الثانية.</p>", office="Two")
    change = ProposedChange(
        member=namibia, about="profile", typed={"office": "Three"}, written_by=drafter.user
    )
    drafting.offer(change)
    decided = ProposedChange(
        member=namibia, about="plan", plan=plan, typed={"lead": "Four"}, written_by=drafter.user
    )
    drafting.offer(decided)
    drafting.lay_aside(decided, decided.written_at, person, "Next year.")
    earlier = events_of("profile").filter(pgh_obj=namibia.pk, office="One").get()
    return person, drafter, change, decided, earlier


def pages_of(namibia):
    """Every page of this part, by who opens it."""
    person, drafter, change, decided, earlier = people_and_drafts(namibia)
    designation, plan = namibia.designations.get(), decided.plan
    return {
        person: [
            "handover/",
            "drafters/",
            "drafters/add/",
            f"drafters/{Drafter.objects.get().pk}/end/",
            "drafts/",
            f"drafts/{change.pk}/",
            "history/",
            f"plans/{plan.pk}/history/",
            f"history/profile/{earlier.pgh_id}/overview/",
        ],
        drafter.user: [
            "drafts/",
            "drafts/profile/",
            "drafts/plans/add/",
            f"drafts/plans/{plan.pk}/",
            f"drafts/{change.pk}/",
            f"drafts/{change.pk}/revise/",
            f"drafts/{decided.pk}/",
        ],
        factories.secretariat_editor(): [
            "designations/",
            "designations/add/",
            f"designations/{designation.pk}/edit/",
            f"designations/{designation.pk}/end/",
            f"designations/{designation.pk}/hand-over/",
        ],
    }


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(page, pages, sign_in, no_violations):
    page.set_viewport_size({"width": 360, "height": 800})
    for person, paths in pages_of(Member.objects.get(slug="namibia")).items():
        sign_in(page, person, pages)
        for path in paths:
            answer = page.goto(f"{pages}/members/namibia/{path}")
            assert answer.status == 200, path
            assert not overflows(page), path
            no_violations(page)
