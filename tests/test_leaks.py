"""Words that are not for everyone, planted at once and looked for on every page as every role.

Each word is first found by somebody who may see it; then it is met by nobody else, whatever
address of the matrix is asked: page, CSV, XLSX, JSON, feed or history (docs/domain.md, roles).
"""

import datetime
import io
import zipfile

import pytest
from django.core import mail
from django.urls import reverse

from members import drafting, noticing, reminding, twinning
from members.models import (
    ChairInterest,
    Member,
    Notice,
    Practice,
    ProposedChange,
    TwinningThread,
)
from tests import factories
from tests.matrix import MATRIX, World
from tests.matrix.page import DESIGNATED
from tests.roles import OWN_EDITORS, OWN_PEOPLE, OWN_SPEAKERS, ROLES, SECRETARIAT
from wpsnetwork.tables import RESPONSES

DAY = datetime.timedelta(days=1)

TROIKA = {"chair_of_today", "troika"}
# The planted word, and the roles that may meet it.
WORDS: dict[str, set[str]] = {
    "Wrenfield": DESIGNATED | SECRETARIAT,  # a name that its member does not make public
    "quillmoor@example.org": OWN_SPEAKERS | SECRETARIAT,  # that person's own address
    "brackenmere": OWN_PEOPLE | SECRETARIAT,  # a practice that is a draft
    "thistledown": OWN_EDITORS | SECRETARIAT,  # a drafter's text
    "larkhollow": TROIKA | OWN_SPEAKERS | SECRETARIAT,  # an interest in chairing
    "marshgate": SECRETARIAT,  # a note on a prospective member
    "fennimore": SECRETARIAT,  # a line of the log of talks
    "Ostrava Vale": SECRETARIAT,  # the prospective member itself
    "heatherbank": SECRETARIAT,  # a request to join
    "juniperfold": OWN_SPEAKERS,  # a message between two members
    "rowanleigh": DESIGNATED | SECRETARIAT,  # an offer of twinning
}


def plant(member: Member) -> None:
    """One row for each of the words, around the member of the roles."""
    person = factories.UserFactory(name="A. Wrenfield", email="quillmoor@example.org")
    factories.DesignationFactory(member=member, user=person)
    factories.PracticeFactory(
        member=member,
        publication=Practice.Publication.DRAFT,
        published_at=None,
        title="On brackenmere",
    )
    ProposedChange.objects.create(
        member=member,
        about=ProposedChange.About.PROFILE,
        typed={"overview": "<p>On thistledown.</p>"},
        written_by=factories.DrafterFactory(member=member).user,
    )
    call = factories.ChairCallFactory()
    ChairInterest.objects.create(
        call=call, member=member, statement="On larkhollow.", expressed_by=person
    )
    _plant_outreach()
    card = factories.TwinningCardFactory(text="On rowanleigh.")
    thread = factories.TwinningThreadFactory(card=card, asked_by=member)
    factories.TwinningMessageFactory(thread=thread, text="On juniperfold.", written_by=person)


def _plant_outreach() -> None:
    state = factories.StateFactory(name="Ostrava Vale", un_member_since=None)
    prospective = factories.MemberFactory(
        state=state, slug="ostrava-vale", status=Member.Status.PROSPECTIVE
    )
    prospect = factories.ProspectFactory(member=prospective, note="On marshgate.")
    factories.OutreachNoteFactory(prospect=prospect, text="On fennimore.")
    factories.JoinRequestFactory(statement="On heatherbank.", prospect=prospect)


def words_of(response) -> str:
    """What a reader gets: the text of a page, or of the parts of a file that is a zip."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "\n".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return body.decode("utf-8", "replace")


# The matrix asks for one form of each file; here all of them are read.
FORMS = {
    "members:export": [[form] for form in RESPONSES],
    "plans:export": [[form] for form in RESPONSES],
    "members:import_example": [[kind, "csv"] for kind in ("members", "plans")]
    + [[kind, "xlsx"] for kind in ("members", "plans")],
}


def asks(name: str, world) -> list[dict]:
    """The same address with what a reader may ask of it."""
    if name == "members:detail":
        return [{}, {"on": str(factories.today())}]
    if name == "plans:compare":
        return [
            {},
            {
                "plan": [
                    world.plan.pk,
                    factories.ActionPlanFactory(state=world.member.state, generation=2).pk,
                ]
            },
        ]
    return []


def test_the_planted_words_are_met_by_those_alone_who_may_meet_them(as_role, role, member):
    plant(member)
    world = World(member)
    met: dict[str, list[str]] = {word: [] for word in WORDS}
    for name, page in MATRIX.items():
        if page.method != "get":
            continue
        for args in FORMS.get(name) or [page.args(world)]:
            for asked in asks(name, world) or [page.data]:
                text = words_of(as_role.get(reverse(name, args=args), asked))
                for word, pages in met.items():
                    if word in text:
                        pages.append(name)
    may = {word for word, roles in WORDS.items() if role in roles}
    assert {word: pages for word, pages in met.items() if pages and word not in may} == {}
    assert {word for word in may if not met[word]} == set()


def test_every_word_may_be_met_by_somebody_and_not_by_everybody():
    assert all(roles and roles < set(ROLES) for roles in WORDS.values())


@pytest.mark.django_db
def test_no_mail_carries_a_planted_word(member):
    plant(member)
    person = member.designations.get(user__name="A. Wrenfield").user
    drafting.offer(ProposedChange.objects.get(member=member))
    thread = TwinningThread.objects.get(asked_by=member)
    twinning.write(thread, member, "On juniperfold.", person)
    twinning.write(thread, thread.card.member, "On juniperfold.", factories.focal_point(member))
    Member.objects.filter(pk=member.pk).update(confirmed_on=factories.today() - 400 * DAY)
    reminding.remind(factories.today())
    assert set(Notice.objects.values_list("kind", flat=True)) >= {
        "draft_offered",
        "twinning_message",
        "update_due",
    }
    noticing.send_waiting()
    assert len(mail.outbox) == Notice.objects.count()
    for message in mail.outbox:
        text = f"{message.subject}\n{message.body}"
        assert [word for word in WORDS if word in text and not _is_own(word, message)] == [], text


def _is_own(word: str, message) -> bool:
    """A mail calls the person whom it is sent to by name."""
    return word == "Wrenfield" and message.to == ["quillmoor@example.org"]
