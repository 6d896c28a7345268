"""A drafter prepares, a focal point publishes: who reads what, and what becomes of it."""

import datetime
import re
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from members import drafting, inviting, noticing
from members.errors import WrongStateError
from members.models import (
    ActionPlan,
    Drafter,
    Invitation,
    Member,
    Notice,
    ProposedChange,
    User,
)
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_EDITORS, ROLES, SECRETARIAT, person

DAY = datetime.timedelta(days=1)
WORDS = "thistledown and heather"
PROFILE = {"overview": f"<p>On {WORDS}.</p>", "version": "1"}


@pytest.fixture
def drafter(member):
    return factories.DrafterFactory(member=member, user__name="A drafter").user


@pytest.fixture
def change(member, drafter):
    return drafting.offer(
        ProposedChange(
            member=member,
            about=ProposedChange.About.PROFILE,
            typed={"overview": f"<p>On {WORDS}.</p>", "telephone": "+264 61 000"},
            written_by=drafter,
            word="For the new year.",
        )
    )


def url(name, *args):
    return reverse(f"members:{name}", args=args)


def prepare(client, member, page="draft_profile", args=(), **fields):
    data = {**PROFILE, **fields} if page == "draft_profile" else fields
    return client.post(url(page, member.slug, *args), data, follow=True)


def decision(response) -> dict[str, str]:
    """The hidden fields of the form by which a focal point publishes."""
    found = dict(re.findall(r'name="(version|seen)" value="([^"]+)"', response.text))
    assert set(found) == {"version", "seen"}
    return found


# Drafters ------------------------------------------------------------------------------------


def drafter_data(**fields):
    return {
        "name": "A colleague",
        "email": "drafter@example.org",
        "since": today().isoformat(),
        "until": (today() + 30 * DAY).isoformat(),
        **fields,
    }


def test_a_focal_point_names_a_drafter_who_is_invited_by_a_mail_that_says_what_for(client, member):
    client.force_login(focal_point(member))
    page = client.post(url("drafter_add", member.slug), drafter_data(), follow=True).text
    assert "The drafter is named." in page
    assert "The invitation waits for the mail worker." in page
    assert inviting.send_waiting() == 1
    text = mail.outbox[0].body
    assert "You have been named as a drafter." in text
    assert member.name in text
    assert "The secretariat of the Network has" not in text
    assert "/members/invitation/" in text


def test_only_editing_focal_points_and_the_secretariat_name_drafters(as_role, member, role):
    before = Drafter.objects.count()
    as_role.post(url("drafter_add", member.slug), drafter_data())
    assert Drafter.objects.count() - before == (role in OWN_EDITORS | SECRETARIAT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": "1999-01-01"}, "The last day is on or after the first one."),
        ({"email": "office@example.org"}, "This is the mailbox of the office."),
        ({"email": "KNOWN@example.org"}, "This person drafts for this member then already."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_wrong_drafter_is_explained(client, member, fields, words, nothing_changes):
    Member.objects.update(mailbox="office@example.org")
    factories.DrafterFactory(member=member, user__email="known@example.org")
    client.force_login(focal_point(member))
    with nothing_changes():
        response = client.post(url("drafter_add", member.slug), drafter_data(**fields))
    assert words in response.text


def test_a_drafter_is_ended_by_the_focal_points_of_the_member_only(as_role, member, role):
    named = factories.DrafterFactory(member=member)
    as_role.post(url("drafter_end", member.slug, named.pk), {"until": today().isoformat()})
    named.refresh_from_db()
    assert (named.until == today()) == (role in OWN_EDITORS | SECRETARIAT)


def test_a_wrong_last_day_of_a_drafter_is_explained(client, member, nothing_changes):
    first = factories.DrafterFactory(member=member, since="2026-01-01", until="2026-02-01")
    factories.DrafterFactory(member=member, user=first.user, since="2026-03-01")
    client.force_login(focal_point(member))
    page = url("drafter_end", member.slug, first.pk)
    with nothing_changes():
        early = client.post(page, {"until": "2025-01-01"}).text
        late = client.post(page, {"until": "2026-04-01"}).text
        empty = client.post(page, {"until": ""}).text
    assert "The last day is on or after the first one." in early
    assert "This person drafts for this member then already." in late
    assert "This field is required." in empty


def test_the_drafters_of_another_member_are_not_found_under_ones_own(client, member):
    client.force_login(focal_point(member))
    other = factories.DrafterFactory()
    assert client.get(url("drafter_end", member.slug, other.pk)).status_code == 404


def test_a_drafters_right_begins_and_lapses_with_the_dates_while_signed_in(
    client, member, time_machine
):
    day = today()
    user = factories.DrafterFactory(member=member, since=day, until=day + DAY).user
    change = factories.ProposedChangeFactory(member=member, written_by=user)
    pages = [
        url("drafts", member.slug),
        url("draft_profile", member.slug),
        url("draft", member.slug, change.pk),
        url("history", member.slug),
    ]
    noon, met = timezone.localtime().replace(hour=12), {}
    client.force_login(user)
    for offset in (-1, 0, 1, 2):
        time_machine.move_to(noon + offset * DAY)
        met[offset] = {client.get(page).status_code for page in pages}
    assert met == {-1: {404}, 0: {200}, 1: {200}, 2: {404}}


def test_the_lists_take_one_fixed_number_of_queries(client, member, django_assert_num_queries):
    client.force_login(focal_point(member))
    for count in (1, 4):
        for named in factories.DrafterFactory.create_batch(count, member=member):
            inviting.invite(named.user, named.user)
            plan = factories.ActionPlanFactory(state=member.state)
            factories.ProposedChangeFactory(
                member=member, written_by=named.user, about="plan", plan=plan
            )
        with django_assert_num_queries(7):
            client.get(url("drafters", member.slug))
        with django_assert_num_queries(7):
            client.get(url("drafts", member.slug))


# Preparing -----------------------------------------------------------------------------------


def test_what_a_drafter_prepares_is_stored_beside_the_row_and_changes_no_page(
    client, member, drafter
):
    client.force_login(drafter)
    text = prepare(client, member, word="For the new year.").text
    assert "Your change is stored." in text
    assert "thistledown" in text
    change = ProposedChange.objects.get()
    assert change.typed == {"overview": f"<p>On {WORDS}.</p>"}
    assert (change.word, change.base_version) == ("For the new year.", 1)
    assert Member.objects.get(pk=member.pk).overview == ""


def test_rich_text_is_cleaned_before_it_is_stored(client, member, drafter):
    client.force_login(drafter)
    prepare(client, member, overview='<p onclick="x()">Plan<script>alert(1)</script></p>')
    assert ProposedChange.objects.get().typed == {"overview": "<p>Plan</p>"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"overview": ""}, "You have changed nothing yet."),
        ({"mailbox": "no address"}, "Enter a valid email address"),
        ({"word": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_offered_is_explained(
    client, member, drafter, fields, words, nothing_changes
):
    client.force_login(drafter)
    with nothing_changes():
        text = prepare(client, member, **fields).text
    assert words in text


def test_a_plan_and_a_new_plan_are_prepared_too(client, member, drafter):
    plan = factories.ActionPlanFactory(state=member.state, title="The plan")
    client.force_login(drafter)
    data = {"stated_state": "not recorded", "budget": "not recorded", "version": "1"}
    prepare(client, member, "draft_plan", [plan.pk], **data, title="The plan, revised")
    prepare(client, member, "draft_new_plan", **data, title="The next plan", period_start="2027")
    first, second = ProposedChange.objects.order_by("pk")
    assert (first.plan, first.typed["title"]) == (plan, "The plan, revised")
    assert second.typed == {"title": "The next plan", "period_start": "2027"}
    assert ActionPlan.objects.get().title == "The plan"
    listed = client.get(url("drafts", member.slug)).text
    assert "New plan: The next plan" in listed


def test_the_plan_of_another_member_cannot_be_drafted(client, member, drafter):
    client.force_login(drafter)
    plan = factories.ActionPlanFactory()
    assert client.get(url("draft_plan", member.slug, plan.pk)).status_code == 404


def test_a_drafter_revises_and_withdraws_while_it_waits_and_not_later(client, member, change):
    client.force_login(change.written_by)
    page = client.get(url("draft_revise", member.slug, change.pk)).text
    assert "thistledown" in page
    assert "For the new year." in page
    revised = {**PROFILE, "overview": "<p>Better.</p>", "word": "Now."}
    text = client.post(url("draft_revise", member.slug, change.pk), revised, follow=True).text
    assert "Your change is stored anew." in text
    change.refresh_from_db()
    assert (change.typed, change.word) == ({"overview": "<p>Better.</p>"}, "Now.")
    text = client.post(url("draft_withdraw", member.slug, change.pk), follow=True).text
    assert "Your change is withdrawn." in text
    for name in ("draft_revise", "draft_withdraw"):
        text = client.post(url(name, member.slug, change.pk), revised, follow=True).text
        assert "This change has been decided on in the meantime." in text
    change.refresh_from_db()
    assert change.state == "withdrawn"


def test_nothing_is_revised_to_say_nothing(client, member, change, nothing_changes):
    client.force_login(change.written_by)
    with nothing_changes():
        page = client.post(url("draft_revise", member.slug, change.pk), {"version": "1"})
    assert "You have changed nothing yet." in page.text


# Who reads it --------------------------------------------------------------------------------


def test_a_drafters_text_is_met_by_its_author_the_focal_points_and_the_secretariat_only(
    as_role, member, role
):
    own = Drafter.objects.first()
    by = own.user if own and role == "drafter" else factories.DrafterFactory(member=member).user
    change = factories.ProposedChangeFactory(
        member=member, written_by=by, typed={"overview": f"<p>{WORDS}</p>"}, word="planted word"
    )
    draft = as_role.get(url("draft", member.slug, change.pk)).text
    may = role in {"drafter", *OWN_EDITORS, *SECRETARIAT}
    assert ("thistledown" in draft, "planted word" in draft) == (may, may)
    for page in (
        member.get_absolute_url(),
        reverse("members:list"),
        url("history", member.slug),
        reverse("members:desk"),
    ):
        assert "thistledown" not in as_role.get(page).text


def test_a_drafter_does_not_read_what_another_one_prepared(client, member, change):
    other = factories.DrafterFactory(member=member)
    client.force_login(other.user)
    assert client.get(url("draft", member.slug, change.pk)).status_code == 404
    assert client.get(url("draft_revise", member.slug, change.pk)).status_code == 404
    assert "A drafter" not in client.get(url("drafts", member.slug)).text


@pytest.mark.parametrize("name", ROLES)
def test_what_waits_for_whom_is_asked_of_the_rows(member, change, name):
    user = person(name, member)
    waits = ProposedChange.objects.waiting_for(user, today())
    visible = ProposedChange.objects.visible_to(user, today())
    assert waits.exists() == (name in OWN_EDITORS)
    assert visible.exists() == (name in OWN_EDITORS | SECRETARIAT)


def test_the_mails_say_that_something_waits_and_not_what(client, member, drafter):
    user = focal_point(member)
    focal_point(member, "alternate")
    focal_point(member, "mission")
    client.force_login(drafter)
    prepare(client, member, word="planted word")
    assert Notice.objects.filter(kind="draft_offered").count() == 2
    change = ProposedChange.objects.get()
    drafting.lay_aside(change, change.written_at, user, "another planted word")
    assert noticing.send_waiting() == 3
    assert {one.to[0] for one in mail.outbox} >= {user.email, drafter.email}
    for one in mail.outbox:
        assert "thistledown" not in one.body
        assert "planted word" not in one.body
        assert change.get_absolute_url() in one.body


# Deciding ------------------------------------------------------------------------------------


def test_a_focal_point_publishes_what_it_has_made_of_it_and_the_history_names_both(
    client, member, change
):
    user = focal_point(member)
    client.force_login(user)
    page = client.get(url("draft", member.slug, change.pk))
    assert "thistledown" in page.text
    data = {**decision(page), "overview": "<p>On thistledown alone.</p>", "ministry": "Ministry"}
    done = client.post(
        url("draft_publish", member.slug, change.pk),
        {**data, "decision_word": "Thank you."},
        follow=True,
    ).text
    assert "It is published, and the history names you and its drafter." in done
    stored = Member.objects.get(pk=member.pk)
    assert stored.overview == "<p>On thistledown alone.</p>"
    assert (stored.ministry, stored.confirmed_on) == ("Ministry", today())
    history = client.get(url("history", member.slug)).text
    assert user.name in history
    assert "prepared by A drafter" in history
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("published", user)
    assert "telephone" not in change.typed
    assert Notice.objects.filter(kind="draft_decided", user=change.written_by).count() == 1
    client.force_login(change.written_by)
    assert "Thank you." in client.get(url("draft", member.slug, change.pk)).text


def test_a_plan_and_a_new_plan_are_published_through_their_own_form(client, member, drafter):
    plan = factories.ActionPlanFactory(state=member.state, lead="Kept")
    about = [
        {"about": "plan", "plan": plan, "typed": {"title": "Renamed"}},
        {"about": "new plan", "typed": {"title": "The next plan", "period_end": "2030"}},
    ]
    client.force_login(focal_point(member))
    for fields in about:
        change = factories.ProposedChangeFactory(member=member, written_by=drafter, **fields)
        page = client.get(url("draft", member.slug, change.pk))
        data = {
            **decision(page),
            "stated_state": "not recorded",
            "budget": "not recorded",
            "lead": "Kept",
            **fields["typed"],
        }
        wrong = client.post(
            url("draft_publish", member.slug, change.pk), {**data, "period_end": "soon"}
        )
        assert "as far as it is known" in wrong.text
        client.post(url("draft_publish", member.slug, change.pk), data)
    titles = set(ActionPlan.objects.values_list("title", "lead", "state"))
    assert titles == {(title, "Kept", member.state_id) for title in ("Renamed", "The next plan")}
    assert ActionPlan.objects.filter(confirmed_on=today()).count() == 2


def test_fields_that_the_drafter_left_alone_are_not_taken_back(client, member, change):
    Member.objects.filter(pk=member.pk).update(office="Written meanwhile", version=2)
    client.force_login(focal_point(member))
    page = client.get(url("draft", member.slug, change.pk))
    assert "What is public was changed after the drafter began." in page.text
    assert 'value="Written meanwhile"' in page.text
    assert decision(page)["version"] == "2"


def test_what_was_saved_after_the_page_was_opened_leads_to_both_texts(
    client, member, change, nothing_changes
):
    client.force_login(focal_point(member))
    page = client.get(url("draft", member.slug, change.pk))
    Member.objects.filter(pk=member.pk).update(overview="<p>Meanwhile.</p>", version=2)
    data = {**decision(page), "overview": "<p>Drafted.</p>"}
    with nothing_changes():
        response = client.post(url("draft_publish", member.slug, change.pk), data)
    assert response.status_code == 409
    assert "Meanwhile." in response.text
    assert "Drafted." in response.text
    data = {**data, "version": decision(response)["version"]}
    client.post(url("draft_publish", member.slug, change.pk), data)
    assert Member.objects.get(pk=member.pk).overview == "<p>Drafted.</p>"


def test_what_its_drafter_revised_after_the_page_was_opened_is_not_published(
    client, member, change, nothing_changes
):
    client.force_login(focal_point(member))
    data = decision(client.get(url("draft", member.slug, change.pk)))
    drafting.revise(change, {"overview": "<p>Newer.</p>"}, "", 1)
    with nothing_changes():
        text = client.post(
            url("draft_publish", member.slug, change.pk), {**data, "overview": "x"}, follow=True
        ).text
    assert "its drafter has revised it, in the meantime" in text
    assert "Newer." in text


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-01-01T00:00:00", "2026-02-31T10:00:00Z"])
def test_a_form_that_did_not_arrive_whole_publishes_nothing(
    client, member, change, seen, nothing_changes
):
    client.force_login(focal_point(member))
    data = {"version": "1", "overview": "x", "seen": seen}
    with nothing_changes():
        response = client.post(url("draft_publish", member.slug, change.pk), data)
    assert "There is a problem" in response.text


def test_a_change_is_laid_aside_with_a_word(client, member, change, nothing_changes):
    client.force_login(focal_point(member))
    page = url("draft_lay_aside", member.slug, change.pk)
    seen = {"seen": change.written_at.isoformat()}
    with nothing_changes():
        assert "at most 300 characters" in client.post(page, {**seen, "reason": "x" * 301}).text
    text = client.post(page, {**seen, "reason": "Next year."}, follow=True).text
    assert "It is laid aside, and the drafter is told." in text
    assert "Next year." in text
    with nothing_changes():
        text = client.post(page, {**seen, "reason": "Again."}, follow=True).text
    assert "Nothing was published." in text
    assert Member.objects.get(pk=member.pk).overview == ""


def test_what_its_drafter_revised_after_it_was_read_is_not_laid_aside_and_its_words_are_kept(
    client, member, change, nothing_changes
):
    client.force_login(focal_point(member))
    seen = decision(client.get(url("draft", member.slug, change.pk)))["seen"]
    drafting.revise(change, {"overview": "<p>Newer.</p>"}, "", 1)
    page = url("draft_lay_aside", member.slug, change.pk)
    with nothing_changes():
        text = client.post(page, {"seen": seen, "reason": "No."}, follow=True).text
    assert "its drafter has revised it, in the meantime" in text
    drafting.withdraw(change)  # read before the revision
    assert ProposedChange.objects.get().typed == {"overview": "<p>Newer.</p>"}


def test_only_the_members_focal_points_decide(as_role, member, role, nothing_changes):
    change = factories.ProposedChangeFactory(member=member)
    data = {"version": "1", "seen": change.written_at.isoformat(), "overview": "<p>As drafted.</p>"}
    page = url("draft_publish", member.slug, change.pk)
    if role in OWN_EDITORS:
        as_role.post(page, data)
        assert Member.objects.get(pk=member.pk).overview == "<p>As drafted.</p>"
        return
    with nothing_changes():
        as_role.post(page, data)
        as_role.post(url("draft_lay_aside", member.slug, change.pk), data)


def test_a_drafter_whose_term_is_over_is_told_nothing_more(member, change):
    Drafter.objects.update(until=today() - DAY)
    drafting.lay_aside(change, change.written_at, focal_point(member), "")
    assert not Notice.objects.filter(kind="draft_decided").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does():
    change = factories.ProposedChangeFactory()
    people = [focal_point(change.member), focal_point(change.member, "alternate")]
    both, results = threading.Barrier(2), []

    def publish(user):
        both.wait()
        try:
            drafting.publish(change, change.written_at, user, "", lambda: None)
            results.append("published")
        except WrongStateError:
            results.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["published", "too late"]


def test_postgres_refuses_a_change_of_a_plan_without_its_plan(member):
    with pytest.raises(IntegrityError, match="a_proposed_change_names_its_plan"):
        factories.ProposedChangeFactory(member=member, about="plan")


def test_postgres_refuses_a_decision_without_its_moment(member):
    with pytest.raises(IntegrityError, match="a_decided_change_says_when"):
        factories.ProposedChangeFactory(member=member, state="declined")


def test_a_drafter_named_twice_at_once_is_told_so(client, member, monkeypatch):
    known = factories.DrafterFactory(member=member)
    client.force_login(focal_point(member))
    # As if the other row had come after the form had looked.
    monkeypatch.setattr(
        "members.forms.drafts.DrafterForm.clean", lambda form: form.cleaned_data, raising=True
    )
    page = client.post(url("drafter_add", member.slug), drafter_data(email=known.user.email))
    assert "Somebody recorded this at the same moment." in page.text
    assert Invitation.objects.count() == 0
    assert not User.objects.filter(email="drafter@example.org").exists()
