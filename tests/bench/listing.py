"""How long the portal takes to make a page of a list when there are many rows instead of few.

Few are the Network's facts as they are loaded, 64 members and 110 plans. Many are filled up to 300
members and 2,000 plans in a transaction that is rolled back, so both can be measured in turns.
"""

import logging
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import Client

from members.models import ActionPlan, Member, PlanFinance, ProgressNote, RegionalGroup, State
from members.models.plan_parts import FinancePartner
from tests.bench.figures import Figure, seconds
from tests.factories import code

MEMBERS = 300
PLANS = 2_000
ROUNDS = 4
REQUESTS = 15
BOUND = 2


def measure_page(name: str, path: str) -> Figure:
    """Return the median seconds for the page with many rows, over those with few."""
    logging.disable(logging.INFO)  # as the home page is measured
    few: list[float] = []
    many: list[float] = []
    for _ in range(ROUNDS):
        few += ask(path)
        with filled_up():
            many += ask(path)
    return Figure(name, statistics.median(many), "s", statistics.median(few), BOUND)


def ask(path: str) -> list[float]:
    """Return how long each request took, without the first, which warms up."""
    client = Client(headers={"host": "localhost"})

    def get() -> None:
        response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")

    get()
    return [seconds(get) for _ in range(REQUESTS)]


@contextmanager
def filled_up() -> Iterator[None]:
    """Have 300 members and 2,000 plans, every third with a partner, every second with a note."""
    with transaction.atomic():
        fill()
        connection.cursor().execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def fill() -> None:
    missing = MEMBERS - Member.objects.count()
    groups = RegionalGroup.values
    states = State.objects.bulk_create(
        State(
            iso3=code(46_000 + n),
            m49=code(46_000 + n),
            name=f"State {n:03}",
            name_in_text=f"State {n:03}",
            sort_key=f"state {n:03}",
            regional_group=groups[n % len(groups)],
        )
        for n in range(missing)
    )
    Member.objects.bulk_create(
        Member(state=state, slug=f"bench-{state.pk}", status=Member.Status.MEMBER)
        for state in states
    )
    missing = PLANS - ActionPlan.objects.count()
    plans = ActionPlan.objects.bulk_create(
        ActionPlan(
            state=states[n % len(states)],
            generation=n // len(states) + 1,
            adopted_on=str(2008 + n % 18),
            period_start=str(2008 + n % 18),
            period_end=str(2012 + n % 18),
        )
        for n in range(missing)
    )
    partner = FinancePartner.objects.create(name="A partner", slug="a-partner")
    PlanFinance.objects.bulk_create(
        PlanFinance(plan=plan, kind="partner", partner=partner) for plan in plans[::3]
    )
    ProgressNote.objects.bulk_create(ProgressNote(plan=plan, text="Done.") for plan in plans[::2])
