"""What waits on the desk of the secretariat, of focal points and of drafters, and on no other."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.desk import GATHER, OWN_PAGES, gather, in_full
from members.desk.own import own_desks
from members.desk.rows import SHOWN
from members.models import (
    ActionPlan,
    ChairCall,
    ChairInterest,
    Designation,
    Invitation,
    JoinRequest,
    Member,
    Notice,
    OutreachNote,
    Practice,
    ProposedChange,
    Prospect,
    RegionalMembership,
    State,
    UpdateStep,
    User,
    YearlyUpdate,
)
from members.models.plan_states import months_from
from members.models.states import AS_KNOWN
from tests import factories
from tests.factories import focal_point, today
from tests.roles import DAY, OWN_EDITORS, OWN_SPEAKERS, ROLES, SECRETARIAT

URL = "/members/desk/"


@pytest.fixture
def secretariat(db):
    return factories.secretariat_editor()


@pytest.fixture
def section(secretariat):
    """The section of that name as it stands on the desk."""

    def read(slug):
        return next(one for one in gather(secretariat, today()) if one.slug == slug)

    return read


def titles(section):
    return [row.title for row in section.rows]


def draft(**fields):
    return factories.PracticeFactory(
        publication=Practice.Publication.DRAFT, published_at=None, **fields
    )


def reported(word="What is wrong.", **fields):
    step = {"section": "people", "outcome": UpdateStep.Outcome.REPORTED}
    update = factories.YearlyUpdateFactory()
    person = factories.UserFactory()
    return UpdateStep.objects.create(update=update, taken_by=person, word=word, **step, **fields)


# What waits for the secretariat ---------------------------------------------------------------


def test_what_was_reported_waits_until_it_is_settled(section):
    step = reported()
    reported(settled_at=timezone.now())
    waiting = section("reported")
    assert titles(waiting) == [step.update.member.name]
    assert waiting.rows[0].facts[:2] == ["What is wrong.", step.taken_by.name]
    assert waiting.rows[0].acts[0].url == step.get_absolute_url()


def test_a_request_to_join_waits_until_somebody_looks_at_it(section):
    sent = factories.JoinRequestFactory()
    factories.JoinRequestFactory(state="set aside", looked_at=timezone.now())
    assert titles(section("requests")) == [sent.party]


def test_a_call_waits_for_answers_and_then_for_a_decision(section):
    year = today().year
    factories.ChairCallFactory(year=year, decided_on=today())
    factories.ChairCallFactory(year=year + 4, opened_on=today() + DAY)
    is_open = factories.ChairCallFactory(year=year + 1)
    closed = factories.ChairCallFactory(year=year + 2, closes_on=today() - DAY)
    factories.ChairInterestFactory(call=is_open)
    factories.ChairInterestFactory(call=is_open, withdrawn_at=timezone.now())
    first, second = section("calls").rows
    assert (first.title, first.acts[0].label) == (str(closed), "Record the decision")
    assert "not decided" in first.warning
    assert (second.title, second.acts[0].label) == (str(is_open), "Read the answers")
    assert second.facts[-1] == "1 answer"


def test_a_next_step_waits_from_its_day_until_it_is_done(section):
    for days, done in [(-3, None), (0, None), (1, None), (-5, timezone.now())]:
        factories.OutreachNoteFactory(
            next_step=f"Step {days}", next_on=today() + days * DAY, done_at=done
        )
    first, second = section("steps").rows
    assert first.facts == ["Step -3"]
    assert first.warning.startswith("Overdue since")
    assert (second.facts, second.warning) == (["Step 0", "due today"], "")


def test_an_invitation_waits_until_it_is_used_or_cancelled_refused_ones_first(section):
    now = timezone.now()
    for name, fields in {
        "Waits": {},
        "Refused": {"refused_at": now},
        "Used": {"accepted_at": now},
        "Cancelled": {"cancelled_at": now},
        "Too late": {"sent_at": now - 20 * DAY, "expires_at": now - 6 * DAY},
    }.items():
        Invitation.objects.create(user=factories.UserFactory(name=name), **fields)
    pending = section("invitations")
    assert titles(pending) == ["Refused", "Too late", "Waits"]
    said = ["the address was refused", "no longer valid", ""]
    assert [row.warning for row in pending.rows] == said


def test_a_designation_is_to_be_handed_over_in_its_last_three_months(section):
    last = months_from(today(), 3)
    ends = factories.DesignationFactory(until=last)
    factories.DesignationFactory(until=last + DAY)
    factories.DesignationFactory(until=today() - DAY)
    factories.DesignationFactory()
    handed_over = factories.DesignationFactory(until=today() + DAY)
    factories.DesignationFactory(member=handed_over.member, since=today() + 2 * DAY)
    shared = factories.DesignationFactory(until=today() + DAY)
    factories.DesignationFactory(member=shared.member, function="alternate")
    soon, later = section("designations").rows
    assert [soon.title, later.title] == [shared.member.name, ends.member.name]
    url = reverse("members:designation_hand_over", args=[ends.member.slug, ends.pk])
    assert (later.acts[0].label, later.acts[0].url) == ("Hand over", url)


def test_a_profile_is_to_be_confirmed_after_11_months_and_stale_after_13(section):
    silent = {
        months: factories.MemberFactory(confirmed_on=months_from(today(), -months))
        for months in (10, 11, 13)
    }
    factories.MemberFactory()  # never confirmed, but nobody speaks for it
    new = focal_point(factories.MemberFactory(), since=today() - 500 * DAY).designations.get()
    waiting = section("updates")
    assert titles(waiting) == [one.name for one in (new.member, silent[13], silent[11])]
    assert [bool(row.warning) for row in waiting.rows] == [True, True, False]
    assert waiting.rows[0].facts[0].startswith("never confirmed; a focal point since")


def test_of_reminders_only_those_since_the_last_confirmation_are_told(section):
    day = months_from(today(), -12)
    member = factories.MemberFactory(confirmed_on=day)
    Notice.objects.create(key="update:old", kind="update_due", member=member, path="/")
    assert section("updates").rows[0].facts[1] == "nobody was reminded"
    person = factories.UserFactory(name="A reminded person")
    notice = Notice.objects.create(
        key=f"update:{member.slug}:{day}:11:{person.pk}",
        kind="update_due",
        user=person,
        member=member,
        path="/",
    )
    assert "waits for the mail worker" in section("updates").rows[0].facts[1]
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())
    assert section("updates").rows[0].facts[1].startswith("A reminded person reminded on")
    Notice.objects.filter(pk=notice.pk).update(user=None, refused_at=timezone.now())
    said = "the reminder to the secretariat’s list was refused"
    assert section("updates").rows[0].facts[1] == said


def test_plans_that_end_within_12_months_wait_the_soonest_first(section):
    for months in (2, 8, 14):
        end = months_from(today(), months)
        factories.ActionPlanFactory(title=f"In {months}", period_end=end.isoformat())
    factories.ActionPlanFactory(title="Unknown")
    rows = section("plans").rows
    assert [row.facts[0] for row in rows] == ["In 2", "In 8"]
    assert [row.warning for row in rows] == ["Within 3 months", ""]
    plan = ActionPlan.objects.get(title="In 2")
    assert [(act.label, act.url) for act in rows[0].acts] == [
        ("Open the plan", plan.get_absolute_url()),
        ("Edit the plan", reverse("plans:edit", args=[plan.pk])),
    ]


def test_drafts_of_good_practices_wait_and_public_ones_do_not(section):
    draft(title="A draft", member=None)
    factories.PracticeFactory()
    waiting = section("practices")
    assert titles(waiting) == ["A draft"]
    assert waiting.rows[0].facts == ["of the secretariat"]


def test_a_function_is_vacant_by_the_members_word_and_else_not_recorded(section):
    unknown = factories.MemberFactory(state__name="B")
    said = factories.MemberFactory(state__name="C", vacant_functions=["alternate", "principal"])
    factories.DesignationFactory(member=said)
    full = factories.MemberFactory(state__name="A", vacant_functions=["principal"])
    for function in ("principal", "alternate", "mission"):
        factories.DesignationFactory(member=full, function=function)
    with_principal = factories.DesignationFactory(member__state__name="A B").member
    factories.DesignationFactory(member=unknown, until=today() - DAY)
    factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    waiting = section("vacancies")
    assert titles(waiting) == [said.name, unknown.name, with_principal.name]
    assert waiting.rows[0].warning == "Vacant: Alternate focal point"
    assert waiting.rows[0].facts == ["Not recorded: Mission contact"]
    assert [row.warning for row in waiting.rows[1:]] == ["", ""]
    url = reverse("members:designation_add", args=[said.slug])
    assert waiting.rows[0].acts[0].url == url


def test_prospective_members_are_those_that_have_not_joined(section):
    factories.ProspectFactory(member__status=Member.Status.MEMBER)
    prospect = factories.ProspectFactory(stage=Prospect.Stage.INVITED)
    waiting = section("prospects")
    assert titles(waiting) == [prospect.member.name]
    assert waiting.rows[0].facts[0] == "Invited"


def test_facts_as_generally_known_are_counted_by_group_the_most_first(section):
    factories.StateFactory(regional_group="weog", source=f"groups: a list, {AS_KNOWN}")
    body = factories.RegionalOrganizationFactory()
    for _number in range(2):
        factories.RegionalMembershipFactory(organization=body, source=f"its list, {AS_KNOWN}")
    factories.RegionalMembershipFactory(source="its list of 2026")
    waiting = section("facts")
    assert (waiting.count, titles(waiting)) == (
        3,
        [body.name, "Western European and other States"],
    )
    assert [row.facts for row in waiting.rows] == [["2 facts"], ["1 fact"]]


# The page -------------------------------------------------------------------------------------


def test_where_nothing_waits_it_is_said_plainly(client, secretariat):
    client.force_login(secretariat)
    page = client.get(URL)
    assert page.context["sections"] == []
    assert len(page.context["quiet"]) == len(GATHER) == 12
    assert all(one.nothing in page.text for one in page.context["quiet"])


def test_a_section_counts_all_shows_the_first_and_leads_to_the_rest(client, secretariat):
    client.force_login(secretariat)
    names = [f"State with the number {number}" for number in range(SHOWN + 1)]
    for name in names:
        factories.MemberFactory(state__name=name)
    page = client.get(URL)
    assert SHOWN <= 10
    assert [name in page.text for name in names] == [True] * SHOWN + [False]
    whole = reverse("members:desk_section", args=["vacancies"])
    assert f'href="{whole}">Show all {SHOWN + 1}' in page.text
    assert all(name in client.get(whole).text for name in names)


def test_only_kinds_without_a_list_of_their_own_have_one_on_the_desk(client, secretariat):
    client.force_login(secretariat)
    for slug in [*GATHER, "nothing"]:
        status = client.get(reverse("members:desk_section", args=[slug])).status_code
        assert status == (200 if slug in OWN_PAGES else 404), slug


def test_words_typed_by_others_are_shown_as_words(client, secretariat):
    client.force_login(secretariat)
    factories.JoinRequestFactory(party="<b>Party</b>", ministry="<i>Ministry</i>")
    text = client.get(URL).text
    assert "&lt;b&gt;Party&lt;/b&gt;" in text
    assert "<i>Ministry" not in text


def plant(member):
    """One row of each kind, those of members at the given one."""
    call = factories.ChairCallFactory()
    factories.ChairCallFactory(year=call.year + 1, closes_on=today() - DAY)
    Invitation.objects.create(user=factories.UserFactory(name="Invited Wren"))
    factories.JoinRequestFactory(party="Heatherbank")
    factories.OutreachNoteFactory(
        next_step="Marshgate", next_on=today(), prospect__member__state__name="Ostrava Vale"
    )
    reported(word="Larkhollow")
    draft(title="Brackenmere", member=member)
    person = factories.UserFactory(name="A. Wrenfield")
    until = today() + 20 * DAY
    factories.DesignationFactory(
        member=member, user=person, until=until, since=today() - 600 * DAY, function="alternate"
    )
    author = factories.DrafterFactory(member=member).user
    factories.ProposedChangeFactory(
        member=member, about="new plan", typed={"title": "Thistledown"}, written_by=author
    )
    end = months_from(today(), 6).isoformat()
    factories.ActionPlanFactory(state=member.state, period_end=end, title="Rowanleigh")


def test_every_action_of_the_secretariat_can_be_done(client, secretariat, member):
    client.force_login(secretariat)
    plant(member)
    sections = gather(secretariat, today())
    assert [one.slug for one in sections if not one.count] == ["facts"]
    for one in sections:
        assert client.get(one.all_url).status_code == 200, one.slug
        for act in [act for row in one.rows for act in row.acts]:
            status = 302 if act.posts else 200
            assert (client.post if act.posts else client.get)(act.url).status_code == status, act


@pytest.mark.parametrize("role", ["own_focal_point", "own_alternate", "drafter"])
def test_every_action_of_a_members_people_can_be_done(client, member, role):
    user = ROLES[role](member)
    plant(member)
    factories.ProposedChangeFactory(member=member, written_by=user)
    client.force_login(user)
    [desk] = own_desks(user, today())
    acts = [act for row in desk.rows for act in row.acts]
    assert len(acts) >= 2
    for url in [*(act.url for act in acts), *(row.url for row in desk.rows if row.url)]:
        assert client.get(url).status_code == 200, url


def test_an_invitation_is_cancelled_from_the_desk_and_one_is_back_there(client, secretariat):
    client.force_login(secretariat)
    Invitation.objects.create(user=factories.UserFactory())
    cancel = in_full("invitations", secretariat, today()).rows[0].acts[1]
    assert client.post(cancel.url)["Location"] == URL
    assert in_full("invitations", secretariat, today()).count == 0


# Who meets what -------------------------------------------------------------------------------

# What is planted at the roles' member and around the Network, and whose desk shows it.
WORDS = {
    "Invited Wren": SECRETARIAT,
    "Heatherbank": SECRETARIAT,
    "Marshgate": SECRETARIAT,
    "Ostrava Vale": SECRETARIAT,
    "Larkhollow": SECRETARIAT,
    "A. Wrenfield": SECRETARIAT,
    "Brackenmere": SECRETARIAT | OWN_EDITORS | {"drafter"},
    "Thistledown": OWN_EDITORS,
    "Rowanleigh": SECRETARIAT | OWN_EDITORS,
}


def test_the_desk_tells_each_person_what_is_theirs_and_nobody_else(as_role, member, role):
    plant(member)
    text = as_role.get(URL).text
    assert {word for word in WORDS if word in text} == {
        word for word, roles in WORDS.items() if role in roles
    }


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_no_section_is_gathered_for_anybody_but_the_secretariat(member, role):
    user = ROLES[role](member)
    plant(member)
    found = [gather(user, today()), *(in_full(slug, user, today()) for slug in OWN_PAGES)]
    assert all(found) if role in SECRETARIAT else not any(found)


@pytest.mark.parametrize("slug", GATHER)
def test_no_section_holds_a_row_for_a_focal_point_asked_past_the_desk(member, slug):
    plant(factories.MemberFactory())
    user = focal_point(member)
    factories.StateFactory(source=f"groups: a list, {AS_KNOWN}")
    assert GATHER[slug](user, today(), None).count == 0
    assert GATHER[slug](factories.secretariat_editor(), today(), None).count > 0


# Focal points and drafters --------------------------------------------------------------------


def waiting(user):
    return {desk.member.name: [row.title for row in desk.rows] for desk in own_desks(user, today())}


def test_a_focal_point_of_two_members_finds_at_each_what_waits_there(client, db):
    one, two = (factories.MemberFactory(state__name=name) for name in ("One", "Two"))
    user = focal_point(one, since=today() - 600 * DAY)
    factories.DesignationFactory(member=two, user=user, function="alternate")
    factories.ProposedChangeFactory(member=two)
    factories.ProposedChangeFactory(member=two, state="declined", decided_at=timezone.now())
    end = months_from(today(), 5).isoformat()
    factories.ActionPlanFactory(state=one.state, period_end=end, title="A plan that ends")
    factories.ActionPlanFactory(period_end=end, title="Of others")
    assert waiting(user) == {"One": ["Yearly update", "A plan that ends"], "Two": ["Profile"]}
    client.force_login(user)
    text = client.get(URL).text
    for member in (one, two):
        assert reverse("members:handover", args=[member.slug]) in text
        assert reverse("members:update", args=[member.slug]) in text
    assert "The profile has not been confirmed yet." in text


def test_the_day_of_the_last_confirmation_is_told_and_a_pass_that_was_begun(client, member):
    user = focal_point(member)
    Member.objects.filter(pk=member.pk).update(confirmed_on=datetime.date(2025, 10, 9))
    factories.YearlyUpdateFactory(member=member, started_by__name="A colleague")
    [desk] = own_desks(user, today())
    assert desk.rows[0].facts == ["A colleague has begun it"]
    assert desk.rows[0].acts[0].label == "Go on"
    client.force_login(user)
    assert "The profile was last confirmed on 9 October 2025." in client.get(URL).text


def test_an_open_call_waits_for_an_answer_and_tells_nothing_of_others(member):
    call = factories.ChairCallFactory()
    factories.ChairInterestFactory(call=call)
    factories.ChairCallFactory(year=call.year + 1, closes_on=today() - DAY)
    user = focal_point(member)
    [row] = own_desks(user, today())[0].rows
    assert (row.title, row.facts[-1]) == (str(call), "not answered yet")
    own = factories.ChairInterestFactory(call=call, member=member)
    assert own_desks(user, today())[0].rows[0].acts[0].label == "Change the answer"
    ChairInterest.objects.filter(pk=own.pk).update(withdrawn_at=timezone.now())
    assert own_desks(user, today())[0].rows[0].acts[0].label == "Answer"


def test_a_drafter_finds_its_own_drafts_with_their_state(client, member):
    user = factories.DrafterFactory(member=member).user
    factories.ProposedChangeFactory(member=member)
    factories.ProposedChangeFactory(member=member, written_by=user)
    decided = {"state": "declined", "decided_at": timezone.now()}
    factories.ProposedChangeFactory(member=member, written_by=user, **decided)
    [desk] = own_desks(user, today())
    assert [row.facts[0] for row in desk.rows] == ["Laid aside", "Waits for the focal point"]
    client.force_login(user)
    text = client.get(URL).text
    assert "You are a drafter for this member." in text
    assert reverse("members:drafts", args=[member.slug]) in text


def test_of_many_drafts_the_first_are_shown(member):
    user = focal_point(member)
    factories.ProposedChangeFactory.create_batch(SHOWN + 2, member=member)
    assert len(own_desks(user, today())[0].rows) == SHOWN


def test_messages_that_nobody_has_read_are_told_to_the_members_speakers(as_role, member, role):
    card = factories.TwinningCardFactory(member=member)
    thread = factories.TwinningThreadFactory(card=card)
    factories.TwinningMessageFactory(thread=thread)
    told = "A conversation about twinning has something that you have not read."
    assert (told in as_role.get(URL).text) == (role in OWN_SPEAKERS)


def test_a_mission_contact_is_told_its_function_and_asked_for_nothing(client, member):
    user = focal_point(member, "mission", until=today())
    plant(member)
    client.force_login(user)
    text = client.get(URL).text
    assert "Mission contact, until" in text
    assert reverse("members:handover", args=[member.slug]) not in text
    assert waiting(user) == {member.name: []}


def test_the_focal_point_of_a_member_that_has_left_is_asked_for_nothing(client, member):
    user = focal_point(member, since=today() - 600 * DAY)
    Member.objects.filter(pk=member.pk).update(status=Member.Status.FORMER)
    client.force_login(user)
    assert waiting(user) == {member.name: []}
    assert reverse("members:edit", args=[member.slug]) not in client.get(URL).text


# Many rows ------------------------------------------------------------------------------------


def many(first, last, person):
    """Rows of every kind that waits, so many of each."""
    numbers = range(first, last)
    now, silent = timezone.now(), today() - 450 * DAY
    states = State.objects.bulk_create(
        factories.StateFactory.build(source=f"groups: a list, {AS_KNOWN}") for _one in numbers
    )
    lands = State.objects.bulk_create(factories.StateFactory.build() for _one in numbers)
    members = Member.objects.bulk_create(
        factories.MemberFactory.build(state=state, confirmed_on=silent) for state in states
    )
    asked = Member.objects.bulk_create(
        factories.MemberFactory.build(state=state, status="prospective") for state in lands
    )
    users = User.objects.bulk_create(factories.UserFactory.build() for _one in numbers)
    ends = {"since": silent, "until": today() + 9 * DAY, "function": "principal"}
    Designation.objects.bulk_create(
        Designation(member=one, user=user, **ends) for one, user in zip(members, users, strict=True)
    )
    Notice.objects.bulk_create(
        Notice(
            key=f"update:{one.slug}:{silent}:13:{user.pk}",
            kind="update_due",
            member=one,
            user=user,
            path="/",
        )
        for one, user in zip(members, users, strict=True)
    )
    Invitation.objects.bulk_create(Invitation(user=user) for user in users)
    JoinRequest.objects.bulk_create(factories.JoinRequestFactory.build() for _one in numbers)
    prospects = Prospect.objects.bulk_create(
        Prospect(member=one, stage="approached") for one in asked
    )
    OutreachNote.objects.bulk_create(
        OutreachNote(prospect=one, text="A talk.", next_step="Go", next_on=now, written_by=person)
        for one in prospects
    )
    Practice.objects.bulk_create(
        Practice(slug=f"draft-of-{one.pk}", title="A draft", member=one) for one in members
    )
    ActionPlan.objects.bulk_create(
        ActionPlan(state=one.state, period_end=(today() + 60 * DAY).isoformat()) for one in members
    )
    passes = YearlyUpdate.objects.bulk_create(
        YearlyUpdate(member=one, started_by=person) for one in members
    )
    UpdateStep.objects.bulk_create(
        UpdateStep(update=one, section="people", outcome="reported", taken_by=person)
        for one in passes
    )
    ChairCall.objects.bulk_create(
        ChairCall(year=2100 + number, closes_on=today() + DAY) for number in numbers
    )
    body = factories.RegionalOrganizationFactory()
    RegionalMembership.objects.bulk_create(
        RegionalMembership(organization=body, state=state, source=AS_KNOWN) for state in states
    )


def queries(client, url):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_desk_takes_a_fixed_number_of_queries_at_5_and_at_300_rows(client, secretariat):
    client.force_login(secretariat)
    urls = [URL, *(reverse("members:desk_section", args=[slug]) for slug in OWN_PAGES)]
    many(0, 5, secretariat)
    few = [queries(client, url) for url in urls]
    many(5, 300, secretariat)
    assert [queries(client, url) for url in urls] == few
    assert len(in_full("updates", secretariat, today()).rows) == 300
    assert few[0] <= 45


def test_ones_own_desk_takes_a_fixed_number_of_queries(client, db):
    user = focal_point(factories.MemberFactory())
    member = user.designations.get().member

    def more(count):
        for member in factories.MemberFactory.create_batch(count):
            factories.DesignationFactory(member=member, user=user, since=today() - 600 * DAY)
            factories.ProposedChangeFactory.create_batch(2, member=member)
            draft(member=member)
            end = months_from(today(), 5).isoformat()
            factories.ActionPlanFactory(state=member.state, period_end=end)
            factories.ChairCallFactory(year=today().year + ChairCall.objects.count())

    client.force_login(user)
    factories.DrafterFactory(member=member, user=user)
    factories.ProposedChangeFactory(member=member, written_by=user)
    more(1)
    few = queries(client, URL)
    more(4)
    assert queries(client, URL) == few
    assert ProposedChange.objects.count() == 11
