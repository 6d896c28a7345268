"""The directory: who is found, what the table and its files say, and the regional balance."""

import csv
import io
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, resolve, reverse
from openpyxl import load_workbook

from members import balance_charts, joining
from members.directory import Numbers, entries, public_by_group
from members.forms.member_filters import NO_PLAN, PLANS, MemberFilter
from members.models import (
    ActionPlan,
    Function,
    Member,
    MembershipTotal,
    RegionalGroup,
    State,
    Theme,
)
from members.slugs import TAKEN_BY_PAGES, refuse_words_of_pages
from tests import factories
from tests.factories import focal_point, today
from tests.roles import SECRETARIAT

FORMATS = ["csv", "xlsx", "json"]
LIST = "/members/"


def export(form="json"):
    return reverse("members:export", args=[form])


def names(client, **query):
    """Return the names in the table, which are those of the file alike."""
    page = client.get(LIST, query)
    assert page.status_code == 200
    shown = [entry.member.name for entry in page.context["entries"]]
    rows = json.loads(client.get(export(), query).content)
    assert [row["Member"] for row in rows] == shown
    return shown


def body_named(name, acronym):
    return factories.MemberFactory(
        state=None,
        organization=factories.RegionalOrganizationFactory(name=name, acronym=acronym),
    )


# Search -----------------------------------------------------------------------------------


UNITED_KINGDOM = "United Kingdom of Great Britain and Northern Ireland"
FOUND = {
    "namibia": "Namibia",
    "Namibya": "Namibia",
    "Cote d'Ivoire": "Côte d'Ivoire",
    "d’Ivoire": "Côte d'Ivoire",
    "  COTE  ": "Côte d'Ivoire",
    "Untied Kingdom": UNITED_KINGDOM,
    "great brit": UNITED_KINGDOM,
    "gbr": UNITED_KINGDOM,
    "Chlie": "Chile",
    "ecowas": "Economic Community of West African States",
    "african union": "African Union",
    "Afrcan Unoin": "African Union",
}


def test_a_member_is_found_with_accents_and_small_errors_forgiven(network):
    for words, expected in FOUND.items():
        found = [member.name for member in Member.objects.public().search(words)]
        assert expected in found, words
        assert len(found) <= 3, words


def test_words_that_are_no_name_find_nothing(network):
    for words in ("'", " ", "%", "_", "日本", "\\", "[[:punct:]", "qqqq"):
        assert not Member.objects.public().search(words).exists(), words


def test_a_name_that_is_right_finds_what_it_says_and_nothing_near_it(db):
    for name in ("Niger", "Nigeria"):
        factories.MemberFactory(state__name=name)
    assert [m.name for m in Member.objects.search("Nigeria")] == ["Nigeria"]
    assert {m.name for m in Member.objects.search("Niger")} == {"Niger", "Nigeria"}


def test_the_right_name_of_a_state_that_is_no_member_finds_no_other(db):
    factories.MemberFactory(state__name="Liberia")
    assert Member.objects.search("Nigeria").exists()
    nigeria = factories.StateFactory(name="Nigeria")
    assert not Member.objects.search("Nigeria").exists()
    assert not Member.objects.search(nigeria.iso3).exists()


def test_words_are_found_at_the_beginning_of_a_word_only(db):
    for name in ("Oman", "Romania"):
        factories.MemberFactory(state__name=name)
    assert [m.name for m in Member.objects.search("oman")] == ["Oman"]


def test_the_page_says_when_it_shows_what_comes_nearest(client, db):
    factories.MemberFactory(state__name="Namibia")
    text = client.get(LIST, {"q": "Namibya"}).text
    assert "No name has the words “Namibya”. These come nearest." in text
    assert "come nearest" not in client.get(LIST, {"q": "namibia"}).text
    nothing = client.get(LIST, {"q": "qqqq"}).text
    assert "No member in this list is like this." in nothing


def test_what_is_nearest_does_not_change_with_members_that_are_not_public(client, db):
    factories.MemberFactory(state__name="Plantedia")
    assert names(client, q="Plantedla") == ["Plantedia"]
    hidden = factories.RegionalOrganizationFactory(name="Plantedla", acronym="PLA")
    factories.MemberFactory(state=None, organization=hidden, status=Member.Status.PROSPECTIVE)
    assert names(client, q="Plantedla") == ["Plantedia"]


# Filters ----------------------------------------------------------------------------------


@pytest.fixture
def five(db):
    """Members that differ in what can be asked."""
    theme = Theme.objects.create(slug="financing", name="Financing")
    african = factories.MemberFactory(state__name="Alpha", state__regional_group="african")
    factories.MemberFactory(state__name="Beta", state__regional_group="weog").themes.add(theme)
    factories.MemberFactory(state__name="Gamma", state__regional_group="")
    body_named("Delta Union", "DU").themes.add(theme)
    factories.MemberFactory(state__name="Epsilon", state__regional_group="grulac")
    factories.ActionPlanFactory(state=african.state, period_start="2024", period_end="2099")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Alpha", "Beta", "Delta Union", "Epsilon", "Gamma"]),
        ({"kind": "organization"}, ["Delta Union"]),
        ({"kind": "state"}, ["Alpha", "Beta", "Epsilon", "Gamma"]),
        # The State without a group is counted with Western European and other States.
        ({"region": "weog"}, ["Beta", "Gamma"]),
        ({"region": "african"}, ["Alpha"]),
        ({"theme": "financing"}, ["Beta", "Delta Union"]),
        ({"plan": "in force"}, ["Alpha"]),
        ({"plan": NO_PLAN, "kind": "state"}, ["Beta", "Epsilon", "Gamma"]),
        ({"q": "DU"}, ["Delta Union"]),
        ({"q": "beta", "kind": "state", "region": "weog", "theme": "financing"}, ["Beta"]),
        ({"q": "beta", "region": "african"}, []),
    ],
)
def test_the_filters_can_be_put_together_and_the_file_holds_just_that(
    client, five, query, expected
):
    assert names(client, **query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "moon"},
        {"region": "weog' --"},
        {"plan": "lost"},
        {"theme": "no-theme"},
        {"q": "\x00"},
        {"q": "x" * 101},
        {"page": "9999"},
        {"page": "x"},
        {"unknown": "1"},
    ],
)
def test_an_address_that_makes_no_sense_is_answered_with_a_page(client, five, query):
    assert client.get(LIST, query).status_code == 200
    assert client.get(export("csv"), query).status_code == 200


def test_a_filter_that_cannot_be_is_explained(client, five):
    text = client.get(LIST, {"theme": "no-theme"}).text
    assert "Select a valid choice" in text
    assert re_open(text)


def re_open(text):
    return "<details open>" in text


def test_filters_are_open_and_can_be_left_where_something_was_asked(client, five):
    assert not re_open(client.get(LIST).text)
    text = client.get(LIST, {"region": "weog"}).text
    assert re_open(text)
    assert f'<a href="{LIST}">Show all members</a>' in text
    assert f'href="{export("xlsx")}?region=weog"' in text
    assert '<option value="weog" selected>' in text
    assert "Show all members" not in client.get(LIST).text


# Counts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (Numbers(60, 4), "64 members: 60 States, 4 regional organizations"),
        (Numbers(1, 1), "2 members: 1 State, 1 regional organization"),
        (Numbers(1, 0), "1 member: 1 State"),
        (Numbers(0, 2), "2 members: 2 regional organizations"),
    ],
)
def test_members_are_counted_by_kind(numbers, words):
    assert numbers.words == words


def test_the_page_counts_what_it_shows_and_says_that_the_list_is_not_complete(client, network):
    text = client.get(LIST).text
    assert "64 members: 57 States, 7 regional organizations" in text
    assert "This list names 64 members and is not complete." in text
    assert "The latest published figure is 99 members (June 2023)." in text
    text = client.get(LIST, {"kind": "organization"}).text
    assert "7 members: 7 regional organizations" in text
    assert "This list names 64 members" in text


def test_each_member_stands_in_the_table_with_its_regional_group(client, network):
    rows = re.findall(r'<tr role="row">(.*?)</tr>', client.get(LIST).text, re.DOTALL)[1:]
    assert len(rows) == 64
    groups = {
        re.search(r">([^<]+)</a></th>", row)[1]: re.search(r'group-[\w-]+">([^<]+)<', row)[1]
        for row in rows
    }
    assert groups["Namibia"] == "African States"
    assert groups["Chile"] == "Latin American and Caribbean States"
    assert groups["Norway"] == groups["United States of America"]
    assert groups["African Union"] == "Regional organization"


def test_the_number_beside_a_group_is_that_of_its_members(client, network):
    link = r'href="(\?(?:region|kind)=[\w-]+)#found"[^>]*>.*?<span class="soft">(\d+)</span>'
    links = re.findall(link, client.get(LIST).text, re.DOTALL)
    assert len(links) == 6
    for address, number in links:
        assert client.get(LIST + address).context["shown"].all == int(number)


def test_a_portal_without_members_says_so(client, db):
    assert "No member is recorded yet." in client.get(LIST).text
    assert client.get(reverse("members:balance")).status_code == 200


# The newest plan --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plans", "newest"),
    [
        # (generation, adopted, start); the index of the newest
        ([(1, "2010", None), (2, "2016", None)], 1),
        ([(2, "2016", None), (1, "2010", None)], 0),
        ([(1, "2010", None), (2, None, None)], 1),
        ([(1, "2011", None), (None, "2019", None)], 1),
        ([(1, "2011", None), (None, "2005", None)], 0),
        ([(1, "2011", None), (None, None, None)], 0),
        ([(None, None, "2018-05"), (None, None, "2018-11")], 1),
        ([(None, "2018", None), (None, None, None)], 0),
        ([(None, None, None), (None, None, None)], 1),
        # The period counts before the day of adoption.
        ([(None, "2017", "2020"), (None, "2018", "2019")], 0),
    ],
)
def test_the_newest_plan_is_of_the_latest_generation_or_date_as_far_as_known(member, plans, newest):
    made = [
        factories.ActionPlanFactory(
            state=member.state, generation=generation, adopted_on=adopted, period_start=start
        )
        for generation, adopted, start in plans
    ]
    factories.ActionPlanFactory(generation=9, adopted_on="2025")  # of another State
    assert list(ActionPlan.objects.filter(state=member.state).newest()) == [made[newest]]
    assert ActionPlan.objects.newest().count() == 2


def test_the_filter_and_the_table_tell_the_same_of_each_newest_plan(network):
    told = {
        entry.member.pk: entry.plan.state_on(today()).value if entry.plan else NO_PLAN
        for entry in entries(list(Member.objects.public()), today())
    }
    assert set(told.values()) >= {"in force", "expired", "adopted", "not recorded", NO_PLAN}
    for state, _label in PLANS:
        found = MemberFilter({"plan": state}, queryset=Member.objects.public()).qs
        assert {m.pk for m in found} == {
            pk for pk, told_state in told.items() if told_state == state
        }


def test_an_older_plan_in_the_state_that_is_asked_does_not_count(client, member):
    factories.ActionPlanFactory(
        state=member.state, generation=1, period_start="2020", period_end="2099"
    )
    factories.ActionPlanFactory(state=member.state, generation=2, stated_state="in development")
    assert names(client, plan="in development") == [member.name]
    assert names(client, plan="in force") == []


def test_the_table_says_how_the_newest_plan_stands_with_its_dates(client, network):
    text = client.get(LIST, {"q": "Namibia"}).text
    assert "First national action plan" in text
    assert "2019–2024" in text
    assert "Expired" in text
    assert "African States" in text
    assert "adopted 2017" in client.get(LIST, {"q": "Brazil"}).text
    assert "None on record" in client.get(LIST, {"q": "Belgium"}).text


# Focal point's office, and what is nobody's business ------------------------------------------


def test_the_office_is_the_members_own_word_else_that_of_the_running_designation(client, member):
    focal_point(member, Function.ALTERNATE, unit="Unit two", ministry="Ministry two")
    assert "Unit two, Ministry two" in client.get(LIST).text
    focal_point(member, unit="Unit one", ministry="Ministry one")
    text = client.get(LIST).text
    assert "Unit one, Ministry one" in text
    assert "Unit two" not in text
    Member.objects.update(office="Own office")
    text = client.get(LIST).text
    assert "Own office" in text
    assert "Ministry one" not in text


def test_the_office_of_a_mission_contact_or_of_a_past_day_is_not_shown(client, member):
    focal_point(member, Function.MISSION, unit="Mission unit")
    focal_point(
        member, unit="Past unit", until=today().replace(year=today().year - 1), since="2019-01-01"
    )
    text = client.get(LIST).text
    assert "unit" not in text
    assert "Not recorded" in text


def texts(client, query=None):
    """Return all that the directory says to this person, in every form."""
    yield client.get(LIST, query).text
    yield client.get(reverse("members:balance")).text
    for form in FORMATS:
        answer = client.get(export(form), query)
        assert answer.status_code == 200
        if form == "xlsx":
            sheet = load_workbook(io.BytesIO(answer.content)).active
            yield "\n".join(str(cell) for row in sheet.values for cell in row)
        else:
            yield answer.content.decode()


def test_no_name_no_own_address_and_no_note_of_the_secretariat_is_in_the_directory(
    as_role, member, role
):
    Member.objects.filter(pk=member.pk).update(note="Planted note", telephone="+1 000 000")
    user = factories.UserFactory(name="Planted Name", email="planted@example.org")
    focal_point(member, user=user, unit="The unit", name_is_public=True)
    factories.ProposedChangeFactory(member=member, typed={"overview": "<p>Planted draft</p>"})
    assert "Planted Name" in as_role.get(member.get_absolute_url()).text
    for text in texts(as_role):
        assert "anted" not in text.replace("granted", "")
        assert "+1 000" not in text
    assert "The unit" in as_role.get(LIST).text


def test_who_is_no_member_is_in_no_channel_and_is_not_counted(as_role, member, role):
    for status in ("prospective", "former"):
        planted = factories.MemberFactory(
            status=status, state__name=f"{status} Plantedia", state__regional_group="grulac"
        )
        factories.ActionPlanFactory(state=planted.state, title="Plantedian plan")
        found = as_role.get(planted.get_absolute_url())
        assert ("Plantedia" in found.text) == (role in SECRETARIAT)
        assert names(as_role, q=planted.state_id) == []
    listed = Member.objects.public().count()
    for text in texts(as_role):
        assert "Plantedia" not in text
    assert names(as_role, region="grulac") == []
    assert as_role.get(LIST).context["shown"].all == listed
    assert public_by_group()["grulac"] == 0


# Files ------------------------------------------------------------------------------------


def test_all_three_files_hold_the_same_rows_beyond_one_page(client, five, monkeypatch):
    monkeypatch.setattr("members.views.directory.A_PAGE", 2)
    page = client.get(LIST, {"page": 2, "kind": "state"})
    assert [entry.member.name for entry in page.context["entries"]] == ["Epsilon", "Gamma"]
    assert 'href="?kind=state&amp;page=1#found"' in page.text
    query = {"kind": "state", "page": 2}
    rows = json.loads(client.get(export("json"), query).content)
    assert [row["Member"] for row in rows] == ["Alpha", "Beta", "Epsilon", "Gamma"]
    text = client.get(export("csv"), query).content.decode("utf-8-sig")
    assert [row["Member"] for row in csv.DictReader(io.StringIO(text))] == [
        row["Member"] for row in rows
    ]
    sheet = load_workbook(io.BytesIO(client.get(export("xlsx"), query).content)).active
    head, *lines = sheet.values
    assert list(head) == list(rows[0])
    assert [line[0] for line in lines] == [row["Member"] for row in rows]


def test_a_row_of_a_file_holds_what_the_page_says(client, network):
    theme = Theme.objects.get(slug="financing")
    Member.objects.get(slug="namibia").themes.add(theme)
    [row] = json.loads(client.get(export(), {"theme": "financing"}).content)
    assert row["ISO 3166-1 alpha-3"] == "NAM"
    assert row["Regional group"] == "African States"
    assert row["Newest plan"] == "First national action plan"
    assert (row["Period begins"], row["Period ends"]) == ("2019", "2024")
    assert row["Themes"] == ["Financing"]
    assert row["Last confirmed"] is None
    assert row["Joined"] == "2016"


def test_a_formula_in_a_members_words_is_none_in_the_file(client, member):
    Member.objects.update(office='=HYPERLINK("x")')
    text = client.get(export("csv")).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["Office of the focal point"] == '\'=HYPERLINK("x")'


def test_a_file_of_another_form_does_not_exist(client, db):
    assert client.get(export("pdf")).status_code == 404


# Queries ----------------------------------------------------------------------------------


def many_members(count):
    states = State.objects.bulk_create(factories.StateFactory.build_batch(count))
    made = Member.objects.bulk_create(
        Member(state=state, slug=f"many-{state.pk}", status="member") for state in states
    )
    ActionPlan.objects.bulk_create(
        ActionPlan(state=state, generation=generation, adopted_on="2020")
        for state in states
        for generation in (1, 2)
    )
    focal_point(made[0])


@pytest.mark.parametrize("count", [5, 300])
def test_the_directory_takes_a_fixed_number_of_queries(client, db, count):
    many_members(count)
    MembershipTotal.objects.create(as_of="2023-06", total=99, source="A source")
    for path, query, allowed in (
        (LIST, {}, 7),
        (LIST, {"q": "state", "kind": "state", "region": "african", "plan": "adopted"}, 8),
        (export("json"), {}, 4),
        (reverse("members:balance"), {}, 3),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, query).status_code == 200
        assert len(queries) == allowed, (path, query)


# Regional balance -------------------------------------------------------------------------


def test_the_balance_counts_members_against_the_size_of_their_group(network):
    members, sizes = public_by_group(), balance_charts.group_sizes()
    assert sizes == {
        "african": 54,
        "asia-pacific": 54,
        "eastern-european": 23,
        "grulac": 33,
        "weog": 29,
    }
    assert (members.total(), members["organizations"]) == (64, 7)
    numbers, shares = balance_charts.by_group(members, sizes, today())
    african = RegionalGroup.AFRICAN
    assert numbers.table.rows[0] == [str(african.label), str(members["african"]), "54"]
    assert shares.table.rows[0][1] == str(round(100 * members["african"] / 54))


def test_published_figures_in_words_stay_words(client, network):
    chart = balance_charts.published(MembershipTotal.objects.all())
    assert [row[1] for row in chart.table.rows] == ["45", "83", "91", "99"]
    text = client.get(reverse("members:balance")).text
    assert "May 2018: more than 80" in text
    assert "Secretary-General&#x27;s report on women and peace and security, 2018" in text
    assert "57 States that this portal knows as members" in text
    assert "7 regional organizations are members, too" in text


@pytest.mark.parametrize(
    ("as_of", "label"), [("2023-06", "Jun 2023"), ("2022", "2022"), (None, "Not recorded")]
)
def test_a_column_is_labelled_as_far_as_its_date_is_known(as_of, label):
    total = MembershipTotal(as_of=as_of and Member._meta.get_field("joined_on").to_python(as_of))
    total.total = 5
    assert balance_charts.published([total]).table.rows == [[label, "5"]]


def test_a_group_without_states_has_no_share(db):
    shares = balance_charts.by_group(public_by_group(), balance_charts.group_sizes(), today())[1]
    assert {row[1] for row in shares.table.rows} == {"not recorded"}


# Addresses --------------------------------------------------------------------------------


def first_words():
    """Return the words that stand where a slug stands in /members/<slug>/."""
    [members] = [p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "members"]
    routes = [str(p.pattern) for p in members.url_patterns if isinstance(p, URLPattern)]
    return {route.split("/")[0] for route in routes if route and route[0] != "<"}


def test_no_page_of_members_has_the_address_of_a_member():
    assert first_words() == TAKEN_BY_PAGES
    assert resolve("/members/balance/").url_name == "balance"
    assert resolve("/members/export/csv/").url_name == "export"


def test_no_member_gets_the_address_of_a_page(db):
    assert joining.free_slug(State(name="Balance")) == "balance-2"
    assert joining.free_slug(State(name="Balanced")) == "balanced"
    with pytest.raises(ValidationError):
        refuse_words_of_pages("balance")
    refuse_words_of_pages("namibia")


def test_the_administration_refuses_the_address_of_a_page(client, db):
    client.force_login(factories.secretariat_administrator())
    state = factories.StateFactory()
    data = {"state": state.pk, "slug": "export", "status": "member", "joined_on": ""}
    url = reverse("admin:members_member_add")
    assert "A page of the portal has this address." in client.post(url, data).text
    assert not Member.objects.exists()
    assert client.post(url, {**data, "slug": "exported"}).status_code == 302
    assert Member.objects.get().slug == "exported"
