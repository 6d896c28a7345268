"""Without Redis people go on working: what they ask for is kept, and done when it is back."""

import datetime
import signal
import time
from queue import Empty

import pytest
from celery import Celery
from django.conf import settings as portal_settings
from django.urls import reverse
from django.utils import timezone

from meetings.models import DocumentVersion, Rendering
from members.models import Invitation
from newsletter import sending
from newsletter.models import Edition, Subscription
from tests import factories
from tests.sending_tools import Relay, approved_edition, listening, use_port
from tests.test_health import pause, stop
from tests.test_meetings_views import with_text
from wpsnetwork.celery import app as portal_app
from wpsnetwork.embedded import Valkey
from wpsnetwork.models import Heartbeat
from wpsnetwork.processes import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
MOMENT = datetime.timedelta(seconds=16)
MINUTE = datetime.timedelta(seconds=61)
ADDRESS = "person@example.org"


class Broker:
    """A Valkey of the test's own, and what beat and the two workers would do with it."""

    def __init__(self, directory, settings):
        self.server = Valkey(free_port(), directory, "secret")
        self.server.start()
        settings.CELERY_BROKER_URL = self.server.url()
        # The tasks are shared: they go to the broker of the app that is current.
        self.app = Celery("tests", set_as_current=False)
        self.app.config_from_object("django.conf:settings", namespace="CELERY")
        self.app.set_current()

    def comes_back(self, taken_away):
        if taken_away is stop:
            self.server.start()
        else:
            self.server.process.send_signal(signal.SIGCONT)

    def clock_goes_round(self):
        """Send each task of the schedule, then run what is in the queues, as the workers would."""
        for entry in portal_settings.CELERY_BEAT_SCHEDULE.values():
            options = entry.get("options", {})
            self.app.tasks[entry["task"]].apply_async(entry.get("args", ()), **options)
        while any(self._work(queue) for queue in portal_settings.QUEUES):
            continue

    def _work(self, name):
        with self.app.connection_for_read() as connection, connection.SimpleQueue(name) as queue:
            try:
                message = queue.get(block=False)
            except Empty:
                return False
            self.app.tasks[message.headers["task"]](*message.payload[0])
            message.ack()
            return True

    def close(self):
        portal_app.set_current()
        self.app.close()
        self.server.process.send_signal(signal.SIGCONT)
        self.server.stop()


@pytest.fixture
def broker(tmp_path, settings):
    broker = Broker(tmp_path, settings)
    yield broker
    broker.close()


@pytest.fixture
def relay(settings):
    """A relay of the test's own; the portal sends through it."""
    relay = Relay()
    with listening(relay) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        use_port(settings, port)
        yield relay
        sending.relay_of_this_thread().close()


class ChairsSummary:
    """The PDF of a summary."""

    words = "The work waits for the worker. It is kept and will be done."

    def ask(self, client):
        summary = with_text(factories.ChairsSummaryFactory(state="cleared"))
        return client.post(reverse("meetings:summary_pdf", args=[summary.meeting.slug]))

    def time_passes(self):
        assert Rendering.objects.update(asked_at=timezone.now() - MOMENT) == 1

    def is_done(self, relay):
        return Rendering.objects.get().version == DocumentVersion.objects.get()


class Sending:
    """An edition to one reader."""

    words = "The edition waits for the newsletter worker."

    def ask(self, client):
        factories.SubscriptionFactory(email=ADDRESS)
        return client.post(reverse("newsletter:edition_send", args=[approved_edition().slug]))

    def time_passes(self):
        assert Edition.objects.update(sending_started_at=timezone.now() - MOMENT) == 1

    def is_done(self, relay):
        return relay.addresses == [ADDRESS] and Edition.objects.get().state == "sent"


class Designating:
    """A designation and its invitation."""

    words = "The invitation waits for the mail worker."

    def ask(self, client):
        member = factories.MemberFactory()
        data = {"name": "A colleague", "email": ADDRESS, "function": "principal"}
        data["since"] = factories.today().isoformat()
        return client.post(reverse("members:designation_add", args=[member.slug]), data)

    def time_passes(self):
        assert Invitation.objects.waiting().count() == 1

    def is_done(self, relay):
        return relay.addresses == [ADDRESS] and not Invitation.objects.waiting().exists()


class Subscribing:
    """A subscription and the mail by which it is confirmed."""

    words = "Mail is slow at the moment"

    def ask(self, client):
        return client.post(reverse("newsletter:subscribe"), {"email": ADDRESS})

    def time_passes(self):
        assert Subscription.objects.waiting_for_mail().count() == 1
        late = Heartbeat.objects.filter(name="portal").update(beaten_at=timezone.now() - MINUTE)
        assert late == 1

    def is_done(self, relay):
        return relay.addresses == [ADDRESS] and not Subscription.objects.waiting_for_mail()


@pytest.mark.parametrize("take_away", [stop, pause])
@pytest.mark.parametrize("kind", [ChairsSummary, Sending, Designating, Subscribing])
def test_what_is_asked_without_redis_is_kept_and_done_when_it_is_back(
    client, broker, relay, take_away, kind
):
    work = kind()
    broker.clock_goes_round()  # all is well, and there is nothing to do
    client.force_login(factories.secretariat_editor())
    take_away(broker.server)

    began = time.monotonic()
    response = work.ask(client)
    assert time.monotonic() - began < 5
    assert response.status_code == 302
    work.time_passes()
    assert work.words in client.get(response["Location"]).text
    assert not relay.taken

    broker.comes_back(take_away)
    broker.clock_goes_round()

    assert work.is_done(relay)
    assert work.words not in client.get(response["Location"]).text
    broker.clock_goes_round()
    assert work.is_done(relay)  # once, not twice
