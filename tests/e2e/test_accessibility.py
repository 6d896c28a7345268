"""Every type of page: nothing for axe to find, and no page wider than a narrow phone."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import expect

from meetings.models import ChairsSummary, Rendering
from members import inviting
from members.models import Designation, Invitation, Member, User
from newsletter.models import Delivery, Edition
from newsletter.tokens import confirm_token, leave_token
from tests import factories
from tests.e2e.looking import overflows

SLUG = "from-the-expert-group-meeting-to-berlin"
EDITION = f"/newsletter/editions/{SLUG}"
DOCUMENT = "/documents/chairs-summary-expert-group-meeting-2017"
MEETING = "/meetings/expert-group-meeting-2017"


def reader():
    """What is open to everyone, with the pages of mails."""
    unconfirmed = factories.SubscriptionFactory(state="unconfirmed", confirmed_at=None)
    edition = Edition.objects.get()
    invitation = inviting.invite(User.objects.create_user("new@example.org", name="New"), None)
    return None, [
        "/",
        "/members/",
        "/members/namibia/",
        "/members/african-union/",
        "/chairs/",
        "/meetings/",
        MEETING + "/",
        MEETING + "/summary/",
        "/documents/",
        DOCUMENT + "/",
        "/newsletter/",
        "/newsletter/subscribe/",
        "/newsletter/subscribe/check-your-mail/",
        f"/newsletter/confirm/{confirm_token(unconfirmed.key)}/",
        f"/newsletter/leave/{leave_token(edition.pk, unconfirmed.key)}/",
        f"/members/invitation/{inviting.token_of(invitation)}/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/signup/",
        "/demonstration/mail/",
    ]


def focal_point():
    """What a focal point meets, its account included."""
    namibia = Member.objects.get(slug="namibia")
    user = factories.focal_point(namibia)
    Member.objects.filter(pk=namibia.pk).update(overview="<p>Changed.</p>")
    plan = namibia.state.plans.first()
    return user, [
        "/members/desk/",
        "/members/namibia/",
        "/members/namibia/edit/",
        "/members/namibia/history/",
        "/members/namibia/designations/",
        "/members/namibia/plans/add/",
        f"/members/namibia/plans/{plan.pk}/edit/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/logout/",
    ]


def secretariat():
    """What the secretariat meets: people, an edition in the making, a PDF in the making."""
    user = factories.secretariat_administrator()
    designation = factories.DesignationFactory(member=Member.objects.get(slug="namibia"))
    Invitation.objects.create(user=designation.user)
    edition = Edition.objects.get()
    item = edition.items.first()
    rendering = Rendering.objects.get()
    return user, [
        "/members/desk/",
        "/members/namibia/designations/add/",
        f"/members/namibia/designations/{designation.pk}/end/",
        MEETING + "/summary/",
        f"{MEETING}/summary/pdf/{rendering.pk}/",
        "/newsletter/editions/",
        "/newsletter/editions/new/",
        EDITION + "/",
        EDITION + "/edit/",
        EDITION + "/items/2/new/",
        f"{EDITION}/items/{item.place}/{item.pk}/edit/",
        f"{EDITION}/items/{item.pk}/delete/",
        EDITION + "/preview/",
        EDITION + "/send/",
        EDITION + "/progress/",
    ]


def sending():
    """An edition that is being sent, with what failed and what is in doubt."""
    user, edition = factories.secretariat_editor(), Edition.objects.get()
    Edition.objects.update(
        state="sending",
        approved_by=user,
        approved_at="2026-11-01T12:00Z",
        sending_started_at="2026-11-01T12:00Z",
        recipient_count=2,
        problem="The mail relay does not answer.",
    )
    for state in ("failed", "in_doubt"):
        Delivery.objects.create(
            edition=edition, subscription=factories.SubscriptionFactory(), state=state
        )
    return user, [EDITION + "/", EDITION + "/progress/", EDITION + "/send/", f"/newsletter/{SLUG}/"]


def wide_pages(page, address, paths):
    """Return the pages that are wider than the phone; the editor first draws its icons."""
    found = []
    for path in paths:
        page.goto(address + path)
        if overflows(page):
            found.append(path)
    return found


@pytest.mark.parametrize("who", [reader, focal_point, secretariat, sending])
def test_axe_finds_nothing_and_no_page_is_wider_than_a_narrow_phone(
    page, pages, sign_in, no_violations, who
):
    user, paths = who()
    if user:
        sign_in(page, user, pages)
    for path in paths:
        answer = page.goto(pages + path)
        assert answer.status == 200, path
        no_violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert wide_pages(page, pages, paths) == []


def test_axe_finds_nothing_on_pages_that_refuse(page, pages, sign_in, no_violations):
    """A conflict, errors in a form, a page that is not there, an invitation that is gone."""
    user = factories.focal_point(Member.objects.get(slug="namibia"))
    sign_in(page, user, pages)
    page.goto(f"{pages}/members/namibia/edit/")
    page.get_by_label("Website").fill("no address")
    page.locator("form#profile").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Save and publish").click()
    no_violations(page)
    Member.objects.filter(slug="namibia").update(version=9, office="Another office")
    page.get_by_label("Website").fill("https://example.org/")
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_text("Somebody else has changed this").wait_for()
    no_violations(page)
    page.goto(f"{pages}/nothing/")
    no_violations(page)
    page.goto(f"{pages}/members/invitation/forged/")
    no_violations(page)
    assert Designation.objects.get().user == user


def test_axe_finds_nothing_on_the_rarer_pages(page, pages, sign_in, no_violations):
    """What is withdrawn, gone or failed, and the rarer pages of one's account."""
    user = factories.secretariat_editor()
    TOTP.activate(user, generate_totp_secret())
    summary = ChairsSummary.objects.select_related("document").get()
    withdrawn = factories.DocumentVersionFactory(
        document=summary.document, withdrawn_at="2026-11-01T12:00Z", withdrawn_reason="A mistake"
    )
    Rendering.objects.update(state="failed", problem="There is no room to store the PDF.")
    rendering = Rendering.objects.get()
    sign_in(page, user, pages)
    for path, status in {
        withdrawn.get_absolute_url(): 410,
        f"{MEETING}/summary/pdf/{rendering.pk}/": 200,
        "/newsletter/confirm/forged/": 410,
        "/newsletter/leave/forged/": 410,
        "/accounts/password/reset/done/": 200,
        "/accounts/password/reset/key/1-forged/": 200,
        "/accounts/password/reset/key/done/": 200,
        "/accounts/confirm-email/": 200,
        "/accounts/confirm-email/forged/": 200,
        "/accounts/inactive/": 200,
        "/accounts/reauthenticate/": 200,
        "/accounts/2fa/": 200,
    }.items():
        assert page.goto(pages + path).status == status, path
        assert page.url == pages + path, path
        no_violations(page)


def test_axe_finds_nothing_at_the_second_step_of_signing_in(page, pages, no_violations):
    user = factories.UserFactory()
    user.set_password("a long enough word")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    TOTP.activate(user, generate_totp_secret())
    page.goto(f"{pages}/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill("a long enough word")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("code").wait_for()
    no_violations(page)
    assert ChairsSummary.objects.exists()


def test_axe_finds_nothing_while_some_buttons_of_the_editor_cannot_be_used(
    page, pages, sign_in, no_violations
):
    sign_in(page, factories.focal_point(Member.objects.get(slug="namibia")), pages)
    page.goto(f"{pages}/members/namibia/edit/")
    page.get_by_role("textbox", name="Overview").click()
    button = page.locator(".prose-menubar__button.disabled:not(.active)").first
    # Not faded; axe does not judge every faded sign.
    expect(button).to_have_css("opacity", "1")
    no_violations(page)
