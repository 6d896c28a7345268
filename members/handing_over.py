"""One focal point follows another: the step itself, and what the successor finds open."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members import inviting
from members.errors import WrongStateError
from members.models import (
    ActionPlan,
    ChairCall,
    Designation,
    Invitation,
    Member,
    TwinningThread,
    User,
)
from members.partial_dates import un_date
from members.representing import representations

DAY = datetime.timedelta(days=1)
LULL_MONTHS = ENDS_WITHIN_MONTHS = 12


@transaction.atomic
def hand_over(
    designation: Designation,
    last_day: datetime.date,
    successor: Designation,
    email: str,
    name: str,
    by: User,
) -> Invitation:
    """End the designation with that day, start the successor's on the next, and invite.

    All of it or nothing. Raises WrongStateError if somebody ended it or handed it over since it was
    read, and IntegrityError if the successor's designation overlaps another of the same person.
    """
    rows = Designation.objects.select_for_update().filter(pk=designation.pk)
    followers = Designation.objects.filter(
        member=designation.member_id, function=designation.function, since=last_day + DAY
    )
    if rows.filter(until=designation.until).first() is None or followers.exists():
        raise WrongStateError(designation)
    rows.update(until=last_day)
    successor.member, successor.function = designation.member, designation.function
    successor.since = last_day + DAY
    return inviting.designate(successor, email, name, by)


@dataclass(frozen=True)
class Item:
    """One thing that waits, and the page on which it is dealt with."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """What is open of one kind; without items nothing is."""

    title: str
    items: list[Item]


def open_items(member: Member, user: User, on: datetime.date) -> list[Section]:
    """Return what a successor finds open on that day, as far as the person may read it."""
    return [
        Section(str(_("Profile and yearly update")), list(_profile(member, user, on))),
        Section(str(_("Functions that are vacant")), list(_vacant(member, on))),
        Section(str(_("Action plans")), list(_plans(member, on))),
        Section(str(_("Changes that drafters have prepared")), list(_drafts(member))),
        Section(str(_("Drafters")), list(_drafters(member, on))),
        Section(str(_("Twinning")), list(_twinning(member, user, on))),
        Section(str(_("Calls for the Chair")), list(_calls(member, on))),
    ]


def _profile(member: Member, user: User, on: datetime.date) -> Iterator[Item]:
    own = Member.objects.confirmable_by(user, on).filter(pk=member.pk).exists()
    url = reverse("members:update" if own else "members:edit", args=[member.slug])
    begun = member.yearly_updates.open().select_related("started_by").first()
    if begun:
        words = _("A yearly update is open; %(name)s began it on %(day)s.")
        day = un_date(begun.started_at.date())
        yield Item(words % {"name": begun.started_by, "day": day}, url)
    if member.confirmed_on is None:
        yield Item(_("Nobody has confirmed the profile yet."), url)
    elif Member.objects.update_due(on).filter(pk=member.pk).exists():
        words = _("The profile was last confirmed on %(day)s; the yearly update is due.")
        yield Item(words % {"day": un_date(member.confirmed_on)}, url)


def _vacant(member: Member, on: datetime.date) -> Iterator[Item]:
    url = reverse("members:designations", args=[member.slug])
    for one in representations(member, on, names_visible=False):
        if one.state == "vacant":
            yield Item(one.function_label, url)


def _plans(member: Member, on: datetime.date) -> Iterator[Item]:
    plans = ActionPlan.objects.of(member)
    for plan in plans.ending_within(ENDS_WITHIN_MONTHS, on).in_order():
        words = _("%(title)s ends: %(end)s.")
        told = words % {"title": plan.title_or_default, "end": plan.period_end}
        yield _of_plan(member, plan, told)
    for plan in plans.in_the_lull(on, LULL_MONTHS).select_related("state", "organization"):
        words = _("%(title)s has had no progress note for %(months)s months or more.")
        told = words % {"title": plan.title_or_default, "months": LULL_MONTHS}
        yield _of_plan(member, plan, told)


def _of_plan(member: Member, plan: ActionPlan, words: str) -> Item:
    return Item(words, reverse("members:plan_edit", args=[member.slug, plan.pk]))


def _drafts(member: Member) -> Iterator[Item]:
    for change in member.proposed_changes.offered().named().order_by("written_at"):
        words = _("%(title)s, prepared by %(name)s on %(day)s")
        day = un_date(change.written_at.date())
        told = words % {"title": change.title, "name": change.written_by, "day": day}
        yield Item(told, change.get_absolute_url())


def _drafters(member: Member, on: datetime.date) -> Iterator[Item]:
    url = reverse("members:drafters", args=[member.slug])
    for drafter in member.drafters.not_over(on).select_related("user").order_by("since", "pk"):
        if drafter.until:
            words = _("%(name)s, until %(day)s") % {
                "name": drafter.user,
                "day": un_date(drafter.until),
            }
        else:
            words = _("%(name)s, no last day is recorded") % {"name": drafter.user}
        yield Item(words, url)


def _twinning(member: Member, user: User, on: datetime.date) -> Iterator[Item]:
    """Yield how many messages nobody has opened, for whoever may read them; not the secretariat."""
    threads = TwinningThread.objects.visible_to(user, on).with_unread([member.pk])
    unread = sum(thread.unread for thread in threads)  # type: ignore[attr-defined]
    if unread:
        words = ngettext(
            "%(count)s message that nobody has opened",
            "%(count)s messages that nobody has opened",
            unread,
        )
        yield Item(words % {"count": unread}, reverse("twinning:inbox"))


def _calls(member: Member, on: datetime.date) -> Iterator[Item]:
    for call in ChairCall.objects.open_on(on).exclude(interests__member=member):
        words = _("%(call)s is open until %(day)s; the member has not answered.")
        day = un_date(call.closes_on)
        yield Item(words % {"call": call, "day": day}, call.get_absolute_url())
