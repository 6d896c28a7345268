"""One focal point follows another, and rights begin and lapse with the days."""

import datetime
import email
import email.policy
import threading

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from members import handing_over, inviting
from members.errors import WrongStateError
from members.forms import EndDesignationForm
from members.models import Designation, Function, Invitation, Member, User
from members.views.saving import save_last_day
from tests import factories
from tests.factories import focal_point, today
from tests.test_members_views import PDF

DAY = datetime.timedelta(days=1)


@pytest.fixture
def designation(member):
    return factories.DesignationFactory(member=member, ministry="A ministry", unit="A unit")


def hand_over_url(designation):
    return reverse("members:designation_hand_over", args=[designation.member.slug, designation.pk])


def data(**fields):
    return {
        "last_day": today().isoformat(),
        "name": "A successor",
        "email": "successor@example.org",
        **fields,
    }


def hand_over(client, designation, **fields):
    client.force_login(factories.secretariat_editor())
    return client.post(hand_over_url(designation), data(**fields), follow=True)


# The step ------------------------------------------------------------------------------------


def test_a_hand_over_ends_one_starts_the_other_on_the_next_day_and_invites(client, designation):
    client.force_login(factories.secretariat_editor())
    assert 'value="A ministry"' in client.get(hand_over_url(designation)).text
    text = hand_over(client, designation, ministry="A ministry", instrument="note verbale").text
    assert "The hand-over is recorded." in text
    designation.refresh_from_db()
    assert designation.until == today()
    successor = Designation.objects.get(user__email="successor@example.org")
    assert (successor.function, successor.ministry) == ("principal", "A ministry")
    assert (successor.since, successor.until) == (today() + DAY, None)
    assert successor.instrument == "note verbale"
    assert inviting.send_waiting() == 1
    assert "Principal focal point" in mail.outbox[0].body


def test_rights_pass_from_one_to_the_other_at_the_end_of_the_day_while_both_are_signed_in(
    client, member, designation, time_machine
):
    hand_over(client, designation)
    successor = User.objects.get(email="successor@example.org")
    edit = reverse("members:edit", args=[member.slug])
    noon = timezone.localtime().replace(hour=12)
    met = {}
    for name, user in (("present", designation.user), ("successor", successor)):
        client.force_login(user)  # once: the session lives on over the days
        for offset in (0, 1):
            time_machine.move_to(noon + offset * DAY)
            met[name, offset] = client.get(edit).status_code
        time_machine.move_to(noon)
    assert met == {
        ("present", 0): 200,
        ("present", 1): 404,
        ("successor", 0): 404,
        ("successor", 1): 200,
    }


def test_the_day_changes_at_midnight_in_new_york(client, member, time_machine):
    day = datetime.date(2026, 6, 30)
    user = focal_point(member, since=day, until=day)
    edit = reverse("members:edit", args=[member.slug])
    met = []
    for moment in ("2026-06-30T03:59", "2026-06-30T04:01", "2026-07-01T03:59", "2026-07-01T04:01"):
        time_machine.move_to(datetime.datetime.fromisoformat(f"{moment}+00:00"))
        client.force_login(user)
        met.append(client.get(edit).status_code)
    assert met == [404, 200, 200, 404]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"last_day": "1999-01-01"}, "A designation ends on or after its first day."),
        ({"last_day": ""}, "This field is required."),
        ({"email": "present@example.org"}, "The successor is another person"),
        ({"email": "office@example.org"}, "This is the mailbox of the office."),
        ({"email": "Held@example.org"}, "This person already speaks for this member then."),
        ({"instrument_on": "soon"}, "as far as it is known"),
    ],
)
def test_a_wrong_hand_over_is_explained(
    client, member, designation, fields, words, nothing_changes
):
    User.objects.filter(pk=designation.user_id).update(email="present@example.org")
    Member.objects.update(mailbox="office@example.org")
    focal_point(member, user=factories.UserFactory(email="held@example.org"))
    client.force_login(factories.secretariat_editor())
    with nothing_changes():
        response = client.post(hand_over_url(designation), data(**fields))
    assert words in response.text


def test_a_last_day_does_not_reach_into_a_later_designation_of_the_same_person(
    client, member, designation, nothing_changes
):
    Designation.objects.update(until=today() + 5 * DAY)
    factories.DesignationFactory(member=member, user=designation.user, since=today() + 10 * DAY)
    client.force_login(factories.secretariat_editor())
    late = (today() + 20 * DAY).isoformat()
    with nothing_changes():
        page = client.post(hand_over_url(designation), data(last_day=late))
    assert "This person already speaks for this member then." in page.text


def test_what_is_over_is_not_handed_over(client, member):
    over = factories.DesignationFactory(member=member, until=today() - DAY)
    client.force_login(factories.secretariat_editor())
    assert client.get(hand_over_url(over)).status_code == 404


def test_who_comes_second_is_told_so_and_nothing_is_stored(
    client, designation, nothing_changes, monkeypatch
):
    handing_over.hand_over(
        Designation.objects.get(pk=designation.pk),
        today(),
        Designation(),
        "first@example.org",
        "First",
        designation.user,
    )
    client.force_login(factories.secretariat_editor())
    with nothing_changes():
        page = client.post(hand_over_url(designation), data())
    assert "Somebody has ended or handed over this designation in the meantime." in page.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("until", [None, datetime.timedelta(days=10)])
def test_of_two_who_hand_over_at_once_one_does(until):
    designation = factories.DesignationFactory(until=today() + until if until else None)
    by, last_day = factories.UserFactory(), today() + 10 * DAY
    both, results = threading.Barrier(2), []

    def press(email):
        own = Designation.objects.get(pk=designation.pk)
        both.wait()
        try:
            handing_over.hand_over(own, last_day, Designation(), email, "Successor", by)
            results.append("done")
        except WrongStateError:
            results.append("too late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=[f"successor-{n}@example.org"]) for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "too late"]
    assert Designation.objects.count() == 2
    assert Invitation.objects.count() == 1
    assert User.objects.filter(email__startswith="successor").count() == 1


@pytest.mark.parametrize(
    "name", ["مريم العلي", "李小明", "Ẹniọlá Ọ̀ṣọ́", "Ђорђе Ћирић", "D’Ángelo-Nuñez", "מרים", "ศิริพร"]
)
def test_a_name_in_any_script_arrives_whole_in_the_mail_and_on_the_pages(
    client, member, designation, name
):
    hand_over(client, designation, name=f"  {name} ")
    assert inviting.send_waiting() == 1
    sent = mail.outbox[0].message().as_bytes()
    body = email.message_from_bytes(sent, policy=email.policy.default).get_body(("plain",))
    assert f"Dear {name}," in body.get_content()
    successor = User.objects.get(name=name)
    for page in ("designations", "handover"):
        text = client.get(reverse(f"members:{page}", args=[member.slug])).text
        assert escape(name) in text
    Designation.objects.filter(user=successor).update(since=today())
    client.force_login(successor)
    client.post(reverse("members:edit", args=[member.slug]), {"office": name[::-1], "version": "1"})
    history = client.get(reverse("members:history", args=[member.slug])).text
    assert escape(name) in history
    assert f"<ins>{escape(name[::-1])}</ins>" in history


# Correcting ----------------------------------------------------------------------------------


def test_the_secretariat_corrects_the_instrument_and_person_and_days_stay(client, designation):
    client.force_login(factories.secretariat_editor())
    page = reverse("members:designation_edit", args=[designation.member.slug, designation.pk])
    sent = {
        "instrument": "letter",
        "instrument_on": "2026-03",
        "instrument_reference": "Ref. 7",
        "instrument_file": ContentFile(PDF, name="letter.pdf"),
        "post": "Director",
        "name_is_public": "on",
        "since": "1999-01-01",
    }
    assert "The designation is corrected." in client.post(page, sent, follow=True).text
    stored = Designation.objects.get()
    assert (stored.instrument, str(stored.instrument_on)) == ("letter", "March 2026")
    assert (stored.post, stored.name_is_public) == ("Director", True)
    assert (stored.since, stored.user) == (designation.since, designation.user)
    assert "A PDF of the instrument is stored" in client.get(page).text
    wrong = {**sent, "instrument_file": ContentFile(b"<html>", name="letter.pdf")}
    assert "The file is not a PDF." in client.post(page, wrong).text


# What a successor finds ----------------------------------------------------------------------


def items(member, user):
    sections = handing_over.open_items(member, user, today())
    return {section.title: [item.words for item in section.items] for section in sections}


def test_the_page_shows_what_is_open_of_each_kind(client, member):
    user = focal_point(member)
    year = today().year
    factories.ActionPlanFactory(
        state=member.state, title="The plan", period_start=str(year - 3), period_end=str(year)
    )
    Member.objects.filter(pk=member.pk).update(vacant_functions=["alternate"])
    factories.YearlyUpdateFactory(member=member, started_by=user)
    drafter = factories.DrafterFactory(member=member, user__name="A colleague", until=today())
    factories.ProposedChangeFactory(
        member=member, written_by=drafter.user, typed={"overview": "thistledown"}
    )
    thread = factories.TwinningThreadFactory(card__member=member)
    factories.TwinningMessageFactory(thread=thread, text="juniperfold")
    factories.ChairCallFactory(year=year + 2)
    answered = factories.ChairCallFactory(year=year + 3)
    factories.ChairInterestFactory(call=answered, member=member, statement="larkhollow")
    client.force_login(user)
    text = client.get(reverse("members:handover", args=[member.slug])).text
    for words in (
        "A yearly update is open",
        "Nobody has confirmed the profile yet.",
        "Alternate focal point",
        "The plan ends: ",
        "The plan has had no progress note for 12 months or more.",
        "Profile, prepared by A colleague on",
        "A colleague, until",
        "1 message that nobody has opened",
        f"Call for the Chair of {year + 2} is open until",
    ):
        assert words in text
    assert f"Chair of {year + 3}" not in text
    for private in ("thistledown", "juniperfold", "larkhollow"):
        assert private not in text


def test_where_nothing_is_open_the_page_says_so(client, member):
    user = focal_point(member)
    Member.objects.filter(pk=member.pk).update(confirmed_on=today())
    client.force_login(user)
    text = client.get(reverse("members:handover", args=[member.slug])).text
    assert text.count("Nothing is open.") == 7
    assert user.name in text


def test_a_profile_confirmed_eleven_months_ago_is_open_again(member):
    user = focal_point(member)
    for days, is_open in ((30, False), (400, True)):
        Member.objects.filter(pk=member.pk).update(confirmed_on=today() - days * DAY)
        member.refresh_from_db()
        assert bool(items(member, user)["Profile and yearly update"]) is is_open


def test_the_secretariat_is_not_told_of_messages_that_are_not_for_it(member):
    thread = factories.TwinningThreadFactory(card__member=member)
    factories.TwinningMessageFactory(thread=thread)
    assert items(member, focal_point(member))["Twinning"] == ["1 message that nobody has opened"]
    assert items(member, factories.secretariat_editor())["Twinning"] == []


def test_the_page_takes_a_fixed_number_of_queries(client, member, django_assert_max_num_queries):
    client.force_login(focal_point(member))
    for count in (1, 4):
        for _number in range(count):
            plan = factories.ActionPlanFactory(state=member.state, period_end=str(today().year))
            drafter = factories.DrafterFactory(member=member)
            factories.ProposedChangeFactory(
                member=member, written_by=drafter.user, about="plan", plan=plan
            )
        with django_assert_max_num_queries(19):
            client.get(reverse("members:handover", args=[member.slug]))


def test_a_person_of_two_members_finds_each_members_own(client, member):
    user = focal_point(member)
    second = factories.MemberFactory()
    focal_point(second, Function.ALTERNATE, user=user)
    third = factories.MemberFactory()
    client.force_login(user)
    met = [
        client.get(reverse("members:handover", args=[one.slug])).status_code
        for one in (member, second, third)
    ]
    assert met == [200, 200, 404]


@pytest.mark.django_db
def test_a_last_day_that_meets_a_designation_recorded_meanwhile_is_refused_in_words():
    first = factories.DesignationFactory(until=today())
    form = EndDesignationForm({"until": today() + 10 * DAY}, instance=first)
    assert form.is_valid()
    factories.DesignationFactory(
        member=first.member, user=first.user, function=first.function, since=today() + 5 * DAY
    )
    assert not save_last_day(form)
    assert "Somebody recorded this at the same moment." in str(form.errors["until"])
    first.refresh_from_db()
    assert first.until == today()
