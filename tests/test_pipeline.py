"""The secretariat's pipeline and its lists of States, and that nobody else meets a word of them."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from members import history, joining
from members.errors import WrongStateError
from members.loading import DATA, ever_recorded, read_csv
from members.loading_lists import load_saved_lists
from members.models import (
    ActionPlan,
    Member,
    OutreachNote,
    Prospect,
    RegionalOrganization,
    SavedList,
    State,
)
from members.partial_dates import PartialDate
from tests import factories
from tests.factories import today
from tests.matrix import MATRIX
from tests.matrix.page import own
from tests.pipeline_tools import at_once
from tests.roles import SECRETARIAT

Stage = Prospect.Stage
DAY = datetime.timedelta(days=1)


@pytest.fixture
def secretariat(db):
    return factories.secretariat_editor()


@pytest.fixture
def desk(client, secretariat):
    client.force_login(secretariat)
    return client


@pytest.fixture
def prospect(db):
    return factories.ProspectFactory()


def press(desk, act, /, *args, **typed):
    return desk.post(reverse(f"join:{act}", args=args), typed, follow=True)


# Stages


def test_a_state_or_a_body_is_put_in_without_a_request(desk):
    state = factories.StateFactory(name="Ruritania")
    page = press(desk, "prospect_start", state=state.pk, stage="interested")
    assert "Ruritania is in the pipeline." in page.text
    prospect = Prospect.objects.get()
    assert (prospect.stage, prospect.member.slug) == (Stage.INTERESTED, "ruritania")
    press(desk, "prospect_start", new_name="A body", new_acronym="AB", stage="approached")
    assert Prospect.objects.get(member__organization__acronym="AB").stage == Stage.APPROACHED
    again = press(desk, "prospect_start", state=state.pk, stage="approached")
    assert again.context["prospect"] == prospect
    assert Prospect.objects.count() == 2


def test_stages_move_forwards_and_back_and_say_who_and_when(desk, secretariat, prospect):
    press(desk, "prospect_move", prospect.pk, start="approached", stage="invited")
    press(desk, "prospect_move", prospect.pk, start="invited", stage="interested")
    page = desk.get(prospect.get_absolute_url())
    changes = page.context["changes"]
    assert [change.label for change in changes] == ["Interested", "Invited", "Approached"]
    assert [change.who for change in changes] == [str(secretariat), str(secretariat), ""]
    assert str(secretariat) in page.text


@pytest.mark.parametrize(
    ("start", "stage"),
    [
        ("interested", "invited"),  # it is no longer there
        ("approached", "member"),
        ("approached", "nothing"),
        ("", ""),
        ("member", "approached"),
    ],
)
def test_a_move_that_cannot_be_changes_nothing(desk, prospect, nothing_changes, start, stage):
    with nothing_changes():
        page = press(desk, "prospect_move", prospect.pk, start=start, stage=stage)
    assert "Somebody has moved it in the meantime." in page.text


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_from_one_stage_at_once_one_is_told():
    prospect = factories.ProspectFactory()
    outcomes = at_once(
        [
            lambda stage=stage: joining.move(prospect, "approached", stage)
            for stage in ("interested", "invited")
        ]
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "WrongStateError"]


def test_a_prospective_member_joins_with_a_date_as_far_as_known_and_is_public(client, desk):
    prospect = factories.ProspectFactory(stage=Stage.DESIGNATION)
    member = prospect.member
    page = press(desk, "prospect_admit", prospect.pk, joined_on="2026-03")
    assert f"{member.name} is a member of the Network." in page.text
    member.refresh_from_db()
    assert (member.status, member.joined_on) == ("member", PartialDate(2026, 3))
    assert joining.stages_of(prospect)[0].label == "Member"
    client.logout()
    assert member.name in client.get(reverse("members:list")).text
    assert client.get(member.get_absolute_url()).status_code == 200


def test_who_is_a_member_cannot_be_moved_or_admitted_again(desk, nothing_changes):
    prospect = factories.ProspectFactory(stage=Stage.DESIGNATION)
    joining.admit(prospect, None)
    with nothing_changes():
        press(desk, "prospect_move", prospect.pk, start="designation received", stage="invited")
        page = press(desk, "prospect_admit", prospect.pk, joined_on="2026")
        assert "It is a member already" in page.text
        with pytest.raises(joining.AlreadyMemberError):
            joining.start(prospect.member.state)


@pytest.mark.parametrize("stage", [Stage.APPROACHED, Stage.INTERESTED, Stage.INVITED])
def test_nobody_joins_before_the_designation_is_received(stage, db, nothing_changes):
    prospect = factories.ProspectFactory(stage=stage)
    with nothing_changes(), pytest.raises(WrongStateError):
        joining.admit(prospect, None)


def test_who_has_joined_by_another_way_is_shown_as_a_member(desk, nothing_changes):
    prospect = factories.ProspectFactory(stage=Stage.DESIGNATION, member__status="member")
    assert not Prospect.objects.open().exists()
    board = dict(desk.get(reverse("join:pipeline")).context["board"])
    assert (board[Stage.MEMBER], board[Stage.DESIGNATION]) == ([prospect], [])
    with nothing_changes(), pytest.raises(WrongStateError):
        joining.admit(prospect, None)


def test_one_that_has_left_begins_anew(db):
    prospect = factories.ProspectFactory(stage=Stage.MEMBER, member__status="former")
    assert joining.start(prospect.member.state).stage == Stage.APPROACHED
    joining.move(prospect, "approached", "designation received")
    joining.admit(prospect, PartialDate(2026))
    assert Member.objects.public().filter(pk=prospect.member_id).exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("2999", "This date is still to come."), ("31/12/2025", "as far as it is known")],
)
def test_a_date_of_joining_that_cannot_be_is_refused(desk, nothing_changes, typed, words):
    prospect = factories.ProspectFactory(stage=Stage.DESIGNATION)
    with nothing_changes():
        assert words in press(desk, "prospect_admit", prospect.pk, joined_on=typed).text


def test_what_was_put_in_by_mistake_is_taken_out_with_its_member(desk, prospect):
    assert desk.get(reverse("join:prospect_take_out", args=[prospect.pk])).status_code == 200
    press(desk, "prospect_take_out", prospect.pk)
    assert not Prospect.objects.exists()
    assert not Member.objects.exists()


def test_nothing_is_taken_out_once_something_is_written(desk, prospect, nothing_changes):
    factories.OutreachNoteFactory(prospect=prospect)
    later = factories.ProspectFactory(stage=Stage.INVITED)
    asked = factories.JoinRequestFactory(prospect=factories.ProspectFactory()).prospect
    with nothing_changes():
        for one in (prospect, later, asked):
            page = press(desk, "prospect_take_out", one.pk)
            assert "a later stage by now" in page.text


def test_a_prospective_member_with_a_designation_outlives_its_place_in_the_pipeline(prospect):
    factories.DesignationFactory(member=prospect.member)
    joining.take_out(prospect)
    assert Member.objects.get().status == "prospective"


def test_a_plan_that_was_entered_here_stays_private_when_its_owner_leaves_the_pipeline(prospect):
    plan = factories.ActionPlanFactory(state=prospect.member.state)
    joining.take_out(prospect)
    assert Member.objects.get().status == "prospective"
    assert not ActionPlan.objects.public().filter(pk=plan.pk).exists()


def test_the_page_leads_to_the_designation_and_says_what_to_do_with_it(desk, prospect):
    link = reverse("members:designation_add", args=[prospect.member.slug])
    assert link in desk.get(prospect.get_absolute_url()).text
    assert desk.get(link).status_code == 200
    factories.DesignationFactory(member=prospect.member)
    assert "One is recorded: move the stage" in desk.get(prospect.get_absolute_url()).text


# Contact, note and log


def test_two_people_who_edit_one_note_see_both_texts(desk, prospect):
    typed = {"version": prospect.version, "contact": "", "note": "Mine"}
    press(desk, "prospect_edit", prospect.pk, **{**typed, "note": "Theirs"})
    joining.move(prospect, "approached", "invited")
    response = press(desk, "prospect_edit", prospect.pk, **typed)
    assert response.status_code == 409
    assert "Theirs" in response.text
    assert "Mine" in response.text
    press(desk, "prospect_edit", prospect.pk, **{**typed, "version": 2})
    prospect.refresh_from_db()
    assert (prospect.note, prospect.stage) == ("Mine", "invited")


def test_a_step_is_planned_and_done(desk, secretariat, prospect):
    press(desk, "note_add", prospect.pk, text="A talk", on=today(), next_step="Call", next_on="")
    note = prospect.log.get()
    assert (note.written_by, note.step_waits, note.is_overdue) == (secretariat, True, False)
    page = press(desk, "note_done", prospect.pk, note.pk, back="pipeline")
    assert page.redirect_chain[0][0] == reverse("join:pipeline")
    note.refresh_from_db()
    assert not note.step_waits
    assert "This step was done already." in press(desk, "note_done", prospect.pk, note.pk).text
    other = factories.OutreachNoteFactory(next_step="Not of this prospect")
    assert press(desk, "note_done", prospect.pk, other.pk).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "This field is required"),
        ({"next_on": "2027-01-01"}, "Say what the next step is."),
        ({"on": "2999-01-01"}, "This day is still to come."),
        ({"text": "x" * 400_000}, "at most 5,000 characters"),
        ({"next_step": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_line_that_cannot_be_is_refused(desk, prospect, nothing_changes, typed, words):
    line = {"text": "A talk", "on": today().isoformat(), "next_step": "", "next_on": ""}
    with nothing_changes():
        assert words in press(desk, "note_add", prospect.pk, **{**line, **typed}).text


def test_overdue_steps_come_first_and_those_without_a_day_last(desk, prospect):
    def note(step, on, **more):
        return factories.OutreachNoteFactory(prospect=prospect, next_step=step, next_on=on, **more)

    later = note("later", today() + DAY)
    without = note("some time", None)
    due = note("today", today())
    overdue = note("late", today() - DAY)
    note("done", today() - DAY, done_at=f"{today()}T00:00:00Z")
    note("", None)
    assert list(OutreachNote.objects.waiting()) == [overdue, due, later, without]
    assert list(OutreachNote.objects.due(today())) == [overdue, due]
    assert [one.is_overdue for one in (overdue, due, later, without)] == [True, False, False, False]
    page = desk.get(reverse("join:pipeline"))
    assert list(page.context["steps"]) == [overdue, due, later, without]
    assert page.text.count("Overdue since") == 2  # in the steps and on the board


def test_postgres_holds_the_rules_of_the_pipeline(prospect):
    with pytest.raises(IntegrityError, match="next_step"), transaction.atomic():
        factories.OutreachNoteFactory(prospect=prospect, next_on=today())
    with pytest.raises(IntegrityError, match="prospect_stage_is_known"), transaction.atomic():
        Prospect.objects.update(stage="nothing")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ProspectFactory(member=prospect.member)
    factories.SavedListFactory(name="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.SavedListFactory(name="One")


@pytest.mark.parametrize("count", [1, 5])
def test_the_board_and_a_prospect_take_one_number_of_queries(
    desk, django_assert_num_queries, count
):
    for _row in range(count):
        factories.OutreachNoteFactory(next_step="Call", next_on=today() - DAY)
    one = Prospect.objects.latest("pk")
    factories.OutreachNoteFactory.create_batch(count, prospect=one)
    factories.DesignationFactory.create_batch(count, member=one.member)
    factories.JoinRequestFactory.create_batch(count, prospect=one)
    desk.get(reverse("join:pipeline"))
    with django_assert_num_queries(8):
        desk.get(reverse("join:pipeline"))
    with django_assert_num_queries(11):
        desk.get(one.get_absolute_url())


# Lists of States


@pytest.fixture
def ecowas(network):
    return SavedList.objects.get()


def test_the_list_from_the_start_is_the_members_of_ecowas_that_are_not_in_the_network(ecowas):
    assert ecowas.name == "Members of ECOWAS that are not in the Network"
    names = {state.name for state in ecowas.states(today())}
    rows = read_csv(DATA / "regional_memberships.csv")
    inside = {row["iso3_or_acronym"] for row in read_csv(DATA / "members.csv")}
    expected = {
        row["iso3"]
        for row in rows
        if row["acronym"] == "ECOWAS"
        and row["iso3"] not in inside
        and not (row["until"] and row["until"] < today().isoformat())
    }
    assert names == {state.name for state in State.objects.filter(pk__in=expected)}
    assert "Ghana" in names
    assert not names & {"Mali", "Liberia", "Burkina Faso"}  # the last has left ECOWAS


def test_a_list_that_was_renamed_or_deleted_is_not_loaded_again(ecowas):
    ecowas.delete()
    rows = read_csv(DATA / "saved_lists.csv")
    assert load_saved_lists(rows, ever_recorded(SavedList, "name")) == 0
    open_question = {**rows[0], "name": "All", "organization": "", "in_network": ""}
    assert load_saved_lists([open_question], set()) == 1


def answers(**asked):
    return set(SavedList(**asked).states(today()).values_list("pk", flat=True))


def test_each_part_of_a_question_narrows_the_answer(db):
    inside = factories.MemberFactory(state__iso3="in1").state
    factories.ProspectFactory(member__state__iso3="pro")
    factories.MemberFactory(state__iso3="fmr", status="former")
    factories.StateFactory(iso3="usa", regional_group="")
    factories.StateFactory(iso3="wee", regional_group="weog")
    factories.StateFactory(iso3="obs", un_member_since=None)
    factories.ActionPlanFactory(state=inside)
    body = factories.RegionalOrganizationFactory()
    for iso3, dates in {
        "in1": {"since": today(), "until": today()},
        "pro": {"until": today() - DAY},
        "wee": {"since": today() + DAY},
        "usa": {},
    }.items():
        factories.RegionalMembershipFactory(organization=body, state_id=iso3, state=None, **dates)
    assert answers() == {"in1", "pro", "fmr", "usa", "wee"}
    assert answers(in_network="yes") == {"in1"}
    assert answers(in_network="no") == {"pro", "fmr", "usa", "wee"}
    assert answers(has_plan="yes") == {"in1"}
    assert answers(has_plan="no") == {"pro", "fmr", "usa", "wee"}
    assert answers(regional_group="weog") == {"usa", "wee"}
    assert answers(organization=body) == {"in1", "usa"}
    assert answers(organization=body, in_network="no") == {"usa"}


def test_a_question_is_asked_saved_edited_and_deleted(desk, secretariat):
    factories.StateFactory(name="Ruritania", regional_group="grulac")
    url = reverse("join:list_ask")
    assert desk.get(url).status_code == 200
    page = desk.get(url, {"regional_group": "grulac"})
    assert "Ruritania" in page.text
    assert "1 State today" in page.text
    assert "Select a valid choice" in desk.get(url, {"organization": "nothing"}).text
    saved_page = press(desk, "list_ask", name="جمهوريات", regional_group="grulac")
    saved = SavedList.objects.get()
    assert saved.created_by == secretariat
    assert "جمهوريات" in saved_page.text
    press(desk, "list_edit", saved.pk, name="Of the group", regional_group="grulac", has_plan="no")
    saved.refresh_from_db()
    assert (saved.name, saved.has_plan) == ("Of the group", "no")
    assert "Of the group" in desk.get(reverse("join:list_delete", args=[saved.pk])).text
    press(desk, "list_delete", saved.pk)
    assert not SavedList.objects.exists()


def test_a_list_needs_a_name_of_its_own(desk, nothing_changes):
    factories.SavedListFactory(name="Taken")
    with nothing_changes():
        assert "This field is required" in press(desk, "list_ask", name=" ").text
        assert "already exists" in press(desk, "list_ask", name="Taken").text


def test_a_state_of_a_list_is_put_in_with_one_press_and_shown_with_its_stage(desk, ecowas):
    page = press(desk, "state_start", "GHA", list=ecowas.pk)
    assert page.redirect_chain[0][0] == ecowas.get_absolute_url()
    assert "Ghana is in the pipeline." in page.text
    ghana = next(row for row in page.context["rows"] if row["iso3"] == "GHA")
    assert (ghana["stage"], ghana["standing"]) == ("Approached", "No")
    for wrong in ("²", "x", "-1"):
        press(desk, "state_start", "GHA", list=wrong)
    assert Prospect.objects.count() == 1
    assert "is a member of the Network already" in press(desk, "state_start", "NAM").text
    assert press(desk, "state_start", "zzz").status_code == 404


def test_the_csv_holds_the_same_rows_with_the_stage(desk, ecowas):
    joining.start(State.objects.get(pk="GHA"))
    response = desk.get(reverse("join:list_csv", args=[ecowas.pk]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "State,Code,Regional group,In the Network,Plan on record,Stage"
    assert "Ghana,GHA,African States,No,yes,Approached" in lines
    assert len(lines) == ecowas.states(today()).count() + 1


@pytest.mark.parametrize("count", [1, 5])
def test_a_list_takes_one_number_of_queries(desk, django_assert_num_queries, count):
    for _row in range(count):
        prospect = factories.ProspectFactory()
        factories.ActionPlanFactory(state=prospect.member.state)
        factories.StateFactory()
    saved = factories.SavedListFactory()
    with django_assert_num_queries(6):
        desk.get(saved.get_absolute_url())


# Nobody else meets a word of it


PLANTED = [
    "Planted party",
    "Planted person",
    "planted@example.org",
    "Planted statement",
    "Planted contact",
    "Planted note",
    "Planted talk",
    "Planted step",
    "Planted list",
    "Designation received",
]


@pytest.fixture
def planted(member):
    """The words of the pipeline around the roles' member, which has joined by it."""
    prospect = factories.ProspectFactory(
        member=member, stage=Stage.APPROACHED, contact="Planted contact", note="Planted note"
    )
    Prospect.objects.filter(pk=prospect.pk).update(stage=Stage.DESIGNATION)
    factories.OutreachNoteFactory(
        prospect=prospect, text="Planted talk", next_step="Planted step", next_on=today() - DAY
    )
    request = factories.JoinRequestFactory(
        party="Planted party",
        name="Planted person",
        email="planted@example.org",
        statement="Planted statement",
        prospect=prospect,
    )
    saved = factories.SavedListFactory(name="Planted list")
    return prospect, request, saved


@pytest.fixture
def unjoined(db):
    """A prospective member, of a State and of a body, that nobody outside may meet."""
    body = factories.RegionalOrganizationFactory(name="Planted Body", acronym="PLB")
    return [
        factories.ProspectFactory(member__state__name="Plantedland", member__slug="plantedland"),
        factories.ProspectFactory(
            member__state=None, member__organization=body, member__slug="planted-body"
        ),
    ]


def closed_pages(planted):
    prospect, request, saved = planted
    return [
        reverse("join:requests"),
        request.get_absolute_url(),
        reverse("join:pipeline"),
        prospect.get_absolute_url(),
        reverse("join:prospect_edit", args=[prospect.pk]),
        reverse("join:lists"),
        saved.get_absolute_url(),
        reverse("join:list_csv", args=[saved.pk]),
    ]


def own_texts(client, member):
    """What is answered by each address that is made for this member, whatever it is."""
    pages = [name for name, page in MATRIX.items() if page.args is own and page.method == "get"]
    answers = [client.get(reverse(name, args=[member.slug])) for name in pages]
    return [b"".join(a.streaming_content) if a.streaming else a.content for a in answers]


def test_the_words_of_the_pipeline_are_met_by_the_secretariat_only(as_role, role, planted):
    responses = [as_role.get(path) for path in closed_pages(planted)]
    if role in SECRETARIAT:
        everything = "".join(response.text for response in responses)
        assert [words for words in PLANTED if words not in everything] == []
    else:
        assert {response.status_code for response in responses} <= {302, 404}


@pytest.mark.parametrize("role", ["nobody", "drafter", "own_focal_point", "mission_contact"])
def test_a_members_own_people_meet_no_word_of_how_it_came_in(as_role, member, planted):
    texts = own_texts(as_role, member)
    assert any(member.name.encode() in text for text in texts)
    assert not {words for words in PLANTED for text in texts if words.encode() in text}


@pytest.mark.parametrize("role", ["nobody", "focal_point_of_another_member", "chair_of_today"])
def test_a_prospective_member_has_no_page(as_role, unjoined):
    for prospect in unjoined:
        assert prospect.member.name.encode() not in b"".join(own_texts(as_role, prospect.member))
        assert as_role.get(prospect.member.get_absolute_url()).status_code == 404


def test_a_prospective_member_is_not_counted(client, db, unjoined):
    factories.MemberFactory()
    assert "names 1 member and is not complete" in client.get(reverse("members:list")).text


def test_the_history_of_a_member_tells_nothing_of_the_pipeline(member, planted):
    words = repr(history.of_member(member))
    assert not [planted for planted in PLANTED if planted in words]


def test_the_secretariat_alone_gets_rows(secretariat, member, planted):
    for model in (Prospect, OutreachNote, SavedList, type(planted[1])):
        assert model.objects.managed_by(secretariat).count() == 1
        assert not model.objects.managed_by(factories.focal_point(member)).exists()


def test_a_body_made_for_a_request_is_only_a_row(db):
    joining.start(RegionalOrganization(name="New body", acronym="NB"))
    assert not Member.objects.public().exists()
