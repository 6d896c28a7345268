"""The roles of docs/domain.md, each as a signed-in person (or nobody), around one member.

One list for the matrix of roles and addresses and for the tests of single views.
"""

import datetime
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser

from members.models import Function, Member, User
from tests import factories
from tests.factories import focal_point, today

DAY = datetime.timedelta(days=1)


def _chair(member: Member, since: datetime.date, until: datetime.date) -> User:
    chair = factories.MemberFactory()
    factories.ChairTermFactory(since=since, until=until, members=[chair])
    return focal_point(chair)


def nobody(member: Member) -> None:
    return None


def civil_society_organization(member: Member) -> User:
    return factories.civil_society_person()


def drafter(member: Member) -> User:
    return factories.DrafterFactory(member=member).user


def own_focal_point(member: Member) -> User:
    return focal_point(member)


def own_alternate(member: Member) -> User:
    return focal_point(member, Function.ALTERNATE)


def focal_point_of_another_member(member: Member) -> User:
    return focal_point(factories.MemberFactory())


def former_focal_point(member: Member) -> User:
    return focal_point(member, until=today() - DAY)


def focal_point_to_come(member: Member) -> User:
    return focal_point(member, since=today() + DAY)


def mission_contact(member: Member) -> User:
    return focal_point(member, Function.MISSION)


def chair_of_today(member: Member) -> User:
    return _chair(member, today() - 30 * DAY, today() + 30 * DAY)


def chair_of_the_past(member: Member) -> User:
    return _chair(member, today() - 1000 * DAY, today() - 700 * DAY)


def troika(member: Member) -> User:
    """The incoming Chair: in the troika of today without being the Chair."""
    factories.ChairTermFactory(
        since=today() - 31 * DAY, until=today() - 31 * DAY, members=[factories.MemberFactory()]
    )
    factories.ChairTermFactory(
        since=today() - 30 * DAY, until=today() + 30 * DAY, members=[factories.MemberFactory()]
    )
    return _chair(member, today() + 31 * DAY, today() + 90 * DAY)


def secretariat_editor(member: Member) -> User:
    return factories.secretariat_editor()


def secretariat_administrator(member: Member) -> User:
    return factories.secretariat_administrator()


ROLES: dict[str, Callable[[Member], User | None]] = {
    make.__name__: make
    for make in (
        nobody,
        civil_society_organization,
        drafter,
        own_focal_point,
        own_alternate,
        focal_point_of_another_member,
        former_focal_point,
        focal_point_to_come,
        mission_contact,
        chair_of_today,
        chair_of_the_past,
        troika,
        secretariat_editor,
        secretariat_administrator,
    )
}
SECRETARIAT = {"secretariat_editor", "secretariat_administrator"}
OWN_EDITORS = {"own_focal_point", "own_alternate"}
OWN_SPEAKERS = OWN_EDITORS | {"mission_contact"}
OWN_PEOPLE = OWN_SPEAKERS | {"drafter"}


def person(role: str, member: Member) -> User | AnonymousUser:
    return ROLES[role](member) or AnonymousUser()
