"""The yearly update: one pass through what the portal says of a member (docs/domain.md, rule 13).

A step says which rows were on the screen, each with its version. It holds while these are what is
stored; what has changed since is asked again, so nobody confirms what nobody has seen.
"""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.text import capfirst

from members import history, reminding
from members.errors import WrongStateError
from members.models import (
    ActionPlan,
    Designation,
    Member,
    PlanFinance,
    Practice,
    ProgressNote,
    SteeringCommittee,
    Twinning,
    UpdateStep,
    User,
    YearlyUpdate,
)
from members.models.plan_states import months_from

Section = UpdateStep.Section
Outcome = UpdateStep.Outcome
# A pass that was left open for longer is gone through anew, from its first section.
STEPS_HOLD_FOR = datetime.timedelta(days=90)


@dataclass(frozen=True)
class SectionState:
    """A section of the pass: its last step, and whether that step still holds."""

    section: Section
    step: UpdateStep | None
    holds: bool

    @property
    def asked_again(self) -> bool:
        """Whether it was gone through, but has changed since."""
        return self.step is not None and not self.holds


def start(member: Member, by: User) -> YearlyUpdate:
    """Return the open pass of the member, begun now if there is none.

    Of two people who begin at once the second joins the first.
    """
    update, _is_new = YearlyUpdate.objects.get_or_create(
        member=member,
        finished_at__isnull=True,
        defaults={"started_by": by, "since": member.confirmed_on},
    )
    return update


def sections(update: YearlyUpdate, on: datetime.date) -> list[SectionState]:
    """Return the four sections in their order, each with how it stands."""
    steps = {step.section: step for step in update.steps.select_related("taken_by")}
    return [_state(section, steps.get(section), update.member, on) for section in Section]


def _state(
    section: Section, step: UpdateStep | None, member: Member, on: datetime.date
) -> SectionState:
    fresh = step is not None and step.taken_at > timezone.now() - STEPS_HOLD_FOR
    holds = step is not None and fresh and step.seen == rows_of(section, member, on)
    return SectionState(section, step, holds)


def rows_of(section: Section, member: Member, on: datetime.date) -> str:
    """Return which rows the section shows on that day, each with its version, as one word."""
    return ROWS[section](member, on)


def _profile_rows(member: Member, on: datetime.date) -> str:
    return str(Member.objects.values_list("version", flat=True).get(pk=member.pk))


def _people_rows(member: Member, on: datetime.date) -> str:
    # A designation has no version, so its words stand for it.
    words = ("pk", "user__name", "function", "ministry", "unit", "post", "until", "name_is_public")
    running = Designation.objects.filter(member=member).running(on)
    return _as_one_word(running.order_by("pk").values_list(*words))


def _plan_rows(member: Member, on: datetime.date) -> str:
    plans = ActionPlan.objects.of(member)
    # A plan's version says nothing of its parts, which are saved apart and have their own.
    models: tuple[Any, ...] = (PlanFinance, SteeringCommittee, ProgressNote)
    money, *others = [
        model.objects.filter(plan__in=plans.values("pk"))
        .order_by()
        .values_list(Value(kind), "pk", "version")
        for kind, model in enumerate(models)
    ]
    return f"{_versions(plans)}/{_as_one_word(sorted(money.union(*others)))}"


def _practice_rows(member: Member, on: datetime.date) -> str:
    return f"{_versions(practices_of(member))}/{_versions(twinnings_of(member))}"


def _as_one_word(rows: Iterable[Any]) -> str:
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:32]


def _versions(rows: Any) -> str:
    pairs = rows.order_by("pk").values_list("pk", "version")
    return " ".join(f"{pk}.{version}" for pk, version in pairs)


ROWS = {
    Section.PROFILE: _profile_rows,
    Section.PEOPLE: _people_rows,
    Section.PLANS: _plan_rows,
    Section.PRACTICES: _practice_rows,
}


def practices_of(member: Member) -> Any:
    """Return the cards of the member, drafts included: its own people go through them."""
    return Practice.objects.filter(member=member)


def twinnings_of(member: Member) -> Any:
    """Return the twinnings on record in which the member is one of the two."""
    return Twinning.objects.filter(first=member) | Twinning.objects.filter(second=member)


def take(
    update: YearlyUpdate, section: Section, outcome: Outcome, seen: str, by: User, word: str = ""
) -> UpdateStep:
    """Store the step in place of an earlier one of the section.

    Raises WrongStateError if the pass was finished in the meantime.
    """
    said = {"outcome": outcome, "seen": seen, "taken_by": by, "word": word}
    fresh = {"taken_at": timezone.now(), "settled_at": None}
    with transaction.atomic():
        _lock_open(update)
        step, _is_new = UpdateStep.objects.update_or_create(
            update=update, section=section, defaults={**said, **fresh}
        )
    return step


def finish(update: YearlyUpdate, by: User, on: datetime.date) -> None:
    """Close the pass; the member, and each plan as it was seen, is confirmed on that day.

    Raises WrongStateError, and changes nothing, if it was finished in the meantime or a section
    does not hold.
    """
    with transaction.atomic():
        _lock_open(update)
        member = Member.objects.select_for_update().get(pk=update.member_id)
        plans = list(ActionPlan.objects.of(member).select_for_update().values_list("pk", flat=True))
        if not all(state.holds for state in sections(update, on)):
            raise WrongStateError(update)
        ActionPlan.objects.filter(pk__in=plans).update(confirmed_on=on)
        Member.objects.filter(pk=member.pk).update(confirmed_on=on)
        YearlyUpdate.objects.filter(pk=update.pk).update(finished_by=by, finished_at=timezone.now())
        reminding.withdraw(member)


def settle(step: UpdateStep) -> None:
    """Mark what was reported as settled. Raises WrongStateError if it is, or was taken back."""
    reported = UpdateStep.objects.reported().filter(pk=step.pk, taken_at=step.taken_at)
    if not reported.update(settled_at=timezone.now()):
        raise WrongStateError(step)


def _lock_open(update: YearlyUpdate) -> None:
    if not YearlyUpdate.objects.open().select_for_update().filter(pk=update.pk).exists():
        raise WrongStateError(update)


def compared_with(member: Member, update: YearlyUpdate | None, on: datetime.date) -> datetime.date:
    """Return the day from which changes are shown: the last confirmation, else a year ago."""
    confirmed = update.since if update else member.confirmed_on
    return confirmed or months_from(on, -12)


def changes_since(member: Member, moment: datetime.datetime) -> list[history.Entry]:
    """Return what others need to know of what happened since, newest first.

    That something was confirmed is no change of what it says, so it is left out.
    """
    entries = [entry for entry in history.of_member(member) if entry.at > moment]
    told = [_without_confirming(entry) for entry in entries]
    return [new for old, new in zip(entries, told, strict=True) if new.changes or not old.changes]


def _without_confirming(entry: history.Entry) -> history.Entry:
    label = capfirst(str(Member._meta.get_field("confirmed_on").verbose_name))
    return replace(entry, changes=[one for one in entry.changes if one.label != label])


def profile_as_seen(member: Member, seen: str) -> dict[str, Any]:
    """Return what the profile's fields said in the version that was seen, as far as it is kept.

    Empty where that version is the present one.
    """
    if seen == str(member.version) or not (seen.isdecimal() and len(seen) < 10):
        return {}
    events: Any = apps.get_model("members", "MemberEvent").objects
    version = events.filter(pgh_obj_id=member.pk, version=seen).order_by("pgh_id").values().last()
    return dict(version or {})
