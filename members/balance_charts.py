"""Pictures of the Network as a whole: its regional balance, and its growth as published."""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db.models import Count
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import MembershipTotal, RegionalGroup, State
from members.partial_dates import PartialDate
from members.plan_charts import ORGANIZATIONS
from wpsnetwork.charts import Chart, Series, bars, columns

__all__ = ["ORGANIZATIONS", "by_group", "group_sizes", "published"]


def group_sizes() -> Counter[str]:
    """Count the Member States of the United Nations by the group that they are counted with."""
    counted = State.objects.member_states().order_by().values_list("regional_group")
    sizes: Counter[str] = Counter()
    for group, count in counted.annotate(count=Count("pk")):
        sizes[group or RegionalGroup.WEOG.value] += count
    return sizes


def by_group(members: Counter[str], sizes: Counter[str], on: datetime.date) -> list[Chart]:
    """Return members against the size of each group, as numbers and in per cent."""
    counted = {
        "members": sum(members[group] for group in RegionalGroup),
        "size": sizes.total(),
        "day": date_format(on, "j F Y"),
    }
    groups = list(RegionalGroup)
    labels = [str(group.label) for group in groups]
    css = [f"group-{group.value}" for group in groups]
    numbers = bars(
        "groups",
        _("Members and size of each regional group"),
        _(
            "Counted are the %(members)s States that this portal knows as members, and the "
            "%(size)s Member States of the United Nations, as on record here on %(day)s."
        )
        % counted,
        labels,
        [
            Series(_("Members of the Network"), "series-1", [members[g] for g in groups]),
            Series(
                _("Member States of the United Nations"), "series-2", [sizes[g] for g in groups]
            ),
        ],
        row_css=css,
    )
    shares = bars(
        "shares",
        _("Share of each regional group that is in the Network"),
        _(
            "The first number over the second, on %(day)s. The list of members is not complete, so "
            "a share may be higher."
        )
        % counted,
        labels,
        [
            Series(
                _("Share of the group"),
                "series-1",
                [round(100 * members[g] / sizes[g]) if sizes[g] else None for g in groups],
            )
        ],
        unit="%",
        row_css=css,
    )
    return [numbers, shares]


def published(totals: Iterable[MembershipTotal]) -> Chart:
    """Return the published totals that are numbers; a figure in words is no column."""
    numbered = [total for total in totals if total.total is not None]
    return columns(
        "totals",
        _("Published totals of members"),
        _("States and regional organizations together, each figure as of its month."),
        [_short(total.as_of) for total in numbered],
        [total.total for total in numbered],
        head=_("As of"),
    )


def _short(date: PartialDate | None) -> str:
    """Return month and year as far as they are known, short enough to stand under a column."""
    if date is None:
        return _("Not recorded")
    return f"{MONTHS_3[date.month].capitalize()} {date.year}" if date.month else str(date.year)
