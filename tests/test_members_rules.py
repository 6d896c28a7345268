"""Who may see and change which member, asked of the QuerySets, and what Postgres refuses."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from members.models import ActionPlan, ChairTerm, Designation, Function, Member, User
from members.representing import representations
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_EDITORS, OWN_PEOPLE, SECRETARIAT, person

DAY = datetime.timedelta(days=1)


def test_a_member_is_edited_by_its_focal_points_and_the_secretariat(member, role):
    user = person(role, member)
    editable = Member.objects.editable_by(user, today()).filter(pk=member.pk)
    assert editable.exists() == (role in OWN_EDITORS | SECRETARIAT)


def test_a_plan_is_edited_by_who_edits_its_member(member, role):
    plan = factories.ActionPlanFactory(state=member.state)
    user = person(role, member)
    editable = ActionPlan.objects.editable_by(user, today()).filter(pk=plan.pk)
    assert editable.exists() == (role in OWN_EDITORS | SECRETARIAT)


def test_history_is_for_the_members_people_and_the_secretariat(member, role):
    user = person(role, member)
    visible = Member.objects.history_visible_to(user, today()).filter(pk=member.pk)
    assert visible.exists() == (role in OWN_PEOPLE | SECRETARIAT)


def test_a_prospective_member_is_private_to_the_secretariat(member, role):
    prospective = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    visible = Member.objects.visible_to(person(role, member)).filter(pk=prospective.pk)
    assert visible.exists() == (role in SECRETARIAT)


@pytest.mark.parametrize(
    ("offset", "may_edit"), [(-1, False), (0, True), (5, True), (10, True), (11, False)]
)
def test_both_ends_of_a_designation_belong_to_it(member, offset, may_edit):
    first = datetime.date(2026, 3, 1)
    user = focal_point(member, since=first, until=first + 10 * DAY)
    editable = Member.objects.editable_by(user, first + offset * DAY)
    assert (member in editable) == may_edit


def test_a_focal_point_for_one_day_has_rights_on_that_day_only(member):
    day = datetime.date(2026, 3, 1)
    user = focal_point(member, since=day, until=day)
    found = [bool(Member.objects.editable_by(user, d)) for d in (day - DAY, day, day + DAY)]
    assert found == [False, True, False]


def test_a_focal_point_of_two_members_edits_both_and_no_third(member):
    user = focal_point(member)
    second, third = factories.MemberFactory(), factories.MemberFactory()
    focal_point(second, Function.ALTERNATE, user=user)
    assert set(Member.objects.editable_by(user, today())) == {member, second}
    assert third not in Member.objects.editable_by(user, today())


def test_a_former_member_is_edited_by_the_secretariat_only(member):
    user = focal_point(member)
    member.status = Member.Status.FORMER
    member.save()
    assert not Member.objects.editable_by(user, today())
    assert member in Member.objects.editable_by(factories.secretariat_editor(), today())


# Representation ---------------------------------------------------------------------------


def test_a_function_is_held_vacant_or_not_recorded(member):
    focal_point(member)
    member.vacant_functions = [Function.ALTERNATE]
    states = [r.state for r in representations(member, today(), names_visible=False)]
    assert states == ["held", "vacant", "not recorded"]


def test_a_held_function_is_not_vacant_whatever_the_member_once_said(member):
    focal_point(member)
    member.vacant_functions = [Function.PRINCIPAL]
    assert representations(member, today(), names_visible=False)[0].state == "held"


def test_a_name_is_shown_only_to_who_may_see_it(member):
    user = focal_point(member, ministry="Ministry of Foreign Affairs")
    shown = representations(member, today(), names_visible=True)[0].shown
    assert shown == [f"{user.name}, Ministry of Foreign Affairs"]
    hidden = representations(member, today(), names_visible=False)[0].shown
    assert hidden == ["Ministry of Foreign Affairs"]


def test_a_name_is_public_if_the_member_says_so(member):
    user = focal_point(member, name_is_public=True)
    assert representations(member, today(), names_visible=False)[0].shown == [user.name]


def test_the_office_stands_for_a_person_whose_name_is_not_public(member):
    member.office = "Office for gender equality"
    focal_point(member, post="Director")
    assert representations(member, today(), False)[0].shown == ["Office for gender equality"]


def test_without_office_it_only_says_that_the_name_is_not_public(member):
    focal_point(member)
    assert representations(member, today(), False)[0].shown == ["Held; the name is not public"]


# What Postgres refuses --------------------------------------------------------------------


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_postgres_refuses_overlapping_designations(member):
    first = factories.DesignationFactory(member=member, since="2026-01-01", until="2026-01-31")
    again = {"member": member, "user": first.user, "function": first.function}
    refused(
        "designations_do_not_overlap",
        lambda: factories.DesignationFactory(**again, since="2026-01-31"),
    )
    factories.DesignationFactory(**again, since="2026-02-01")
    factories.DesignationFactory(member=member, since="2026-01-15")
    assert Designation.objects.count() == 3


def test_postgres_refuses_a_designation_that_ends_before_it_begins(member):
    refused(
        "designation_ends_on_or_after_its_first_day",
        lambda: factories.DesignationFactory(member=member, since="2026-02-01", until="2026-01-31"),
    )


def test_postgres_refuses_an_unknown_function(member):
    refused(
        "designation_function_is_known",
        lambda: factories.DesignationFactory(member=member, function="friend"),
    )


def test_postgres_refuses_a_member_that_is_a_state_and_an_organization(db):
    organization = factories.RegionalOrganizationFactory()
    refused(
        "member_is_a_state_or_an_organization",
        lambda: factories.MemberFactory(organization=organization),
    )


def test_postgres_refuses_an_unknown_status(db):
    refused("member_status_is_known", lambda: factories.MemberFactory(status="friend"))


def test_postgres_refuses_an_unknown_regional_group(db):
    refused(
        "state_regional_group_is_known", lambda: factories.StateFactory(regional_group="northern")
    )


def test_postgres_refuses_a_second_account_for_an_address_whatever_its_case(db):
    factories.UserFactory(email="person@example.org")
    refused(
        "an_address_belongs_to_one_account",
        lambda: factories.UserFactory(email="Person@example.org"),
    )


def test_postgres_refuses_a_drafter_named_twice_at_a_time(member):
    drafter = factories.DrafterFactory(member=member)
    refused(
        "a_drafter_is_named_once_at_a_time",
        lambda: factories.DrafterFactory(member=member, user=drafter.user),
    )


def test_postgres_refuses_a_drafter_who_ends_before_the_first_day(member):
    refused(
        "drafter_ends_on_or_after_the_first_day",
        lambda: factories.DrafterFactory(member=member, since="2026-02-01", until="2026-01-01"),
    )


def test_postgres_refuses_overlapping_chair_terms(db):
    factories.ChairTermFactory(since="2030-01-01", until="2030-12-31")
    refused(
        "chair_terms_do_not_overlap",
        lambda: factories.ChairTermFactory(since="2030-12-31", until="2031-12-31"),
    )


def test_postgres_refuses_a_chair_term_that_ends_before_it_begins(db):
    refused(
        "chair_term_ends_on_or_after_its_first_day",
        lambda: factories.ChairTermFactory(since="2030-02-01", until="2030-01-31"),
    )


def test_postgres_refuses_a_plan_of_nobody(db):
    refused(
        "plan_is_of_a_state_or_an_organization",
        lambda: factories.ActionPlanFactory(state=None),
    )


def test_postgres_refuses_a_plan_of_generation_zero(db):
    refused("plan_generation_counts_from_one", lambda: factories.ActionPlanFactory(generation=0))


def test_the_history_of_a_member_cannot_be_rewritten(member):
    with (
        pytest.raises(InternalError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE members_memberevent SET overview = 'another past'")


def test_a_bulk_update_is_in_the_history_too(member):
    Member.objects.filter(pk=member.pk).update(office="In bulk")
    assert member.events.order_by("pgh_id").last().office == "In bulk"


def test_a_telephone_number_is_in_no_history(member):
    Member.objects.filter(pk=member.pk).update(telephone="+1 212 000 0000", office="Changed")
    assert member.events.order_by("pgh_id").last().office == "Changed"
    assert not hasattr(member.events.last(), "telephone")


@pytest.mark.django_db(transaction=True)
def test_of_two_designations_made_at_once_postgres_keeps_one():
    member, user = factories.MemberFactory(), factories.UserFactory()
    barrier, outcomes = threading.Barrier(2), []

    def designate():
        barrier.wait()
        try:
            factories.DesignationFactory(member=member, user=user)
            outcomes.append("kept")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=designate) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["kept", "refused"]
    assert Designation.objects.count() == 1


# Plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "not recorded"),
        ({"adopted_on": "2019"}, "adopted"),
        ({"period_start": "2019", "period_end": "2024"}, "expired"),
        ({"period_start": "2019", "period_end": "2026"}, "in force"),
        ({"period_start": "2027", "period_end": "2030"}, "not recorded"),
        ({"stated_state": "under review", "adopted_on": "2019"}, "under review"),
        ({"stated_state": "in force", "period_end": "2024"}, "expired"),
    ],
)
def test_the_state_of_a_plan_follows_from_its_dates(facts, state):
    plan = ActionPlan(**facts)
    plan.clean_fields(exclude=["state", "organization"])
    assert plan.state_on(datetime.date(2026, 11, 25)) == state


@pytest.mark.parametrize(
    ("generation", "title"),
    [
        (2, "Second national action plan"),
        (None, "National action plan"),
        (12, "12th national action plan"),
    ],
)
def test_a_plan_without_title_says_what_it_is(db, generation, title):
    assert factories.ActionPlanFactory(generation=generation).title_or_default == title


def test_a_regional_organization_has_a_regional_action_plan(db):
    organization = factories.RegionalOrganizationFactory()
    plan = factories.ActionPlanFactory(state=None, organization=organization)
    assert plan.title_or_default == "First regional action plan"
    member = factories.MemberFactory(state=None, organization=organization)
    assert list(ActionPlan.objects.of(member)) == [plan]
    assert str(plan) == f"{organization.name}: First regional action plan"


def test_a_period_with_one_end_says_that_the_other_is_not_recorded(db):
    plan = factories.ActionPlanFactory(period_start="2019")
    plan.refresh_from_db()
    assert plan.period_label == "2019–not recorded"
    assert ActionPlan().period_label == ""


# People -----------------------------------------------------------------------------------


def test_a_superuser_may_do_everything(db):
    user = User.objects.create_superuser("root@example.org", "a long enough word", name="Root")
    assert user.is_secretariat
    assert User.objects.get_by_natural_key("ROOT@example.org") == user


def test_names_are_used_as_in_running_text(network):
    congo = Member.objects.named().get(slug="democratic-republic-of-the-congo")
    assert congo.name_in_text == "the Democratic Republic of the Congo"
    union = Member.objects.named().get(slug="african-union")
    assert union.name_in_text == "the African Union"
    assert union.group_label == "Regional organization"


def test_the_united_states_is_counted_with_western_european_and_other_states(network):
    member = Member.objects.named().get(slug="united-states-of-america")
    assert member.state.regional_group == ""
    assert member.group_label == "Western European and other States"


def test_a_member_without_state_and_organization_has_no_party():
    with pytest.raises(ValueError, match="State or an organization"):
        str(Member().party)


def test_a_chair_term_names_its_members_and_years(db):
    one, two = factories.MemberFactory(), factories.MemberFactory()
    term = factories.ChairTermFactory(since="2030-01-01", until="2031-12-31", members=[two, one])
    term = ChairTerm.objects.get(pk=term.pk)
    assert str(term) == f"{one.name} and {two.name} (2030–2031)"


def test_full_clean_explains_an_overlap_before_postgres_refuses_it(member):
    first = factories.DesignationFactory(member=member)
    again = Designation(
        member=member, user=first.user, function=first.function, since=timezone.localdate()
    )
    with pytest.raises(ValidationError, match="already speaks for this member"):
        again.full_clean()
