"""Facts as generally known: which they are, and that the secretariat has compared them."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import checking
from members.errors import WrongStateError
from members.models import RegionalGroup, RegionalMembership, RegionalOrganization, State
from members.models.states import AS_KNOWN
from tests import factories
from tests.pipeline_tools import at_once
from tests.roles import SECRETARIAT

KNOWN = f"codes: ISO 3166-1; names: a list; groups: another list, {AS_KNOWN}, to be compared"
FOUND = "The list of regional groups as of 1 October 2026."


@pytest.fixture
def secretariat(client, db):
    user = factories.secretariat_editor()
    client.force_login(user)
    return user


@pytest.fixture
def states(db):
    """Three States of one group, of which nobody has compared that they are in it."""
    return factories.StateFactory.create_batch(3, source=KNOWN)


@pytest.fixture
def memberships(db):
    body = factories.RegionalOrganizationFactory()
    source = f"its own list, {AS_KNOWN}; to be compared with it"
    return factories.RegionalMembershipFactory.create_batch(3, organization=body, source=source)


GROUP = "/members/desk/facts/groups/african/"


def page_of(memberships):
    return reverse("members:facts_organization", args=[memberships[0].organization_id])


def shown(page):
    """What the page would send: the mark of each fact."""
    return page.context["form"].initial["shown"].split()


def post(client, url, /, **typed):
    return client.post(url, {"source": FOUND, **typed}, follow=True)


def sources(rows):
    return [row.source for row in type(rows[0]).objects.filter(pk__in=[r.pk for r in rows])]


# Which facts they are -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "is_known_only"),
    [
        (KNOWN, True),
        (f"groups: a list, {AS_KNOWN}; names: another", True),
        (f"groups: a list; seen in May; {AS_KNOWN}", True),
        (f"groups: a list\nof two lines, {AS_KNOWN}", True),
        (f"names: a list, {AS_KNOWN}", False),
        (f"groups: compared; names: {AS_KNOWN}", False),
        (f"all groups: {AS_KNOWN}", False),
        ("groups: compared", False),
        ("", False),
    ],
)
def test_a_groups_part_of_a_source_is_read_alike_here_and_by_the_database(
    db, source, is_known_only
):
    state = factories.StateFactory(source=source)
    assert State.objects.as_generally_known().exists() == is_known_only
    [fact] = checking.facts_of([state])
    assert (AS_KNOWN in fact.source) == is_known_only


def test_the_facts_that_the_portal_begins_with_stand_by_group_and_organization(
    client, secretariat, network
):
    page = client.get(reverse("members:facts"))
    groups, bodies = (part for _kind, part in page.context["parts"])
    assert [group.count for group in groups] == [54, 54, 23, 33, 28, 1]
    assert [group.title for group in groups] == [*RegionalGroup.labels, "In no regional group"]
    assert sum(body.count for body in bodies) == RegionalMembership.objects.count() == 191
    for group in [*groups, *bodies]:
        assert len(client.get(group.url).context["form"].facts) == group.count
    own = client.get(reverse("members:facts_group", args=["none"])).context["form"].facts
    assert [fact.words for fact in own] == ["United States of America"]


def test_the_days_of_a_membership_are_part_of_what_is_compared(client, secretariat, network):
    body = RegionalOrganization.objects.get(acronym="ECOWAS")
    page = client.get(reverse("members:facts_organization", args=[body.pk]))
    assert "Mali, until 28 January 2025" in page.text
    assert [count for _source, count in page.context["form"].sources] == [12, 3]


# Recording that they were compared ------------------------------------------------------------


def test_of_a_state_only_the_part_on_groups_is_replaced(client, secretariat, states):
    marks = shown(client.get(GROUP))
    page = post(client, GROUP, ticked=marks[0])
    assert "1 fact is recorded as compared." in page.text
    states[0].refresh_from_db()
    assert states[0].source == f"codes: ISO 3166-1; names: a list; groups: {FOUND}"
    assert sources(states).count(KNOWN) == 2
    assert len(page.context["form"].facts) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"groups: x, {AS_KNOWN}; names: y", f"groups: {FOUND}; names: y"),
        (f"names: y; groups: x; more, {AS_KNOWN}", f"names: y; groups: {FOUND}"),
        (f"names: y; groups: {AS_KNOWN}; codes: z", f"names: y; groups: {FOUND}; codes: z"),
    ],
)
def test_what_the_source_says_of_other_things_stays(client, secretariat, before, after):
    state = factories.StateFactory(source=before)
    post(client, GROUP, ticked=shown(client.get(GROUP)))
    state.refresh_from_db()
    assert state.source == after
    assert not State.objects.as_generally_known().exists()


def test_a_source_with_signs_of_a_pattern_is_kept_as_typed(client, secretariat, states):
    typed = r"List \1 of \g<0>; names: none."
    post(client, GROUP, whole="1", shown=" ".join(shown(client.get(GROUP))), source=typed)
    assert sources(states) == [f"codes: ISO 3166-1; names: a list; groups: {typed}"] * 3


def test_a_whole_organization_is_recorded_at_once(client, secretariat, memberships):
    other = factories.RegionalMembershipFactory(source=f"another list, {AS_KNOWN}")
    url = page_of(memberships)
    page = post(client, url, whole="1", shown=" ".join(shown(client.get(url))))
    assert "3 facts are recorded as compared." in page.text
    assert page.redirect_chain[-1][0] == reverse("members:facts")
    assert sources(memberships) == [FOUND] * 3
    assert [body.title for body in checking.organizations(secretariat)] == [other.organization.name]
    assert "Every one has been compared." in client.get(url).text


def test_the_source_is_put_on_one_line(client, secretariat, memberships):
    url = page_of(memberships)
    post(client, url, ticked=shown(client.get(url)), source="  The list\r\n of  2026. ")
    assert sources(memberships) == ["The list of 2026."] * 3


@pytest.mark.parametrize("url", ["group", "organization"])
def test_history_says_who_recorded_it_and_what_was_there(
    client, secretariat, states, memberships, url
):
    url, event = (
        (GROUP, "StateEvent")
        if url == "group"
        else (page_of(memberships), "RegionalMembershipEvent")
    )
    mark = shown(client.get(url))[0]
    post(client, url, ticked=mark)
    events = apps.get_model("members", event).objects.filter(pgh_obj_id=mark.split("-")[0])
    before, after = events.order_by("pgh_id")
    assert AS_KNOWN in before.source
    assert FOUND in after.source
    assert after.pgh_context.metadata["user"] == secretariat.pk


# What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"source": ""}, "Source: This field is required."),
        ({"source": " \n "}, "Source: This field is required."),
        ({"source": f"The list, As  Generally {AS_KNOWN[13:]}."}, "with which list you have"),
        ({"source": "x" * 501}, "at most 500 characters"),
        ({"source": "a\x00b"}, "Null characters are not allowed."),
        ({"ticked": []}, "Tick what you have compared"),
        ({"whole": "1", "shown": ""}, "Tick what you have compared"),
    ],
)
def test_what_is_not_a_source_or_names_no_fact_is_refused_in_words(
    client, secretariat, states, nothing_changes, typed, words
):
    marks = shown(client.get(GROUP))
    with nothing_changes():
        page = post(client, GROUP, **{"ticked": marks[:1], **typed})
    assert words in page.text
    assert page.context["form"].facts


def change_group(states, memberships):
    State.objects.filter(pk=states[0].pk).update(name="Another name")


def compare_first(states, memberships):
    rows = State.objects.filter(pk=states[0].pk)
    checking.confirm(rows, {checking.facts_of(rows)[0].mark}, "A colleague's list.")


def end_membership(states, memberships):
    RegionalMembership.objects.filter(pk=memberships[0].pk).update(until="2026-01-01")


def remove_membership(states, memberships):
    RegionalMembership.objects.filter(pk=memberships[0].pk).delete()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("of", "meanwhile"),
    [
        ("states", change_group),
        ("states", compare_first),
        ("memberships", end_membership),
        ("memberships", remove_membership),
    ],
)
def test_a_fact_that_changed_meanwhile_is_not_confirmed_unseen(
    client, secretariat, states, memberships, nothing_changes, of, meanwhile, whole
):
    url = GROUP if of == "states" else page_of(memberships)
    marks = shown(client.get(url))
    meanwhile(states, memberships)
    typed = {"whole": "1", "shown": " ".join(marks)} if whole else {"ticked": marks}
    with nothing_changes():
        page = client.post(url, {"source": FOUND, **typed})
    assert page.status_code == 409
    assert "A fact has changed since you began" in page.text
    assert FOUND in page.text
    # Shown anew, so what the page sends now is what is there.
    form = page.context["form"]
    assert form["shown"].value().split() == [fact.mark for fact in form.facts]
    again = {"whole": "1", "shown": form["shown"].value()}
    assert client.post(url, {"source": FOUND, **again}).status_code == 302


def test_a_fact_that_came_meanwhile_is_not_among_all_that_were_shown(client, secretariat, states):
    marks = shown(client.get(GROUP))
    new = factories.StateFactory(source=KNOWN)
    post(client, GROUP, whole="1", shown=" ".join(marks))
    new.refresh_from_db()
    assert new.source == KNOWN
    assert KNOWN not in sources(states)


def test_a_mark_of_another_group_or_of_nothing_confirms_nothing(
    client, secretariat, states, memberships, nothing_changes
):
    marks = shown(client.get(page_of(memberships)))
    for forged in (marks, ["", "AAA-0"], ["\x00"]):
        with nothing_changes():
            assert client.post(GROUP, {"source": FOUND, "ticked": forged}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_record_the_same_at_once_one_is_told():
    state = factories.StateFactory(source=KNOWN)
    rows = State.objects.as_generally_known()
    marks = {fact.mark for fact in checking.facts_of(rows.all())}
    outcomes = at_once(
        [lambda source=source: checking.confirm(rows.all(), marks, source) for source in ("a", "b")]
    )
    assert sorted(map(str, map(type, outcomes))) == sorted(map(str, [int, WrongStateError]))
    state.refresh_from_db()
    assert re.search(r"groups: [ab]$", state.source)


def test_nobody_but_the_secretariat_records_or_reads_them(
    as_role, role, states, memberships, nothing_changes
):
    if role in SECRETARIAT:
        assert states[0].name in as_role.get(GROUP).text
        return
    marks = [fact.mark for fact in checking.facts_of(State.objects.filter(source=KNOWN))]
    for url in (GROUP, page_of(memberships), reverse("members:facts")):
        with nothing_changes():
            page = as_role.post(url, {"source": FOUND, "ticked": marks})
        assert page.status_code in (302, 404, 405)
        assert states[0].name not in as_role.get(url).text


def test_what_is_no_group_and_no_organization_is_not_found(client, secretariat, states):
    body = factories.RegionalOrganizationFactory()
    for url in ("groups/nothing/", "groups/none/", "groups/weog/", f"organizations/{body.pk}/"):
        assert client.get(f"/members/desk/facts/{url}").status_code == 404, url


# Loading the facts again ----------------------------------------------------------------------


def test_loading_again_leaves_what_was_compared_and_what_was_removed(client, secretariat, network):
    body = RegionalOrganization.objects.get(acronym="IGAD")
    url = reverse("members:facts_organization", args=[body.pk])
    removed = body.memberships.first()
    removed.delete()
    for page in (GROUP, url):
        post(client, page, whole="1", shown=" ".join(shown(client.get(page))))
    call_command("load_network", verbosity=0)
    african = State.objects.filter(regional_group="african")
    assert african.count() == african.filter(source__contains=FOUND).count() == 54
    assert set(body.memberships.values_list("source", flat=True)) == {FOUND}
    assert not body.memberships.filter(state=removed.state_id).exists()


# Many of them ---------------------------------------------------------------------------------


def test_the_pages_take_a_fixed_number_of_queries_at_5_and_at_300_facts(client, secretariat):
    body = factories.RegionalOrganizationFactory()
    urls = [
        reverse("members:facts"),
        GROUP,
        reverse("members:facts_organization", args=[body.pk]),
    ]

    def more(count):
        states = State.objects.bulk_create(
            factories.StateFactory.build(source=KNOWN) for _one in range(count)
        )
        RegionalMembership.objects.bulk_create(
            RegionalMembership(organization=body, state=state, source=AS_KNOWN) for state in states
        )

    def queries(url):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    more(5)
    few = [queries(url) for url in urls]
    more(295)
    assert [queries(url) for url in urls] == few
    with CaptureQueriesContext(connection) as asked:
        post(client, GROUP, whole="1", shown=" ".join(shown(client.get(GROUP))))
    assert len(asked) <= 40
    assert not State.objects.as_generally_known().exists()


def test_an_administrator_corrects_what_the_organizations_list_says_otherwise(client, memberships):
    client.force_login(factories.secretariat_administrator())
    url = reverse(
        "admin:members_regionalorganization_change", args=[memberships[0].organization_id]
    )
    page = client.get(url)
    forms = page.context["inline_admin_formsets"][0].formset
    data = {**page.context["adminform"].form.initial, **forms.management_form.initial}
    data = {forms.add_prefix(k) if k.isupper() else k: v for k, v in data.items()}
    for form in forms.initial_forms:
        values = {
            **form.initial,
            form._pk_field.name if hasattr(form, "_pk_field") else "id": form.instance.pk,
        }
        data |= {form.add_prefix(name): "" if v is None else v for name, v in values.items()}
    data[forms.initial_forms[0].add_prefix("until")] = "2026-01-31"
    data[forms.initial_forms[0].add_prefix("organization")] = memberships[0].organization_id
    assert client.post(url, data).status_code == 302
    assert RegionalMembership.objects.filter(until="2026-01-31").count() == 1
