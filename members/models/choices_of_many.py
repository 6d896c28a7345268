"""Rows that join two models, each recorded: they give rights and facts, too."""

import pghistory

from members.models.chairs import ChairTerm
from members.models.members import Member
from members.models.people import User
from members.models.practices import Practice
from members.models.twinning import Twinning

RECORDED = pghistory.track(
    pghistory.InsertEvent(), pghistory.DeleteEvent(), append_only=True, obj_field=None
)


@RECORDED
class ChairTermMember(ChairTerm.members.through):  # type: ignore[name-defined]
    """That a member chairs in a term."""

    class Meta:
        proxy = True


@RECORDED
class UserGroup(User.groups.through):  # type: ignore[name-defined]
    """That a person belongs to a group of the secretariat."""

    class Meta:
        proxy = True


@RECORDED
class MemberTheme(Member.themes.through):  # type: ignore[name-defined]
    """That a member works on a theme."""

    class Meta:
        proxy = True


@RECORDED
class PracticeTheme(Practice.themes.through):  # type: ignore[name-defined]
    """That a practice is about a theme."""

    class Meta:
        proxy = True


@RECORDED
class PracticeState(Practice.states.through):  # type: ignore[name-defined]
    """That a practice tells of a State."""

    class Meta:
        proxy = True


@RECORDED
class PracticeOrganization(Practice.organizations.through):  # type: ignore[name-defined]
    """That a practice tells of a regional organization."""

    class Meta:
        proxy = True


@RECORDED
class TwinningTheme(Twinning.themes.through):  # type: ignore[name-defined]
    """That a twinning is about a theme."""

    class Meta:
        proxy = True
