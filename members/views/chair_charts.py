"""The pictures on the pages of the Chairs."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from members.calling import ORGANIZATIONS, Balance, group_of
from members.models import ChairInterest, ChairTerm, RegionalGroup
from wpsnetwork.charts import Chart, Key, Row, Series, Span, bars, timeline


def group_labels() -> dict[str, str]:
    """The groups in their order, spelled out."""
    named = {group.value: str(group.label) for group in RegionalGroup}
    return {**named, ORGANIZATIONS: _("Regional organizations")}


def terms_chart(terms: Sequence[ChairTerm], today: datetime.date) -> Chart:
    """Each term over the years; coloured by regional group where its members share one."""
    used = {_css(term) for term in terms}
    legend = [Key(label, f"group-{slug}") for slug, label in group_labels().items()]
    legend.append(Key(_("Co-chairs of different groups"), "mixed-groups"))
    return timeline(
        "terms-chart",
        _("Terms of the Chair"),
        _("Where a year has no bar, no Chair is on record."),
        [_row(term) for term in terms],
        today=today,
        legend=[key for key in legend if key.css in used],
        head=_("Chair"),
    )


def balance_chart(interest: ChairInterest, balance: Balance) -> Chart:
    """Terms of each group so far, and the one that this answer would add."""
    labels = {
        slug: label
        for slug, label in group_labels().items()
        if slug != ORGANIZATIONS or balance.so_far[slug] or balance.group == slug
    }
    return bars(
        f"balance-{interest.pk}",
        _("Regional balance with %(name)s") % {"name": interest.member.name_in_text},
        "",
        list(labels.values()),
        [
            Series(_("so far"), "series-1", [balance.so_far[slug] for slug in labels]),
            Series(
                _("with this answer"), "series-2", [int(slug == balance.group) for slug in labels]
            ),
        ],
        stacked=True,
        row_css=[f"group-{slug}" for slug in labels],
    )


def _css(term: ChairTerm) -> str:
    """Return the colour of the group that all members of the term share, else that of several."""
    groups = {group_of(member) for member in term.member_list}
    return f"group-{groups.pop()}" if len(groups) == 1 else "mixed-groups"


def _row(term: ChairTerm) -> Row:
    names = _(" and ").join(member.name for member in term.member_list)
    return Row(names, [Span(term.since, term.until, term.years)], css=_css(term))
