"""The Expert Group Meeting of 30 November 2017, complete, and the exact words of its letter."""

import datetime
import hashlib
import html
import json
import re

import pytest
from django.core.management import call_command

from meetings.loading import LETTER
from meetings.models import (
    ChairsSummary,
    DocumentVersion,
    Letter,
    Meeting,
    MeetingSession,
    Rendering,
    Speaker,
)
from newsletter.models import Edition, EditionItem
from wpsnetwork.richtext import sanitise

# SHA-256 of the letter and its annex, from "Letter dated" to the last word, as the record has them
# once cut paragraphs are joined and marks of conversion taken out; white space left aside.
VERBATIM = "b62f01323320cca134c75ef06d878ded459a57510585056d4fb4245f80b5a5ba"
EXPERT_GROUP = "expert-group-meeting-2017"


def words(body):
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def printed(summary):
    """The letter and its annex in the order of the document, without white space."""
    title = json.loads(LETTER.read_text(encoding="utf-8"))["letter"]["title"]
    parts = [title, words(summary.letter.body)]
    for person in summary.letter.signatories.all():
        parts += ["(Signed)", str(person), person.title_line, person.function]
    parts += [f"Annex to the l{title[1:]}", summary.title]
    for section in summary.sections.all():
        parts += [section.heading, words(section.body)]
    return re.sub(r"\s+", "", "".join(parts))


@pytest.fixture
def expert_group(network):
    return Meeting.objects.get(slug=EXPERT_GROUP)


@pytest.fixture
def summary(expert_group):
    return expert_group.summary


def test_the_expert_group_meeting_has_its_sessions_in_order(expert_group):
    sessions = expert_group.sessions.all()
    assert [session.kind for session in sessions] == [
        MeetingSession.Kind.OPENING,
        MeetingSession.Kind.DISCUSSION,
        MeetingSession.Kind.CLOSING,
    ]
    assert [session.under_chatham_house_rule for session in sessions] == [False, True, False]
    spoke = [[speaker.name for speaker in session.speakers.all()] for session in sessions]
    assert spoke == [
        ["Victoria Ortega Gutiérrez", "Andreas Glossner", "Lahya Shikongo", "Päivi Kannisto"],
        [],
        ["Victoria Ortega Gutiérrez", "Andreas Glossner"],
    ]
    assert not Speaker.objects.filter(function="").exists()
    assert not expert_group.participants.exists()


def test_the_discussion_names_nobody_but_its_moderator(expert_group, summary):
    discussion = expert_group.sessions.get(under_chatham_house_rule=True)
    assert (discussion.moderator, discussion.moderator_function) == (
        "Sarah Taylor",
        "Research Fellow at the International Peace Institute",
    )
    text = " ".join(words(section.body) for section in discussion.sections.all())
    assert "Sarah Taylor" in text
    surnames = {name.split()[-1] for name in Speaker.objects.values_list("name", flat=True)}
    surnames |= {"Ortega", *summary.letter.signatories.values_list("surname", flat=True)}
    assert len(surnames) == 8
    assert [surname for surname in surnames if surname in text] == []


def test_the_summary_has_all_its_sections(summary):
    assert summary.state == ChairsSummary.State.TRANSMITTED
    assert summary.document.slug == "chairs-summary-expert-group-meeting-2017"
    sections = summary.sections.select_related("session")
    assert [(s.level, s.heading, s.session and s.session.kind) for s in sections] == [
        (2, "Introduction", None),
        (2, "Background", None),
        (2, "Opening remarks", "opening remarks"),
        (2, "Open discussion", "open discussion"),
        (3, "Functioning and membership of the Network", "open discussion"),
        (3, "Strategies for the implementation of resolution 1325 (2000)", "open discussion"),
        (3, "Knowledge dissemination", "open discussion"),
        (2, "Closing remarks", "closing remarks"),
    ]
    assert sections[3].body.count("<li><strong>") == 3


def test_the_letter_has_three_signatories_in_the_order_of_their_countries(summary):
    assert summary.letter.dated == datetime.date(2017, 12, 15)
    assert summary.letter.agenda_title == "Peacebuilding and sustaining peace"
    assert [(person.state_id, str(person)) for person in summary.letter.signatories.all()] == [
        ("DEU", "Christoph Heusgen"),
        ("NAM", "Neville Melvin Gertze"),
        ("ESP", "Román Oyarzun"),
    ]


def test_the_text_is_word_for_word_that_of_the_letter_of_december_2017(summary):
    assert hashlib.sha256(printed(summary).encode()).hexdigest() == VERBATIM


def test_one_changed_letter_would_be_noticed(summary):
    section = summary.sections.last()
    section.body = section.body.replace("chairing", "Chairing")
    section.save()
    assert hashlib.sha256(printed(summary).encode()).hexdigest() != VERBATIM


def test_no_trace_of_the_conversion_is_left(summary):
    bodies = [summary.letter.body, *summary.sections.values_list("body", flat=True)]
    assert not [body for body in bodies if re.search(r"\\|\]\(|\*\*|<p></p>|\s\s", body)]
    text = words(" ".join(bodies))
    for joined in (
        "global study on the implementation",
        "resource mobilization and to prevent cuts",
        "highlighted financing alternatives",
    ):
        assert joined in text


def test_rich_text_passes_its_door_unchanged(summary):
    bodies = [
        *summary.sections.values_list("body", flat=True),
        *Letter.objects.values_list("body", flat=True),
        *EditionItem.objects.values_list("body", flat=True),
        *Edition.objects.values_list("introduction", flat=True),
    ]
    assert len(bodies) > 10
    assert [body for body in bodies if not body or sanitise(body) != body] == []


def test_the_pdf_of_the_letter_waits_for_the_worker(summary):
    rendering = Rendering.objects.get()
    assert rendering.summary == summary
    assert (rendering.state, rendering.asked_by) == (Rendering.State.WAITING, None)


def test_no_pdf_is_asked_for_once_there_is_one(summary):
    Rendering.objects.all().delete()
    DocumentVersion.objects.create(
        document=summary.document, number=1, filename="a.pdf", size=1, sha256="0" * 64
    )
    call_command("load_network", verbosity=0)
    assert not Rendering.objects.exists()


def test_a_pdf_that_failed_is_asked_for_again(summary):
    Rendering.objects.update(state=Rendering.State.FAILED, problem="No fonts.")
    call_command("load_network", verbosity=0)
    assert Rendering.objects.filter(state=Rendering.State.WAITING).count() == 1


def test_the_meeting_may_be_gone_without_stopping_the_loading(network):
    Rendering.objects.all().delete()
    Meeting.objects.filter(slug=EXPERT_GROUP).update(slug="moved")
    ChairsSummary.objects.all().delete()
    call_command("load_network", verbosity=0)
    assert not ChairsSummary.objects.exists()


def test_the_draft_edition_fills_at_least_five_places(network):
    edition = Edition.objects.get()
    places = set(edition.items.values_list("place", flat=True))
    assert len(places) >= 5
    spotlight = edition.items.get(place=EditionItem.Place.SPOTLIGHT)
    assert spotlight.member.name == "Namibia"
    said = " ".join(words(item.body) for item in edition.items.all())
    assert 500 < len(said.split()) < 1000
    assert "1325" in said
    assert "UNSCR" not in said


def test_the_draft_edition_attributes_nothing_said_in_the_discussion(network):
    said = " ".join(words(item.body) for item in EditionItem.objects.all())
    assert "Lahya Shikongo" in said
    assert "Taylor" not in said
