"""The pages of plans: what everybody reads, what the member's people write, and what is refused."""

import csv
import datetime
import io
import json
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members import plan_charts
from members.forms import ActionPlanForm, PlanFinanceForm
from members.models import (
    ActionPlan,
    FinancePartner,
    Member,
    PlanFinance,
    ProgressNote,
    State,
    SteeringCommittee,
)
from members.models.plan_states import months_from
from members.plan_facts import compared
from members.planning import partner_named
from tests import factories
from tests.factories import focal_point, today

PUBLIC = ["list", "overview", "timeline", "compare", "partners"]
FORMATS = ["csv", "xlsx", "json"]


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


@pytest.fixture
def plan(member):
    return factories.ActionPlanFactory(state=member.state)


@pytest.fixture
def editor(client, member):
    user = focal_point(member)
    client.force_login(user)
    return user


# Reading ----------------------------------------------------------------------------------


def test_the_page_of_a_plan_shows_all_that_is_on_record(client, member):
    regional = factories.ActionPlanFactory(
        state=None, organization=factories.RegionalOrganizationFactory(), title="Regional framework"
    )
    plan = factories.ActionPlanFactory(
        state=member.state,
        regional_plan=regional,
        lead="Ministry of Gender",
        ministries="Defence\nInterior",
        budget="costed",
        monitoring="Yearly report",
        adopted_on="2024-03",
        confirmed_on=datetime.date(2026, 2, 1),
        source="A list",
    )
    factories.PlanFinanceFactory(
        plan=plan,
        partner=factories.FinancePartnerFactory(name="A fund"),
        amount=1250000,
        currency="USD",
        period="2024 to 2026",
    )
    factories.SteeringCommitteeFactory(
        plan=plan, name="Council", district="North", level="district"
    )
    factories.ProgressNoteFactory(plan=plan, text="Trained 40 officers.")
    text = client.get(plan.get_absolute_url()).text
    for words in (
        "Ministry of Gender",
        "Defence",
        "Interior",
        "Regional framework",
        "Costed",
        "Yearly report",
        "March 2024",
        "1 February 2026",
        "A fund",
        "USD 1,250,000",
        "2024 to 2026",
        "District: North",
        "Trained 40 officers.",
        "A list",
    ):
        assert words in text, words
    assert str(member.state) in client.get(regional.get_absolute_url()).text


def test_what_is_unknown_of_a_plan_says_so(client, plan):
    text = client.get(plan.get_absolute_url()).text
    assert text.count("Not recorded") >= 7
    assert "No progress note has been written yet." in text


def test_a_plan_lists_the_documents_that_its_reader_may_see(client, plan):
    shown, kept = (
        factories.DocumentFactory(title="Open paper"),
        factories.DocumentFactory(
            title="Kept paper", visibility="members", visibility_reason="A draft"
        ),
    )
    plan.documents.set([shown, kept])
    client.force_login(focal_point(factories.MemberFactory()))
    assert "Kept paper" in client.get(plan.get_absolute_url()).text
    client.logout()
    text = client.get(plan.get_absolute_url()).text
    assert "Open paper" in text
    assert "Kept paper" not in text


@pytest.fixture(params=[5, 300])
def many_plans(request, db):
    """Plans of as many States, each with a partner and a note."""
    count = request.param
    states = factories.StateFactory.build_batch(count)
    State.objects.bulk_create(states)
    plans = ActionPlan.objects.bulk_create(
        ActionPlan(state=state, generation=1, period_start="2024", period_end="2027")
        for state in states
    )
    partner = factories.FinancePartnerFactory()
    PlanFinance.objects.bulk_create(
        PlanFinance(plan=plan, kind="partner", partner=partner, amount=5, currency="EUR")
        for plan in plans
    )
    ProgressNote.objects.bulk_create(
        ProgressNote(plan=plan, on=datetime.date(2024, 2, 1), text="Done.") for plan in plans
    )
    return plans


QUERIES = {"list": 2, "overview": 6, "partners": 2, "timeline": 1, "compare": 1}


@pytest.mark.parametrize("name", PUBLIC)
def test_pages_of_plans_take_a_fixed_number_of_queries(
    client, many_plans, name, django_assert_num_queries
):
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(url(name)).status_code == 200


def test_a_file_and_a_partner_take_a_fixed_number_of_queries(
    client, many_plans, django_assert_num_queries
):
    partner = FinancePartner.objects.get()
    with django_assert_num_queries(5):
        assert len(json.loads(client.get(url("export", "json")).content)) == len(many_plans)
    with django_assert_num_queries(3):
        page = client.get(url("partner", partner.slug))
    assert len(page.context["finances"]) == len(many_plans)


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_of_a_plan_takes_a_fixed_number_of_queries(
    client, plan, count, django_assert_num_queries
):
    for _ in range(count):
        factories.PlanFinanceFactory(plan=plan)
        factories.SteeringCommitteeFactory(plan=plan)
        factories.ProgressNoteFactory(plan=plan)
        plan.documents.add(factories.DocumentFactory())
    with django_assert_num_queries(7):
        client.get(plan.get_absolute_url())


def test_the_list_shows_what_the_filters_ask_and_the_files_hold_just_that(client, db):
    kept = factories.ActionPlanFactory(
        state__regional_group="weog", adopted_on="2019-05", generation=4, title="Kept"
    )
    factories.ActionPlanFactory(state__regional_group="weog", adopted_on="2022", generation=4)
    factories.ActionPlanFactory(adopted_on="2019", generation=4)
    factories.ActionPlanFactory(
        state=None, organization=factories.RegionalOrganizationFactory(), adopted_on="2019"
    )
    query = {
        "region": "weog",
        "state": "adopted",
        "generation": "4",
        "owner": "state",
        "adopted_from": "2019",
        "adopted_to": "2019",
        "q": "kept",
    }
    page = client.get(url("list"), query)
    assert list(page.context["page"].object_list) == [kept]
    rows = json.loads(client.get(url("export", "json"), query).content)
    assert [row["Title"] for row in rows] == ["Kept"]
    text = client.get(url("export", "csv"), query).content.decode("utf-8-sig")
    assert [row["Title"] for row in csv.DictReader(io.StringIO(text))] == ["Kept"]
    book = load_workbook(io.BytesIO(client.get(url("export", "xlsx"), query).content))
    assert book.active.max_row == 2
    assert client.get(url("export", "pdf")).status_code == 404


@pytest.mark.parametrize("words", ["COTE D", "côte d", "cotE"])
def test_accents_and_case_make_no_difference_to_the_search(client, db, words):
    plan = factories.ActionPlanFactory(state__name="Côte d'Ivoire")
    factories.ActionPlanFactory()
    assert list(client.get(url("list"), {"q": words}).context["page"].object_list) == [plan]


def test_a_focal_point_is_led_to_add_a_plan_of_its_own_member(client, editor, member):
    add = reverse("members:plan_add", args=[member.slug])
    assert add in client.get(url("list")).text
    client.logout()
    assert add not in client.get(url("list")).text


def test_dates_of_different_precision_that_can_be_true_are_taken(client, editor, plan):
    typed = {"stated_state": "not recorded", "budget": "not recorded", "version": 1}
    dates = {"adopted_on": "2024", "period_start": "2024-06-15", "period_end": "2024"}
    assert client.post(url("edit", plan.pk), {**typed, **dates}).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        {"adopted_from": "many"},
        {"adopted_to": "999999999999"},
        {"region": "moon", "state": "lost"},
        {"generation": "-1"},
        {"q": "\x00'; --"},
        {"page": "9999"},
        {"page": "x"},
    ],
)
def test_filters_that_make_no_sense_are_answered_with_a_page(client, plan, query):
    assert client.get(url("list"), query).status_code == 200
    assert client.get(url("export", "csv"), query).status_code == 200


def test_a_formula_in_a_plan_is_none_in_its_file(client, db):
    factories.ActionPlanFactory(title='=HYPERLINK("x")')
    text = client.get(url("export", "csv")).content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["Title"] == '\'=HYPERLINK("x")'


def test_a_long_list_has_pages_that_keep_the_filters(client, db):
    state = factories.StateFactory()
    factories.ActionPlanFactory.create_batch(51, state=state)
    text = client.get(url("list"), {"owner": "state"}).text
    assert "?owner=state&amp;page=2" in text
    assert "Page 2 of 2" in client.get(url("list"), {"page": 2}).text


def test_a_member_without_plans_is_told_so(client, db):
    assert "No plan is recorded yet." in client.get(url("list")).text
    assert "No plan is like this." in client.get(url("list"), {"owner": "state"}).text
    assert "No partner is named in a plan yet." in client.get(url("partners")).text


# Comparison -------------------------------------------------------------------------------


def test_two_to_four_plans_stand_side_by_side(client, db):
    plans = [factories.ActionPlanFactory(lead=f"Ministry {n}") for n in range(3)]
    factories.PlanFinanceFactory(plan=plans[0], amount="10.50", currency="EUR")
    page = client.get(url("compare"), {"plan": [p.pk for p in reversed(plans)]})
    assert page.context["plans"] == plans[::-1]
    rows = {row.label: row for row in page.context["rows"]}
    lead = [lines for _owner, lines in rows["Ministry or body in the lead"].cells]
    assert lead == [["Ministry 2"], ["Ministry 1"], ["Ministry 0"]]
    assert rows["Sources of money"].cells[2][1][0].endswith("EUR 10.50")


def in_compare(client, plans):
    page = client.get(url("compare"), {"plan": [plan.pk for plan in plans]})
    rows = {row.label: row for row in page.context["rows"]}
    return page.text, [lines for _owner, lines in rows["Documents"].cells]


def test_documents_of_a_plan_stand_in_comparison_and_files_for_who_may_see_them(client, plan):
    kept = {"visibility": "members", "visibility_reason": "A draft"}
    later = {"embargo_until": timezone.now() + datetime.timedelta(days=1)}
    plan.documents.set(
        [
            factories.DocumentFactory(title="Open paper"),
            factories.DocumentFactory(title="Kept paper", **kept),
            factories.DocumentFactory(title="Paper under embargo", **later),
        ]
    )
    plans = [plan, factories.ActionPlanFactory()]

    client.force_login(focal_point(factories.MemberFactory()))
    text, cells = in_compare(client, plans)
    assert (sorted(cells[0]), cells[1]) == (["Kept paper", "Open paper"], [])
    assert "Kept paper" in text
    for form in ("csv", "json"):
        content = client.get(url("export", form)).content
        assert b"Kept paper" in content
        assert b"under embargo" not in content

    client.logout()
    text, cells = in_compare(client, plans)
    assert cells == [["Open paper"], []]
    rows = json.loads(client.get(url("export", "json")).content)
    assert ["Open paper"] in [row["Documents"] for row in rows]
    for said in (text, client.get(url("export", "csv")).content.decode(), str(rows)):
        assert "Open paper" in said
        assert "Kept paper" not in said
        assert "under embargo" not in said
    book = load_workbook(io.BytesIO(client.get(url("export", "xlsx")).content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "Open paper" in cells
    assert "Kept paper" not in str(cells)


@pytest.mark.parametrize("count", [2, 4])
def test_a_comparison_takes_a_fixed_number_of_queries(client, db, count, django_assert_num_queries):
    plans = factories.ActionPlanFactory.create_batch(count)
    for one in plans:
        factories.PlanFinanceFactory(plan=one)
        one.documents.set([factories.DocumentFactory(), factories.DocumentFactory()])
    with django_assert_num_queries(5):
        in_compare(client, plans)


def test_note_and_source_are_compared_as_they_stand_on_the_page_of_a_plan(client, db):
    plans = [
        factories.ActionPlanFactory(note="First line\nSecond line", source="A list"),
        factories.ActionPlanFactory(),
    ]
    page = client.get(url("compare"), {"plan": [one.pk for one in plans]})
    rows = {row.label: [lines for _owner, lines in row.cells] for row in page.context["rows"]}
    assert rows["Note"] == [["First line", "Second line"], []]
    assert rows["Source"] == [["A list"], []]


def test_a_file_names_the_regional_group_in_words(client, db):
    factories.ActionPlanFactory(state__regional_group="weog")
    [row] = json.loads(client.get(url("export", "json")).content)
    assert row["Regional group"] == "Western European and other States"


def test_a_row_in_which_compared_plans_are_not_alike_is_marked(client, db):
    one = factories.ActionPlanFactory(generation=1, budget="costed", lead="One")
    two = factories.ActionPlanFactory(generation=1, budget="costed")
    page = client.get(url("compare"), {"plan": [one.pk, two.pk]})
    differing = [row.label for row in page.context["rows"] if row.differs]
    assert differing == ["Ministry or body in the lead"]
    assert page.text.count("plan-differs-mark") == 1


def test_two_compared_plans_of_one_owner_are_told_apart(plan):
    second = factories.ActionPlanFactory(state=plan.state, generation=2)
    other = factories.ActionPlanFactory()
    for one in (plan, second, other):
        one.last_note_on, one.seen_documents = None, []
    owners = [owner for owner, _lines in compared([plan, second, other])[0].cells]
    assert owners == [
        f"{plan.state} ({plan.generation_label if plan.generation else plan.title_or_default})",
        f"{plan.state} (Second)",
        str(other.state),
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["{0}"], "Choose at least two plans"),
        (["{0}", "{0}"], "Choose at least two plans"),
        (["1", "2", "3", "4", "5"], "Choose at most four plans"),
        (["{0}", "999999"], "One of the plans does not exist."),
        (["{0}", "x"], "One of the plans does not exist."),
        (["{0}", "99999999999999999999"], "One of the plans does not exist."),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(client, plan, typed, words):
    page = client.get(url("compare"), {"plan": [text.format(plan.pk) for text in typed]})
    assert page.status_code == 200
    assert words in page.text


# Pictures ---------------------------------------------------------------------------------


def test_states_are_counted_by_the_group_that_a_state_is_counted_with(db):
    factories.ActionPlanFactory(state__regional_group="", adopted_on="2020")
    factories.ActionPlanFactory(state__regional_group="weog", adopted_on="2020")
    factories.ActionPlanFactory(state=None, organization=factories.RegionalOrganizationFactory())
    table = {
        row[0]: row[1:]
        for row in plan_charts.states_by_group(ActionPlan.objects.all(), today()).table.rows
    }
    assert table["Western European and other States"] == ["0", "2", "0", "0", "0", "0"]
    assert table["Regional organizations"] == ["0", "0", "0", "0", "0", "1"]


def test_years_without_an_adoption_are_no_gap_and_unknown_ones_are_said(db):
    for adopted in ("2017-03-01", "2019", "2019-05", None):
        factories.ActionPlanFactory(adopted_on=adopted)
    chart = plan_charts.adopted_per_year(ActionPlan.objects.all())
    assert chart.table.rows == [["2017", "1"], ["2018", "0"], ["2019", "2"]]
    assert chart.description == "For 1 plan the year of adoption is not recorded."
    known = ActionPlan.objects.filter(adopted_on__isnull=False)
    assert plan_charts.adopted_per_year(known).description == ""


def test_the_lull_counts_from_the_last_note_else_from_adoption_else_from_the_start(db):
    on = datetime.date(2026, 11, 25)
    period = {"period_start": "2020", "period_end": "2030"}
    noted = factories.ActionPlanFactory(**period)
    factories.ProgressNoteFactory(plan=noted, on=datetime.date(2026, 9, 1))
    factories.ProgressNoteFactory(plan=noted, on=datetime.date(2021, 9, 1))
    adopted = factories.ActionPlanFactory(**period, adopted_on="2025-10")
    started = factories.ActionPlanFactory(**period)
    factories.ActionPlanFactory(stated_state="in force")
    factories.ActionPlanFactory(period_start="2010", period_end="2012")
    chart = plan_charts.lull(ActionPlan.objects.all(), on)
    assert [row[1:] for row in chart.table.rows] == [
        ["1", "0"],
        ["0", "0"],
        ["0", "1"],
        ["0", "0"],
        ["0", "1"],
    ]
    assert "For 1 more plan none of these is recorded." in chart.description
    recorded = plan_charts.lull(ActionPlan.objects.exclude(stated_state="in force"), on)
    assert "more plan" not in recorded.description
    assert list(ActionPlan.objects.in_the_lull(on, 12)) == [started, adopted]
    assert list(ActionPlan.objects.in_the_lull(on, 14)) == [started]


def test_an_adopted_plan_without_an_end_is_in_the_lull_until_it_is_over(db):
    on = datetime.date(2026, 11, 25)
    adopted = factories.ActionPlanFactory(adopted_on="2015")
    reviewed = factories.ActionPlanFactory(adopted_on="2016", stated_state="under review")
    factories.ActionPlanFactory(adopted_on="2014", stated_state="expired")
    factories.ActionPlanFactory(period_start="2014", stated_state="in development")
    factories.ActionPlanFactory(period_start="2014")
    assert list(ActionPlan.objects.in_the_lull(on, 12)) == [adopted, reviewed]
    chart = plan_charts.lull(ActionPlan.objects.all(), on)
    assert [row[1:] for row in chart.table.rows][-1] == ["0", "2"]
    assert "adopted, in force or under review" in chart.description


def test_a_plan_that_was_followed_by_another_is_not_in_the_lull(db):
    on, state = datetime.date(2026, 11, 25), factories.StateFactory()
    factories.ActionPlanFactory(state=state, generation=1, adopted_on="2010")
    second = factories.ActionPlanFactory(state=state, generation=2, adopted_on="2015")
    factories.ActionPlanFactory(state=state, generation=3, stated_state="in development")
    assert list(ActionPlan.objects.in_the_lull(on, 12)) == [second]
    factories.ActionPlanFactory(state=state, generation=3, period_start="2020", period_end="2025")
    assert not ActionPlan.objects.in_the_lull(on, 12)


def test_an_adopted_plan_that_begins_later_is_not_silent_yet(db):
    on = datetime.date(2026, 11, 25)
    factories.ActionPlanFactory(stated_state="adopted", period_start="2028")
    assert not ActionPlan.objects.in_the_lull(on, 12)
    chart = plan_charts.lull(ActionPlan.objects.all(), on)
    assert chart.table.rows[0][1:] == ["0", "1"]


def test_of_many_silent_plans_the_overview_shows_a_page_and_says_how_many_they_are(client, db):
    for year in range(2000, 2011):
        factories.ActionPlanFactory(adopted_on=str(year))
    page = client.get(url("overview"))
    assert len(page.context["silent"]) == 10
    assert "11 plans, the longest silence first." in page.text
    assert "?page=2#silent-title" in page.text
    [(last, _months)] = client.get(url("overview"), {"page": 2}).context["silent"]
    assert str(last.adopted_on) == "2010"


def test_the_overview_names_plans_that_end_within_12_months(client, db):
    end = today() + datetime.timedelta(days=100)
    by_month = factories.ActionPlanFactory(period_end=end.strftime("%Y-%m"))
    by_day = factories.ActionPlanFactory(period_end=end.replace(day=1).isoformat())
    factories.ActionPlanFactory(period_end="2040")
    assert list(client.get(url("overview")).context["ending"]) == [by_day, by_month]


def test_the_overview_says_for_how_many_months_nothing_was_heard_of_a_plan(client, db):
    quiet = factories.ActionPlanFactory(period_start="2020", period_end="2099")
    factories.ProgressNoteFactory(plan=quiet, on=months_from(today(), -14))
    assert client.get(url("overview")).context["silent"] == [(quiet, 14)]


def test_the_time_line_shows_one_region_and_says_where_no_date_is_known(client, db):
    factories.ActionPlanFactory(state__regional_group="grulac", period_start="2019")
    undated = factories.ActionPlanFactory(state__regional_group="grulac")
    other = factories.ActionPlanFactory(period_start="2019", period_end="2023")
    text = client.get(url("timeline"), {"region": "grulac"}).text
    assert "No date recorded" in text
    assert undated.state.name in text
    assert other.state.name not in text
    assert other.state.name in client.get(url("timeline"), {"region": "elsewhere"}).text
    assert client.get(url("timeline"), {"region": "organizations"}).status_code == 200


# Partners ---------------------------------------------------------------------------------


def test_plans_with_the_same_partner_stand_together_and_currencies_apart(client, db):
    partner = factories.FinancePartnerFactory(name="A fund", slug="a-fund")
    for amount, currency in ((100, "USD"), (50, "USD"), (7, "EUR"), (None, "")):
        factories.PlanFinanceFactory(partner=partner, amount=amount, currency=currency)
    unused = factories.FinancePartnerFactory(slug="unused")
    page = client.get(url("partner", "a-fund"))
    assert page.context["sums"] == ["EUR 7", "USD 150"]
    assert len(page.context["finances"]) == 4
    assert "partner of 4 plans" in client.get(ActionPlan.objects.first().get_absolute_url()).text
    assert client.get(url("partners")).context["rows"] == [(partner, ["EUR 7", "USD 150"])]
    assert client.get(unused.get_absolute_url()).status_code == 404


def test_a_partner_has_one_row_whatever_the_case_of_its_name(db):
    first = partner_named("UN Women Fund")
    assert partner_named("  un women  FUND ") == first
    assert partner_named("UN-Women Fund").slug == "un-women-fund-2"
    assert partner_named("Фонд мира").slug == "partner"
    assert partner_named("和平基金").slug == "partner-2"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_name_a_new_partner_at_once_get_one_row():
    found = []
    start = threading.Barrier(2)

    def name_it():
        start.wait()
        found.append(partner_named("A new fund").pk)
        connection.close()

    threads = [threading.Thread(target=name_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert FinancePartner.objects.count() == 1


# Writing ----------------------------------------------------------------------------------

MONEY = {"kind": "partner", "new_partner": "A fund", "amount": "5000", "currency": "usd"}


def test_a_focal_point_adds_money_a_committee_and_a_note(client, editor, plan):
    client.post(url("money_add", plan.pk), {**MONEY, "version": 1})
    client.post(
        url("committees_add", plan.pk), {"level": "national", "name": "Council", "version": 1}
    )
    client.post(
        url("progress_add", plan.pk), {"on": today().isoformat(), "text": "Done.", "version": 1}
    )
    assert str(plan.finances.get()) == "A fund"
    assert plan.finances.get().currency == "USD"
    assert plan.committees.get().name == "Council"
    assert plan.progress_notes.get().written_by == editor


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"currency": ""}, "currency", "Say in which currency the amount is."),
        ({"currency": "EURO"}, "currency", "at most 3 characters"),
        ({"currency": "E1R"}, "currency", "Write the three letters"),
        ({"amount": "-1"}, "amount", "greater than or equal to 0"),
        ({"amount": "1,000"}, "amount", "Enter a number."),
        ({"new_partner": ""}, "partner", "Name the partner"),
        ({"kind": "other"}, "kind", "choose the kind “Partner”"),
        ({"kind": ""}, "kind", "This field is required."),
    ],
)
def test_money_that_cannot_be_right_is_explained_and_not_stored(
    client, editor, plan, nothing_changes, typed, field, words
):
    with nothing_changes():
        page = client.post(url("money_add", plan.pk), {**MONEY, "version": 1, **typed})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert words in page.context["form"].errors[field][0]


def test_a_partner_is_chosen_or_typed_not_both(plan):
    partner = factories.PlanFinanceFactory().partner
    form = PlanFinanceForm(
        {**MONEY, "partner": partner.pk, "version": 1}, instance=PlanFinance(plan=plan)
    )
    assert list(form.errors) == ["new_partner"]


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("committees_add", {"level": "district", "name": "Council"}, "district"),
        ("committees_add", {"level": "national", "name": "C", "district": "North"}, "district"),
        ("progress_add", {"on": "2999-01-01", "text": "Done."}, "on"),
        ("progress_add", {"on": "yesterday", "text": "Done."}, "on"),
        ("edit", {"adopted_on": "2025", "period_end": "2024"}, "adopted_on"),
        ("edit", {"period_start": "2024-06-15", "period_end": "2024-05"}, "period_end"),
        ("edit", {"period_start": "2025", "period_end": "2024-12-31"}, "period_end"),
        ("edit", {"period_start": "2024-06-31"}, "period_start"),
        ("edit", {"generation": "0"}, "generation"),
        ("edit", {"generation": "2019"}, "generation"),
    ],
)
def test_other_parts_that_cannot_be_right_are_explained(
    client, editor, plan, nothing_changes, name, typed, field
):
    needed = {"stated_state": "not recorded", "budget": "not recorded"} if name == "edit" else {}
    with nothing_changes():
        page = client.post(url(name, plan.pk), {**needed, **typed, "version": 1})
    assert list(page.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("name", "make", "typed", "stored"),
    [
        ("money", factories.PlanFinanceFactory, {**MONEY, "note": "Mine"}, "note"),
        (
            "committees",
            factories.SteeringCommitteeFactory,
            {"level": "national", "name": "Mine"},
            "name",
        ),
        ("progress", factories.ProgressNoteFactory, {"text": "Mine"}, "text"),
    ],
)
def test_two_people_edit_one_part_and_nothing_is_lost(
    client, editor, plan, name, make, typed, stored
):
    part = make(plan=plan)
    type(part).objects.filter(pk=part.pk).update(**{stored: "Theirs"}, version=2)
    data = {"on": today().isoformat(), **typed, "version": 1}
    page = client.post(url(f"{name}_edit", plan.pk, part.pk), data)
    assert page.status_code == 409
    assert "Theirs" in page.text
    assert "Mine" in page.text
    page = client.post(url(f"{name}_edit", plan.pk, part.pk), {**data, "version": 2})
    assert page.status_code == 302
    part.refresh_from_db()
    assert (getattr(part, stored), part.version) == ("Mine", 3)


def test_a_part_is_removed_after_a_question(client, editor, plan):
    money = factories.PlanFinanceFactory(plan=plan)
    assert "Remove this source of money?" in client.get(url("money_delete", plan.pk, money.pk)).text
    assert plan.finances.exists()
    client.post(url("money_delete", plan.pk, money.pk))
    assert not plan.finances.exists()


def test_a_note_is_removed_by_who_wrote_it_and_by_the_secretariat(client, editor, plan):
    mine = factories.ProgressNoteFactory(plan=plan, written_by=editor)
    theirs = factories.ProgressNoteFactory(plan=plan, written_by=factories.UserFactory())
    found = set(ProgressNote.objects.deletable_by(editor, today()))
    assert found == {mine}
    secretariat = factories.secretariat_editor()
    assert set(ProgressNote.objects.deletable_by(secretariat, today())) == {mine, theirs}
    assert "Remove it" in client.get(url("progress_edit", plan.pk, mine.pk)).text
    assert "Remove it" not in client.get(url("progress_edit", plan.pk, theirs.pk)).text


@pytest.mark.parametrize("name", ["money_edit", "money_delete"])
def test_a_part_is_not_found_under_another_plan(
    client, editor, member, plan, nothing_changes, name
):
    money = factories.PlanFinanceFactory(plan=plan)
    second = factories.ActionPlanFactory(state=member.state)
    foreign = factories.PlanFinanceFactory()
    with nothing_changes():
        assert client.post(url(name, second.pk, money.pk), MONEY).status_code == 404
        assert client.post(url(name, foreign.plan.pk, foreign.pk), MONEY).status_code == 404


def test_a_plan_that_is_saved_is_confirmed_by_the_member_not_by_the_secretariat(
    client, member, plan
):
    typed = {"stated_state": "not recorded", "budget": "not recorded", "version": 1}
    client.force_login(factories.secretariat_editor())
    assert client.post(url("edit", plan.pk), typed).url == plan.get_absolute_url()
    assert ActionPlan.objects.get(pk=plan.pk).confirmed_on is None
    client.force_login(focal_point(member))
    client.post(url("edit", plan.pk), {**typed, "version": 2})
    assert ActionPlan.objects.get(pk=plan.pk).confirmed_on == today()


def test_a_national_plan_names_its_regional_plan_and_a_regional_one_none(client, editor, plan):
    regional = factories.ActionPlanFactory(
        state=None, organization=factories.RegionalOrganizationFactory()
    )
    typed = {"stated_state": "not recorded", "budget": "not recorded", "version": 1}
    client.post(url("edit", plan.pk), {**typed, "regional_plan": regional.pk})
    assert ActionPlan.objects.get(pk=plan.pk).regional_plan == regional
    other = factories.ActionPlanFactory()
    page = client.post(url("edit", plan.pk), {**typed, "version": 2, "regional_plan": other.pk})
    assert list(page.context["form"].errors) == ["regional_plan"]
    client.force_login(factories.secretariat_editor())
    assert "regional_plan" not in client.get(url("edit", regional.pk)).context["form"].fields


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("an_amount_has_a_currency", lambda p: factories.PlanFinanceFactory(plan=p, amount=1)),
        (
            "an_amount_is_not_negative",
            lambda p: factories.PlanFinanceFactory(plan=p, amount=-1, currency="EUR"),
        ),
        (
            "finance_names_its_partner",
            lambda p: factories.PlanFinanceFactory(plan=p, partner=None),
        ),
        (
            "a_finance_partner_has_one_row",
            lambda p: [factories.FinancePartnerFactory(name=n) for n in ("Fund", "FUND")],
        ),
        (
            "committee_since_is_a_partial_date",
            lambda p: (
                SteeringCommittee.objects.bulk_create(
                    [SteeringCommittee(plan=p, level="national", name="C", since="2020")]
                )
                and connection.cursor().execute(
                    "UPDATE members_steeringcommittee SET since = 'spring'"
                )
            ),
        ),
    ],
)
def test_postgres_refuses_what_must_never_be_false(plan, name, make):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(plan)


def test_400_kb_pasted_from_word_are_kept_to_the_last_sign_and_never_become_markup(
    client, editor, plan
):
    pasted = '<p class="MsoNormal" style="mso-x:y"><o:p>Zeile é 语</o:p></p>\n' * 7_000 + "The end."
    assert len(pasted.encode()) > 400_000
    typed = {"stated_state": "not recorded", "budget": "not recorded", "monitoring": pasted}
    assert client.post(url("edit", plan.pk), {**typed, "version": 1}).status_code == 302
    note = {"on": today().isoformat(), "text": pasted, "version": 1}
    assert client.post(url("progress_add", plan.pk), note).status_code == 302
    stored = [ActionPlan.objects.get(pk=plan.pk).monitoring, plan.progress_notes.get().text]
    assert [text.replace("\r\n", "\n") for text in stored] == [pasted, pasted]
    text = client.get(plan.get_absolute_url()).text
    assert text.count("The end.") == 2
    assert "<o:p>" not in text


def test_two_people_edit_one_plan_and_nothing_is_lost(client, editor, plan):
    ActionPlan.objects.filter(pk=plan.pk).update(lead="Theirs", version=2)
    typed = {"stated_state": "not recorded", "budget": "not recorded", "lead": "Mine"}
    page = client.post(url("edit", plan.pk), {**typed, "version": 1})
    assert page.status_code == 409
    assert "Theirs" in page.text
    assert "Mine" in page.text
    assert client.post(url("edit", plan.pk), {**typed, "version": 2}).status_code == 302
    assert ActionPlan.objects.get(pk=plan.pk).lead == "Mine"


@pytest.mark.parametrize("kind", ["money", "committees", "progress"])
def test_what_is_typed_of_a_part_that_was_removed_meanwhile_is_not_lost(
    client, editor, plan, nothing_changes, kind
):
    typed = {
        "money": {**MONEY, "note": "Mine"},
        "committees": {"level": "national", "name": "Mine"},
        "progress": {"on": today().isoformat(), "text": "Mine"},
    }[kind]
    with nothing_changes():
        page = client.post(url(f"{kind}_edit", plan.pk, 999_999), {**typed, "version": 3})
    assert page.status_code == 409
    assert "Mine" in page.text
    assert url(f"{kind}_add", plan.pk) in page.text
    assert client.post(url(f"{kind}_add", plan.pk), {**typed, "version": 3}).status_code == 302
    foreign = factories.ActionPlanFactory()
    assert client.post(url(f"{kind}_edit", foreign.pk, 999_999), typed).status_code == 404


# Documents --------------------------------------------------------------------------------


def document_url(name, *args):
    return reverse(f"documents:plan_{name}", args=args)


PAPER = {
    "title": "Text of the plan",
    "kind": "action plan",
    "issued_on": "2024-05",
    "external_url": "https://example.org/plan.pdf",
}


def test_a_focal_point_names_a_document_of_its_plan_and_takes_it_off(client, editor, plan):
    factories.DocumentFactory(slug="text-of-the-plan")
    page = client.post(document_url("add", plan.pk), PAPER)
    assert page.url == f"{plan.get_absolute_url()}#documents"
    document = plan.documents.get()
    assert (document.slug, document.visibility) == ("text-of-the-plan-2", "public")
    assert "Text of the plan" in client.get(plan.get_absolute_url()).text
    remove = document_url("remove", plan.pk, document.slug)
    assert "keeps its address" in client.get(remove).text
    assert plan.documents.exists()
    client.post(remove)
    assert not plan.documents.exists()
    assert client.get(document.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "Chair's summary"}, "kind"),
        ({"issued_on": "spring"}, "issued_on"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
        ({"external_url": "ftp://example.org/plan"}, "external_url"),
    ],
)
def test_a_document_that_cannot_be_right_is_explained(
    client, editor, plan, nothing_changes, typed, field
):
    with nothing_changes():
        page = client.post(document_url("add", plan.pk), {**PAPER, **typed})
    assert list(page.context["form"].errors) == [field]


def test_a_document_that_its_reader_may_not_see_is_not_taken_off(client, editor, plan):
    kept = factories.DocumentFactory(visibility="troika", visibility_reason="A draft")
    plan.documents.add(kept)
    assert client.post(document_url("remove", plan.pk, kept.slug)).status_code == 404
    assert plan.documents.exists()


# What is private --------------------------------------------------------------------------


def channels(client, plan):
    """Every page and file of plans as the client meets it, as text."""
    pages = [url(name) for name in PUBLIC] + [plan.get_absolute_url()]
    pages += [url("compare") + f"?plan={plan.pk}&plan={factories.ActionPlanFactory().pk}"]
    pages += [url("timeline") + "?region=african", url("export", "csv"), url("export", "json")]
    yield from (client.get(page).content.decode() for page in pages)
    book = load_workbook(io.BytesIO(client.get(url("export", "xlsx")).content))
    yield str(list(book.active.values))


def test_what_a_drafter_prepared_for_a_plan_is_met_nowhere(as_role, role, member):
    plan = factories.ActionPlanFactory(state=member.state, lead="Published lead")
    factories.ProposedChangeFactory(
        member=member, about="plan", plan=plan, typed={"lead": "Planted lead"}, word="Planted word"
    )
    found = list(channels(as_role, plan))
    assert any("Published lead" in text for text in found)
    assert not any("Planted" in text for text in found)


def test_a_plan_entered_for_who_is_no_member_is_met_by_the_secretariat_only(as_role, role, member):
    outside = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    body = factories.RegionalOrganizationFactory()
    factories.MemberFactory(state=None, organization=body, status=Member.Status.FORMER)
    regional = factories.ActionPlanFactory(state=None, organization=body, title="Planted regional")
    plan = factories.ActionPlanFactory(
        state=outside.state, title="Planted title", period_start="2020", period_end="2099"
    )
    partner = factories.FinancePartnerFactory(name="Planted partner")
    factories.PlanFinanceFactory(plan=plan, partner=partner)
    own = factories.ActionPlanFactory(state=member.state, regional_plan=regional, title="Own")
    factories.PlanFinanceFactory(plan=own, partner=partner)
    found = [*channels(as_role, plan)]
    found += [as_role.get(one.get_absolute_url()).text for one in (own, regional, partner)]
    assert any("Own" in text for text in found)
    met = [
        words for words in ("Planted title", "Planted regional") if any(words in t for t in found)
    ]
    if role.startswith("secretariat"):
        assert met == ["Planted title", "Planted regional"]
        assert "Not public" in as_role.get(plan.get_absolute_url()).text
    else:
        assert met == []
        assert as_role.get(plan.get_absolute_url()).status_code == 404
        assert "partner of this plan only" in as_role.get(own.get_absolute_url()).text
        assert as_role.get(url("compare"), {"plan": [plan.pk, own.pk]}).context["problem"]


def test_a_document_is_not_named_for_a_plan_that_is_not_public(client, db):
    outside = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    plan = factories.ActionPlanFactory(state=outside.state)
    client.force_login(factories.secretariat_editor())
    assert client.get(document_url("add", plan.pk)).status_code == 404
    assert client.get(url("edit", plan.pk)).status_code == 200


def test_a_plan_is_not_offered_as_regional_while_its_organization_is_no_member(editor, plan):
    body = factories.RegionalOrganizationFactory()
    factories.MemberFactory(state=None, organization=body, status=Member.Status.PROSPECTIVE)
    hidden = factories.ActionPlanFactory(state=None, organization=body)
    choices = ActionPlanForm(instance=plan).fields["regional_plan"].queryset
    assert hidden not in choices
    plan.regional_plan = hidden
    assert hidden in ActionPlanForm(instance=plan).fields["regional_plan"].queryset


def test_that_a_state_is_a_prospective_member_shows_on_no_page_of_plans(as_role, role, member):
    """A plan of the published list stays where it was, or its absence would tell."""
    prospective = factories.MemberFactory(slug="planted-slug", status=Member.Status.PROSPECTIVE)
    plan = factories.ActionPlanFactory(state=prospective.state, source_row="a list, row 7")
    found = list(channels(as_role, plan))
    assert any(plan.state.name in text for text in found)
    met = any("planted-slug" in text or "rospective" in text for text in found)
    assert met == role.startswith("secretariat")
