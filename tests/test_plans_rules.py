"""What is known of plans: their state on a day, their end, their silence, whose they are."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import ActionPlan, Member, PlanState
from members.models.plan_states import months_from
from members.partial_dates import PartialDate
from tests import factories

ON = datetime.date(2026, 11, 25)

DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2028, 12, 31))


def as_partial(day, precision):
    return PartialDate(*(day.year, day.month, day.day)[:precision])


PARTIAL = st.none() | st.builds(as_partial, DAYS, st.integers(1, 3))


@given(
    plans=st.lists(
        st.fixed_dictionaries(
            {
                "period_start": PARTIAL,
                "period_end": PARTIAL,
                "adopted_on": PARTIAL,
                "stated_state": st.sampled_from(PlanState.values),
            }
        ),
        min_size=40,
        max_size=40,
    ),
    day=DAYS,
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_database_and_the_model_agree_on_the_state_of_a_plan(state_of_plans, plans, day):
    ActionPlan.objects.all().delete()
    ActionPlan.objects.bulk_create(ActionPlan(state=state_of_plans, **facts) for facts in plans)
    for plan in ActionPlan.objects.with_state(day):
        assert plan.state_now == plan.state_on(day)
        within = months_from(day, 12)
        ends = plan.period_end and day <= plan.period_end.last_day <= within
        assert ActionPlan.objects.ending_within(12, day).filter(pk=plan.pk).exists() == bool(ends)


@pytest.fixture
def state_of_plans(db):
    return factories.StateFactory()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, PlanState.NOT_RECORDED),
        ({"adopted_on": "2025"}, PlanState.ADOPTED),
        ({"adopted_on": "2027-03"}, PlanState.NOT_RECORDED),
        ({"period_start": "2026", "period_end": "2026"}, PlanState.IN_FORCE),
        ({"period_end": "2026-11-24"}, PlanState.EXPIRED),
        ({"period_end": "2026-11"}, PlanState.NOT_RECORDED),
        ({"period_start": "2027", "stated_state": "in force"}, PlanState.NOT_RECORDED),
        ({"period_start": "2027", "adopted_on": "2026", "stated_state": "in force"}, "adopted"),
        ({"adopted_on": "2020", "stated_state": "in development"}, PlanState.ADOPTED),
        ({"adopted_on": "2026", "stated_state": "in development"}, PlanState.IN_DEVELOPMENT),
        ({"adopted_on": "2020", "stated_state": "under review"}, PlanState.UNDER_REVIEW),
    ],
)
def test_the_state_follows_from_the_dates_where_they_are_known(state_of_plans, facts, expected):
    ActionPlan.objects.create(state=state_of_plans, **facts)
    plan = ActionPlan.objects.with_state(ON).get()
    assert plan.state_on(ON) == plan.state_now == expected


def test_what_ends_first_stands_first_whatever_is_known_of_its_end(state_of_plans):
    ends = ["2027-03", "2027", "2027-03-30", "2026-12-31", "2027-12-30"]
    for end in ends:
        ActionPlan.objects.create(state=state_of_plans, period_end=end)
    found = [str(plan.period_end.iso) for plan in ActionPlan.objects.ending_first()]
    assert found == ["2026-12-31", "2027-03-30", "2027-03", "2027-12-30", "2027"]


def test_plans_of_who_is_no_member_are_public_only_from_the_published_list(db):
    shown, hidden = [], []
    for status in Member.Status.values:
        body = factories.RegionalOrganizationFactory()
        factories.MemberFactory(state=None, organization=body, status=status)
        state = factories.MemberFactory(status=status).state
        for owner in ({"state": state}, {"state": None, "organization": body}):
            entered = factories.ActionPlanFactory(**owner)
            (shown if status == Member.Status.MEMBER else hidden).append(entered)
            shown.append(factories.ActionPlanFactory(**owner, source_row=f"row {entered.pk}"))
    shown.append(factories.ActionPlanFactory())  # of a State of which nothing is recorded
    assert set(ActionPlan.objects.visible_to(AnonymousUser())) == set(shown)
    secretariat = factories.secretariat_editor()
    assert set(ActionPlan.objects.visible_to(secretariat)) == {*shown, *hidden}
