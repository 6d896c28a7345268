"""How a State or an organization comes into the Network: from a request, or by the secretariat."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.text import slugify

from members.errors import WrongStateError
from members.models import (
    ActionPlan,
    JoinRequest,
    Member,
    OutreachNote,
    Prospect,
    RegionalOrganization,
    State,
    User,
)
from members.slugs import TAKEN_BY_PAGES

Stage = Prospect.Stage
# Between these the secretariat moves at will; into "member" leads admit() alone.
OPEN_STAGES = [Stage.APPROACHED, Stage.INTERESTED, Stage.INVITED, Stage.DESIGNATION]
ATTEMPTS = 5


class AlreadyMemberError(Exception):
    """The State or organization is in the Network; nothing was changed."""


@dataclass(frozen=True)
class StageChange:
    """One stage and since when; `who` is empty where no person was signed in."""

    label: str
    at: datetime.datetime
    who: str


@transaction.atomic
def start(party: State | RegionalOrganization, stage: str = Stage.APPROACHED) -> Prospect:
    """Return the prospect of the party, made with its prospective member where there is none.

    A second caller, also at the same moment, gets the same one as it stands. One that was a member
    and has left begins anew. Raises AlreadyMemberError for who is in the Network, IntegrityError if
    a new organization has a name or acronym that another has by now.
    """
    if party._state.adding:
        party.save()
    member = _member_of(party)
    if member.status == Member.Status.MEMBER:
        raise AlreadyMemberError(member)
    prospect, _is_new = Prospect.objects.get_or_create(member=member, defaults={"stage": stage})
    _step(prospect, Stage.MEMBER, stage)
    prospect.refresh_from_db()
    return prospect


def _member_of(party: State | RegionalOrganization) -> Member:
    """Return the member that the party is, made as a prospective one where there is none."""
    key: dict[str, Any] = {"state" if isinstance(party, State) else "organization": party}
    for attempt in range(ATTEMPTS):
        defaults = {"slug": free_slug(party), "status": Member.Status.PROSPECTIVE}
        try:
            return Member.objects.select_for_update().get_or_create(**key, defaults=defaults)[0]
        except IntegrityError:  # another party took the slug at this very moment
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("Each turn of the loop returns or raises.")  # pragma: no cover


def free_slug(party: State | RegionalOrganization) -> str:
    """Return a permanent address that no member and no page has, made of the name.

    A name of which nothing is left in an address gives way to the acronym, then to "member".
    """
    words = slugify(party.name) or slugify(getattr(party, "acronym", "")) or "member"
    words = words[:100].rstrip("-")
    like_it = Member.objects.filter(slug__startswith=words)
    taken = TAKEN_BY_PAGES.union(like_it.values_list("slug", flat=True))
    numbered = (f"{words}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (words, *numbered) if slug not in taken)


@transaction.atomic
def take_up(request: JoinRequest, party: State | RegionalOrganization, by: User) -> Prospect:
    """Join the request to the party's prospect, which is at least interested from now on.

    Raises WrongStateError if somebody has looked at the request before, and what start() raises;
    in each case nothing is changed.
    """
    _look_at(request, by, state=JoinRequest.State.TAKEN_UP)
    prospect = start(party, Stage.INTERESTED)
    _step(prospect, Stage.APPROACHED, Stage.INTERESTED)
    JoinRequest.objects.filter(pk=request.pk).update(prospect=prospect)
    prospect.refresh_from_db()
    return prospect


def set_aside(request: JoinRequest, reason: str, by: User) -> None:
    """Keep the request with the reason and do no more.

    Raises WrongStateError if somebody has looked at it before.
    """
    _look_at(request, by, state=JoinRequest.State.SET_ASIDE, reason=reason)


def _look_at(request: JoinRequest, by: User, **fields: Any) -> None:
    new = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.NEW)
    if not new.update(looked_at=timezone.now(), looked_by=by, **fields):
        raise WrongStateError(request)


def move(prospect: Prospect, start: str, stage: str) -> None:
    """Move from one stage to another, forwards or back, until it is a member.

    Raises WrongStateError if it is no longer where the person saw it, or if one of the two is
    "member".
    """
    if start not in OPEN_STAGES or stage not in OPEN_STAGES or not _step(prospect, start, stage):
        raise WrongStateError(prospect)


def _step(prospect: Prospect, start: str, stage: str) -> int:
    """Return 1 if the prospect was in the stage `start` and was moved, else 0."""
    rows = Prospect.objects.filter(pk=prospect.pk, stage=start)
    return rows.update(stage=stage, stage_since=timezone.now())


@transaction.atomic
def admit(prospect: Prospect, joined_on: Any) -> None:
    """Make it a member of the Network, public from this moment, with the date as far as known.

    Raises WrongStateError, and changes nothing, unless its designation has been received and it is
    not a member by another way.
    """
    if not _step(prospect, Stage.DESIGNATION, Stage.MEMBER):
        raise WrongStateError(prospect)
    outside = Member.objects.filter(pk=prospect.member_id).exclude(status=Member.Status.MEMBER)
    if not outside.update(
        status=Member.Status.MEMBER, joined_on=joined_on, version=F("version") + 1
    ):
        raise WrongStateError(prospect)


def finish_step(note: OutreachNote) -> None:
    """Mark the next step as done. Raises WrongStateError if it was, or if there is none."""
    waiting = OutreachNote.objects.filter(pk=note.pk, done_at__isnull=True).exclude(next_step="")
    if not waiting.update(done_at=timezone.now()):
        raise WrongStateError(note)


@transaction.atomic
def take_out(prospect: Prospect) -> None:
    """Take out of the pipeline what was put in by mistake, with its prospective member.

    Raises WrongStateError once it has a log, a request or a stage beyond the first.
    """
    locked = Prospect.objects.select_for_update().filter(pk=prospect.pk, stage=Stage.APPROACHED)
    if not locked.exists() or prospect.log.exists() or prospect.requests.exists():
        raise WrongStateError(prospect)
    member = prospect.member
    locked.delete()
    # With the row would go what keeps a plan that was entered here private.
    entered = ActionPlan.objects.of(member).filter(source_row="")
    if member.status == Member.Status.PROSPECTIVE and not entered.exists():
        _delete_if_unused(member)


def _delete_if_unused(member: Member) -> None:
    try:
        with transaction.atomic():
            member.delete()
    except ProtectedError:  # it has a designation: the row stays, and stays private
        return


def stages_of(prospect: Prospect) -> list[StageChange]:
    """Return the stages that the prospect has been in, the latest first, from its history."""
    model: Any = apps.get_model("members", "ProspectEvent")
    events = model.objects.filter(pgh_obj=prospect).select_related("pgh_context")
    changes: list[tuple[str, Any]] = []
    for event in events.order_by("pgh_created_at", "pgh_id"):
        if not changes or changes[-1][0] != event.stage:
            changes.append((event.stage, event))
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=map(_who, events))}
    return [
        StageChange(str(Stage(stage).label), event.pgh_created_at, people.get(_who(event), ""))
        for stage, event in reversed(changes)
    ]


def _who(event: Any) -> int:
    """Return the key of the person who was signed in; 0 where nobody was."""
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return metadata.get("user") or 0
