"""What waits on a person's desk: for the secretariat by kind, for others by member."""

import datetime
from collections.abc import Callable

from members.desk.outreach import prospects, requests, steps
from members.desk.people import ending, invitations, reported, updates, vacancies
from members.desk.rows import SHOWN, Section
from members.desk.work import calls, facts, plans, practices
from members.models import User

# In the order in which they stand on the desk: what somebody waits for, what ends, what lacks.
GATHER: dict[str, Callable[[User, datetime.date, int | None], Section]] = {
    "reported": reported,
    "requests": requests,
    "calls": calls,
    "steps": steps,
    "invitations": invitations,
    "designations": ending,
    "plans": plans,
    "updates": updates,
    "practices": practices,
    "vacancies": vacancies,
    "prospects": prospects,
    "facts": facts,
}
# Those of which no page lists them all but the desk's own.
OWN_PAGES = ["reported", "invitations", "designations", "updates", "vacancies"]


def gather(user: User, on: datetime.date) -> list[Section]:
    """Return every section with its first rows; for the secretariat only, nobody else has any."""
    if not user.is_secretariat:
        return []
    return [section(user, on, SHOWN) for section in GATHER.values()]


def in_full(slug: str, user: User, on: datetime.date) -> Section | None:
    """Return the section with all of its rows; None for all but the secretariat."""
    if not user.is_secretariat or slug not in OWN_PAGES:
        return None
    return GATHER[slug](user, on, None)
