"""Facts that are only "as generally known": which they are, and that somebody has compared them.

A State's regional group and its membership of regional organizations were loaded like that
(docs/domain.md, facts). Comparing one with the official list changes nothing but its source, so
the loading, which leaves rows on record alone, never takes it back.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from members.errors import WrongStateError
from members.models import RegionalGroup, RegionalMembership, RegionalOrganization, State
from members.models.states import GROUPS_PART
from members.partial_dates import un_date

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# The address of the States that are in no group.
NO_GROUP = "none"


@dataclass(frozen=True)
class Fact:
    """One fact as it is shown. `mark` names it together with all that it says."""

    mark: str
    words: str
    source: str


@dataclass(frozen=True)
class FactGroup:
    """A regional group or organization with so many facts that nobody has compared yet."""

    slug: str
    title: str
    count: int
    url: str


def groups(user: "User | AnonymousUser") -> list[FactGroup]:
    """Return what has facts to compare, in two queries: groups, then organizations by name."""
    return [*state_groups(user), *organizations(user)]


def state_groups(user: "User | AnonymousUser") -> list[FactGroup]:
    """Return the regional groups that have facts to compare, in their order."""
    found = State.objects.managed_by(user).as_generally_known()
    counts = dict(found.order_by().values_list("regional_group").annotate(Count("pk")))
    return [
        FactGroup(
            value or NO_GROUP,
            group_title(value),
            counts[value],
            reverse("members:facts_group", args=[value or NO_GROUP]),
        )
        for value in [*RegionalGroup.values, ""]
        if value in counts
    ]


def group_title(value: str) -> str:
    """Return the regional group spelled out."""
    return str(RegionalGroup(value).label) if value else _("In no regional group")


def organizations(user: "User | AnonymousUser") -> list[FactGroup]:
    """Return the regional organizations that have facts to compare, by name."""
    found = RegionalMembership.objects.managed_by(user).as_generally_known()
    bodies = RegionalOrganization.objects.filter(memberships__in=found)
    return [
        FactGroup(
            "organizations",
            body.name,
            body.to_compare,
            reverse("members:facts_organization", args=[body.pk]),
        )
        for body in bodies.annotate(to_compare=Count("memberships")).order_by("name")
    ]


def facts_of(rows: Iterable[State | RegionalMembership]) -> list[Fact]:
    """Return what each row says."""
    return [_fact(row) for row in rows]


def _fact(row: State | RegionalMembership) -> Fact:
    if isinstance(row, State):
        said: list[Any] = [row.pk, row.name, row.regional_group, row.source]
        return Fact(_mark(row, said), row.name, _groups_part(row.source))
    said = [row.pk, row.organization_id, row.state.name, row.since, row.until, row.source]
    return Fact(_mark(row, said), f"{row.state.name}{_days(row)}", row.source)


def _mark(row: models.Model, said: list[Any]) -> str:
    return f"{row.pk}-{hashlib.sha256(repr(said).encode()).hexdigest()[:16]}"


def _days(row: RegionalMembership) -> str:
    since = _(", since %(day)s") % {"day": un_date(row.since)} if row.since else ""
    return since + (_(", until %(day)s") % {"day": un_date(row.until)} if row.until else "")


def _groups_part(source: str) -> str:
    found = re.search(GROUPS_PART, source, re.DOTALL)
    return found[0].removeprefix("; ").removeprefix("groups:").strip() if found else ""


@transaction.atomic
def confirm(rows: models.QuerySet[Any], marks: set[str], source: str) -> int:
    """Store `source` with each of the rows that the marks name, and return how many these are.

    Of a State only the part on groups is replaced. Raises WrongStateError, and changes nothing, if
    one of the facts no longer says what was shown, or somebody has compared it meanwhile.
    """
    stored = {_fact(row).mark: row for row in rows.select_for_update(of=("self",))}
    chosen = [stored[mark] for mark in sorted(marks & stored.keys())]
    if len(chosen) < len(marks):
        raise WrongStateError(rows.model)
    for row in chosen:
        row.source = _compared(row, source)
    rows.model._default_manager.bulk_update(chosen, ["source"])
    return len(chosen)


def _compared(row: State | RegionalMembership, source: str) -> str:
    if isinstance(row, RegionalMembership):
        return source
    part = re.compile(GROUPS_PART, re.DOTALL)
    return part.sub(lambda old: f"{old[1]}groups: {source}", row.source, count=1)
