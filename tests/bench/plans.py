"""The table of plans: seconds with 300 members and 2,000 plans, over those with few."""

from tests.bench.figures import Figure
from tests.bench.listing import measure_page


def measure() -> Figure:
    return measure_page("plans", "/plans/")
