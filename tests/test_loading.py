"""The Network's facts: what is loaded, and that loading again changes nothing."""

import datetime
import io
import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from meetings.models import Document, GeneralAssemblySession, Meeting
from members.models import (
    ActionPlan,
    ChairTerm,
    Member,
    MembershipTotal,
    RegionalMembership,
    RegionalOrganization,
    State,
)
from members.partial_dates import PartialDate
from newsletter.models import Edition

EXPERT_GROUP = "expert-group-meeting-2017"


def rows_of_every_table():
    """Every row of every table of the portal, events included."""
    models = [
        model
        for label in ("members", "meetings", "newsletter")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models
    }


def test_the_states_are_193_member_states_and_one_observer(network):
    assert State.objects.count() == 194
    assert State.objects.member_states().count() == 193
    observer = State.objects.get(un_member_since=None)
    assert (observer.iso3, observer.counted_with) == ("PSE", "asia-pacific")
    assert observer.plans.count() == 1


def test_the_members_are_57_states_and_7_organizations(network):
    assert Member.objects.public().count() == Member.objects.count() == 64
    assert Member.objects.filter(state__isnull=False).count() == 57
    assert Member.objects.filter(organization__isnull=False).count() == 7


def test_every_other_fact_is_loaded(network):
    assert MembershipTotal.objects.count() == 5
    assert MembershipTotal.objects.get(as_of="2023-06").total == 99
    assert RegionalOrganization.objects.count() == 7
    assert RegionalMembership.objects.count() == 191
    assert ChairTerm.objects.count() == 7
    assert Meeting.objects.count() == 12
    assert Document.objects.count() == 9
    assert GeneralAssemblySession.objects.count() == 6
    assert Edition.objects.get().state == Edition.State.DRAFT


def test_the_addresses_are_those_that_are_permanent(network):
    members = set(Member.objects.values_list("slug", flat=True))
    assert {"namibia", "united-states-of-america", "african-union", "cote-divoire"} <= members
    meetings = set(Meeting.objects.values_list("slug", flat=True))
    assert {"founding-meeting-2016", EXPERT_GROUP, "berlin-2018"} <= meetings


def test_the_command_says_what_it_did(db):
    first, second = io.StringIO(), io.StringIO()
    call_command("load_network", stdout=first)
    call_command("load_network", stdout=second)
    assert "States: 194 new\n" in first.getvalue()
    assert "Action plans: 110 new\n" in first.getvalue()
    assert "Action plans: nothing new\n" in second.getvalue()
    assert not re.search(r"\d", second.getvalue())


def test_the_command_is_silent_when_asked(db):
    out = io.StringIO()
    call_command("load_network", verbosity=0, stdout=out)
    assert out.getvalue() == ""
    assert Member.objects.exists()


def test_loading_again_changes_no_row_and_writes_no_history(network):
    before = rows_of_every_table()
    assert len(before["members.MemberEvent"]) == 64
    call_command("load_network", verbosity=0)
    assert rows_of_every_table() == before


def test_an_edited_overview_survives_a_reload(network):
    Member.objects.filter(slug="namibia").update(overview="<p>Edited.</p>", joined_on="2016-10")
    call_command("load_network", verbosity=0)
    member = Member.objects.get(slug="namibia")
    assert (member.overview, str(member.joined_on)) == ("<p>Edited.</p>", "October 2016")


def test_what_people_removed_or_moved_is_not_loaded_again(network):
    ActionPlan.objects.filter(source_row="NAM-1").delete()
    Edition.objects.all().delete()
    ChairTerm.objects.filter(since="2025-01-01").update(since="2025-02-01")
    Document.objects.filter(slug="joint-communique-geneva-2022").update(slug="geneva")
    call_command("load_network", verbosity=0)
    assert ActionPlan.objects.count() == 109
    assert not Edition.objects.exists()
    assert ChairTerm.objects.count() == 7
    assert Document.objects.count() == 9


def test_a_term_that_the_secretariat_recorded_first_stays(db):
    own = ChairTerm.objects.create(since="2018-02-01", until="2018-12-31", note="ours")
    call_command("load_network", verbosity=0)
    assert ChairTerm.objects.count() == 7
    assert ChairTerm.objects.running(datetime.date(2018, 6, 1)).get() == own


@pytest.mark.parametrize(
    ("day", "outgoing", "current", "incoming", "following"),
    [
        ("2017-11-30", None, "Spain", "Germany", "Namibia"),
        ("2018-06-01", "Spain", "Germany", "Namibia", None),
        ("2019-06-01", "Germany", "Namibia", "Canada and Uruguay", None),
        ("2024-06-01", None, None, None, None),
    ],
)
def test_the_troika_of_a_day(network, day, outgoing, current, incoming, following):
    troika = ChairTerm.objects.troika(datetime.date.fromisoformat(day))
    slots = [troika.outgoing, troika.current, troika.incoming, troika.following]
    assert [term and term.names for term in slots] == [outgoing, current, incoming, following]


def test_today_no_chair_is_on_record(network):
    day = max(timezone.localdate(), datetime.date(2026, 1, 1))
    assert ChairTerm.objects.troika(day).terms == []


def test_dates_are_as_precise_as_the_sources(network):
    second = Meeting.objects.get(slug="second-meeting-2017")
    assert second.starts_on == PartialDate(2017, 9)
    assert second.when == "September 2017"
    assert Member.objects.get(slug="namibia").joined_on == PartialDate(2016)
    assert Member.objects.get(slug="argentina").joined_on is None
    assert Document.objects.get(slug="newsletter-october-2017").issued_on == PartialDate(2017, 10)


def test_of_110_plans_12_have_no_date(network):
    plans = ActionPlan.objects.all()
    assert plans.count() == 110
    undated = plans.filter(adopted_on=None, period_start=None, period_end=None)
    assert undated.count() == 12
    assert undated.filter(state="FRA").get().note == "existence of a plan only"


def test_plans_have_no_title_and_no_state_that_the_source_does_not_give(network):
    assert not ActionPlan.objects.exclude(title="").exists()
    assert not ActionPlan.objects.exclude(stated_state="not recorded").exists()


def test_a_budget_said_to_be_included_is_an_estimate(network):
    assert ActionPlan.objects.get(source_row="NAM-1").budget == ActionPlan.Budget.ESTIMATE
    denied = ActionPlan.objects.get(source_row="NOR-4")
    assert denied.budget == ActionPlan.Budget.NOT_RECORDED
    assert denied.budget_note == "The source says that the plan includes no budget."
    assert denied.note == "funded from several budget lines, no allocated budget"
    unknown = ActionPlan.objects.get(source_row="NOR-1")
    assert (unknown.budget, unknown.budget_note) == (ActionPlan.Budget.NOT_RECORDED, "")


def test_the_regional_plan_is_the_organizations(network):
    plan = ActionPlan.objects.get(state=None)
    assert (plan.organization.acronym, str(plan.adopted_on)) == ("ECOWAS", "2010")
    assert plan.title_or_default == "First regional action plan"


def test_a_state_that_left_an_organization_has_its_last_day(network):
    left = RegionalMembership.objects.get(organization__acronym="ECOWAS", state="MLI")
    assert (left.since, left.until) == (None, datetime.date(2025, 1, 28))
    assert not RegionalMembership.objects.filter(organization__acronym="OAS").exists()


def test_hosts_are_members_and_other_organizers_are_named(network):
    expert_group = Meeting.objects.get(slug=EXPERT_GROUP)
    assert {host.name for host in expert_group.hosts.all()} == {"Germany", "Namibia", "Spain"}
    assert not expert_group.co_organizers.exists()
    assert expert_group.other_organizers == "UN-Women, International Peace Institute"
    berlin = Meeting.objects.get(slug="berlin-2018")
    assert {member.name for member in berlin.co_organizers.all()} == {"Namibia", "Spain"}
    assert berlin.other_organizers == "UN-Women"


def test_documents_have_their_kind_symbol_and_meeting(network):
    kinds = dict(Document.objects.values_list("slug", "kind"))
    assert kinds["technical-operative-guidelines-2017"] == Document.Kind.GUIDELINES
    assert kinds["debriefing-on-berlin-2018"] == Document.Kind.CHAIRS_SUMMARY
    assert kinds["joint-communique-geneva-2022"] == Document.Kind.JOINT_COMMUNIQUE
    guidelines = Document.objects.get(un_symbol="A/72/782-S/2018/178")
    assert guidelines.meeting is None
    assert (str(guidelines.letter_on), str(guidelines.issued_on)) == (
        "1 March 2018",
        "9 March 2018",
    )
    document = Document.objects.get(meeting__slug=EXPERT_GROUP)
    assert (document.un_symbol, document.agenda_item) == ("", "65")
