"""Loads the first good practices and twinnings (members/data/practices.csv, twinnings.csv)."""

from typing import Any

from django.utils import timezone

from members.models import Member, Practice, RegionalOrganization, State, Theme, Twinning

PRACTICE_FIELDS = ["slug", "kind", "title", "situation", "action", "result", "lesson", "source"]


def load_practices(rows: list[dict[str, str]], known: set[Any]) -> int:
    """Store and publish the cards whose slugs are not `known`, and return how many these were.

    Nobody of a member has written them: they tell of States and organizations and have no owner.
    """
    new = [row for row in rows if row["slug"] not in known]
    bodies = {body.acronym: body for body in RegionalOrganization.objects.all()}
    states = {state.iso3: state for state in State.objects.all()}
    for row in new:
        practice = Practice.objects.create(
            publication=Practice.Publication.PUBLISHED,
            published_at=timezone.now(),
            **{name: row[name] for name in PRACTICE_FIELDS},
        )
        practice.states.set([states[iso3] for iso3 in _split(row["states"])])
        practice.organizations.set([bodies[acronym] for acronym in _split(row["organizations"])])
        practice.themes.set(Theme.objects.filter(slug__in=_split(row["themes"])))
    return len(new)


def load_twinnings(
    rows: list[dict[str, str]], members: dict[str, Member], known: set[tuple[Any, Any]]
) -> int:
    """Store the twinnings of two members that are not `known`, and return how many these were."""
    new = []
    for row in rows:
        first, second = members[row["first"]], members[row["second"]]
        if not {(first.pk, second.pk), (second.pk, first.pk)} & known:
            new.append((row, first, second))
    for row, first, second in new:
        words: dict[str, Any] = {name: row[name] for name in ("about", "results", "source")}
        period = {name: row[name] or None for name in ("since", "until")}
        twinning = Twinning.objects.create(first=first, second=second, **words | period)
        twinning.themes.set(Theme.objects.filter(slug__in=_split(row["themes"])))
    return len(new)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
