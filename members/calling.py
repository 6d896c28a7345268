"""Asking who would chair, and recording what was decided."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from members.errors import WrongStateError
from members.models import ChairCall, ChairInterest, ChairTerm, Member, RegionalGroup, User
from members.models.calls import ChairInterestQuerySet

ORGANIZATIONS = "organizations"
NO_OVERLAP = "chair_terms_do_not_overlap"


class TermTakenError(Exception):
    """Another term holds on some of these days; nothing was changed."""


@dataclass(frozen=True)
class Balance:
    """Terms of the Chair for each group, so far and with one more; keys as group_of()."""

    so_far: dict[str, int]
    group: str

    @property
    def before(self) -> int:
        """Terms of the group so far."""
        return self.so_far[self.group]

    @property
    def after(self) -> int:
        """Terms of the group with this answer."""
        return self.before + 1

    @property
    def total(self) -> int:
        """Terms of all groups with this answer."""
        return sum(self.so_far.values()) + 1


def group_of(member: Member) -> str:
    """Return the regional group that the member is counted with, or "organizations"."""
    return member.state.counted_with if member.state else ORGANIZATIONS


def terms_by_group(terms: Iterable[ChairTerm]) -> dict[str, int]:
    """Return how many terms each group had; with co-chairs a term counts once for each of them."""
    found = Counter(group_of(member) for term in terms for member in term.member_list)
    return {group: found[group] for group in (*RegionalGroup.values, ORGANIZATIONS)}


def lock_open(call: ChairCall, on: datetime.date) -> None:
    """Hold the call until the transaction ends, so that answers to it are stored one by one.

    Raises WrongStateError if it takes no answers on that day.
    """
    if not ChairCall.objects.open_on(on).select_for_update().filter(pk=call.pk).first():
        raise WrongStateError(call)


@transaction.atomic
def withdraw(answers: ChairInterestQuerySet, call: ChairCall, on: datetime.date) -> None:
    """Withdraw the answer to the call; the words stay with the member, who may answer again.

    Raises WrongStateError after the last day, and where it is withdrawn already.
    """
    lock_open(call, on)
    standing = ChairInterest.objects.standing().filter(pk__in=answers.values("pk"), call=call)
    if not standing.update(withdrawn_at=timezone.now(), version=F("version") + 1):
        raise WrongStateError(call)


def decide(
    call: ChairCall,
    members: Iterable[Member],
    since: datetime.date,
    until: datetime.date,
    note: str,
    by: User,
) -> ChairTerm:
    """Record who chairs: the term begins, and its rights with it, on its first day.

    Raises WrongStateError if a decision is recorded already, and TermTakenError if another term
    holds on some of these days. Nothing is changed then.
    """
    try:
        with transaction.atomic():
            _decided(call, note, by)
            term = ChairTerm.objects.create(since=since, until=until)
            term.members.set(members)
            ChairCall.objects.filter(pk=call.pk).update(term=term)
            return term
    except IntegrityError as error:
        if NO_OVERLAP not in str(error):
            raise
        raise TermTakenError from error


def decide_that_none(call: ChairCall, note: str, by: User) -> None:
    """Record that nobody chairs the year. Raises WrongStateError as decide() does."""
    _decided(call, note, by)


def _decided(call: ChairCall, note: str, by: User) -> None:
    """Close the call by a decision, unless somebody was quicker."""
    done = ChairCall.objects.undecided().filter(pk=call.pk)
    if not done.update(
        decided_on=timezone.localdate(),
        decided_by=by,
        decision_note=note,
        version=F("version") + 1,
    ):
        raise WrongStateError(call)
