"""How a plan stands on a day, in Python for one plan and in SQL for many: one rule, told twice.

The two stand side by side so that whoever changes one sees the other; a test holds them against
each other over all kinds of dates.
"""

import calendar
import datetime
from typing import Any

from django.db import models
from django.db.models import Case, CharField, F, Func, Max, OrderBy, Q, Value, When, Window
from django.db.models.functions import Coalesce, Left, Length
from django.utils.translation import gettext_lazy as _

from members.partial_dates import PartialDate

# Resolution 1325 is of 2000; what led to it may be recorded, too.
FIRST_YEAR, LAST_YEAR = 1990, 2100
YEARS = {"first": FIRST_YEAR, "last": LAST_YEAR}


class PlanState(models.TextChoices):
    """How a plan stands."""

    IN_DEVELOPMENT = "in development", _("In development")
    ADOPTED = "adopted", _("Adopted")
    IN_FORCE = "in force", _("In force")
    EXPIRED = "expired", _("Expired")
    UNDER_REVIEW = "under review", _("Under review")
    NOT_RECORDED = "not recorded", _("Not recorded")


# A plan is in neither of these before its period begins.
ONCE_BEGUN = [PlanState.IN_FORCE, PlanState.EXPIRED]


def state_by_rule(
    start: PartialDate | None,
    end: PartialDate | None,
    adopted: PartialDate | None,
    stated: str,
    day: datetime.date,
) -> PlanState:
    """Return the state on that day: from the dates where they are known, else as stated.

    docs/domain.md, rules 9 and 14: where neither says anything it is not recorded.
    """
    if end and end.last_day < day:
        return PlanState.EXPIRED
    begun = start is None or start.first_day <= day
    if start and end and begun:
        return PlanState.IN_FORCE
    if _is_believed(stated, begun, adopted, day):
        return PlanState(stated)
    adopted_by_then = adopted and adopted.first_day <= day
    return PlanState.ADOPTED if adopted_by_then else PlanState.NOT_RECORDED


def _is_believed(stated: str, begun: bool, adopted: PartialDate | None, day: datetime.date) -> bool:
    """Whether no date speaks against what is stated."""
    if stated in ONCE_BEGUN:
        return begun
    if stated == PlanState.IN_DEVELOPMENT:
        return not (adopted and adopted.last_day < day)
    return stated != PlanState.NOT_RECORDED


def out_of_order(
    adopted: PartialDate | None, start: PartialDate | None, end: PartialDate | None
) -> dict[str, Any]:
    """Return what is wrong with a plan's dates and their order, as a sentence for each field.

    Dates are compared as far as they are known: what can be in order is. A year that no plan can
    have is refused, as pictures have a column for each year between the first and the last.
    """
    wrong: dict[str, Any] = {}
    for name, date in {"adopted_on": adopted, "period_start": start, "period_end": end}.items():
        if date and not FIRST_YEAR <= date.first_day.year <= LAST_YEAR:
            wrong[name] = _("Write a year from %(first)s to %(last)s.") % YEARS
    if wrong:
        return wrong
    if start and end and end.last_day < start.first_day:
        wrong["period_end"] = _("The period ends before it begins. Check both dates.")
    if adopted and end and end.last_day < adopted.first_day:
        wrong["adopted_on"] = _("The plan was adopted after its period ended. Check both dates.")
    return wrong


def state_by_dates(
    start: PartialDate | None,
    end: PartialDate | None,
    adopted: PartialDate | None,
    day: datetime.date,
) -> PlanState | None:
    """Return the state on another day than today, from the dates alone.

    What the owner states it states of today, and an adoption counts from its day. None where the
    plan is not known to have been there: without a date, or with later ones only.
    """
    known = [date.first_day for date in (start, end, adopted) if date]
    if not known or min(known) > day:
        return None
    adopted_by = adopted if adopted and adopted.first_day <= day else None
    return state_by_rule(start, end, adopted_by, PlanState.NOT_RECORDED, day)


def state_in_sql(day: datetime.date) -> Case:
    """Return the same rule over the fields of ActionPlan, for the database."""
    return Case(
        When(over_before("period_end", day), then=Value(PlanState.EXPIRED.value)),
        When(
            begun_by("period_start", day) & Q(period_end__isnull=False),
            then=Value(PlanState.IN_FORCE.value),
        ),
        When(_is_believed_in_sql(day), then=F("stated_state")),
        When(begun_by("adopted_on", day), then=Value(PlanState.ADOPTED.value)),
        default=Value(PlanState.NOT_RECORDED.value),
        output_field=CharField(),
    )


def _is_believed_in_sql(day: datetime.date) -> Q:
    begun = Q(period_start__isnull=True) | begun_by("period_start", day)
    # What is not known compares to nothing, so that each part says what is asked and never "not".
    not_adopted = Q(adopted_on__isnull=True) | Q(adopted_on__gte=_as_precise_as("adopted_on", day))
    others = [PlanState.ADOPTED, PlanState.UNDER_REVIEW]
    return (
        Q(stated_state__in=ONCE_BEGUN) & begun
        | Q(stated_state=PlanState.IN_DEVELOPMENT) & not_adopted
        | Q(stated_state__in=others)
    )


def over_before(field: str, day: datetime.date) -> Q:
    """Return the condition that the partial date is known and its last day is before the day.

    Partial dates are ISO text, so it is enough to compare as many signs as are known.
    """
    return Q(**{f"{field}__lt": _as_precise_as(field, day)})


def begun_by(field: str, day: datetime.date) -> Q:
    """Return the condition that the partial date is known and its first day is the day or past."""
    return Q(**{f"{field}__lte": _as_precise_as(field, day)})


def _as_precise_as(field: str, day: datetime.date) -> Left:
    return Left(Value(day.isoformat(), output_field=CharField()), Length(F(field)))


def first_day_in_sql(*fields: str) -> Left:
    """Return the earliest day of the first of these that is known, as ISO text; null for none."""
    known: Any = Coalesce(*fields) if len(fields) > 1 else F(fields[0])
    # Joined by ||, since there null stays null, as it does not with Concat.
    filled = Func(
        known,
        Value("-01-01"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=CharField(),
    )
    return Left(filled, 10)


def last_in_sql(field: str) -> Left:
    """Return text by which partial dates sort by their last days: 2027 after 2027-03."""
    filled = Func(
        F(field),
        Value("-99-99"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=CharField(),
    )
    return Left(filled, 10)


def newest_in_sql() -> list[OrderBy]:
    """Return the order of an owner's plans, the newest first.

    A plan is as new as the latest date that it or a plan of an earlier generation has; within that
    the later generation comes first. So generations count even where dates are not recorded, and a
    plan of unknown generation takes the place that its own date gives it.
    """
    date = Coalesce("period_start", "adopted_on", output_field=CharField())
    newest = Window(
        Max(date),
        partition_by=[F("state"), F("organization")],
        order_by=F("generation").asc(nulls_last=True),
    )
    return [
        OrderBy(newest, descending=True, nulls_last=True),
        F("generation").desc(nulls_last=True),
        OrderBy(date, descending=True, nulls_last=True),
        F("pk").desc(),
    ]


def months_from(day: datetime.date, months: int) -> datetime.date:
    """Return the day so many months later (earlier if negative), within its month.

    31 August and six months make the last day of February.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_between(since: datetime.date, until: datetime.date) -> int:
    """Return the whole months from one day to a later one; 0 if it is not later."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(0, months - (until.day < since.day))
