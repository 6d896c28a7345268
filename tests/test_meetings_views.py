"""The open pages of meetings and Chair's summaries, asked as every role."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import ChairsSummary, Document, Letter, Meeting, MeetingSession, Signatory
from tests import factories
from tests.roles import SECRETARIAT
from tests.test_meetings_rules import CHAIR_AND_TROIKA, STATES, reads_summary, summary_of

pytestmark = pytest.mark.django_db
SECRET = "Planted words of the text"


def with_text(summary: ChairsSummary) -> ChairsSummary:
    factories.SummarySectionFactory(summary=summary, body=f"<p>{SECRET}</p>")
    return summary


def with_letter(summary: ChairsSummary) -> Letter:
    letter = Letter.objects.create(
        summary=summary,
        dated="2017-12-15",
        title="Letter of a day",
        body="<p>We have the honour.</p>",
        agenda_item="65",
        agenda_title="Peacebuilding",
        general_assembly_session=72,
    )
    for name in ("Beta", "Alpha"):
        state = factories.StateFactory(name=f"{name} State")
        Signatory.objects.create(
            letter=letter,
            state=state,
            first_name="First",
            surname=f"{name}surname",
            function=f"Permanent Representative of {name} State to the United Nations",
        )
    return letter


# The list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5])
def test_meeting_list_takes_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    for meeting in factories.MeetingFactory.create_batch(count):
        meeting.hosts.set(factories.MemberFactory.create_batch(2))
    with django_assert_num_queries(3):
        response = client.get(reverse("meetings:list"))
    assert response.text.count('<a href="/meetings/meeting-') == count


def test_meetings_stand_under_their_year_the_newest_first(client):
    for starts in ("2017-04-26", "2018", "2017-11-30", None):
        factories.MeetingFactory(starts_on=starts, title=f"Held {starts}")
    text = client.get(reverse("meetings:list")).text
    order = ['<h2 id="year-2018">', "Held 2018", '<h2 id="year-2017">', "Held 2017-11-30"]
    places = [text.index(words) for words in [*order, "Held 2017-04-26", "Year not recorded"]]
    assert places == sorted(places)


def test_a_draft_meeting_is_met_by_those_who_may_edit_it(as_role, role):
    draft = factories.MeetingFactory(is_draft=True, title="Planted meeting")
    listed = as_role.get(reverse("meetings:list")).text
    page = as_role.get(draft.get_absolute_url())
    if role in SECRETARIAT | {"chair_of_today"}:
        assert "Planted meeting" in listed
        assert "Planted meeting" in page.text
    else:
        assert "Planted meeting" not in listed
        assert page.status_code == 404


def test_an_empty_list_says_so(client):
    assert "No meeting is recorded yet." in client.get(reverse("meetings:list")).text
    assert "No document is recorded yet." in client.get(reverse("documents:list")).text


# One meeting ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5])
def test_meeting_page_takes_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    meeting = factories.MeetingFactory()
    meeting.hosts.set(factories.MemberFactory.create_batch(count))
    meeting.co_organizers.set(factories.MemberFactory.create_batch(count))
    summary_of(factories.MemberFactory(), "cleared", meeting=meeting)
    for place in range(count):
        session = factories.MeetingSessionFactory(meeting=meeting, position=place)
        factories.SpeakerFactory.create_batch(2, session=session)
        document = factories.DocumentFactory(meeting=meeting)
        factories.DocumentVersionFactory(document=document)
    with django_assert_num_queries(8):
        response = client.get(meeting.get_absolute_url())
    assert response.text.count("<li>Speaker ") == 2 * count


def test_meeting_page_tells_what_is_known(client):
    meeting = factories.MeetingFactory(
        title="A meeting",
        starts_on="2017-11-30",
        city="New York",
        venue="A house",
        theme="A theme",
        other_organizers="An institute",
        source="A source",
    )
    host, helper = factories.MemberFactory.create_batch(2)
    meeting.hosts.set([host])
    meeting.co_organizers.set([helper])
    text = client.get(meeting.get_absolute_url()).text
    for words in ("30 November 2017", "A house, New York", "A theme", "An institute", "A source"):
        assert words in text
    assert host.name in text
    assert helper.name in text
    assert "No document of this meeting is known." in text


def test_participants_are_on_no_page(as_role, member):
    """Not even for the secretariat: under the Rule there is no public list (rule 4)."""
    summary = with_text(summary_of(factories.MemberFactory(), "cleared"))
    planted = factories.MemberFactory(state__name="Planted State")
    summary.meeting.participants.add(planted)
    assert "Planted State" in as_role.get(planted.get_absolute_url()).text
    for page in (
        summary.meeting.get_absolute_url(),
        summary.get_absolute_url(),
        summary.document.get_absolute_url(),
        reverse("meetings:list"),
        reverse("documents:list"),
    ):
        response = as_role.get(page)
        assert response.status_code == 200
        assert "Planted State" not in response.text


def test_speakers_are_shown_for_attributed_sessions_and_the_moderator_for_all(client):
    meeting = factories.MeetingFactory()
    open_part = factories.MeetingSessionFactory(meeting=meeting, position=1)
    factories.SpeakerFactory(session=open_part, name="A speaker", function="Counsellor")
    factories.MeetingSessionFactory(
        meeting=meeting,
        position=2,
        kind=MeetingSession.Kind.DISCUSSION,
        title="Open discussion",
        under_chatham_house_rule=True,
        moderator="A moderator",
        moderator_function="Research Fellow",
    )
    text = client.get(meeting.get_absolute_url()).text
    assert "A speaker, Counsellor" in text
    assert "A moderator, Research Fellow" in text
    assert "What the Chatham House Rule means here" in text


def test_without_the_rule_there_is_no_note_on_it(client):
    session = factories.MeetingSessionFactory()
    text = client.get(session.meeting.get_absolute_url()).text
    assert "Opening remarks" in text
    assert "Chatham House" not in text


def test_the_meeting_links_to_its_summary_and_documents_as_far_as_they_are_visible(
    as_role, member, role
):
    summary = summary_of(member, "in review", document__title="Planted document")
    text = as_role.get(summary.meeting.get_absolute_url()).text
    visible = reads_summary(role, "in review")
    assert (summary.get_absolute_url() in text) == visible
    assert ("Planted document" in text) == visible


# The summary ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_the_text_is_met_by_those_who_may_read_it(as_role, member, role, state):
    summary = with_text(summary_of(member, state, title="Planted title"))
    response = as_role.get(summary.get_absolute_url())
    if reads_summary(role, state):
        assert SECRET in response.text
        assert "Planted title" in response.text
        assert ("This text is not cleared" in response.text) == (not summary.is_public)
    else:
        assert response.status_code == 404
        assert SECRET not in response.text


@pytest.mark.parametrize("count", [1, 5])
def test_summary_page_takes_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    summary = factories.ChairsSummaryFactory(state="cleared")
    factories.SummarySectionFactory.create_batch(count, summary=summary, heading="A heading")
    factories.DocumentVersionFactory(document=summary.document)
    with_letter(summary)
    with django_assert_num_queries(6):
        response = client.get(summary.get_absolute_url())
    assert response.text.count("A heading</h2>") == count


@pytest.mark.parametrize("count", [1, 5])
def test_for_somebody_signed_in_the_number_of_queries_is_fixed_too(
    client, count, django_assert_max_num_queries
):
    client.force_login(factories.focal_point(factories.MemberFactory()))
    for summary in factories.ChairsSummaryFactory.create_batch(count, state="cleared"):
        factories.DocumentVersionFactory(document=summary.document)
    for page in (reverse("meetings:list"), reverse("documents:list"), summary.get_absolute_url()):
        with django_assert_max_num_queries(30):
            assert client.get(page).status_code == 200


def test_a_letter_is_shown_to_everyone_when_it_was_sent_and_not_before(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    with_letter(summary)
    factories.SummarySectionFactory(summary=summary, body="<p>Planted text.</p>")
    cleared = client.get(summary.get_absolute_url()).text
    assert "Planted text." in cleared
    assert "(Signed)" not in cleared
    ChairsSummary.objects.update(state="transmitted")
    assert "(Signed)" in client.get(summary.get_absolute_url()).text


def test_a_summary_under_embargo_is_read_by_who_may_edit_it_only(as_role, member, role):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    summary = factories.ChairsSummaryFactory(state="cleared")
    factories.SummarySectionFactory(summary=summary, body="<p>Planted text.</p>")
    Document.objects.filter(pk=summary.document_id).update(embargo_until=tomorrow)
    response = as_role.get(summary.get_absolute_url())
    may = role in {"chair_of_today", "secretariat_editor", "secretariat_administrator"}
    assert ("Planted text." in response.text) == may
    assert response.status_code == (200 if may else 404)


def test_a_letter_without_a_title_yet_shows_its_date(client):
    summary = factories.ChairsSummaryFactory(state="transmitted")
    letter = with_letter(summary)
    letter.signatories.update(function="Minister")
    Letter.objects.update(title="")
    text = client.get(summary.get_absolute_url()).text
    assert "<strong>Letter dated 15 December 2017</strong>" in text


def test_the_contents_lead_to_each_section(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    section = factories.SummarySectionFactory(summary=summary, position=1, heading="Discussion")
    part = factories.SummarySectionFactory(
        summary=summary, position=2, level=3, heading="Membership"
    )
    text = client.get(summary.get_absolute_url()).text
    for anchor in (section.anchor, part.anchor):
        assert text.count(f'href="#{anchor}"') == 1
        assert text.count(f'id="{anchor}"') == 1
    assert text.index('<h2 id="discussion-1-title">') < text.index('<h3 id="membership-2-title">')


def test_a_text_that_begins_with_a_sub_heading_is_shown_all_the_same(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    factories.SummarySectionFactory(summary=summary, level=3, heading="Alone")
    assert "Alone</h2>" in client.get(summary.get_absolute_url()).text


def test_a_summary_without_text_says_so(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    text = client.get(summary.get_absolute_url()).text
    assert "No text has been written yet." in text
    assert "There is no PDF of this text yet." in text


def test_the_page_shows_the_letter_with_signatories_by_country(client):
    summary = factories.ChairsSummaryFactory(state="transmitted")
    with_letter(summary)
    text = client.get(summary.get_absolute_url()).text
    assert "We have the honour." in text
    assert "15 December 2017" in text
    assert text.index("<strong>Alphasurname</strong>") < text.index("<strong>Betasurname</strong>")


def test_a_section_under_the_rule_says_so(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    session = factories.MeetingSessionFactory(
        meeting=summary.meeting, under_chatham_house_rule=True
    )
    factories.SummarySectionFactory(summary=summary, session=session)
    text = client.get(summary.get_absolute_url()).text
    assert "never who said it" in text


def test_script_in_a_stored_text_does_not_reach_the_page(client):
    summary = factories.ChairsSummaryFactory(state="cleared")
    factories.SummarySectionFactory(summary=summary, body="<p>Words</p><script>bad()</script>")
    text = client.get(summary.get_absolute_url()).text
    assert "<p>Words</p>" in text
    assert "bad()" not in text


def test_the_pdf_that_the_reader_may_open_is_linked(as_role, member, role):
    summary = summary_of(member, "cleared")
    early = factories.DocumentVersionFactory(
        document=summary.document, number=2, before_clearance=True
    )
    public = factories.DocumentVersionFactory(document=summary.document, number=1, page_count=6)
    text = as_role.get(summary.get_absolute_url()).text
    sees_early = role in SECRETARIAT | CHAIR_AND_TROIKA
    assert (early.get_absolute_url() in text) == sees_early
    assert (public.get_absolute_url() in text) == (not sees_early)
    assert ("6 pages" in text) == (not sees_early)


def test_the_button_is_for_those_who_may_edit(as_role, member, role):
    summary = summary_of(member, "cleared")
    text = as_role.get(summary.get_absolute_url()).text
    allowed = role in SECRETARIAT | {"chair_of_today"}
    assert ("Make the PDF" in text) == allowed


@pytest.mark.parametrize("name", ["list", "detail", "summary"])
def test_the_pages_answer_head_and_refuse_post(client, name, nothing_changes):
    summary = factories.ChairsSummaryFactory(state="cleared")
    url = reverse(f"meetings:{name}", args=[] if name == "list" else [summary.meeting.slug])
    assert client.head(url).status_code == 200
    with nothing_changes():
        assert client.post(url).status_code == 405


@pytest.mark.parametrize("name", ["detail", "summary"])
def test_what_is_not_there_is_not_found(client, name):
    assert client.get(reverse(f"meetings:{name}", args=["nothing"])).status_code == 404


def test_the_real_meeting_shows_its_record(client, network):
    text = client.get("/meetings/expert-group-meeting-2017/").text
    assert "Sarah Taylor" in text
    assert "Victoria Ortega Gutiérrez" in text
    assert "What the Chatham House Rule means here" in text
    assert Meeting.objects.count() == 12
    summary = client.get("/meetings/expert-group-meeting-2017/summary/").text
    assert "Knowledge dissemination" in summary
    assert "<strong>Heusgen</strong>" in summary
