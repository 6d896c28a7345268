"""Who speaks for a member on a day, as far as the reader may know it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from members.models import Designation, Function, Member

if TYPE_CHECKING:
    from members.models.members import MemberQuerySet


@dataclass(frozen=True)
class Representation:
    """One function of a member: held, vacant or not recorded (docs/domain.md, rule 3)."""

    function_label: str
    state: str
    state_label: str
    shown: list[str]


def representations(
    member: Member, on: datetime.date, names_visible: bool, dated: bool = False
) -> list[Representation]:
    """Return each function with who holds it, in one query.

    A name is shown only where the member lets it be public, or where `names_visible` (to members
    and the secretariat); otherwise the office stands for the person. `dated` is for another day
    than today: then only the dated row speaks. What the member says of its office, of vacancies
    and of names that may be public, it says of today.
    """
    running = Designation.objects.filter(member=member).running(on).select_related("user")
    held: dict[str, list[Designation]] = {}
    for designation in running.order_by("since", "pk"):
        held.setdefault(designation.function, []).append(designation)
    return [
        _representation(member, Function(value), held.get(value, []), names_visible, dated)
        for value in Function.values
    ]


def _representation(
    member: Member,
    function: Function,
    held: list[Designation],
    names_visible: bool,
    dated: bool = False,
) -> Representation:
    label = str(function.label)
    if held:
        line = _line_of_that_day if dated else _line
        shown = [line(member, designation, names_visible) for designation in held]
        return Representation(label, "held", str(_("held")), shown)
    if function.value in member.vacant_functions and not dated:
        return Representation(label, "vacant", str(_("vacant")), [])
    return Representation(label, "not recorded", str(_("not recorded")), [])


def _line(member: Member, designation: Any, names_visible: bool) -> str:
    office = _office(designation, designation.ministry or member.ministry)
    if names_visible or designation.name_is_public:
        return _joined(designation.user.name, office)
    return member.office or office or str(_("Held; the name is not public"))


def _line_of_that_day(member: Member, designation: Any, names_visible: bool) -> str:
    office = _office(designation, designation.ministry)
    if names_visible:
        return _joined(designation.user.name, office)
    # Where the member lets its office stand for the person, post and unit are not public.
    public = designation.ministry if member.office else office
    return public or str(_("Held; the name is not public"))


def _office(designation: Any, ministry: str) -> str:
    return _joined(designation.post, designation.unit, ministry)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def with_open_functions(members: "MemberQuerySet", on: datetime.date) -> "MemberQuerySet":
    """Return those of the members of which nobody holds one of the functions on that day.

    First come those with a vacancy, then those without a principal, each by name.
    """
    running = Designation.objects.running(on).filter(member=OuterRef("pk"))
    held = {f"{value}_held": Exists(running.filter(function=value)) for value in Function.values}
    vacant = Q()
    for value in Function.values:
        vacant |= Q(**{"vacant_functions__contains": [value], f"{value}_held": False})
    by_name = members.named().query.order_by
    return (
        members.named()
        .annotate(**held)
        .exclude(**dict.fromkeys(held, True))
        .annotate(is_vacant=vacant)
        .order_by("-is_vacant", "principal_held", *by_name)
    )


def open_functions(members: Iterable[Member], on: datetime.date) -> dict[int, list[Representation]]:
    """Return the functions that nobody holds, vacant or not recorded, by member, in one query."""
    running = Designation.objects.running(on).filter(member__in=[member.pk for member in members])
    held = set(running.values_list("member", "function"))
    return {
        member.pk: [
            _representation(member, Function(value), [], names_visible=False)
            for value in Function.values
            if (member.pk, value) not in held
        ]
        for member in members
    }
