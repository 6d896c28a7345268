"""Who speaks for a member, who drafts for it, and what they have changed."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from members.history_rows import events_of
from members.models import Designation, Drafter, Invitation, Member, ProposedChange
from tests import factories
from tests.matrix.page import EVERYONE, Page, own
from tests.roles import OWN_EDITORS, OWN_PEOPLE, OWN_SPEAKERS, SECRETARIAT


def designation(world: Any) -> list[Any]:
    return [world.member.slug, world.designation.pk]


def _designation(world: Any) -> Designation:
    designation = factories.DesignationFactory(member=world.member)
    designation.instrument_file.save("note.pdf", ContentFile(b"%PDF-1.7"))
    return designation


def drafter(world: Any) -> list[Any]:
    return [world.member.slug, world.named_drafter.pk]


def _own_plan(world: Any) -> list[Any]:
    return [world.member.slug, world.plan.pk]


def _draft(world: Any) -> ProposedChange:
    """The change that waits, else one prepared by the drafter of the roles, if that is who asks."""
    waiting = ProposedChange.objects.filter(member=world.member).first()
    if waiting:
        return waiting
    own = Drafter.objects.filter(member=world.member).order_by("pk").first()
    own = own or factories.DrafterFactory(member=world.member)
    return factories.ProposedChangeFactory(member=world.member, written_by=own.user)


def draft(world: Any) -> list[Any]:
    return [world.member.slug, world.draft.pk]


def earlier(world: Any) -> list[Any]:
    Member.objects.filter(pk=world.member.pk).update(office="Another office")
    first = events_of("profile").filter(pgh_obj=world.member.pk).earliest("pgh_id")
    return [world.member.slug, "profile", first.pgh_id, "office"]


WORLD: dict[str, Callable[[Any], Any]] = {
    "designation": _designation,
    "named_drafter": lambda world: factories.DrafterFactory(member=world.member),
    "draft": _draft,
    "invitation_to_cancel": lambda world: Invitation.objects.create(user=factories.UserFactory()),
}
SEEN = {"seen": "2020-01-01T00:00:00+00:00", "version": "1"}

PAGES: dict[str, Page] = {
    "members:history": Page(OWN_PEOPLE | SECRETARIAT, own),
    "members:plan_history": Page(OWN_PEOPLE | SECRETARIAT, _own_plan),
    "members:history_restore": Page(OWN_EDITORS | SECRETARIAT, earlier),
    "members:designations": Page(OWN_SPEAKERS | SECRETARIAT, own),
    "members:designation_add": Page(SECRETARIAT, own),
    "members:designation_edit": Page(SECRETARIAT, designation),
    "members:designation_end": Page(SECRETARIAT, designation),
    "members:designation_hand_over": Page(SECRETARIAT, designation),
    "members:instrument": Page(OWN_SPEAKERS | SECRETARIAT, designation),
    "members:invitation_open": Page(EVERYONE, lambda world: ["forged"], answers=(410,), open=True),
    "members:invitation_accept": Page(EVERYONE, answers=(410,), open=True),
    "members:invitation_cancel": Page(
        SECRETARIAT, lambda world: [world.invitation_to_cancel.pk], "post", answers=(302,)
    ),
    "members:handover": Page(OWN_EDITORS | SECRETARIAT, own),
    "members:drafters": Page(OWN_EDITORS | SECRETARIAT, own),
    "members:drafter_add": Page(OWN_EDITORS | SECRETARIAT, own),
    "members:drafter_end": Page(OWN_EDITORS | SECRETARIAT, drafter),
    "members:drafts": Page(OWN_EDITORS | SECRETARIAT | {"drafter"}, own),
    "members:draft_profile": Page({"drafter"}, own),
    "members:draft_plan": Page({"drafter"}, _own_plan),
    "members:draft_new_plan": Page({"drafter"}, own),
    "members:draft": Page(OWN_EDITORS | SECRETARIAT | {"drafter"}, draft),
    "members:draft_revise": Page({"drafter"}, draft),
    "members:draft_withdraw": Page({"drafter"}, draft, "post", answers=(302,)),
    # Revised since it was seen: nothing is published, and the person is led back to it.
    "members:draft_publish": Page(
        OWN_EDITORS, draft, "post", {**SEEN, "overview": "<p>Words.</p>"}, answers=(302,)
    ),
    "members:draft_lay_aside": Page(OWN_EDITORS, draft, "post", SEEN, answers=(302,)),
}
