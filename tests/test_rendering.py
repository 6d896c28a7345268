"""The PDF of a Chair's summary is made once, whole, and by one worker (meetings/rendering.py)."""

import contextlib
import datetime
import hashlib
import io
import resource
import threading
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from django.conf import settings as portal_settings
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from meetings import rendering
from meetings.models import ChairsSummary, DocumentVersion, Rendering, SummarySection
from meetings.rendering import NO_ROOM, Claim, ask_for_pdf, render_all, render_next, render_one
from meetings.tasks import render_waiting
from members.errors import WrongStateError
from tests import factories
from tests.roles import SECRETARIAT
from tests.test_meetings_rules import summary_of
from tests.test_meetings_views import with_letter, with_text

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
EDITORS = SECRETARIAT | {"chair_of_today"}


def a_summary(state="cleared") -> ChairsSummary:
    return with_text(factories.ChairsSummaryFactory(state=state))


def asked(summary=None, **fields) -> Rendering:
    request = ask_for_pdf(summary or a_summary(), None)
    Rendering.objects.filter(pk=request.pk).update(**fields)
    return Rendering.objects.get(pk=request.pk)


def again(request: Rendering) -> Rendering:
    return Rendering.objects.select_related("version").get(pk=request.pk)


def lapsed() -> datetime.datetime:
    return timezone.now() - SECOND


def stored_files(files) -> list:
    return [path for path in files.rglob("*") if path.is_file()] if files.exists() else []


# Asking -----------------------------------------------------------------------------------


def test_a_second_press_joins_the_open_request():
    summary, person = a_summary(), factories.UserFactory()
    first, second = ask_for_pdf(summary, person), ask_for_pdf(summary, None)
    assert first == second == Rendering.objects.get()
    assert second.asked_by == person


def test_when_the_first_has_ended_a_press_is_a_new_request():
    summary = a_summary()
    first = asked(summary)
    render_all()
    second = ask_for_pdf(summary, None)
    assert second != first
    assert second.state == "waiting"


# Making -----------------------------------------------------------------------------------


def test_the_pdf_becomes_a_version_of_the_document(files):
    summary, person = a_summary(), factories.UserFactory()
    factories.DocumentVersionFactory(document=summary.document, number=3)
    request = ask_for_pdf(summary, person)
    assert render_next()
    done = again(request)
    version = done.version
    assert (done.state, done.step, done.lease_until) == ("done", 4, None)
    assert (version.number, version.language, version.made_by) == (4, "en", person)
    content = version.file.read()
    version.file.close()
    assert version.size == len(content)
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert version.page_count == len(pdf.pages) >= 1
    assert version.filename == f"{summary.document.slug}-v4.pdf"
    assert not version.before_clearance
    assert len(stored_files(files)) == 2


@pytest.mark.parametrize(
    ("state", "before"),
    [("drafting", True), ("in review", True), ("cleared", False), ("transmitted", False)],
)
def test_a_rendering_knows_whether_the_text_was_cleared(state, before):
    asked(a_summary(state))
    render_all()
    assert DocumentVersion.objects.get().before_clearance == before


def test_the_same_content_is_not_made_twice(files):
    summary = a_summary()
    first, second = asked(summary), None
    render_all()
    second = asked(summary)
    render_all()
    assert again(second).version == again(first).version
    assert (again(second).state, again(second).step) == ("done", 4)
    assert len(stored_files(files)) == 1


def test_changed_text_is_a_new_version():
    summary = a_summary()
    asked(summary)
    render_all()
    SummarySection.objects.update(body="<p>Other words.</p>")
    asked(summary)
    render_all()
    assert [version.number for version in summary.document.versions.all()] == [2, 1]


def test_a_draft_is_not_taken_for_the_cleared_text():
    """Cleared and not yet transmitted, the page says the same as the draft did before."""
    summary = a_summary("in review")
    asked(summary)
    render_all()
    ChairsSummary.objects.update(state="cleared")
    asked(summary)
    render_all()
    late, early = summary.document.versions.all()
    assert late.content_hash == early.content_hash
    assert (early.before_clearance, late.before_clearance) == (True, False)


def test_a_withdrawn_version_is_not_taken_again():
    summary = a_summary()
    asked(summary)
    render_all()
    DocumentVersion.objects.update(withdrawn_at=timezone.now(), withdrawn_reason="A mistake.")
    asked(summary)
    render_all()
    assert summary.document.versions.standing().get().number == 2


def test_requests_are_met_in_the_order_in_which_they_came():
    late = asked(asked_at=timezone.now())
    early = asked(asked_at=timezone.now() - SECOND)
    assert render_next()
    assert (again(early).state, again(late).state) == ("done", "waiting")
    render_waiting()
    assert again(late).state == "done"
    assert not render_next()


# What goes wrong --------------------------------------------------------------------------


def test_a_letter_that_lacks_its_session_is_told_to_the_editor():
    summary = a_summary("transmitted")
    letter = with_letter(summary)
    letter.general_assembly_session = None
    letter.save()
    request = asked(summary)
    render_all()
    failed = again(request)
    assert failed.state == "failed"
    assert "session of the General Assembly on 15 December 2017 is not on record" in failed.told
    letter.general_assembly_session = 72
    letter.save()
    second = asked(summary)
    render_all()
    assert again(second).state == "done"


@contextlib.contextmanager
def files_no_larger_than(size):
    """The system refuses to write more, as a full disk does: in the middle of the file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_no_half_file(files):
    request = asked()
    with files_no_larger_than(1000):
        render_all()
    failed = again(request)
    assert failed.state == "failed"
    assert failed.told.startswith("There is no room to store the PDF.")
    assert stored_files(files) == []
    assert not DocumentVersion.objects.exists()
    second = asked(failed.summary)
    render_all()
    assert again(second).state == "done"


def test_a_place_that_cannot_be_written_is_told(settings):
    settings.MEDIA_ROOT = "/dev/full"
    request = asked()
    render_all()
    assert again(request).told.startswith("The place where files are kept cannot be written.")


def test_no_room_is_what_the_system_calls_so():
    assert {28, 122, 27} == NO_ROOM  # ENOSPC, EDQUOT, EFBIG


def test_what_nobody_foresaw_is_tried_three_times_then_told(settings):
    """A language without any file: the template of the page is not found."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    request = asked()
    render_all()
    failed = again(request)
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert "in three attempts" in failed.told


class ChangesWhileMade:
    """Stands in for the layout, and changes the text meanwhile, as an editor may."""

    def __init__(self, times):
        self.times = times
        self.real = rendering.render_pdf

    def __call__(self, html):
        if self.times:
            self.times -= 1
            SummarySection.objects.update(body=f"<p>Changed, {self.times} to come.</p>")
        return self.real(html)


@pytest.mark.parametrize(("times", "state"), [(1, "done"), (3, "failed")])
def test_a_text_that_changes_meanwhile_is_taken_up_again(monkeypatch, files, times, state):
    monkeypatch.setattr(rendering, "render_pdf", ChangesWhileMade(times))
    request = asked()
    render_all()
    ended = again(request)
    assert ended.state == state
    if state == "failed":
        assert "The text kept changing meanwhile." in ended.told
        assert stored_files(files) == []
    else:
        assert DocumentVersion.objects.get().content_hash == rendering.content_hash(ended.summary)
        assert len(stored_files(files)) == 1


# Workers that die or are slow -------------------------------------------------------------


def test_a_request_in_hand_is_not_taken():
    request = asked(state="working", attempts=1, lease_until=timezone.now() + 60 * SECOND)
    assert not render_one(request.pk)
    assert not render_next()
    assert again(request).state == "working"


def test_what_a_killed_worker_left_is_taken_up_when_its_lease_has_lapsed():
    request = asked(state="working", attempts=1, step=2, lease_until=lapsed())
    render_all()
    done = again(request)
    assert (done.state, done.attempts) == ("done", 2)


def test_after_three_workers_died_it_is_told():
    request = asked(state="working", attempts=3, lease_until=lapsed())
    assert not render_next()
    assert again(request).state == "failed"
    assert "in three attempts" in again(request).told


def test_a_slow_worker_whose_lease_lapsed_stores_nothing(monkeypatch, files):
    """While it lays out the pages another takes the row over and ends it."""
    request, real = asked(), rendering.render_pdf

    def slow(html):
        monkeypatch.setattr(rendering, "render_pdf", real)
        Rendering.objects.update(lease_until=lapsed())
        assert render_one(request.pk)
        return real(html)

    monkeypatch.setattr(rendering, "render_pdf", slow)
    assert render_one(request.pk)
    done = again(request)
    assert (done.state, done.attempts) == ("done", 2)
    assert DocumentVersion.objects.get() == done.version
    assert len(stored_files(files)) == 1


def test_a_worker_that_was_overtaken_at_the_very_end_takes_its_file_back(monkeypatch, files):
    request, real = asked(), Claim.step

    def overtaken(claim, number):
        real(claim, number)
        if number == rendering.STORED:
            Rendering.objects.update(attempts=2)

    monkeypatch.setattr(Claim, "step", overtaken)
    assert render_one(request.pk)
    assert stored_files(files) == []
    assert not DocumentVersion.objects.exists()
    assert again(request).state == "working"


@pytest.mark.parametrize("problem", ["told", "unforeseen"])
def test_a_worker_that_was_overtaken_does_not_tell_its_problem(monkeypatch, problem):
    request = asked()

    def fail(html):
        Rendering.objects.update(attempts=2)
        raise rendering.CannotStoreError("x") if problem == "told" else ValueError("x")

    monkeypatch.setattr(rendering, "render_pdf", fail)
    assert render_one(request.pk)
    assert (again(request).state, again(request).problem) == ("working", "")


def test_a_claim_that_is_over_moves_nothing():
    request = asked(state="done", version=factories.DocumentVersionFactory())
    with pytest.raises(WrongStateError):
        Claim(request.pk, request.attempts).step(2)
    assert again(request).step == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_makes_the_pdf(files):
    request, together = asked(), threading.Barrier(2)

    def work(_number):
        try:
            together.wait(5)
            return render_one(request.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [False, True]
    assert again(request).attempts == 1
    assert DocumentVersion.objects.get() == again(request).version
    assert len(stored_files(files)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_request_comes():
    summary, together = a_summary(), threading.Barrier(2)

    def press(_number):
        try:
            together.wait(5)
            return ask_for_pdf(summary, None).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    assert first == second == Rendering.objects.get().pk


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_row_takes_its_file_along(files):
    """The number of the version is taken by somebody who does not ask for the lock."""
    request = asked()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'refused'; END $$"
            " LANGUAGE plpgsql;"
            "CREATE TRIGGER refuse BEFORE INSERT ON meetings_documentversion"
            " EXECUTE FUNCTION refuse()"
        )
    try:
        render_one(request.pk)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse() CASCADE")
    assert again(request).state == "waiting"
    assert stored_files(files) == []
    render_all()
    assert again(request).state == "done"


# The pages --------------------------------------------------------------------------------


def press(client, summary, **fields):
    return client.post(reverse("meetings:summary_pdf", args=[summary.meeting.slug]), **fields)


def page_of(request: Rendering) -> str:
    return reverse("meetings:rendering", args=[request.summary.meeting.slug, request.pk])


def test_the_button_is_pressed_by_those_who_may_edit(as_role, member, role, nothing_changes):
    summary = summary_of(member, "in review")
    if role in EDITORS:
        response = press(as_role, summary)
        assert response["Location"] == page_of(Rendering.objects.get())
        assert as_role.get(response["Location"]).status_code == 200
        return
    with nothing_changes():
        response = press(as_role, summary)
    assert response.status_code == (302 if role == "nobody" else 404)
    assert not Rendering.objects.exists()


def test_the_progress_is_seen_by_those_who_may_edit(as_role, member, role):
    request = asked(summary_of(member, "cleared", title="Planted title"))
    response = as_role.get(page_of(request))
    if role in EDITORS:
        assert "Planted title" in response.text
        assert response["Cache-Control"] == "private, no-store"
    else:
        assert response.status_code == (302 if role == "nobody" else 404)
        assert "Planted title" not in response.text


def test_the_button_is_pressed_by_post_only(client, nothing_changes):
    client.force_login(factories.secretariat_editor())
    summary = a_summary()
    url = reverse("meetings:summary_pdf", args=[summary.meeting.slug])
    with nothing_changes():
        assert client.get(url).status_code == 405
    assert client.post(page_of(asked(summary))).status_code == 405


def test_a_request_is_found_under_its_own_summary_only(client):
    client.force_login(factories.secretariat_editor())
    request, other = asked(), a_summary()
    assert client.get(page_of(request)).status_code == 200
    url = reverse("meetings:rendering", args=[other.meeting.slug, request.pk])
    assert client.get(url).status_code == 404


def test_the_page_asks_again_until_the_pdf_is_there(client):
    client.force_login(factories.secretariat_editor())
    request = asked(state="working", step=2, lease_until=timezone.now() + 60 * SECOND)
    page = client.get(page_of(request)).text
    part = client.get(page_of(request), headers={"HX-Request": "true"}).text
    for text in (page, part):
        assert f'hx-get="{page_of(request)}"' in text
        assert 'max="4" value="2"' in text
        assert "The pages are laid out." in text
        assert "Show the present state" in text
    assert "<html" in page
    assert "<html" not in part


def test_when_it_is_done_the_page_shows_what_was_made(client):
    client.force_login(factories.secretariat_editor())
    request = asked(a_summary("in review"))
    render_all()
    version = again(request).version
    text = client.get(page_of(request)).text
    assert "The PDF is made." in text
    assert version.sha256 in text
    assert f"http://testserver{version.get_absolute_url()}" in text
    assert "it never becomes public" in text
    assert "hx-get" not in text


def test_when_it_failed_the_page_says_why_and_offers_the_button(client):
    client.force_login(factories.secretariat_editor())
    text = client.get(page_of(asked(state="failed", problem="There is no room."))).text
    assert "There is no room." in text
    assert "Make the PDF" in text
    assert "hx-get" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "The work is handed to the worker."),
        ({"asked_at": timezone.now() - 20 * SECOND}, "The work waits for the worker."),
        ({"state": "working", "lease_until": timezone.now() - SECOND}, "The work waits"),
        ({"state": "working", "lease_until": timezone.now() + 600 * SECOND}, "taken the work up"),
    ],
)
def test_the_state_is_told_in_a_sentence(fields, words):
    request = asked(**{"asked_at": timezone.now(), **fields})
    assert words in request.told
    assert request.is_open


def test_a_press_wakes_the_worker(client, django_capture_on_commit_callbacks):
    """Whether Redis hears it or not, the row is there: the clock finds it."""
    client.force_login(factories.secretariat_editor())
    redis = Redis.from_url(portal_settings.CELERY_BROKER_URL)
    redis.delete("portal")
    with django_capture_on_commit_callbacks(execute=True):
        press(client, a_summary())
    assert b"meetings.render_waiting" in redis.lindex("portal", 0)
    redis.delete("portal")
    redis.close()
    assert Rendering.objects.get().state == "waiting"


def test_the_clock_names_the_task():
    names = {entry["task"] for entry in portal_settings.CELERY_BEAT_SCHEDULE.values()}
    assert render_waiting.name in names


def test_of_the_real_letter_a_pdf_of_several_pages_comes(network):
    assert Rendering.objects.get().state == "waiting"
    with transaction.atomic():
        render_waiting()
    version = Rendering.objects.get().version
    assert version.page_count >= 3
    assert not version.before_clearance
