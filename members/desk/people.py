"""On the secretariat's desk: who speaks for members, who is invited, who was silent for long."""

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.desk.rows import PARTIES, Act, Kind, Row, Section, each, on_day
from members.models import Designation, Invitation, Member, Notice, UpdateStep, User
from members.models.months import begun_by
from members.models.plan_states import months_from
from members.representing import Representation, open_functions, with_open_functions

DAY = datetime.timedelta(days=1)
STALE_AFTER, ENDS_WITHIN = 13, 3


def reported(user: User, on: datetime.date, limit: int | None) -> Section:
    """What focal points have reported as wrong in their yearly update, the earliest first."""
    kind = Kind(
        "reported",
        _("Reported as wrong"),
        _("No focal point has reported anything that is not settled."),
    )
    found = UpdateStep.objects.settled_by(user).reported().order_by("taken_at", "pk")
    parties = [f"update__{party}" for party in PARTIES]

    def row(step: UpdateStep) -> Row:
        facts = [str(step.taken_by), on_day(_("on %(day)s"), step.taken_at)]
        said = Truncator(step.word).chars(160)
        member = step.update.member
        acts = [Act(_("Read and settle"), step.get_absolute_url())]
        return Row(member.name, acts, [said, *facts], url=member.get_absolute_url())

    return kind.section(found.select_related(*parties, "taken_by"), each(row), limit)


def invitations(user: User, on: datetime.date, limit: int | None) -> Section:
    """Invitations that nobody has used: refused ones first, then those that end soonest."""
    kind = Kind("invitations", _("Pending invitations"), _("Every invitation has been used."))
    found = Invitation.objects.managed_by(user).open().select_related("user")
    back = f"?back={reverse('members:desk')}"

    def row(one: Invitation) -> Row:
        again = reverse("members:invitation_send_again", args=[one.pk])
        cancel = reverse("members:invitation_cancel", args=[one.pk]) + back
        acts = [Act(_("Send again"), again, posts=True), Act(_("Cancel"), cancel, posts=True)]
        return Row(one.user.name, acts, _moments(one), _trouble(one))

    in_order = found.order_by(F("refused_at").asc(nulls_last=True), "expires_at", "pk")
    return kind.section(in_order, each(row), limit)


def _moments(one: Invitation) -> list[str]:
    until = on_day(_("valid until %(day)s"), one.expires_at)
    if one.refused_at:
        return [until]
    sent = on_day(_("sent on %(day)s"), one.sent_at) if one.sent_at else ""
    return [sent or _("waits for the mail worker"), until]


def _trouble(one: Invitation) -> str:
    if one.refused_at:
        return _("the address was refused")
    return _("no longer valid") if one.expires_at <= timezone.now() else ""


def ending(user: User, on: datetime.date, limit: int | None) -> Section:
    """Designations that end within 3 months, if nobody holds the function on the day after."""
    kind = Kind(
        "designations",
        _("Designations that end soon"),
        _("No designation ends within 3 months without a successor."),
    )
    members = Member.objects.invitable_by(user).public()
    last = months_from(on, ENDS_WITHIN)
    found = Designation.objects.running(on).filter(member__in=members, until__lte=last)

    def row(one: Designation) -> Row:
        url = reverse("members:designation_hand_over", args=[one.member.slug, one.pk])
        facts = [str(one.get_function_display()), one.user.name]
        facts.append(on_day(_("ends on %(day)s"), one.until or last))
        acts = [Act(_("Hand over"), url)]
        return Row(one.member.name, acts, facts, url=one.member.get_absolute_url())

    in_order = found.exclude(_has_successor()).order_by("until", "pk")
    return kind.section(in_order.select_related(*PARTIES, "user"), each(row), limit)


def _has_successor() -> Exists:
    day_after = OuterRef("until") + DAY
    same = Designation.objects.filter(
        member=OuterRef("member"), function=OuterRef("function"), since__lte=day_after
    )
    return Exists(same.filter(Q(until__isnull=True) | Q(until__gte=day_after)))


def updates(user: User, on: datetime.date, limit: int | None) -> Section:
    """Members whose yearly update is due, the longest silent first, and who was reminded."""
    kind = Kind(
        "updates",
        _("Profiles to be confirmed"),
        _("No member’s yearly update is due."),
    )
    due = Member.objects.invitable_by(user).update_due(on)
    stale = begun_by(on, STALE_AFTER)

    def rows(members: list[Any]) -> list[Row]:
        reminders = _reminders(members)
        return [row(member, reminders.get(member.pk)) for member in members]

    def row(member: Any, reminder: Notice | None) -> Row:
        late = _("Stale: silent for 13 months or more") if member.silent_from <= stale else ""
        url = reverse("members:designations", args=[member.slug])
        profile = Act(_("Open the profile"), member.get_absolute_url())
        acts = [profile, Act(_("Focal points"), url)]
        return Row(member.name, acts, [_confirmed(member), _reminded(reminder)], late)

    parties = ("state", "organization")
    return kind.section(due.select_related(*parties).order_by("silent_from", "pk"), rows, limit)


def _confirmed(member: Any) -> str:
    if member.confirmed_on:
        return on_day(_("confirmed on %(day)s"), member.confirmed_on)
    return on_day(_("never confirmed; a focal point since %(day)s"), member.silent_from)


def _reminders(members: list[Any]) -> dict[int, Notice]:
    """Return the latest reminder of each member that counts from its last confirmation."""
    notices = Notice.objects.filter(kind="update_due", member__in=[one.pk for one in members])
    counted = {one.pk: f"update:{one.slug}:{one.silent_from}:" for one in members}
    return {
        notice.member_id: notice
        for notice in notices.select_related("user").order_by("created_at", "pk")
        if notice.member_id and notice.key.startswith(counted[notice.member_id])
    }


def _reminded(reminder: Notice | None) -> str:
    if reminder is None:
        return _("nobody was reminded")
    who = {"name": reminder.user or _("the secretariat’s list")}
    if reminder.refused_at:
        return _("the reminder to %(name)s was refused") % who
    if reminder.sent_at is None:
        return _("the reminder to %(name)s waits for the mail worker") % who
    return on_day(_("%%(name)s reminded on %(day)s"), reminder.sent_at) % who


def vacancies(user: User, on: datetime.date, limit: int | None) -> Section:
    """Members of which nobody holds one of the functions, by their word or as far as recorded."""
    kind = Kind(
        "vacancies",
        _("Vacancies and functions not recorded"),
        _("Every member has all three functions held."),
    )
    found = with_open_functions(Member.objects.invitable_by(user).public(), on)

    def rows(members: list[Member]) -> list[Row]:
        missing = open_functions(members, on)
        return [row(member, missing[member.pk]) for member in members]

    def row(member: Member, missing: list[Representation]) -> Row:
        url = reverse("members:designation_add", args=[member.slug])
        vacant = _named(_("Vacant: %(functions)s"), missing, "vacant")
        unknown = _named(_("Not recorded: %(functions)s"), missing, "not recorded")
        acts = [Act(_("Record a designation"), url)]
        return Row(member.name, acts, [unknown], vacant, member.get_absolute_url())

    return kind.section(found, rows, limit)


def _named(words: str, missing: list[Representation], state: str) -> str:
    labels = [one.function_label for one in missing if one.state == state]
    return words % {"functions": ", ".join(labels)} if labels else ""
