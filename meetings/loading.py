"""Loads the facts of meetings/data: sessions of the General Assembly, meetings, documents, and the
Expert Group Meeting of 30 November 2017 with its Chair's summary and letter, word for word.

A fact is loaded only when it is new; see members/loading.py.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from meetings.models import (
    ChairsSummary,
    Document,
    GeneralAssemblySession,
    Letter,
    Meeting,
    MeetingSession,
    Rendering,
    Signatory,
    Speaker,
    SummarySection,
)
from members.loading import as_known, ever_recorded, members_by_name, read_csv, split_names
from members.models import Member

DATA = Path(__file__).parent / "data"
LETTER = DATA / "letter-2017-12-15.json"
# A letter's document is of the kind of what it transmits, with the fields of the letter.
KINDS = {
    "letter with Chair's summary": Document.Kind.CHAIRS_SUMMARY,
    "letter with guidelines": Document.Kind.GUIDELINES,
}


def load() -> dict[str, int]:
    """Load what is new, and return how many rows of each kind were."""
    letter = json.loads(LETTER.read_text(encoding="utf-8"))
    return {
        "Sessions of the General Assembly": _load_assembly_sessions(),
        "Meetings": _load_meetings(),
        "Documents": _load_documents(),
        "Chair's summaries with their letter": _load_summary(letter),
        "PDFs that wait for the worker": _ask_for_pdf(letter),
    }


def _load_assembly_sessions() -> int:
    known = set(GeneralAssemblySession.objects.values_list("number", flat=True))
    new = [
        GeneralAssemblySession(
            number=int(row["session"]), opened_on=row["opened_on"], source=row["source"]
        )
        for row in read_csv(DATA / "ga_sessions.csv")
        if int(row["session"]) not in known
    ]
    return len(GeneralAssemblySession.objects.bulk_create(new))


def _load_meetings() -> int:
    known = ever_recorded(Meeting, "slug")
    rows = [row for row in read_csv(DATA / "meetings.csv") if row["slug"] not in known]
    members = members_by_name() if rows else {}
    for row in rows:
        _load_meeting(row, members)
    return len(rows)


def _load_meeting(row: dict[str, str], members: dict[str, Member]) -> None:
    """Load a meeting; of its co-organizers, those that are no members are only named."""
    organizers = split_names(row["co_organizers"])
    meeting = Meeting.objects.create(
        slug=row["slug"],
        kind=row["kind"],
        title=row["title"],
        starts_on=as_known(row["starts"]),
        ends_on=as_known(row["ends"]),
        city=row["city"],
        country=row["country"],
        venue=row["venue"],
        other_organizers=", ".join(name for name in organizers if name not in members),
        theme=row["theme"],
        source=row["source"],
    )
    meeting.hosts.set([members[name] for name in split_names(row["hosts"])])
    meeting.co_organizers.set([members[name] for name in organizers if name in members])


def _load_documents() -> int:
    slugs = ever_recorded(Document, "slug")
    symbols = ever_recorded(Document, "un_symbol") - {""}
    meetings = {meeting.starts_on: meeting for meeting in Meeting.objects.all()}
    new = [
        _document(row, meetings.get(as_known(row["meeting_on"])))
        for row in read_csv(DATA / "documents.csv")
        if row["slug"] not in slugs and row["un_symbol"] not in symbols
    ]
    return len(Document.objects.bulk_create(new))


def _document(row: dict[str, str], meeting: Meeting | None) -> Document:
    """Return the document; a source that is "same" is the address itself."""
    return Document(
        slug=row["slug"],
        kind=KINDS.get(row["kind"], row["kind"]),
        title=row["title"],
        meeting=meeting if row["meeting_on"] else None,
        un_symbol=row["un_symbol"],
        letter_on=as_known(row["letter_on"]),
        issued_on=as_known(row["issued_on"]),
        agenda_item=row["agenda_item"],
        agenda_title=row["agenda_title"],
        external_url=row["url"],
        source=row["url"] if row["source"] == "same" else row["source"],
    )


def _load_summary(letter: dict[str, Any]) -> int:
    """Load sessions, summary and letter of the meeting together, in the state of the record."""
    meeting = Meeting.objects.filter(slug=letter["meeting"]).first()
    if meeting is None or meeting.pk in ever_recorded(ChairsSummary, "meeting_id"):
        return 0
    sessions = {
        data["kind"]: _load_session(meeting, place, data)
        for place, data in enumerate(letter["sessions"], start=1)
    }
    annex = letter["annex"]
    summary = ChairsSummary.objects.create(
        meeting=meeting,
        document=Document.objects.get(slug=letter["document"]),
        title=annex["title"],
        state=annex["state"],
        source=letter["source"],
    )
    SummarySection.objects.bulk_create(
        SummarySection(
            summary=summary,
            position=place,
            kind=data["kind"],
            level=data["level"],
            heading=data["heading"],
            session=sessions.get(data["session"]),
            body="".join(data["body"]),
        )
        for place, data in enumerate(annex["sections"], start=1)
    )
    _load_letter(summary, letter["letter"])
    return 1


def _load_session(meeting: Meeting, place: int, data: dict[str, Any]) -> MeetingSession:
    session = MeetingSession.objects.create(
        meeting=meeting,
        position=place,
        kind=data["kind"],
        title=data["title"],
        under_chatham_house_rule=data.get("under_chatham_house_rule", False),
        moderator=data.get("moderator", ""),
        moderator_function=data.get("moderator_function", ""),
    )
    Speaker.objects.bulk_create(
        Speaker(session=session, position=position, name=name, function=function)
        for position, (name, function) in enumerate(data["speakers"], start=1)
    )
    return session


def _load_letter(summary: ChairsSummary, data: dict[str, Any]) -> None:
    """Load the letter without its title, which is computed since all sign as representatives."""
    letter = Letter.objects.create(
        summary=summary,
        dated=datetime.date.fromisoformat(data["dated"]),
        body="".join(data["body"]),
        agenda_item=data["agenda_item"],
        agenda_title=data["agenda_title"],
    )
    Signatory.objects.bulk_create(
        Signatory(letter=letter, **signatory) for signatory in data["signatories"]
    )


def _ask_for_pdf(letter: dict[str, Any]) -> int:
    """Let the worker make the PDF, unless there is one already or it is being made."""
    summary = ChairsSummary.objects.filter(document__slug=letter["document"]).first()
    if summary is None or summary.document.versions.exists():
        return 0
    open_states = [Rendering.State.WAITING, Rendering.State.WORKING]
    if summary.renderings.filter(state__in=open_states).exists():
        return 0
    Rendering.objects.create(summary=summary)
    return 1
