"""Calendar months between days."""

import datetime

from members.models.plan_states import months_from

DAY = datetime.timedelta(days=1)


def begun_by(on: datetime.date, months: int) -> datetime.date:
    """Return the latest day from which so many calendar months are over on that day.

    One month from 28, 29, 30 or 31 January ends with the last day of February; so on that day it
    is 31 January, and on 27 February it is 27 January.
    """
    day = months_from(on, -months)
    if (on + DAY).day > 1:
        return day
    return months_from(day.replace(day=1), 1) - DAY
