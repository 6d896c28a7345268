"""Reminders by the clock: whom, when, and none twice."""

import datetime
from collections import Counter

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from members import noticing, reminding, tasks
from members.models import Designation, Member, Notice
from members.models.months import begun_by
from members.models.plan_states import months_from
from tests import factories
from tests.pipeline_tools import at_once

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
CONFIRMED = datetime.date(2025, 1, 31)


@pytest.fixture
def own(member):
    """A member confirmed on the last day of January 2025, with its two focal points."""
    Member.objects.filter(pk=member.pk).update(confirmed_on=CONFIRMED)
    for function in ("principal", "alternate", "mission"):
        factories.focal_point(member, function, since=datetime.date(2024, 1, 1))
    member.refresh_from_db()
    return member


def holder(member, function):
    return Designation.objects.get(member=member, function=function).user


def readers(kind="update_due"):
    """Who was written to, by the stage in the key."""
    notices = Notice.objects.filter(kind=kind).order_by("created_at", "pk")
    return [(int(notice.key.split(":")[3]), notice.user) for notice in notices]


def run_through(first, last):
    """Let the clock ask twice on each day, as two beats do; return the days with a notice."""
    days = []
    day = first
    while day <= last:
        noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
        with time_machine.travel(noon, tick=False):
            before = Notice.objects.count()
            tasks.remind()
            tasks.remind()
            days += [day] * (Notice.objects.count() - before)
        day += DAY
    return days


def test_over_a_year_each_stage_is_written_on_its_day_and_once(own):
    days = run_through(datetime.date(2025, 12, 20), datetime.date(2026, 4, 10))
    assert days == [
        datetime.date(2025, 12, 31),
        datetime.date(2026, 1, 31),
        datetime.date(2026, 2, 28),
    ]
    assert readers() == [
        (11, holder(own, "principal")),
        (12, holder(own, "alternate")),
        (13, None),
    ]


def test_after_a_standstill_only_the_latest_stage_is_written(own):
    assert reminding.remind(datetime.date(2026, 7, 1)) == 1
    assert readers() == [(13, None)]


def test_a_confirmation_ends_the_row_and_takes_back_what_waits(own, client):
    reminding.remind(datetime.date(2025, 12, 31))
    client.force_login(holder(own, "principal"))
    with time_machine.travel("2026-01-05T12:00:00Z", tick=False):
        client.force_login(holder(own, "principal"))
        client.post(reverse("members:edit", args=[own.slug]), {"version": own.version})
        assert noticing.send_waiting() == 0
    assert reminding.remind(datetime.date(2026, 3, 1)) == 0
    assert reminding.remind(datetime.date(2026, 12, 5)) == 1


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (["principal"], ["principal", "principal", None]),
        (["alternate"], ["alternate", "alternate", None]),
        (["mission"], [None, None, None]),
        ([], [None, None, None]),
    ],
)
def test_where_a_function_is_empty_the_other_is_written_to_and_then_the_secretariat(
    own, held, expected
):
    Designation.objects.exclude(function__in=held).update(until=datetime.date(2025, 6, 1))
    for month in (11, 12, 13):
        reminding.remind(months_from(CONFIRMED, month))
    functions = [
        Designation.objects.get(user=user).function if user else None for _, user in readers()
    ]
    assert functions == expected


def test_without_a_confirmation_it_counts_from_the_earliest_designation_that_runs(own):
    Member.objects.filter(pk=own.pk).update(confirmed_on=None)
    assert reminding.remind(datetime.date(2024, 11, 30)) == 0
    assert reminding.remind(datetime.date(2024, 12, 1)) == 1
    Designation.objects.update(until=datetime.date(2024, 6, 1))
    assert reminding.remind(datetime.date(2026, 1, 1)) == 0


def test_only_members_are_reminded(own):
    Member.objects.update(status="former")
    factories.ActionPlanFactory(state=own.state, period_end="2026-03")
    assert reminding.remind(datetime.date(2026, 3, 1)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_write_once(transactional_db):
    member = factories.MemberFactory(confirmed_on=CONFIRMED)
    factories.focal_point(member, since=datetime.date(2024, 1, 1))
    factories.ActionPlanFactory(state=member.state, period_end="2026-03")
    counts = at_once([lambda: reminding.remind(datetime.date(2026, 1, 1))] * 3)
    assert sum(counts) == 2
    assert Notice.objects.count() == 2


def test_the_reminder_leads_each_reader_to_a_page_that_is_theirs(own, client, settings):
    for month in (11, 13):
        reminding.remind(months_from(CONFIRMED, month))
    noticing.send_waiting()
    to_focal_point, to_list = mail.outbox
    assert to_list.to == [settings.SECRETARIAT_EMAIL]
    for message, person in (
        (to_focal_point, holder(own, "principal")),
        (to_list, factories.secretariat_editor()),
    ):
        [link] = [line for line in message.body.splitlines() if "/members/" in line]
        client.force_login(person)
        assert client.get(link.removeprefix(settings.SITE_URL)).status_code == 200


def test_a_plan_is_reminded_of_12_6_and_3_months_before_its_last_day(own):
    factories.ActionPlanFactory(state=own.state, period_end="2026", title="A private word")
    Member.objects.update(confirmed_on=datetime.date(2026, 6, 1))
    days = run_through(datetime.date(2025, 12, 25), datetime.date(2026, 1, 2))
    days += run_through(datetime.date(2026, 6, 25), datetime.date(2026, 7, 2))
    days += run_through(datetime.date(2026, 9, 28), datetime.date(2026, 10, 2))
    expected = ["2025-12-31", "2026-06-30", "2026-09-30"]
    both = {holder(own, "principal"), holder(own, "alternate")}
    assert Counter(map(str, days)) == dict.fromkeys(expected, 2)
    assert [stage for stage, _ in readers("plan_ends")] == [12, 12, 6, 6, 3, 3]
    assert {user for _, user in readers("plan_ends")} == both
    assert reminding.remind(datetime.date(2027, 1, 1)) == 0


def test_a_plan_of_a_member_without_focal_points_is_told_to_the_secretariat(own):
    plan = factories.ActionPlanFactory(state=own.state, period_end="2026-03-15")
    Designation.objects.update(until=datetime.date(2025, 6, 1))
    reminding.remind(datetime.date(2026, 1, 1))
    [notice] = Notice.objects.filter(kind="plan_ends")
    assert (notice.user, notice.plan) == (None, plan)
    noticing.send_waiting()
    assert any("15 March 2026" in message.body for message in mail.outbox)


@pytest.mark.parametrize(
    ("on", "months", "latest"),
    [
        ("2026-02-28", 1, "2026-01-31"),
        ("2026-02-27", 1, "2026-01-27"),
        ("2026-03-30", 1, "2026-02-28"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-02-28", 12, "2024-02-29"),
        ("2026-12-31", 13, "2025-11-30"),
    ],
)
def test_the_months_are_over_for_the_latest_day_and_not_for_the_next(on, months, latest):
    on, latest = map(datetime.date.fromisoformat, (on, latest))
    assert begun_by(on, months) == latest
    assert months_from(latest, months) <= on < months_from(latest + DAY, months)


def test_stale_and_due_members_take_one_query_and_say_since_when(own, django_assert_num_queries):
    factories.MemberFactory.create_batch(4, confirmed_on=timezone.localdate())
    with django_assert_num_queries(1):
        [due] = Member.objects.update_due(datetime.date(2025, 12, 31))
    assert due.silent_from == CONFIRMED
    assert not Member.objects.stale(datetime.date(2026, 2, 27)).exists()
    assert Member.objects.stale(datetime.date(2026, 2, 28)).get() == own
