"""What the pages of twinning show alike: the way between them, with what is unread."""

import datetime
from typing import TYPE_CHECKING, Any

from members.models import EDITING_FUNCTIONS, Member, TwinningThread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User
    from members.models.members import MemberQuerySet


def own_members(user: "User | AnonymousUser", on: datetime.date) -> "MemberQuerySet":
    """Members for which the person speaks, the mission contact included."""
    return Member.objects.public().served_by(user, on)


def writing_for(user: "User | AnonymousUser", on: datetime.date) -> "MemberQuerySet":
    """Members for which the person writes messages: its own, also where it is secretariat."""
    return Member.objects.public().served_by(user, on, EDITING_FUNCTIONS)


def tabs(user: "User | AnonymousUser", on: datetime.date) -> dict[str, Any]:
    """Return whether the person speaks for a member, and in how many threads something waits."""
    mine = list(own_members(user, on).values_list("pk", flat=True))
    if not mine:
        return {"speaks": False}
    threads = TwinningThread.objects.visible_to(user, on).unread_by(mine)
    return {"speaks": True, "unread_threads": threads.count()}
