"""Loads the facts of members/data: States, organizations, members, Chair terms and action plans.

What every loader of the portal promises: a fact is loaded only when it is new. A row that has ever
been on record, even if it has been edited, renamed or removed since, is left as people left it, so
the loading can be repeated at each start. What a file leaves empty stays unknown (docs/domain.md,
rule 14).
"""

import csv
import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from members.loading_lists import load_saved_lists
from members.loading_practices import load_practices, load_twinnings
from members.models import (
    ActionPlan,
    ChairTerm,
    Member,
    MembershipTotal,
    Practice,
    RegionalGroup,
    RegionalMembership,
    RegionalOrganization,
    SavedList,
    State,
    Theme,
    Twinning,
)
from members.partial_dates import PartialDate

DATA = Path(__file__).parent / "data"
GROUPS = {
    "African": RegionalGroup.AFRICAN,
    "Asia-Pacific": RegionalGroup.ASIA_PACIFIC,
    "Eastern European": RegionalGroup.EASTERN_EUROPEAN,
    "GRULAC": RegionalGroup.GRULAC,
    "WEOG": RegionalGroup.WEOG,
    "": "",
}
# The list of plans says only whether a budget is included, not how far it goes.
BUDGETS = {
    "yes": (ActionPlan.Budget.ESTIMATE, "The source says that the plan includes a budget."),
    "no": (ActionPlan.Budget.NOT_RECORDED, "The source says that the plan includes no budget."),
    "unknown": (ActionPlan.Budget.NOT_RECORDED, ""),
}


def load() -> dict[str, int]:
    """Load what is new, and return how many rows of each kind were."""
    return {
        "Themes": _load_themes(),
        "States": _load_states(),
        "Regional organizations": _load_organizations(),
        "Their member States": _load_regional_memberships(),
        "Members of the Network": _load_members(),
        "Totals of members": _load_totals(),
        "Terms of the Chair": _load_terms(),
        "Action plans": _load_plans(),
        "Good practices": load_practices(
            read_csv(DATA / "practices.csv"), ever_recorded(Practice, "slug")
        ),
        "Twinnings": load_twinnings(
            read_csv(DATA / "twinnings.csv"),
            members_by_name(),
            ever_recorded(Twinning, "first_id", "second_id"),
        ),
        "Lists of States": load_saved_lists(
            read_csv(DATA / "saved_lists.csv"), ever_recorded(SavedList, "name")
        ),
    }


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ever_recorded(model: type[models.Model], *fields: str) -> set[Any]:
    """Return every value that the field of any row has had, by the history of the table.

    Of several fields, every tuple of values.
    """
    history: Any = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    return set(history.objects.values_list(*fields, flat=len(fields) == 1))


def as_known(text: str) -> Any:
    """Return the date as far as the file knows it, a PartialDate or None."""
    return PartialDate.parse(text) if text else None


def split_names(text: str) -> list[str]:
    """Return the names of a field such as "Canada; Uruguay"."""
    return [name.strip() for name in text.split(";") if name.strip()]


def members_by_name() -> dict[str, Member]:
    """Return the members under the names that the files use."""
    return {member.name: member for member in Member.objects.named()}


def _load_themes() -> int:
    known = ever_recorded(Theme, "slug")
    new = [
        Theme(slug=row["slug"], name=row["name"], position=position)
        for position, row in enumerate(read_csv(DATA / "themes.csv"), start=1)
        if row["slug"] not in known
    ]
    return len(Theme.objects.bulk_create(new))


def _load_states() -> int:
    known = set(State.objects.values_list("iso3", flat=True))
    rows = read_csv(DATA / "states.csv") + read_csv(DATA / "observer_states.csv")
    new = [_state(row) for row in rows if row["iso3"] not in known]
    return len(State.objects.bulk_create(new))


def _state(row: dict[str, str]) -> State:
    return State(
        iso3=row["iso3"],
        m49=row["m49"],
        name=row["un_name"],
        name_in_text=row["name_in_text"],
        sort_key=row["sort_key"],
        regional_group=GROUPS[row["un_regional_group"]],
        un_member_since=_number(row["un_member_since"]),
        source=row["source"],
    )


def _load_organizations() -> int:
    known = set(RegionalOrganization.objects.values_list("acronym", flat=True))
    names = {row["acronym"]: row["organization"] for row in _regional_rows()}
    names |= {
        row["iso3_or_acronym"]: row["name"]
        for row in read_csv(DATA / "members.csv")
        if row["kind"] == "regional organization"
    }
    new = [
        RegionalOrganization(acronym=acronym, name=name)
        for acronym, name in names.items()
        if acronym not in known
    ]
    return len(RegionalOrganization.objects.bulk_create(new))


def _regional_rows() -> list[dict[str, str]]:
    return read_csv(DATA / "regional_memberships.csv")


def _load_regional_memberships() -> int:
    organizations = _organizations()
    known = ever_recorded(RegionalMembership, "organization_id", "state_id")
    new = [
        RegionalMembership(
            organization=organizations[row["acronym"]],
            state_id=row["iso3"],
            since=_day(row["since"]),
            until=_day(row["until"]),
            source=row["source"],
        )
        for row in _regional_rows()
        if (organizations[row["acronym"]].pk, row["iso3"]) not in known
    ]
    return len(RegionalMembership.objects.bulk_create(new))


def _load_members() -> int:
    organizations = _organizations()
    states = ever_recorded(Member, "state_id")
    bodies = ever_recorded(Member, "organization_id")
    new = []
    for row in read_csv(DATA / "members.csv"):
        member = _member(row, organizations)
        known = member.state_id in states if member.state_id else member.organization_id in bodies
        if not known:
            new.append(member)
    return len(Member.objects.bulk_create(new))


def _member(row: dict[str, str], organizations: dict[str, RegionalOrganization]) -> Member:
    code = row["iso3_or_acronym"]
    is_state = row["kind"] == "member state"
    return Member(
        slug=row["slug"],
        state_id=code if is_state else None,
        organization=None if is_state else organizations[code],
        status=Member.Status.MEMBER,
        joined_on=as_known(row["joined"]),
        ministry=row["focal_point_ministry"],
        source=row["source"],
        note=row["note"],
    )


def _load_totals() -> int:
    known = set(MembershipTotal.objects.values_list("as_of", flat=True))
    new = [
        MembershipTotal(
            as_of=as_known(row["as_of"]),
            governments=_number(row["governments"]),
            organizations=_number(row["organizations"]),
            total=_number(row["total"]),
            note=row["note"],
            source=row["source"],
        )
        for row in read_csv(DATA / "membership_totals.csv")
        if as_known(row["as_of"]) not in known
    ]
    return len(MembershipTotal.objects.bulk_create(new))


def _load_terms() -> int:
    known = ever_recorded(ChairTerm, "since")
    rows = [row for row in read_csv(DATA / "chairs.csv") if _day(row["since"]) not in known]
    members = members_by_name() if rows else {}
    return sum(_load_term(row, members) for row in rows)


def _load_term(row: dict[str, str], members: dict[str, Member]) -> int:
    """Load the term, unless the secretariat has recorded another for some of its days."""
    if ChairTerm.objects.filter(since__lte=row["until"], until__gte=row["since"]).exists():
        return 0
    term = ChairTerm.objects.create(
        since=row["since"], until=row["until"], note=row["note"], source=row["source"]
    )
    term.members.set([members[name] for name in split_names(row["members"])])
    return 1


def _load_plans() -> int:
    known = ever_recorded(ActionPlan, "source_row")
    organizations = {body.name: body for body in RegionalOrganization.objects.all()}
    new = [
        _plan(row, organizations) for row in read_csv(DATA / "naps.csv") if row["row"] not in known
    ]
    return len(ActionPlan.objects.bulk_create(new))


def _plan(row: dict[str, str], organizations: dict[str, RegionalOrganization]) -> ActionPlan:
    """Return the plan without a title or a state: the list knows neither."""
    budget, budget_note = BUDGETS[row["budget_included"]]
    return ActionPlan(
        source_row=row["row"],
        state_id=row["iso3"] or None,
        organization=None if row["iso3"] else organizations[row["country"]],
        generation=_number(row["nap_generation"]),
        adopted_on=as_known(row["adopted_year"]),
        period_start=as_known(row["period_start"]),
        period_end=as_known(row["period_end"]),
        budget=budget,
        budget_note=budget_note,
        note=row["note"],
        source=row["source"],
    )


def _organizations() -> dict[str, RegionalOrganization]:
    return {body.acronym: body for body in RegionalOrganization.objects.all()}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
