"""Under the Chatham House Rule no speaker is stored, by whatever way (docs/domain.md, rule 4)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from meetings.forms import MeetingSessionForm
from meetings.models import MeetingSession, Speaker
from tests import factories

pytestmark = pytest.mark.django_db
NO_SPEAKER = "no_speaker_is_stored_under_the_rule"
NO_RULE = "the_rule_is_refused_while_speakers_exist"
SESSION = {
    "position": "1",
    "kind": "open discussion",
    "title": "Open discussion",
    "moderator": "A moderator",
    "moderator_function": "",
}


@pytest.fixture
def under_rule(db):
    return factories.MeetingSessionFactory(under_chatham_house_rule=True)


@pytest.fixture
def attributed(db):
    """A session with a speaker."""
    return factories.SpeakerFactory(name="Planted name").session


def violates(name, act):
    """Let the act be refused by the trigger of that name, which shows as a constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    assert caught.value.__cause__.diag.constraint_name == name


# In Postgres ------------------------------------------------------------------------------


def test_no_speaker_is_inserted_under_the_rule(under_rule):
    violates(NO_SPEAKER, lambda: factories.SpeakerFactory(session=under_rule))
    assert not Speaker.objects.exists()


def test_no_speaker_is_inserted_in_bulk_under_the_rule(under_rule):
    rows = [Speaker(session=under_rule, name="A name")]
    violates(NO_SPEAKER, lambda: Speaker.objects.bulk_create(rows))
    assert not Speaker.objects.exists()


def test_no_speaker_is_inserted_by_plain_sql_under_the_rule(under_rule):
    def insert():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO meetings_speaker (session_id, position, name, function)"
                " VALUES (%s, 1, 'A name', '')",
                [under_rule.pk],
            )

    violates(NO_SPEAKER, insert)


def test_no_speaker_is_moved_into_a_session_under_the_rule(under_rule, attributed):
    violates(NO_SPEAKER, lambda: Speaker.objects.update(session=under_rule))
    assert Speaker.objects.get().session == attributed


def test_the_rule_is_not_switched_on_while_speakers_exist(attributed):
    sessions = MeetingSession.objects.filter(pk=attributed.pk)
    violates(NO_RULE, lambda: sessions.update(under_chatham_house_rule=True))
    Speaker.objects.all().delete()
    assert sessions.update(under_chatham_house_rule=True) == 1


def test_the_moderator_may_be_named_under_the_rule(under_rule):
    MeetingSession.objects.update(moderator="A moderator")
    under_rule.refresh_from_db()
    assert under_rule.moderator == "A moderator"


def test_no_history_keeps_the_name_of_a_speaker(attributed):
    """No table of events for speakers, so an erased name leaves no trace."""
    assert not [model for model in apps.get_models() if model.__name__ == "SpeakerEvent"]
    Speaker.objects.all().delete()
    for model in apps.get_models():
        if model.__name__.endswith("Event"):
            assert "Planted name" not in repr(list(model.objects.values()))


def in_thread(act):
    def work():
        try:
            with transaction.atomic():
                return act()
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
        finally:
            connections.close_all()

    return work


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["speaker", "rule"])
def test_a_speaker_and_the_rule_at_the_same_moment_do_not_both_get_in(first):
    """The first waits with its transaction open until the second is on its way, too."""
    session = factories.MeetingSessionFactory()
    done_by_first, second_begins = threading.Event(), threading.Event()

    def speaker():
        Speaker.objects.create(session_id=session.pk, name="A name")

    def rule():
        MeetingSession.objects.filter(pk=session.pk).update(under_chatham_house_rule=True)

    def leading(act):
        act()
        done_by_first.set()
        second_begins.wait(5)
        threading.Event().wait(0.3)  # the second stands at the lock

    def following(act):
        done_by_first.wait(5)
        second_begins.set()
        act()

    acts = (speaker, rule) if first == "speaker" else (rule, speaker)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(in_thread(lambda: leading(acts[0])))
        two = pool.submit(in_thread(lambda: following(acts[1])))
        results = (one.result(10), two.result(10))
    assert results == (None, NO_RULE if first == "speaker" else NO_SPEAKER)
    session.refresh_from_db()
    assert session.speakers.exists() == (not session.under_chatham_house_rule)


# In the form ------------------------------------------------------------------------------


def test_the_form_says_why_the_rule_cannot_be_switched_on(attributed):
    form = MeetingSessionForm({**SESSION, "under_chatham_house_rule": "on"}, instance=attributed)
    assert not form.is_valid()
    assert "Remove them and save" in str(form.errors["under_chatham_house_rule"])
    assert MeetingSessionForm(SESSION, instance=attributed).is_valid()


def test_the_form_switches_the_rule_on_where_nobody_is_recorded():
    session = factories.MeetingSessionFactory()
    form = MeetingSessionForm({**SESSION, "under_chatham_house_rule": "on"}, instance=session)
    assert form.is_valid()
    assert form.save().under_chatham_house_rule


# In the administration --------------------------------------------------------------------


@pytest.fixture
def administrator(client):
    client.force_login(factories.secretariat_administrator())
    return client


def speakers(*rows, initial=0):
    data = {
        "speakers-TOTAL_FORMS": str(len(rows)),
        "speakers-INITIAL_FORMS": str(initial),
        "speakers-MIN_NUM_FORMS": "0",
        "speakers-MAX_NUM_FORMS": "1000",
    }
    for number, row in enumerate(rows):
        fields = {"position": "1", "function": "", **row}
        data |= {f"speakers-{number}-{name}": value for name, value in fields.items()}
    return data


def save(client, session, speakers_data, **fields):
    url = reverse("admin:meetings_meetingsession_change", args=[session.pk])
    return client.post(url, {**SESSION, "meeting": session.meeting_id, **speakers_data, **fields})


def test_the_administration_says_why_no_speaker_can_be_added(
    administrator, under_rule, nothing_changes
):
    with nothing_changes():
        response = save(
            administrator,
            under_rule,
            speakers({"name": "A name", "session": under_rule.pk}),
            under_chatham_house_rule="on",
        )
    assert response.status_code == 200
    assert "No speaker can be recorded. The moderator may be named." in response.text


def test_the_administration_says_why_the_rule_cannot_be_switched_on(
    administrator, attributed, nothing_changes
):
    speaker = attributed.speakers.get()
    row = {"id": speaker.pk, "session": attributed.pk, "name": speaker.name}
    with nothing_changes():
        response = save(
            administrator, attributed, speakers(row, initial=1), under_chatham_house_rule="on"
        )
    assert "Remove them and save" in response.text


def test_the_administration_takes_speakers_away_then_switches_the_rule_on(
    administrator, attributed
):
    speaker = attributed.speakers.get()
    row = {"id": speaker.pk, "session": attributed.pk, "name": speaker.name, "DELETE": "on"}
    assert save(administrator, attributed, speakers(row, initial=1)).status_code == 302
    assert not Speaker.objects.exists()
    response = save(administrator, attributed, speakers(), under_chatham_house_rule="on")
    assert response.status_code == 302
    attributed.refresh_from_db()
    assert attributed.under_chatham_house_rule


def test_the_administration_lifts_the_rule_and_adds_a_speaker_in_one_step(
    administrator, under_rule
):
    row = {"name": "A name", "session": under_rule.pk}
    assert save(administrator, under_rule, speakers(row)).status_code == 302
    assert under_rule.speakers.get().name == "A name"


def test_the_meetings_page_says_why_the_rule_cannot_be_switched_on(administrator, attributed):
    meeting = attributed.meeting
    data = {
        "kind": meeting.kind,
        "title": meeting.title,
        "slug": meeting.slug,
        "sessions-TOTAL_FORMS": "1",
        "sessions-INITIAL_FORMS": "1",
        "sessions-MIN_NUM_FORMS": "0",
        "sessions-MAX_NUM_FORMS": "1000",
        "sessions-0-id": attributed.pk,
        "sessions-0-meeting": meeting.pk,
        "sessions-0-under_chatham_house_rule": "on",
        **{f"sessions-0-{name}": value for name, value in SESSION.items()},
    }
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    assert "Remove them and save" in administrator.post(url, data).text
    del data["sessions-0-under_chatham_house_rule"]
    assert administrator.post(url, data).status_code == 302


def test_what_the_database_refuses_is_said_in_a_sentence(administrator, under_rule, monkeypatch):
    """As when the Rule is switched on between the check of the form and the saving."""
    monkeypatch.setattr("meetings.forms.SpeakerFormSet._keeps", lambda self, form: False)
    row = {"name": "A name", "session": under_rule.pk}
    response = save(administrator, under_rule, speakers(row), under_chatham_house_rule="on")
    assert response.status_code == 302
    page = administrator.get(response["Location"])
    assert "The database refused this. Nothing was saved." in page.text
    assert not Speaker.objects.exists()
