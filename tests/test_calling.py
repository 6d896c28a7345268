"""Calls for chairing: who answers, who reads, what is decided, and what follows with the dates."""

import datetime
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from members import calling
from members.errors import ConflictError, WrongStateError
from members.forms import ChairCallForm, ChairDecisionForm, ChairInterestForm
from members.models import ChairCall, ChairInterest, ChairTerm, Member
from tests import factories
from tests.factories import focal_point, today
from tests.roles import OWN_SPEAKERS, SECRETARIAT, person

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TROIKA = {"chair_of_today", "troika"}


@pytest.fixture
def call(db):
    return factories.ChairCallFactory(year=2028)


def days(year):
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


def answer_form(call, member, user, **typed):
    interest = call.interests.filter(member=member).first() or ChairInterest(
        call=call, member=member, version=0, expressed_by=user
    )
    form = ChairInterestForm({"statement": "Ours.", "version": "0", **typed}, instance=interest)
    assert form.is_valid(), form.errors
    return form


def decision_form(call, **typed):
    since, until = days(call.year)
    data = {"outcome": "chair", "since": since, "until": until, **typed}
    return ChairDecisionForm(data, call=call)


# Who reads an answer ------------------------------------------------------------------------


def test_an_answer_is_read_by_the_troika_the_secretariat_and_the_members_own_people(role, member):
    factories.ChairInterestFactory(member=member)
    reader = person(role, member)
    found = ChairInterest.objects.visible_to(reader, today()).exists()
    assert found == (role in TROIKA | OWN_SPEAKERS | SECRETARIAT)


def test_a_withdrawn_answer_is_read_by_the_member_and_the_secretariat_only(member):
    interest = factories.ChairInterestFactory(member=member)
    ChairInterest.objects.update(withdrawn_at=interest.expressed_at)
    for role, found in [("troika", 0), ("own_focal_point", 1), ("secretariat_editor", 1)]:
        reader = person(role, member)
        assert ChairInterest.objects.visible_to(reader, today()).count() == found


def test_a_call_is_public_from_its_first_day(call):
    first = call.opened_on
    for day, found in [(first - DAY, 0), (first, 1)]:
        assert ChairCall.objects.visible_to(AnonymousUser(), day).count() == found
    assert ChairCall.objects.visible_to(factories.secretariat_editor(), first - DAY).count() == 1


def test_a_call_takes_answers_on_both_its_days_and_not_beside_them(call):
    first, last = call.opened_on, call.closes_on
    for day, found in [(first - DAY, False), (first, True), (last, True), (last + DAY, False)]:
        assert ChairCall.objects.open_on(day).exists() == call.is_open(day) == found


# Answering ----------------------------------------------------------------------------------


def test_an_answer_is_stored_changed_withdrawn_and_given_again(call, member):
    user = focal_point(member)
    stored = answer_form(call, member, user).save_if_current()
    assert stored.version == 1
    answer_form(call, member, user, statement="Better.", version="1").save_if_current()
    answers = ChairInterest.objects.filter(member=member)
    calling.withdraw(answers, call, today())
    assert not ChairInterest.objects.standing().exists()
    with pytest.raises(WrongStateError):
        calling.withdraw(answers, call, today())
    answer_form(call, member, user, statement="Again.", version="3").save_if_current()
    assert ChairInterest.objects.standing().get().statement == "Again."


def test_a_colleague_who_answered_first_is_not_written_over(call, member):
    user = focal_point(member)
    late = answer_form(call, member, user, statement="Mine.")
    answer_form(call, member, user, statement="Theirs.").save_if_current()
    with pytest.raises(ConflictError):
        late.save_if_current()
    # The same from a page that was opened before the first answer was there.
    with pytest.raises(ConflictError):
        answer_form(call, member, user, statement="Mine.", version="0").save_if_current()
    assert ChairInterest.objects.get().statement == "Theirs."


def test_after_the_last_day_and_after_the_decision_nothing_is_stored_or_withdrawn(call, member):
    user = focal_point(member)
    form = answer_form(call, member, user)
    ChairCall.objects.update(opened_on=today() - 9 * DAY, closes_on=today() - DAY)
    with pytest.raises(WrongStateError):
        form.save_if_current()
    ChairCall.objects.update(closes_on=today())
    factories.ChairInterestFactory(call=call, member=member)
    calling.decide_that_none(call, "", factories.secretariat_editor())
    with pytest.raises(WrongStateError):
        calling.withdraw(ChairInterest.objects.all(), call, today())
    assert ChairInterest.objects.standing().count() == 1


def test_the_database_keeps_one_answer_a_member(call, member):
    factories.ChairInterestFactory(call=call, member=member)
    with pytest.raises(IntegrityError, match="a_member_answers_a_call_once"), transaction.atomic():
        factories.ChairInterestFactory(call=call, member=member)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"closes_on": today() - 11 * DAY}, "a_call_closes_on_or_after_its_first_day"),
        ({"term": True}, "a_decided_call_says_when"),
    ],
)
def test_the_database_refuses_a_call_that_contradicts_itself(call, fields, name):
    if "term" in fields:
        fields = {"term": factories.ChairTermFactory()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ChairCall.objects.update(**fields)


# Two people at once -------------------------------------------------------------------------


def at_once(*acts):
    """Run the acts in threads that begin together; return what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(10)
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def errors(outcomes):
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_leave_one_answer():
    call, member = factories.ChairCallFactory(), factories.MemberFactory()
    user = focal_point(member)
    forms = [answer_form(call, member, user, statement=words) for words in ("One.", "Two.")]
    outcomes = at_once(*(form.save_if_current for form in forms))
    assert errors(outcomes) == [ConflictError]
    assert ChairInterest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_leave_one_decision_and_one_term():
    call, by = factories.ChairCallFactory(), factories.secretariat_editor()
    chairs = [factories.MemberFactory(), factories.MemberFactory()]
    outcomes = at_once(
        *(lambda m=m: calling.decide(call, [m], *days(call.year), "", by) for m in chairs)
    )
    assert errors(outcomes) == [WrongStateError]
    assert ChairTerm.objects.get() == ChairCall.objects.get().term


# Deciding -----------------------------------------------------------------------------------


def test_a_decision_makes_the_term_and_rights_follow_its_days(call, member, time_machine):
    user, by = focal_point(member), factories.secretariat_editor()
    other = factories.MemberFactory()
    term = calling.decide(call, [member, other], *days(2028), "By consensus.", by)
    call.refresh_from_db()
    assert (call.term, call.decided_by, call.decision_note) == (term, by, "By consensus.")
    assert set(term.members.all()) == {member, other}
    factories.ChairInterestFactory(call=call, statement="For the troika.")
    for moment, chairs in [("2027-12-31", False), ("2028-01-01", True), ("2028-12-31", True)]:
        time_machine.move_to(f"{moment}T17:00:00+00:00")
        held = ChairTerm.objects.served_by(user, today()).running(today())
        assert held.exists() == chairs
        assert ChairInterest.objects.visible_to(user, today()).exists() == chairs
    time_machine.move_to("2029-01-01T17:00:00+00:00")
    assert not ChairTerm.objects.served_by(user, today()).running(today()).exists()
    assert not ChairInterest.objects.visible_to(user, today()).exists()


def test_that_nobody_chairs_is_a_decision_too(call):
    calling.decide_that_none(call, "No offer.", factories.secretariat_editor())
    call.refresh_from_db()
    assert (call.term, call.decided_on) == (None, today())
    with pytest.raises(WrongStateError):
        calling.decide(call, [], *days(2028), "", factories.secretariat_editor())
    assert not ChairTerm.objects.exists()


def test_a_term_in_the_way_is_named_and_leaves_the_call_undecided(call, member):
    in_the_way = factories.ChairTermFactory(
        since=datetime.date(2027, 7, 1), until=datetime.date(2028, 1, 1), members=[member]
    )
    form = decision_form(call, other=factories.MemberFactory().pk)
    assert f"{member.name} chairs from 1 July 2027 to 1 January 2028" in str(form.errors["since"])
    with pytest.raises(calling.TermTakenError):
        calling.decide(call, [member], *days(2028), "", factories.secretariat_editor())
    assert ChairTerm.objects.get() == in_the_way
    assert ChairCall.objects.undecided().exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "other"),
        ({"since": ""}, "since"),
        ({"until": "2027-12-31"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"since": "2029-01-01", "until": "2029-12-31"}, "since"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_a_decision_that_says_too_little_or_what_cannot_be_is_refused(call, typed, field):
    form = decision_form(call, **typed)
    assert field in form.errors


def test_a_decision_takes_members_that_answered_and_one_that_did_not(call, member):
    factories.ChairInterestFactory(call=call, member=member)
    other = factories.MemberFactory()
    form = decision_form(call, members=[member.pk], other=other.pk)
    assert form.is_valid(), form.errors
    assert form.chairs() == [member, other]
    assert decision_form(call, outcome="nobody", since="", until="").is_valid()


def test_only_members_of_the_network_can_be_chosen(call):
    prospective = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    assert "other" in decision_form(call, other=prospective.pk).errors


# The call itself ----------------------------------------------------------------------------


def call_form(**typed):
    data = {
        "year": today().year + 1,
        "text": "",
        "opened_on": today(),
        "closes_on": today() + DAY,
        "version": 1,
    }
    return ChairCallForm({**data, **typed})


def test_a_call_is_for_a_year_to_come_that_has_no_chair_yet(db):
    assert call_form().is_valid()
    for year in (today().year - 1, today().year + 50, 99999, "next"):
        assert "year" in call_form(year=year).errors
    assert call_form(closes_on=today() - DAY).errors
    since, until = days(today().year + 1)
    factories.ChairTermFactory(since=since, until=until)
    assert "A Chair is recorded" in str(call_form().errors["year"])


def test_there_is_one_call_a_year(call):
    assert "year" in call_form(year=call.year).errors


# The balance --------------------------------------------------------------------------------


def test_with_co_chairs_a_term_counts_once_for_each_of_them(network):
    so_far = calling.terms_by_group(ChairTerm.objects.with_members())
    assert so_far == {
        "african": 2,
        "asia-pacific": 1,
        "eastern-european": 1,
        "grulac": 1,
        "weog": 6,
        "organizations": 0,
    }
    balance = calling.Balance(so_far, "grulac")
    assert (balance.before, balance.after, balance.total) == (1, 2, 12)


def test_an_organization_is_counted_beside_the_groups():
    organization = factories.RegionalOrganizationFactory()
    member = factories.MemberFactory(state=None, organization=organization)
    assert calling.group_of(member) == "organizations"
