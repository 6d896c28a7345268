"""On the secretariat's desk: calls, plans, practices, and facts that are still to be checked."""

import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members import checking
from members.desk.rows import PARTIES, Act, Kind, Row, Section, each, on_day
from members.models import ActionPlan, ChairCall, Practice, User
from members.models.plan_states import months_from

PLANS_WITHIN, SOON = 12, 3


def calls(user: User, on: datetime.date, limit: int | None) -> Section:
    """Calls for the Chair that take answers, and those that are closed without a decision."""
    kind = Kind(
        "calls",
        _("Calls for the Chair"),
        _("No call is open or waits for a decision."),
        reverse("chairs:list"),
    )
    standing = Count("interests", filter=Q(interests__withdrawn_at__isnull=True))

    def row(call: Any) -> Row:
        answers = ngettext("%(count)s answer", "%(count)s answers", call.answers)
        facts, url = [answers % {"count": call.answers}], call.get_absolute_url()
        if call.is_open(on):
            until = on_day(_("open until %(day)s"), call.closes_on)
            return Row(str(call), [Act(_("Read the answers"), url)], [until, *facts])
        decide = Act(_("Record the decision"), reverse("chairs:call_decide", args=[call.year]))
        late = on_day(_("Closed on %(day)s, not decided"), call.closes_on)
        return Row(str(call), [decide], facts, late, url)

    found = ChairCall.objects.managed_by(user).undecided().filter(opened_on__lte=on)
    return kind.section(
        found.annotate(answers=standing).order_by("closes_on", "year"), each(row), limit
    )


def plans(user: User, on: datetime.date, limit: int | None) -> Section:
    """Plans whose known end is within 12 months, the soonest first."""
    kind = Kind(
        "plans",
        _("Plans about to end"),
        _("No plan with a known end ends within 12 months."),
        reverse("plans:overview") + "#ending-title",
    )
    soon = months_from(on, SOON)

    def row(plan: Any) -> Row:
        late = _("Within 3 months") if plan.period_end.last_day <= soon else ""
        ends = _("period ends: %(end)s") % {"end": plan.period_end}
        edit = Act(_("Edit the plan"), reverse("plans:edit", args=[plan.pk]))
        acts = [Act(_("Open the plan"), plan.get_absolute_url()), edit]
        return Row(str(plan.party), acts, [plan.title_or_default, ends], late)

    found = ActionPlan.objects.editable_by(user, on).ending_within(PLANS_WITHIN, on)
    in_order = found.select_related("state", "organization").order_by("period_end", "pk")
    return kind.section(in_order, each(row), limit)


def practices(user: User, on: datetime.date, limit: int | None) -> Section:
    """Cards of good practices that are written and not public, the earliest first."""
    kind = Kind(
        "practices",
        _("Good practices not yet public"),
        _("No draft of a good practice waits."),
        reverse("practices:list"),
    )

    def row(practice: Practice) -> Row:
        whose = practice.member.name if practice.member else _("of the secretariat")
        return Row(practice.title, [Act(_("Open the draft"), practice.get_absolute_url())], [whose])

    found = Practice.objects.drafts().visible_to(user, on).order_by("pk")
    return kind.section(found.select_related(*PARTIES), each(row), limit)


def facts(user: User, on: datetime.date, limit: int | None) -> Section:
    """Groups and organizations with facts "as generally known", by how many."""
    groups = sorted(checking.groups(user), key=lambda group: -group.count)

    def row(group: checking.FactGroup) -> Row:
        told = ngettext("%(count)s fact", "%(count)s facts", group.count)
        told %= {"count": group.count}
        return Row(group.title, [Act(_("Compare with the list"), group.url)], [told])

    return Section(
        "facts",
        _("Facts as generally known"),
        _("Every fact has been compared with the list it is from."),
        sum(group.count for group in groups),
        [row(group) for group in groups[:limit]],
        reverse("members:facts"),
    )
