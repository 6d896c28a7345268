"""Who may see and change meetings, summaries and documents (docs/domain.md, rules 1 to 7)."""

import datetime
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from meetings.models import (
    ChairsSummary,
    Document,
    DocumentVersion,
    GeneralAssemblySession,
    Meeting,
    Rendering,
    SummarySection,
)
from members.models.chairs import GRACE
from tests import factories
from tests.factories import focal_point, today
from tests.roles import DAY, ROLES, SECRETARIAT, person

pytestmark = pytest.mark.django_db

PUBLIC_STATES = {"cleared", "transmitted", "circulated"}
STATES = ["drafting", "in review", *sorted(PUBLIC_STATES)]
CHAIR_AND_TROIKA = {"chair_of_today", "troika"}
TOOK_PART = {"own_focal_point", "own_alternate", "mission_contact"}
SERVING = TOOK_PART | {"focal_point_of_another_member", "chair_of_the_past"} | CHAIR_AND_TROIKA
HOUR = datetime.timedelta(hours=1)


def reads_summary(role: str, state: str) -> bool:
    if state in PUBLIC_STATES or role in SECRETARIAT | CHAIR_AND_TROIKA:
        return True
    return state == "in review" and role in TOOK_PART


def reads_visibility(role: str, visibility: str) -> bool:
    readers = {"public": set(ROLES), "members": SERVING, "troika": CHAIR_AND_TROIKA}
    return role in readers[visibility] | SECRETARIAT


def summary_of(member, state, **fields):
    summary = factories.ChairsSummaryFactory(state=state, **fields)
    summary.meeting.participants.add(member)
    return summary


# Meetings ---------------------------------------------------------------------------------


def test_a_draft_meeting_is_for_its_chair_and_the_secretariat(member, role):
    user = person(role, member)
    public, draft = factories.MeetingFactory(), factories.MeetingFactory(is_draft=True)
    found = set(Meeting.objects.visible_to(user, today()))
    allowed = role in SECRETARIAT | {"chair_of_today"}
    assert found == ({public, draft} if allowed else {public})


def test_meetings_are_changed_by_their_chair_and_the_secretariat(member, role):
    user = person(role, member)
    factories.MeetingFactory()
    editable = Meeting.objects.editable_by(user, today()).exists()
    assert editable == (role in SECRETARIAT | {"chair_of_today"})


def test_meetings_without_a_date_come_last():
    unknown = factories.MeetingFactory(starts_on=None)
    old, new = (
        factories.MeetingFactory(starts_on="2017"),
        factories.MeetingFactory(starts_on="2018-05"),
    )
    assert list(Meeting.objects.newest_first()) == [new, old, unknown]
    assert (unknown.year, Meeting.objects.get(pk=old.pk).year) == (None, 2017)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (None, None, "Date not recorded"),
        ("2017", None, "2017"),
        ("2017-09", "2017-09", "September 2017"),
        ("2017-11-30", "2017-11-30", "30 November 2017"),
        ("2017-04-26", "2017-04-27", "26 and 27 April 2017"),
        ("2023-06-06", "2023-06-09", "6–9 June 2023"),
        ("2017-04-30", "2017-05-01", "30 April 2017–1 May 2017"),
    ],
)
def test_the_days_print_as_known(starts, ends, words):
    meeting = factories.MeetingFactory(starts_on=starts, ends_on=ends)
    assert Meeting.objects.get(pk=meeting.pk).when == words


@pytest.mark.parametrize("starts", ["2017", "2017-01", "2017-01-01", "2017-12-31", "2017-09"])
def test_a_meeting_known_by_year_or_month_is_of_the_term_in_which_it_began(starts):
    chair = factories.MemberFactory()
    since, until = datetime.date(2017, 1, 1), datetime.date(2017, 12, 31)
    factories.ChairTermFactory(since=since, until=until, members=[chair])
    meeting = factories.MeetingFactory(starts_on=starts)
    for outside in ("2016", "2016-12-31", "2018", "2018-01-01"):
        factories.MeetingFactory(starts_on=outside)
    user = focal_point(chair, since=since)
    assert list(Meeting.objects.editable_by(user, datetime.date(2017, 6, 1))) == [meeting]


# Summaries --------------------------------------------------------------------------------


def test_a_summary_is_read_by_state_and_role(member, role):
    user = person(role, member)
    summaries = {state: summary_of(member, state) for state in STATES}
    found = set(ChairsSummary.objects.visible_to(user, today()))
    assert found == {row for state, row in summaries.items() if reads_summary(role, state)}


def test_a_summary_of_a_draft_meeting_is_read_by_nobody_who_does_not_see_the_meeting(member, role):
    user = person(role, member)
    summary_of(member, "cleared", meeting__is_draft=True)
    found = ChairsSummary.objects.visible_to(user, today()).exists()
    assert found == (role in SECRETARIAT | {"chair_of_today"})


def test_a_summary_is_worked_on_by_its_chair_until_it_is_circulated(member, role):
    user = person(role, member)
    summaries = {state: summary_of(member, state) for state in STATES}
    found = set(ChairsSummary.objects.editable_by(user, today()))
    if role in SECRETARIAT:
        assert found == set(summaries.values())
    elif role == "chair_of_today":
        assert found == {row for state, row in summaries.items() if state != "circulated"}
    else:
        assert found == set()


@pytest.mark.parametrize(("late", "allowed"), [(0, True), (1, False)])
def test_a_chair_works_on_a_summary_for_twelve_months_after_its_term(late, allowed):
    chair, until = factories.MemberFactory(), today() - GRACE - late * DAY
    factories.ChairTermFactory(since=until - 100 * DAY, until=until, members=[chair])
    summary = factories.ChairsSummaryFactory(meeting__starts_on=(until - DAY).isoformat())
    user = focal_point(chair)
    editable = ChairsSummary.objects.editable_by(user, today())
    assert list(editable) == ([summary] if allowed else [])
    assert ChairsSummary.objects.visible_to(user, today()).exists() == allowed


def test_a_mission_contact_of_the_chair_does_not_work_on_the_summary(member):
    factories.ChairTermFactory(since=today() - 30 * DAY, until=today() + 30 * DAY, members=[member])
    factories.ChairsSummaryFactory()
    contact, principal = focal_point(member, "mission"), focal_point(member)
    assert ChairsSummary.objects.editable_by(principal, today()).exists()
    assert not ChairsSummary.objects.editable_by(contact, today()).exists()


def test_rights_on_a_summary_end_with_the_designation(member):
    factories.ChairTermFactory(since=today() - 30 * DAY, until=today() + 30 * DAY, members=[member])
    factories.ChairsSummaryFactory()
    user = focal_point(member, until=today())
    assert ChairsSummary.objects.editable_by(user, today()).exists()
    assert not ChairsSummary.objects.editable_by(user, today() + DAY).exists()
    assert not ChairsSummary.objects.visible_to(user, today() + DAY).exists()


# Documents --------------------------------------------------------------------------------


def plant_documents(member):
    """A document for each visibility, embargo (None: none, else hours from now) and state."""
    planted = {}
    for visibility, embargo, state in product(
        ["public", "members", "troika"], [None, -1, 1], [None, *STATES]
    ):
        fields = {
            "visibility": visibility,
            "visibility_reason": "" if visibility == "public" else "A reason.",
            "embargo_until": timezone.now() + embargo * HOUR if embargo else None,
            "title": f"planted {visibility} {embargo} {state}",
        }
        if state is None:
            document = factories.DocumentFactory(**fields)
        else:
            document = summary_of(
                member, state, **{f"document__{name}": value for name, value in fields.items()}
            ).document
        planted[visibility, embargo, state] = document
    return planted


def reads_document(role, visibility, embargo, state):
    if role in SECRETARIAT:
        return True
    if state and not reads_summary(role, state):
        return False
    if state and role == "chair_of_today":
        return True
    return embargo != 1 and reads_visibility(role, visibility)


def test_a_document_is_seen_by_role_visibility_embargo_and_state(member, role):
    user = person(role, member)
    planted = plant_documents(member)
    found = [document.title for document in Document.objects.visible_to(user, today())]
    expected = [row.title for key, row in planted.items() if reads_document(role, *key)]
    assert sorted(found) == sorted(expected)


def test_somebody_sees_each_planted_document_and_somebody_else_does_not(member):
    planted = plant_documents(member)
    administrator = factories.secretariat_administrator()
    assert Document.objects.visible_to(administrator, today()).count() == len(planted)
    seen = Document.objects.visible_to(AnonymousUser(), today()).count()
    assert seen == len([key for key in planted if reads_document("nobody", *key)]) == 8


def test_an_embargo_lifts_at_its_second():
    document = factories.DocumentFactory(embargo_until=timezone.now())
    late = factories.DocumentFactory(embargo_until=timezone.now() + datetime.timedelta(seconds=60))
    found = list(Document.objects.visible_to(AnonymousUser(), today()))
    assert (document in found, late in found) == (True, False)


def test_documents_are_changed_by_their_chair_and_the_secretariat(member, role):
    user = person(role, member)
    factories.DocumentFactory(meeting=factories.MeetingFactory())
    editable = Document.objects.editable_by(user, today()).exists()
    assert editable == (role in SECRETARIAT | {"chair_of_today"})


def test_documents_come_by_what_is_known_of_their_time():
    unknown = factories.DocumentFactory(title="c")
    by_meeting = factories.DocumentFactory(meeting=factories.MeetingFactory(starts_on="2018-04"))
    issued = factories.DocumentFactory(issued_on="2019")
    letter = factories.DocumentFactory(letter_on="2017-12-15")
    assert list(Document.objects.newest_first()) == [issued, by_meeting, letter, unknown]


# Versions ---------------------------------------------------------------------------------


def test_a_rendering_from_before_clearance_never_becomes_public(member, role):
    user = person(role, member)
    summary = summary_of(member, "cleared")
    early = factories.DocumentVersionFactory(document=summary.document, before_clearance=True)
    late = factories.DocumentVersionFactory(document=summary.document, number=2)
    found = set(DocumentVersion.objects.visible_to(user, today()))
    allowed = role in SECRETARIAT | CHAIR_AND_TROIKA
    assert found == ({early, late} if allowed else {late})


def test_in_review_the_members_that_took_part_see_the_rendering(member, role):
    user = person(role, member)
    summary = summary_of(member, "in review")
    factories.DocumentVersionFactory(document=summary.document, before_clearance=True)
    found = DocumentVersion.objects.visible_to(user, today()).exists()
    assert found == reads_summary(role, "in review")


def test_of_two_versions_the_newest_comes_first_and_english_before_others():
    document = factories.DocumentFactory()
    rows = [
        factories.DocumentVersionFactory(document=document, number=number, language=language)
        for number, language in [(1, "en"), (2, "ar"), (2, "en")]
    ]
    assert list(DocumentVersion.objects.latest_first()) == [rows[2], rows[1], rows[0]]


@pytest.mark.parametrize(("code", "words"), [("en", "English"), ("ar", "Arabic"), ("xx", "xx")])
def test_a_version_names_its_language(code, words):
    assert factories.DocumentVersionFactory.build(language=code).language_name == words


# Sessions of the General Assembly ---------------------------------------------------------


def test_a_day_is_of_the_session_that_opened_last():
    for number, opened in [(72, "2017-09-12"), (73, "2018-09-18")]:
        GeneralAssemblySession.objects.create(number=number, opened_on=opened)
    on = GeneralAssemblySession.objects.on
    assert on(datetime.date(2017, 9, 11)) is None
    assert on(datetime.date(2017, 9, 12)).number == 72
    assert on(datetime.date(2018, 9, 17)).number == 72
    assert on(datetime.date(2018, 9, 18)).number == 73
    assert on(datetime.date(2019, 9, 30)) is None


# What Postgres refuses --------------------------------------------------------------------


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        (
            "narrower_than_public_has_a_reason",
            lambda: factories.DocumentFactory(visibility="members"),
        ),
        (
            "un_symbol_has_the_form_that_the_united_nations_gives",
            lambda: factories.DocumentFactory(un_symbol="A-72-782"),
        ),
        (
            "a_un_symbol_belongs_to_one_document",
            lambda: factories.DocumentFactory.create_batch(2, un_symbol="A/72/782-S/2018/178"),
        ),
        (
            "a_withdrawn_version_says_why",
            lambda: factories.DocumentVersionFactory(withdrawn_at=timezone.now()),
        ),
        (
            "a_version_number_is_used_once",
            lambda: factories.DocumentVersionFactory.create_batch(
                2, document=factories.DocumentFactory()
            ),
        ),
        (
            "meeting_session_has_its_own_place",
            lambda: factories.MeetingSessionFactory.create_batch(
                2, meeting=factories.MeetingFactory(), position=1
            ),
        ),
        (
            "summary_section_level_is_two_or_three",
            lambda: factories.SummarySectionFactory(level=4),
        ),
        ("summary_state_is_known", lambda: factories.ChairsSummaryFactory(state="lost")),
        (
            "one_open_rendering_a_summary",
            lambda: Rendering.objects.bulk_create(
                [Rendering(summary=factories.ChairsSummaryFactory())] * 2
            ),
        ),
        (
            "a_rendering_that_is_done_has_its_version",
            lambda: Rendering.objects.create(
                summary=factories.ChairsSummaryFactory(), state="done"
            ),
        ),
        (
            "a_rendering_that_failed_says_why",
            lambda: Rendering.objects.create(
                summary=factories.ChairsSummaryFactory(), state="failed"
            ),
        ),
    ],
)
def test_postgres_refuses_what_must_never_be(name, make):
    with refused(name), transaction.atomic():
        make()


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
def test_postgres_refuses_what_is_no_date_of_a_meeting(field):
    meeting = factories.MeetingFactory()
    with refused(f"meeting_{field}_is_a_partial_date"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE meetings_meeting SET {field} = 'soon' WHERE id = %s", [meeting.pk])


def test_two_sections_may_change_places_but_not_share_one():
    summary = factories.ChairsSummaryFactory()
    first = factories.SummarySectionFactory(summary=summary, position=1)
    second = factories.SummarySectionFactory(summary=summary, position=2)
    with transaction.atomic():
        SummarySection.objects.filter(pk=first.pk).update(position=2)
        SummarySection.objects.filter(pk=second.pk).update(position=1)
    assert [row.pk for row in summary.sections.all()] == [second.pk, first.pk]


@pytest.mark.django_db(transaction=True)
def test_two_sections_in_one_place_are_refused_at_the_end_of_the_transaction():
    summary = factories.ChairsSummaryFactory()
    factories.SummarySectionFactory(summary=summary, position=1)
    with refused("summary_section_has_its_own_place"):
        factories.SummarySectionFactory(summary=summary, position=1)


def test_rows_name_themselves():
    session = factories.MeetingSessionFactory(meeting__title="A meeting")
    section = factories.SummarySectionFactory(heading="Closing remarks", position=7)
    assert str(session) == "Opening remarks, A meeting"
    assert str(factories.SpeakerFactory(name="A name")) == "A name"
    assert section.anchor == "closing-remarks-7"
    assert str(section) == "Closing remarks"
    assert str(section.summary) == "Summary of the meeting"
    assert str(Rendering(summary=section.summary)) == (
        "Waiting for the worker: Summary of the meeting"
    )
    assert str(GeneralAssemblySession(number=72)) == "72"
