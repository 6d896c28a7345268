"""Sending an edition: batch after batch over a kept connection (docs/decisions/0030-sending.md)."""

import threading
import time

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from newsletter import claiming, finishing, rate
from newsletter.claiming import Claimed, Left, Marker
from newsletter.composing import compose
from newsletter.message import MarkError, MessageTemplate, Reader, ascii_address, sender
from newsletter.models import Edition
from newsletter.smtp import CLOSING, DoubtError, LostError, RefusedError, Relay, Stage
from newsletter.tokens import leave_token
from wpsnetwork.mail import absolute

log = structlog.get_logger(__name__)

# A task ends after this time and another follows: a broker hands a task out again when it was not
# done within fifteen minutes.
SECONDS_PER_TASK = 200
RENEW_AFTER = claiming.LEASE_SECONDS / 4
REFUSALS_IN_A_ROW = 10
# So many messages are in flight on a connection; if a worker is killed, they are in doubt.
IN_FLIGHT = 2
# Set when the worker is asked to end: each thread then stops after the message it is at.
ending = threading.Event()
_kept = threading.local()
LONG_WAIT = 0.05  # seconds

NO_ANSWER = _("The mail relay does not answer. The portal tries again by itself.")
NO_BUCKET = _("The rate of sending cannot be looked up. The portal tries again by itself.")
FOR_NOW = _("The mail relay refuses for now (%(reply)s). The portal tries again by itself.")
REFUSED = _(
    "The mail relay refused %(stage)s (%(reply)s). The sending is paused: correct it, then resume."
)
NOT_COMPOSED = _("The mail of this edition could not be made. The sending is paused.")


class StopError(Exception):
    """This worker stops for now, what it holds goes back, and the sweeper wakes another.

    The message is a sentence for the editor; empty when there is nothing to tell.
    """


class PauseError(StopError):
    """Every further message would fail in the same way: the edition pauses and says why."""


def send_batches(edition_id: int) -> "Run":
    """Send what waits of the edition while it is being sent, and return how it went.

    Safe to call from any number of threads and processes at once, and again after a crash.
    """
    run = Run(edition_id, relay_of_this_thread())
    while run.goes_on and claiming.is_claimable(edition_id):
        run.send(claiming.claim(edition_id))
    finishing.finish(edition_id)
    return run


def relay_of_this_thread() -> Relay:
    """Return the connection that this thread keeps between its tasks."""
    if not hasattr(_kept, "relay"):
        _kept.relay = Relay()
    relay: Relay = _kept.relay
    return relay


class Run:
    """One task's work on an edition: the messages it composed, and what it has in hand."""

    def __init__(self, edition_id: int, relay: Relay) -> None:
        self.edition_id = edition_id
        self.relay = relay
        self.marker = Marker()
        self.sender = ascii_address(sender().addr_spec)
        self.templates: dict[str, MessageTemplate] = {}
        address = absolute(reverse("newsletter:leave", args=["token"]))
        self.leave_url = address.replace("%", "%%").replace("token/", "%s/")
        self.until = time.monotonic() + SECONDS_PER_TASK
        self.stopped = False
        self.refusals = 0
        self.sent = 0
        # What waits in this batch, the next one last.
        self.waiting: list[Claimed] = []
        self.left: list[Left] = []
        # The two that were marked as in flight last.
        self.may_go: set[int] = set()

    @property
    def goes_on(self) -> bool:
        return not (self.stopped or ending.is_set() or self.is_out_of_time)

    @property
    def is_out_of_time(self) -> bool:
        return time.monotonic() > self.until

    def send(self, claimed: list[Claimed]) -> None:
        """Send the batch. Whatever happens, nothing stays in hand afterwards."""
        waiting = self.waiting = claimed[::-1]
        renewed = time.monotonic()
        try:
            while waiting and self.goes_on:
                if time.monotonic() - renewed > RENEW_AFTER:
                    claiming.renew(waiting)
                    renewed = time.monotonic()
                self._send_one(waiting.pop())
            finishing.note_problem(self.edition_id, "")
        except StopError as stop:
            self._stop(stop)
        finally:
            self._mark_left()
            self._give_back()

    def _send_one(self, delivery: Claimed) -> None:
        try:
            self._deliver(delivery)
            self.refusals = 0
        except MarkError as error:  # this address cannot be written in a mail
            claiming.failed(delivery, str(error))
        except RefusedError as refused:
            self._refused(delivery, refused)
        except DoubtError as doubt:
            claiming.in_doubt(delivery, str(doubt))
            log.warning("delivery_in_doubt", delivery=delivery.pk)
        except StopError:
            claiming.not_begun(delivery)
            raise

    def _deliver(self, delivery: Claimed) -> None:
        """Send one message; if the relay hangs up before it took it, once more."""
        address = ascii_address(delivery.email)
        template = self._template(delivery.language)
        self._wait_for_turn()
        try:
            self._attempt(delivery, address, template)
        except LostError:
            self._again(delivery, address, template)
        except RefusedError as refused:
            if refused.code != CLOSING:
                raise
            self._again(delivery, address, template)

    def _again(self, delivery: Claimed, address: str, template: MessageTemplate) -> None:
        self.relay.close()
        try:
            self._attempt(delivery, address, template)
        except LostError as lost:
            log.warning("relay_lost", reason=claiming.short(str(lost)))
            raise StopError(NO_ANSWER) from lost

    def _attempt(self, delivery: Claimed, address: str, template: MessageTemplate) -> None:
        """Hand one message to the relay, unless by now it may not go."""
        self.relay.prepare()
        self.relay.begin(self.sender, address)
        if not self._may_go(delivery):
            self._let_go(delivery)
            return
        self.relay.accepted()
        reader = Reader(delivery.pk, address, self._leave_url(delivery))
        message = template.join(reader, timezone.now(), eight_bit=self.relay.eight_bit)
        self.left.append(Left(delivery, self.relay.finish(message).text))
        self.sent += 1

    def _may_go(self, delivery: Claimed) -> bool:
        """Mark what has left, and this one with the one after it, unless that was done before.

        Done while the relay looks at the envelope.
        """
        if delivery.pk not in self.may_go:
            # At a limited rate a message waits for its turn; killed then, it must not be in doubt.
            more = 0 if settings.NEWSLETTER_RATE else IN_FLIGHT - 1
            following = [delivery, *self.waiting[::-1][:more]]
            self.may_go = self.marker.mark(self.left, following)
            self.left = []
        return delivery.pk in self.may_go

    def _let_go(self, delivery: Claimed) -> None:
        """The edition was paused or cancelled, or this reader left: send nothing."""
        self.relay.close()  # the only way out of an envelope that was already offered
        claiming.give_back([delivery])
        sending = Edition.objects.filter(pk=self.edition_id, state=Edition.State.SENDING)
        self.stopped = not sending.exists()

    def _refused(self, delivery: Claimed, refused: RefusedError) -> None:
        """Note what the relay said; stop or pause where the next message would fare no better."""
        reply = str(refused)
        if refused.stage is Stage.CONNECT:
            claiming.not_begun(delivery)
        elif refused.stage is Stage.READER and refused.is_final:
            claiming.failed(delivery, reply)
            return
        else:
            claiming.try_later(delivery, reply)
        if refused.is_final:
            raise PauseError(
                REFUSED % {"stage": refused.stage.value, "reply": claiming.short(reply)}
            )
        self.refusals += 1
        if refused.stage is Stage.CONNECT or self.refusals >= REFUSALS_IN_A_ROW:
            raise StopError(FOR_NOW % {"reply": claiming.short(reply)})

    def _template(self, language: str) -> MessageTemplate:
        if language not in self.templates:
            edition = Edition.objects.get(pk=self.edition_id)
            try:
                self.templates[language] = compose(edition, language)
            except Exception as error:  # whatever it is, no message of this edition can be made
                log.exception("edition_not_composed", edition=self.edition_id)
                raise PauseError(NOT_COMPOSED) from error
        return self.templates[language]

    def _leave_url(self, delivery: Claimed) -> str:
        return self.leave_url % leave_token(self.edition_id, delivery.key)

    def _wait_for_turn(self) -> None:
        try:
            seconds = rate.seconds_to_wait()
        except (RedisError, OSError) as error:
            raise StopError(NO_BUCKET) from error
        if seconds > LONG_WAIT:
            # Killed while waiting, nothing must be in doubt.
            self._mark_left()
        if seconds > 0 and ending.wait(seconds):
            raise StopError

    def _mark_left(self) -> None:
        self.marker.mark(self.left, [])
        self.left = []

    def _give_back(self) -> None:
        """Let others have what was not begun, also what was marked as in flight already."""
        for delivery in self.waiting:
            if delivery.pk in self.may_go:
                claiming.not_begun(delivery)
        claiming.give_back(self.waiting)
        self.waiting, self.may_go = [], set()

    def _stop(self, stop: StopError) -> None:
        self.stopped = True
        if isinstance(stop, PauseError):
            finishing.pause_itself(self.edition_id, str(stop))
        elif str(stop):
            finishing.note_problem(self.edition_id, str(stop))
