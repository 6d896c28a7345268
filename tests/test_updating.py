"""The yearly update: step by step, by either focal point, and nothing confirmed unseen."""

import datetime

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from members import noticing, reminding, updating
from members.errors import WrongStateError
from members.models import (
    ActionPlan,
    Designation,
    Member,
    Notice,
    PlanFinance,
    ProgressNote,
    SteeringCommittee,
    UpdateStep,
    YearlyUpdate,
)
from members.updating import Outcome, Section
from tests import factories
from tests.pipeline_tools import at_once

pytestmark = pytest.mark.django_db
PAGES = ["profile", "people", "plans", "practices"]


def page(member, name):
    return reverse(f"members:update_{name}" if name else "members:update", args=[member.slug])


def seen_on(client, member, name):
    """What the page of the section sends back, as a browser would."""
    context = client.get(page(member, name)).context
    sent = {"seen": context["seen"], "at": context["now"].isoformat()}
    if name == "profile":
        initial = context["form"].initial
        sent |= {field: initial[field] for field in ("overview", "office", "version")}
    return sent


def profile_data(member, **typed):
    shown = {"overview": member.overview, "office": member.office, "version": member.version}
    return {**shown, "at": timezone.now().isoformat(), "seen": str(member.version), **typed}


@pytest.fixture
def plan(member):
    return factories.ActionPlanFactory(state=member.state)


@pytest.fixture
def principal(client, member):
    """The principal focal point, signed in."""
    user = factories.focal_point(member)
    client.force_login(user)
    return user


@pytest.fixture
def update(member, principal):
    return updating.start(member, principal)


def confirm_all(client, member):
    for name in PAGES:
        client.post(page(member, name), {**seen_on(client, member, name), "still": "yes"})


def test_with_nothing_changed_the_pass_ends_with_all_confirmed(client, member, plan, principal):
    response = client.post(page(member, "start"))
    for name, following in zip(PAGES, [*PAGES[1:], "finish"], strict=True):
        assert response["Location"] == page(member, name)
        sent = {**seen_on(client, member, name), "still": "yes"}
        response = client.post(page(member, name), sent)
        assert response["Location"] == page(member, following)
    assert client.post(page(member, "finish"))["Location"] == member.get_absolute_url()
    member.refresh_from_db()
    plan.refresh_from_db()
    assert [member.confirmed_on, plan.confirmed_on] == [factories.today()] * 2
    assert YearlyUpdate.objects.get().finished_by == principal
    # Confirming changes no text, so nobody who is typing meets a conflict.
    assert (member.version, plan.version) == (1, 1)


def test_it_goes_on_where_it_stopped_for_either_focal_point(client, member, update):
    client.post(page(member, "profile"), {**seen_on(client, member, "profile"), "still": "yes"})
    client.force_login(factories.focal_point(member, "alternate"))
    assert page(member, "people") in client.get(page(member, None)).text
    assert client.post(page(member, "start"))["Location"] == page(member, "people")
    assert YearlyUpdate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_both_join_one_update():
    member = factories.MemberFactory()
    people = [factories.focal_point(member, function) for function in ("principal", "alternate")]
    updates = at_once([lambda by=by: updating.start(member, by) for by in people])
    assert updates[0] == updates[1] == YearlyUpdate.objects.get()


def test_the_database_refuses_a_second_open_update(update):
    with pytest.raises(IntegrityError, match="a_member_has_one_open_update"):
        YearlyUpdate.objects.create(member=update.member, started_by=update.started_by)


def test_the_database_refuses_a_section_taken_twice(update):
    step = updating.take(update, Section.PLANS, Outcome.STILL_CORRECT, "", update.started_by)
    step.pk = None
    with pytest.raises(IntegrityError, match="a_section_is_taken_once_in_an_update"):
        step.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_finish_at_once_one_does():
    member = factories.MemberFactory()
    user, today = factories.focal_point(member), factories.today()
    update = updating.start(member, user)
    for section in Section:
        rows = updating.rows_of(section, member, today)
        updating.take(update, section, Outcome.STILL_CORRECT, rows, user)
    outcomes = at_once([lambda: updating.finish(update, user, today)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "WrongStateError"]


def change(member, name):
    """Somebody else changes what the section shows."""
    if name == "profile":
        Member.objects.filter(pk=member.pk).update(office="Another office", version=2)
    elif name == "people":
        factories.focal_point(member, "alternate")
    elif name == "plans":
        ActionPlan.objects.filter(state=member.state).update(lead="Another lead", version=2)
    else:
        factories.PracticeFactory(member=member)


@pytest.mark.parametrize("name", PAGES)
def test_what_changed_while_it_was_on_the_screen_is_shown_and_asked_again(
    client, member, plan, update, name
):
    sent = {**seen_on(client, member, name), "still": "yes"}
    change(member, name)
    response = client.post(page(member, name), sent)
    assert response.status_code == 409
    assert "This has changed while you were looking at it" in response.text
    if name in {"profile", "plans"}:
        assert "Another" in response.text
    assert not update.steps.exists()
    member.refresh_from_db()
    again = {**seen_on(client, member, name), "still": "yes"}
    assert client.post(page(member, name), again).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_what_changed_after_its_step_is_not_confirmed_unseen(
    client, member, plan, update, name, nothing_changes
):
    confirm_all(client, member)
    change(member, name)
    with nothing_changes():
        assert client.post(page(member, "finish"))["Location"] == page(member, "finish")
        with pytest.raises(WrongStateError):
            updating.finish(update, update.started_by, factories.today())
    assert "Changed since it was looked at" in client.get(page(member, "finish")).text
    assert updating.sections(update, factories.today())[PAGES.index(name)].asked_again


PARTS = [
    (PlanFinance, factories.PlanFinanceFactory, {"note": "A note on the money"}),
    (SteeringCommittee, factories.SteeringCommitteeFactory, {"led_by": "Another ministry"}),
    (ProgressNote, factories.ProgressNoteFactory, {"text": "Something else was done"}),
]


def change_part(model, factory, plan, how, words):
    """Somebody else adds, changes or removes a part; the plan's own version stays as it is."""
    if how == "added":
        factory(plan=plan, **words)
    elif how == "changed":
        model.objects.filter(plan=plan).update(**words, version=2)
    else:
        model.objects.filter(plan=plan).delete()


@pytest.mark.parametrize("how", ["added", "changed", "removed"])
@pytest.mark.parametrize(("model", "factory", "words"), PARTS, ids=lambda one: str(one)[:60])
def test_a_part_of_a_plan_that_changes_is_asked_again(
    client, member, plan, update, model, factory, words, how
):
    factory(plan=plan)
    confirm_all(client, member)
    sent = {**seen_on(client, member, "plans"), "still": "yes"}
    change_part(model, factory, plan, how, words)
    assert updating.sections(update, factories.today())[2].asked_again
    with pytest.raises(WrongStateError):
        updating.finish(update, update.started_by, factories.today())
    response = client.post(page(member, "plans"), sent)
    assert response.status_code == 409
    card = response.text.split("All that is on record")[1]
    assert (next(iter(words.values())) in card) == (how != "removed")
    again = {**seen_on(client, member, "plans"), "still": "yes"}
    assert client.post(page(member, "plans"), again)["Location"] == page(member, "finish")


def test_the_same_number_of_another_kind_of_part_is_no_old_acquaintance(member, plan):
    factories.PlanFinanceFactory(pk=7, plan=plan)
    before = updating.rows_of(Section.PLANS, member, factories.today())
    PlanFinance.objects.all().delete()
    factories.SteeringCommitteeFactory(pk=7, plan=plan)
    assert updating.rows_of(Section.PLANS, member, factories.today()) != before


def test_a_part_of_a_plan_of_another_member_changes_nothing_here(member, plan):
    before = updating.rows_of(Section.PLANS, member, factories.today())
    factories.ProgressNoteFactory()
    assert updating.rows_of(Section.PLANS, member, factories.today()) == before


def test_the_plans_take_as_many_queries_for_one_as_for_twenty(
    client, member, update, django_assert_num_queries
):
    for count in (1, 19):
        for one in factories.ActionPlanFactory.create_batch(count, state=member.state):
            for _model, factory, words in PARTS:
                factory(plan=one, **words)
        with django_assert_num_queries(21):
            client.get(page(member, "plans"))


def test_a_pass_left_open_for_a_quarter_is_gone_through_anew(client, member, update):
    confirm_all(client, member)
    UpdateStep.objects.update(taken_at=timezone.now() - datetime.timedelta(days=91))
    assert not any(state.holds for state in updating.sections(update, factories.today()))


def test_saving_stores_the_step_and_confirms_nothing_before_the_end(client, member, update):
    Designation.objects.update(since=factories.today() - datetime.timedelta(days=360))
    assert reminding.remind(factories.today()) == 1
    theme = factories.ThemeFactory()
    sent = profile_data(member, office="Gender Division", themes=[theme.pk], save="yes")
    assert client.post(page(member, "profile"), sent)["Location"] == page(member, "people")
    member.refresh_from_db()
    assert (member.office, member.confirmed_on) == ("Gender Division", None)
    assert list(member.themes.all()) == [theme]
    assert update.steps.get().outcome == "edited"
    # An abandoned pass is no confirmation, so the reminder still goes out.
    assert Notice.objects.count() == 1
    confirm_all(client, member)
    client.post(page(member, "finish"))
    member.refresh_from_db()
    assert member.confirmed_on == factories.today()
    assert not Notice.objects.exists()


def test_saving_over_an_old_version_shows_both_texts_and_loses_nothing(client, member, update):
    theme = factories.ThemeFactory(name="Financing of plans")
    sent = profile_data(member, office="My office", themes=[theme.pk], save="yes")
    change(member, "profile")
    response = client.post(page(member, "profile"), sent)
    assert response.status_code == 409
    assert {(d.label, d.stored, d.typed) for d in response.context["differences"]} == {
        ("Office", "Another office", "My office"),
        ("Themes that it works on", "", "Financing of plans"),
    }
    assert 'value="My office"' in response.text
    version = response.context["form"].data["version"]
    assert client.post(page(member, "profile"), {**sent, "version": version}).status_code == 302
    member.refresh_from_db()
    assert (member.office, list(member.themes.all())) == ("My office", [theme])


def test_still_correct_over_a_changed_form_loses_nothing(client, member, update, nothing_changes):
    sent = profile_data(member, office="My office", still="yes")
    with nothing_changes():
        response = client.post(page(member, "profile"), sent)
    assert "You have changed the form." in response.text
    assert 'value="My office"' in response.text


def test_the_same_text_in_other_tags_is_no_change(client, member, update):
    Member.objects.update(overview="<p>One <strong>two</strong></p>\n<ul><li>three</li></ul>")
    member.refresh_from_db()
    overview = "<p>One <strong>two</strong></p><ul><li><p>three</p></li></ul>"
    sent = profile_data(member, overview=overview, still="yes")
    assert client.post(page(member, "profile"), sent)["Location"] == page(member, "people")


def test_400_kb_pasted_from_word_are_cleaned_and_a_text_that_stays_too_long_is_refused(
    client, member, update
):
    start = '<p class="MsoNormal" style="mso-x:1"><o:p></o:p>Учитель 教师 معلم '
    pasted = start + "<script>alert(1)</script>é" * 15_500 + "</p>"
    assert len(pasted) > 400_000
    sent = profile_data(member, overview=pasted, save="yes")
    assert client.post(page(member, "profile"), sent).status_code == 302
    member.refresh_from_db()
    assert member.overview.startswith("<p>Учитель 教师 معلم é")
    assert "script" not in member.overview
    too_long = start + "é" * 400_000 + "</p>"
    sent = profile_data(member, overview=too_long, save="yes", version=member.version)
    refused = client.post(page(member, "profile"), sent)
    assert "at most 400,000 are kept. Shorten it." in refused.text
    assert "Учитель 教师 معلم" in refused.text


def test_a_word_to_the_secretariat_is_kept_private_and_told_once(client, member, update, settings):
    settings.SECRETARIAT_EMAIL = "list@example.org"
    word = "Ms. Ortega left in May."
    sent = {**seen_on(client, member, "people"), "word": word, "report": "yes"}
    assert client.post(page(member, "people"), sent)["Location"] == page(member, "profile")
    step = update.steps.get()
    assert (step.outcome, step.word) == ("reported", word)
    noticing.send_waiting()
    [message] = mail.outbox
    assert message.to == ["list@example.org"]
    assert word not in message.body + message.subject
    url = step.get_absolute_url()
    assert url in message.body
    assert client.get(url).status_code == 404
    client.force_login(factories.secretariat_editor())
    assert word in client.get(url).text
    assert list(UpdateStep.objects.reported()) == [step]
    client.post(url)
    client.post(url)
    assert not UpdateStep.objects.reported().exists()
    client.logout()
    assert word not in client.get(member.get_absolute_url()).text


def test_a_report_without_a_word_is_asked_for_one(client, member, update, nothing_changes):
    sent = {**seen_on(client, member, "people"), "word": " ", "report": "yes"}
    with nothing_changes():
        assert "Say in a few words what is wrong." in client.post(page(member, "people"), sent).text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "sent", [{}, {"seen": "1", "at": "no moment"}, {"seen": "9" * 99, "at": "2026-01-01"}]
)
def test_a_mangled_step_is_no_step(client, member, update, name, sent):
    response = client.post(page(member, name), {**sent, "still": "yes"})
    assert response.status_code in {200, 409}
    assert not update.steps.exists()


@pytest.mark.parametrize("name", [*PAGES, "finish"])
def test_without_an_open_update_each_page_leads_to_the_first(client, member, principal, name):
    response = client.get(page(member, name))
    assert response["Location"] == page(member, None)


@pytest.mark.parametrize("name", [*PAGES, "finish"])
def test_who_comes_too_late_is_told_who_has_finished(client, member, update, name):
    sent = {} if name == "finish" else {**seen_on(client, member, name), "still": "yes"}
    YearlyUpdate.objects.update(finished_at=timezone.now(), finished_by=update.started_by)
    response = client.post(page(member, name), sent, follow=True)
    assert f"{update.started_by} has finished this update." in response.text


def test_a_step_in_a_finished_update_is_refused(update, nothing_changes):
    YearlyUpdate.objects.update(finished_at=timezone.now(), finished_by=update.started_by)
    with nothing_changes(), pytest.raises(WrongStateError):
        updating.take(update, Section.PLANS, Outcome.STILL_CORRECT, "", update.started_by)


def test_rights_lapse_in_the_middle_of_a_pass(client, member, update, nothing_changes):
    sent = {**seen_on(client, member, "plans"), "still": "yes"}
    Designation.objects.update(until=factories.today() - datetime.timedelta(days=1))
    with nothing_changes():
        assert client.post(page(member, "plans"), sent).status_code == 404


def test_finishing_takes_a_waiting_reminder_back(client, member, update):
    Designation.objects.update(since=factories.today() - datetime.timedelta(days=360))
    assert reminding.remind(factories.today()) == 1
    confirm_all(client, member)
    client.post(page(member, "finish"))
    assert not Notice.objects.exists()
    assert noticing.send_waiting() == 0


def test_what_changed_since_the_last_confirmation_comes_first_with_who_did_it(
    client, member, principal
):
    colleague = factories.focal_point(member, "alternate")
    client.force_login(colleague)
    client.post(
        reverse("members:edit", args=[member.slug]), profile_data(member, office="B office")
    )
    client.force_login(principal)
    text = client.get(page(member, None)).text
    assert "B office" in text
    assert str(colleague) in text
    assert text.index("B office") < text.index("Begin the update")
    assert "became “" + str(factories.today()) not in text


def test_the_overview_takes_as_many_queries_for_one_change_as_for_five(
    client, member, update, django_assert_num_queries
):
    client.get(page(member, None))  # from here on the changes carry who is signed in
    for count in (1, 4):
        for n in range(count):
            member.office = f"Office {count} {n}"
            member.save()
        with django_assert_num_queries(12):
            client.get(page(member, None))


def test_a_plan_changed_from_within_the_pass_leads_back_to_it(client, member, plan, update):
    back = page(member, "plans")
    edit = reverse("members:plan_edit", args=[member.slug, plan.pk])
    assert f"{edit}?back={back}" in client.get(back).text
    shown = client.get(edit).context["form"].initial
    sent = {name: value for name, value in shown.items() if isinstance(value, str | int)}
    assert client.post(f"{edit}?back={back}", sent)["Location"] == back
    plan.refresh_from_db()
    sent["version"] = plan.version
    assert "example.org" not in client.post(f"{edit}?back=//example.org/", sent)["Location"]


def test_a_progress_note_written_from_within_the_pass_leads_back_to_it(
    client, member, plan, update
):
    back = page(member, "plans")
    add = reverse("plans:progress_add", args=[plan.pk])
    assert f"{add}?back={back}" in client.get(back).text
    sent = {"on": factories.today().isoformat(), "text": "A training was held."}
    assert client.post(f"{add}?back={back}", {**sent, "version": 1})["Location"] == back
    assert "A training was held." in client.get(back).text
    elsewhere = client.post(f"{add}?back=//example.org/", {**sent, "version": 1})
    assert elsewhere["Location"] == f"{plan.get_absolute_url()}#progress"


@pytest.mark.parametrize("publication", ["draft", "published"])
def test_each_practice_of_the_member_can_be_edited_from_the_pass(
    client, member, update, publication
):
    at = timezone.now() if publication == "published" else None
    card = factories.PracticeFactory(member=member, publication=publication, published_at=at)
    edit = reverse("practices:edit", args=[card.slug])
    text = client.get(page(member, "practices")).text
    assert f'href="{edit}"' in text
    assert client.get(edit).status_code == 200
    assert f'href="{reverse("practices:add")}"' in text
    assert f'href="{reverse("twinning:list")}"' in text


@pytest.mark.parametrize("seen", ["9" * 5000, "9" * 12, "-1", "\0", ""])
def test_a_version_that_cannot_be_is_read_as_none(member, seen):
    assert updating.profile_as_seen(member, seen) == {}
