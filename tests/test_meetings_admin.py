"""The administration of meetings: for administrators only, and with the portal's rules."""

import pytest
from django.urls import reverse

from meetings.models import (
    ChairsSummary,
    Document,
    DocumentVersion,
    GeneralAssemblySession,
    Letter,
    SummarySection,
)
from tests import factories
from tests.test_meetings_views import with_letter

pytestmark = pytest.mark.django_db
MODELS = [
    "meeting",
    "meetingsession",
    "document",
    "generalassemblysession",
    "chairssummary",
    "letter",
]


@pytest.fixture
def administrator(client):
    client.force_login(factories.secretariat_administrator())
    return client


def management(prefix, total, initial):
    return {
        f"{prefix}-TOTAL_FORMS": str(total),
        f"{prefix}-INITIAL_FORMS": str(initial),
        f"{prefix}-MIN_NUM_FORMS": "0",
        f"{prefix}-MAX_NUM_FORMS": "1000",
    }


def change(row):
    return reverse(f"admin:meetings_{row._meta.model_name}_change", args=[row.pk])


def one_of_each():
    summary = factories.SummarySectionFactory(summary__state="in review").summary
    factories.DocumentVersionFactory(document=summary.document)
    return [
        summary.meeting,
        factories.SpeakerFactory(session__meeting=summary.meeting).session,
        summary.document,
        GeneralAssemblySession.objects.create(number=72, opened_on="2017-09-12"),
        summary,
        with_letter(summary),
    ]


@pytest.mark.parametrize("model", MODELS)
def test_the_lists_are_for_administrators(as_role, role, model):
    response = as_role.get(reverse(f"admin:meetings_{model}_changelist"))
    assert response.status_code == (200 if role == "secretariat_administrator" else 302)


def test_the_pages_are_for_administrators(as_role, role, nothing_changes):
    expected = 200 if role == "secretariat_administrator" else 302
    for row in one_of_each():
        assert as_role.get(change(row)).status_code == expected
        add = reverse(f"admin:meetings_{row._meta.model_name}_add")
        assert as_role.get(add).status_code == expected
    if role != "secretariat_administrator":
        with nothing_changes():
            assert as_role.post(change(row), {"dated": "2018-01-01"}).status_code == 302


def section_data(section, **fields):
    data = {
        "id": section.pk,
        "summary": section.summary_id,
        "position": section.position,
        "kind": section.kind,
        "level": section.level,
        "heading": section.heading,
        "session": "",
        "body": section.body,
        **fields,
    }
    return {f"sections-0-{name}": value for name, value in data.items()}


def test_text_typed_here_is_cleaned(administrator):
    section = factories.SummarySectionFactory(summary__state="drafting")
    response = administrator.post(
        change(section.summary),
        {
            "title": "A title",
            "source": "",
            **management("sections", 1, 1),
            **section_data(section, body="<p onclick='x'>Words<script>bad()</script></p>"),
        },
    )
    assert response.status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Words</p>"
    assert ChairsSummary.objects.get().title == "A title"


def test_a_section_is_of_a_session_of_its_own_meeting(administrator, nothing_changes):
    section = factories.SummarySectionFactory(summary__state="drafting")
    elsewhere = factories.MeetingSessionFactory()
    own = factories.MeetingSessionFactory(meeting=section.summary.meeting)
    data = {"title": "A title", "source": "", **management("sections", 1, 1)}
    with nothing_changes():
        response = administrator.post(
            change(section.summary), data | section_data(section, session=elsewhere.pk)
        )
    assert "This session belongs to another meeting." in response.text
    saved = administrator.post(
        change(section.summary), data | section_data(section, session=own.pk)
    )
    assert saved.status_code == 302
    assert SummarySection.objects.get().session == own


def test_cleared_text_is_frozen(administrator):
    section = factories.SummarySectionFactory(summary__state="cleared", body="<p>Cleared.</p>")
    page = administrator.get(change(section.summary))
    assert "Cleared." in page.text
    assert '<textarea name="sections-0-body"' not in page.text
    administrator.post(
        change(section.summary),
        {
            "title": "Another title",
            "state": "drafting",
            "source": "A source",
            **management("sections", 1, 1),
            **section_data(section, body="<p>Changed.</p>"),
        },
    )
    section.refresh_from_db()
    summary = ChairsSummary.objects.get()
    assert (section.body, summary.state) == ("<p>Cleared.</p>", "cleared")
    assert (summary.title, summary.source) == ("Summary of the meeting", "A source")
    delete = reverse("admin:meetings_chairssummary_delete", args=[summary.pk])
    assert administrator.post(delete, {"post": "yes"}).status_code == 403


def test_a_record_older_than_the_portal_enters_at_its_known_state(administrator):
    meeting = factories.MeetingFactory()
    document = factories.DocumentFactory(meeting=meeting)
    response = administrator.post(
        reverse("admin:meetings_chairssummary_add"),
        {
            "meeting": meeting.pk,
            "document": document.pk,
            "title": "An old summary",
            "state": "circulated",
            "source": "",
            **management("sections", 0, 0),
        },
    )
    assert response.status_code == 302
    assert ChairsSummary.objects.get().state == "circulated"


def document_data(document, version, **fields):
    return {
        "kind": document.kind,
        "title": document.title,
        "slug": document.slug,
        "visibility": "public",
        **management("versions", 1, 1),
        "versions-0-id": version.pk,
        "versions-0-document": document.pk,
        "versions-0-withdrawn_reason": "",
        **fields,
    }


def test_a_version_is_withdrawn_with_a_reason_and_comes_back_without(administrator, client):
    version = factories.DocumentVersionFactory()
    document = version.document
    reason = {"versions-0-withdrawn_reason": "The wrong annex."}
    administrator.post(change(document), document_data(document, version, **reason))
    first = DocumentVersion.objects.get()
    assert (first.withdrawn_reason, bool(first.withdrawn_at)) == ("The wrong annex.", True)
    assert client.get(version.get_absolute_url()).status_code == 410
    other = {"versions-0-withdrawn_reason": "The wrong annex, in part."}
    administrator.post(change(document), document_data(document, version, **other))
    assert DocumentVersion.objects.get().withdrawn_at == first.withdrawn_at
    administrator.post(change(document), document_data(document, version))
    assert DocumentVersion.objects.get().withdrawn_at is None


def test_a_version_is_never_changed_nor_deleted_here(administrator):
    version = factories.DocumentVersionFactory()
    document = version.document
    data = {"versions-0-sha256": "1" * 64, "versions-0-number": "9", "versions-0-DELETE": "on"}
    administrator.post(change(document), document_data(document, version, **data))
    stored = DocumentVersion.objects.get()
    assert (stored.sha256, stored.number) == (version.sha256, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"visibility": "troika"}, "Say why not everyone may see the document."),
        ({"un_symbol": "A-72-782"}, "Write the symbol as in A/72/782-S/2018/178."),
        ({"letter_on": "soon"}, "Write the date as far as it is known"),
    ],
)
def test_the_form_of_a_document_says_what_is_wrong(administrator, fields, words, nothing_changes):
    version = factories.DocumentVersionFactory()
    with nothing_changes():
        response = administrator.post(
            change(version.document), document_data(version.document, version, **fields)
        )
    assert words in response.text
    assert Document.objects.get().visibility == "public"


def test_the_text_of_a_letter_is_cleaned(administrator):
    letter = with_letter(factories.ChairsSummaryFactory(state="cleared"))
    letter.signatories.all().delete()
    response = administrator.post(
        change(letter),
        {
            "summary": letter.summary_id,
            "dated": "2017-12-15",
            "title": "",
            "body": "<p>We write.</p><script>bad()</script>",
            "agenda_item": "65",
            "agenda_title": "Peacebuilding and sustaining peace",
            "general_assembly_session": "",
            **management("signatories", 0, 0),
        },
    )
    assert response.status_code == 302
    assert Letter.objects.get().body == "<p>We write.</p>"
    assert "Letter of 2017-12-15" in administrator.get(change(letter)).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_of_a_meeting_takes_a_fixed_number_of_queries(
    administrator, count, django_assert_max_num_queries
):
    meeting = factories.MeetingFactory()
    factories.MeetingSessionFactory.create_batch(count, meeting=meeting)
    factories.MemberFactory.create_batch(count)
    with django_assert_max_num_queries(18):
        assert administrator.get(change(meeting)).status_code == 200
