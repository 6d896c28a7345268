"""Loads the lists of States with which the secretariat starts (members/data/saved_lists.csv)."""

from typing import Any

from members.models import RegionalOrganization, SavedList


def load_saved_lists(rows: list[dict[str, str]], known: set[Any]) -> int:
    """Store the lists whose names are not `known`, and return how many these were."""
    organizations = {body.acronym: body for body in RegionalOrganization.objects.all()}
    new = [
        SavedList(
            name=row["name"],
            organization=organizations[row["organization"]] if row["organization"] else None,
            regional_group=row["regional_group"],
            in_network=row["in_network"],
            has_plan=row["has_plan"],
        )
        for row in rows
        if row["name"] not in known
    ]
    return len(SavedList.objects.bulk_create(new))
