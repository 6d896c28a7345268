"""The page of a member: of today, of another day, and for whom it offers what."""

import datetime
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.member_page import page_of_day
from members.models import (
    ActionPlan,
    Function,
    Member,
    PlanState,
    Practice,
    RegionalMembership,
    State,
)
from members.models.plan_states import state_by_dates
from members.partial_dates import PartialDate
from members.representing import representations
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_EDITORS, OWN_PEOPLE, OWN_SPEAKERS, SECRETARIAT

DAY = datetime.date(2017, 11, 30)
ON = {"on": DAY.isoformat()}
MEMBERS_AND_SECRETARIAT = {
    *OWN_SPEAKERS,
    *SECRETARIAT,
    "focal_point_of_another_member",
    "chair_of_today",
    "chair_of_the_past",
    "troika",
}


@pytest.fixture
def body(db):
    """A regional organization that is a member."""
    organization = factories.RegionalOrganizationFactory(name="Union of the Coast")
    return factories.MemberFactory(state=None, organization=organization, slug="coast")


def part(text, title):
    """The part of the page under the heading with that id."""
    found = text[text.index(f'aria-labelledby="{title}"') :]
    return found[: found.index("</section>")]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# Today ------------------------------------------------------------------------------------


def test_the_page_shows_all_that_is_public_of_a_member(client, network):
    text = client.get("/members/namibia/").text
    assert "2019–2024" in part(text, "plans-title")
    assert "<title>First national action plan: 2019–2024</title>" in text
    plan = ActionPlan.objects.get(state="NAM")
    assert f'href="{plan.get_absolute_url()}"' in part(text, "plans-title")
    assert "/meetings/expert-group-meeting-2017/" in part(text, "meetings-title")
    assert "/practices/twinning-of-namibia-and-norway/" in part(text, "practices-title")
    assert 'href="/members/norway/"' in part(text, "twinnings-title")
    assert "Chair of the Network 2019" in words(part(text, "record-title"))
    assert 'href="/members/african-union/"' in part(text, "record-title")
    assert "as generally known" in part(text, "record-title")


def test_the_themes_and_the_day_of_the_last_confirmation_stand_on_the_page(client, member):
    member.themes.add(factories.ThemeFactory(name="Financing"))
    Member.objects.filter(pk=member.pk).update(confirmed_on=datetime.date(2026, 3, 5))
    text = client.get(member.get_absolute_url()).text
    assert "<li>Financing</li>" in text
    assert "Last confirmed by the member 5 March 2026" in words(part(text, "record-title"))


def test_a_function_is_held_vacant_or_not_recorded(client, member):
    focal_point(member, ministry="The Ministry")
    member.vacant_functions, member.mailbox = ["alternate"], "office@example.org"
    member.save()
    shown = words(part(client.get(member.get_absolute_url()).text, "focal-title"))
    assert "Principal focal point The Ministry" in shown
    assert "Alternate focal point Vacant" in shown
    assert "Mission contact Not recorded" in shown
    assert "office@example.org" in shown


def test_a_co_chair_is_named_beside_the_term(client, member):
    other = factories.MemberFactory(state__name="Elsewhere")
    factories.ChairTermFactory(since="2020-01-01", until="2021-12-31", members=[member, other])
    shown = words(part(client.get(member.get_absolute_url()).text, "record-title"))
    assert "2020–2021, with Elsewhere" in shown


def test_the_place_in_the_troika_of_today_stands_at_the_top(client, member):
    factories.ChairTermFactory(members=[member])
    assert f"Chair ({today().year})" in client.get(member.get_absolute_url()).text


def test_a_draft_of_a_practice_is_not_on_the_page(client, member):
    factories.PracticeFactory(member=member, title="Public card")
    factories.PracticeFactory(
        member=member,
        title="Brackenmere",
        publication=Practice.Publication.DRAFT,
        published_at=None,
    )
    client.force_login(focal_point(member))
    text = client.get(member.get_absolute_url()).text
    assert "Public card" in text
    assert "Brackenmere" not in text


def test_a_plan_with_a_far_end_or_without_dates_still_makes_a_page(client, member):
    factories.ActionPlanFactory(state=member.state, period_start="2019", period_end="9999")
    factories.ActionPlanFactory(state=member.state, generation=2)
    text = client.get(member.get_absolute_url()).text
    assert "Second national action plan" in text
    assert "<title>First national action plan: 2019–9999</title>" in text


# A regional organization ------------------------------------------------------------------


def test_a_regional_organization_shows_the_members_in_its_area(client, body, member):
    prospective = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    source = "its list, as generally known; to be compared with it"
    for state, said in [(member.state, source), (prospective.state, source)]:
        factories.RegionalMembershipFactory(
            organization=body.organization, state=state, source=said
        )
    over = factories.MemberFactory()
    factories.RegionalMembershipFactory(
        organization=body.organization, state=over.state, until=today() - datetime.timedelta(days=1)
    )
    text = part(client.get(body.get_absolute_url()).text, "area-title")
    assert re.findall(r'href="(/members/[^"]+)"', text) == [member.get_absolute_url()]
    assert "2 States are on record as belonging to the Union of the Coast." in text
    assert "1 of them is on this portal’s list" in text
    assert "2 of these memberships are recorded as generally known" in text
    assert prospective.name not in text


def test_a_compared_membership_is_not_called_generally_known(client, body, member):
    factories.RegionalMembershipFactory(organization=body.organization, state=member.state)
    assert "generally known" not in client.get(body.get_absolute_url()).text
    assert "generally known" not in client.get(member.get_absolute_url()).text


def test_an_organization_without_recorded_states_says_so(client, body):
    assert "Which States belong to it is not recorded." in client.get("/members/coast/").text


def test_a_regional_plan_and_the_national_plans_that_belong_to_it_name_each_other(
    client, body, member
):
    regional = factories.ActionPlanFactory(
        state=None, organization=body.organization, title="Plan of the coast"
    )
    national = factories.ActionPlanFactory(state=member.state, regional_plan=regional)
    text = part(client.get(body.get_absolute_url()).text, "plans-title")
    assert "Plan of the coast" in text
    assert f'href="{national.get_absolute_url()}"' in text
    own = part(client.get(member.get_absolute_url()).text, "plans-title")
    assert f'href="{regional.get_absolute_url()}"' in own


def test_the_page_of_an_organization_that_is_not_public_is_not_linked(client, body, member):
    factories.RegionalMembershipFactory(organization=body.organization, state=member.state)
    assert 'href="/members/coast/"' in client.get(member.get_absolute_url()).text
    Member.objects.filter(pk=body.pk).update(status=Member.Status.PROSPECTIVE)
    text = client.get(member.get_absolute_url()).text
    assert "Union of the Coast" in text
    assert 'href="/members/coast/"' not in text


# Another day ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "day", "place"),
    [
        ("spain", "2017-11-30", "Chair (2017)"),
        ("germany", "2017-11-30", "Incoming Chair (2018)"),
        ("namibia", "2017-11-30", "Following Chair (2019)"),
        ("namibia", "2018-06-01", "Incoming Chair (2019)"),
        ("spain", "2018-06-01", "Outgoing Chair (2017)"),
        ("uruguay", "2019-06-01", "Incoming Chair (2020–2021)"),
    ],
)
def test_the_place_in_the_troika_of_that_day_is_told(client, network, slug, day, place):
    response = client.get(f"/members/{slug}/", {"on": day})
    assert response.context["places"] == [place]
    assert f">{place}</span>" in response.text


@pytest.mark.parametrize("day", ["2024-06-01", "2026-11-25", "1000-01-01", "9999-12-31"])
def test_where_no_chair_is_recorded_no_place_is_made_up(client, network, day):
    assert client.get("/members/namibia/", {"on": day}).context["places"] == []


def test_a_member_with_two_terms_can_have_two_places(client, member):
    others = factories.MemberFactory.create_batch(2)
    for year, chair in zip(range(2016, 2020), [others[0], member, others[1], member], strict=True):
        factories.ChairTermFactory(since=f"{year}-01-01", until=f"{year}-12-31", members=[chair])
    places = client.get(member.get_absolute_url(), {"on": "2018-06-01"}).context["places"]
    assert places == ["Outgoing Chair (2017)", "Incoming Chair (2019)"]


def test_the_page_says_of_which_day_it_is_and_leads_to_today(client, member):
    member.overview, member.office = "<p>Undated words.</p>", "Undated office"
    member.save()
    today_page = client.get(member.get_absolute_url()).text
    assert "Undated words." in today_page
    assert "Undated office" in today_page
    text = client.get(member.get_absolute_url(), ON).text
    assert f"This is the page of {member.name} as of 30 November 2017" in text
    assert f'<a href="{member.get_absolute_url()}">See the page of today</a>' in text
    assert "Undated" not in text
    assert '<meta name="robots" content="noindex">' in text


def test_today_asked_for_by_its_date_is_the_page_of_today(client, member):
    response = client.get(member.get_absolute_url(), {"on": today().isoformat()})
    assert response.status_code == 200
    assert "See the page of today" not in response.text


@pytest.mark.parametrize(
    "typed", ["2017-13-40", "yesterday", "2017-11", "", "2017-02-30", "99999-01-01", "1\x00"]
)
def test_a_day_that_is_none_is_answered_by_a_sentence_and_the_page_of_today(client, member, typed):
    response = client.get(member.get_absolute_url(), {"on": typed})
    assert response.status_code == 400
    assert "There is a problem" in response.text
    assert "Below is the page of today." in response.text
    assert "See the page of today" not in response.text
    if typed:
        assert "This is no day of the calendar. Write it as 2018-06-01" in response.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_have_a_page(client, network, day):
    assert client.get("/members/namibia/", {"on": day}).status_code == 200
    assert client.get("/members/african-union/", {"on": day}).status_code == 200


def test_of_a_past_focal_point_only_members_and_the_secretariat_read_the_name(
    as_role, member, role
):
    factories.DesignationFactory(
        member=member,
        user=factories.UserFactory(name="Planted Name"),
        since="2017-01-01",
        until="2018-12-31",
        unit="The Unit",
        # What the member lets be public ended with the designation.
        name_is_public=True,
    )
    text = as_role.get(member.get_absolute_url(), ON).text
    assert ("Planted Name" in text) == (role in MEMBERS_AND_SECRETARIAT)
    assert "The Unit" in text
    for other_day in ("2016-12-31", "2019-01-01"):
        other = as_role.get(member.get_absolute_url(), {"on": other_day}).text
        assert "Planted Name" not in other
        assert "The Unit" not in other


def test_somebody_who_was_focal_point_for_one_day_is_on_the_page_of_that_day_alone(member):
    factories.DesignationFactory(member=member, since=DAY, until=DAY, ministry="Of one day")
    days = [DAY + datetime.timedelta(days=n) for n in (-1, 0, 1)]
    held = [representations(member, day, False, dated=True)[0].shown for day in days]
    assert held == [[], ["Of one day"], []]


def test_a_vacancy_and_an_office_of_today_are_not_told_of_another_day(member):
    focal_point(member, since=DAY, post="Her post", unit="Her unit", ministry="A ministry")
    member.office, member.vacant_functions = "The office", ["alternate"]
    of_today = {r.function_label: r for r in representations(member, today(), False)}
    that_day = {r.function_label: r for r in representations(member, DAY, False, dated=True)}
    assert of_today["Principal focal point"].shown == ["The office"]
    assert of_today["Alternate focal point"].state == "vacant"
    assert that_day["Principal focal point"].shown == ["A ministry"]
    assert that_day["Alternate focal point"].state == "not recorded"


@pytest.mark.parametrize(
    ("start", "end", "adopted", "state"),
    [
        ("2016", "2018", None, PlanState.IN_FORCE),
        ("2010", "2016", None, PlanState.EXPIRED),
        ("2018", "2022", "2016", PlanState.ADOPTED),
        ("2016", None, None, PlanState.NOT_RECORDED),
        (None, "2016", None, PlanState.EXPIRED),
        (None, None, "2017-11-30", PlanState.ADOPTED),
        (None, None, "2017-12", None),
        ("2018", "2022", "2018", None),
        (None, "2022", None, None),
        (None, None, None, None),
    ],
)
def test_a_plan_stands_on_another_day_as_its_dates_say(start, end, adopted, state):
    dates = [PartialDate.parse(date) if date else None for date in (start, end, adopted)]
    assert state_by_dates(*dates, DAY) == state


def test_only_plans_that_are_dated_by_that_day_are_on_its_page(client, member):
    plans = {
        "Then in force": {"period_start": "2016", "period_end": "2020"},
        "Of later": {"period_start": "2021", "adopted_on": "2021"},
        "Without a date": {"stated_state": "in force"},
    }
    for title, dates in plans.items():
        factories.ActionPlanFactory(state=member.state, title=title, **dates)
    of_today = client.get(member.get_absolute_url()).text
    assert all(title in of_today for title in plans)
    text = client.get(member.get_absolute_url(), ON).text
    assert [title for title in plans if title in text] == ["Then in force"]
    assert 'class="tag tag-good">In force<' in text
    assert "The thin line marks today." in of_today
    assert "The thin line marks today." not in text


def test_meetings_terms_and_twinnings_of_later_are_not_on_the_page_of_a_day(client, member):
    dated = {"Then held": "2017-11-30", "Held later": "2017-12", "Held some day": None}
    for title, day in dated.items():
        factories.MeetingFactory(title=title, starts_on=day).hosts.add(member)
    for name, since, until in [
        ("Runs then", "2017", None),
        ("Over then", "2015", "2016"),
        ("Comes later", "2018", None),
        ("Undated", None, None),
    ]:
        other = factories.MemberFactory(state__name=name)
        factories.TwinningFactory(first=other, second=member, since=since, until=until)
    factories.ChairTermFactory(since="2025-01-01", until="2025-12-31", members=[member])
    text = client.get(member.get_absolute_url(), ON).text
    shown = [word for word in [*dated, "Runs then", "Over then", "Comes later"] if word in text]
    assert shown == ["Then held", "Runs then"]
    assert "Undated" not in text
    assert "No term recorded" in text
    assert "2025" in part(client.get(member.get_absolute_url()).text, "record-title")


def test_regional_memberships_hold_from_day_to_day(member, body):
    row = factories.RegionalMembershipFactory(
        organization=body.organization, state=member.state, since="2017-11-30", until="2018-01-01"
    )
    running = RegionalMembership.objects.running
    days = ["2017-11-29", "2017-11-30", "2018-01-01", "2018-01-02"]
    assert [running(day).contains(row) for day in days] == [False, True, True, False]
    RegionalMembership.objects.update(since=None, until=None)
    assert all(running(day).contains(row) for day in days)


def test_the_area_of_a_day_says_what_is_of_today(client, member, body):
    membership = factories.RegionalMembershipFactory(
        organization=body.organization, state=member.state
    )
    shown = words(part(client.get(body.get_absolute_url(), ON).text, "area-title"))
    assert "For 1 of them no day is recorded, so it is shown for every day." in shown
    assert "Who is a member of the Network is shown as of today." in shown
    own = client.get(member.get_absolute_url(), ON).text
    assert "since when is not recorded" in own
    membership.since = datetime.date(2018, 1, 1)
    membership.save()
    assert "Union of the Coast" not in client.get(member.get_absolute_url(), ON).text


# What the page offers, and to whom --------------------------------------------------------

OFFERED = {
    "edit": OWN_EDITORS | SECRETARIAT,
    "plan_add": OWN_EDITORS | SECRETARIAT,
    "update": OWN_EDITORS,
    "designations": OWN_SPEAKERS | SECRETARIAT,
    "drafters": OWN_EDITORS | SECRETARIAT,
    "drafts": OWN_EDITORS | SECRETARIAT | {"drafter"},
    "handover": OWN_EDITORS | SECRETARIAT,
    "history": OWN_PEOPLE | SECRETARIAT,
}


def test_the_page_offers_each_person_what_is_theirs_and_it_opens(as_role, member, role):
    text = as_role.get(member.get_absolute_url()).text
    for name, roles in OFFERED.items():
        url = reverse(f"members:{name}", args=[member.slug])
        assert (f'href="{url}"' in text) == (role in roles), name
        assert (as_role.get(url).status_code == 200) == (role in roles), name


def test_the_page_of_another_day_offers_no_change(client, member):
    client.force_login(focal_point(member))
    text = client.get(member.get_absolute_url(), ON).text
    assert reverse("members:edit", args=[member.slug]) not in text


def test_the_secretariat_sees_of_a_prospective_member_that_it_is_one(client, member):
    Member.objects.filter(pk=member.pk).update(status=Member.Status.PROSPECTIVE)
    client.force_login(factories.secretariat_editor())
    text = client.get(member.get_absolute_url()).text
    assert 'class="tag tag-warn">Prospective member<' in text
    assert "atom+xml" not in text


def test_nothing_private_of_a_member_is_on_its_page(as_role, member, role):
    """What is planted is met on the page by no one but those who may: of the name, rule 3."""
    person = factories.UserFactory(name="A. Wrenfield", email="quillmoor@example.org")
    factories.DesignationFactory(member=member, user=person, instrument_reference="Sedgewick/7")
    Member.objects.filter(pk=member.pk).update(note="On foxglove.")
    factories.ProposedChangeFactory(member=member, typed={"overview": "<p>On thistledown.</p>"})
    for query in ({}, {"on": today() - datetime.timedelta(days=1)}):
        text = as_role.get(member.get_absolute_url(), query).text
        assert ("Wrenfield" in text) == (role in MEMBERS_AND_SECRETARIAT)
        for word in ("quillmoor", "foxglove", "thistledown", "Sedgewick"):
            assert word not in text


# Queries ----------------------------------------------------------------------------------


def plant_many(member, count):
    for n in range(count):
        focal_point(member, Function.ALTERNATE)
        factories.ActionPlanFactory(state=member.state, period_start=2010 + n % 10)
        factories.MeetingFactory().hosts.add(member)
        factories.PracticeFactory(member=member, themes=[factories.ThemeFactory()])
        factories.TwinningFactory(first=member)
        factories.RegionalMembershipFactory(state=member.state)
        year = 2000 + n
        factories.ChairTermFactory(
            since=f"{year}-01-01",
            until=f"{year}-12-31",
            members=[member, factories.MemberFactory()],
        )


@pytest.mark.parametrize("query", [{}, {"on": "2001-06-01"}], ids=["today", "another day"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_takes_as_many_queries_with_many_rows_as_with_few(
    client, member, query, signed_in
):
    if signed_in:
        client.force_login(focal_point(member))
    taken = []
    for count in (1, 12):
        ActionPlan.objects.all().delete()
        member.chair_terms.all().delete()
        plant_many(member, count)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(member.get_absolute_url(), query).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]
    assert signed_in or taken[0] <= 10


@pytest.mark.parametrize("count", [5, 300])
def test_the_page_of_an_organization_takes_a_fixed_number_of_queries(
    body, count, django_assert_num_queries
):
    plan = factories.ActionPlanFactory(state=None, organization=body.organization)
    states = State.objects.bulk_create(factories.StateFactory.build_batch(count))
    RegionalMembership.objects.bulk_create(
        RegionalMembership(organization=body.organization, state=state) for state in states
    )
    Member.objects.bulk_create(
        Member(state=state, slug=f"of-the-coast-{state.pk}", status="member") for state in states
    )
    ActionPlan.objects.bulk_create(ActionPlan(state=s, regional_plan=plan) for s in states)
    shown = Member.objects.named().get(pk=body.pk)
    with django_assert_num_queries(8):
        page = page_of_day(shown, AnonymousUser(), today(), today())
        assert len(page["area"].members) == count
        assert len(page["plans"][0].plan.national_plans.all()) == count
        assert [national.party.name for national in page["plans"][0].plan.national_plans.all()]


def test_a_plan_that_is_not_public_stands_on_no_page_of_another_member(client, body):
    regional = factories.ActionPlanFactory(state=None, organization=body.organization)
    prospective = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    factories.ActionPlanFactory(
        state=prospective.state, title="Planted national plan", regional_plan=regional
    )
    left = factories.RegionalOrganizationFactory()
    factories.MemberFactory(state=None, organization=left, status=Member.Status.FORMER)
    hidden = factories.ActionPlanFactory(state=None, organization=left, title="Planted regional")
    state = factories.MemberFactory()
    factories.ActionPlanFactory(state=state.state, regional_plan=hidden)
    found = [client.get(member.get_absolute_url()).text for member in (body, state)]
    assert "Planted" not in "".join(found)
    client.force_login(factories.secretariat_editor())
    found = [client.get(member.get_absolute_url()).text for member in (body, state)]
    assert "Planted national plan" in found[0]
    assert "Planted regional" in found[1]
