"""The kept connection to the mail relay, and what its answers mean for a delivery.

A message leaves in two steps: the envelope (sender, reader), which promises nothing yet, then the
message itself. Between both the delivery is marked as in flight. So a failure in the first step
means for certain that nothing left; one in the second, before the answer, is a doubt.
"""

import smtplib
import socket
import ssl
import time
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

from django.conf import settings

MESSAGES_PER_CONNECTION = 200
IDLE_SECONDS = 60
CLOSING = 421


class Stage(Enum):
    """What the relay was asked when it refused."""

    CONNECT = "the connection"
    SENDER = "the sender"
    READER = "the address"
    MESSAGE = "the message"


class RefusedError(Exception):
    """The relay answered, and the answer was no; so the message did not leave."""

    def __init__(self, stage: Stage, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.stage, self.code = stage, code

    @property
    def is_final(self) -> bool:
        return self.code >= 500


class LostError(Exception):
    """The connection broke before the message was begun, so the message did not leave."""


class DoubtError(Exception):
    """The connection broke while the message was on its way: nobody knows whether it arrived."""


class Reply(NamedTuple):
    """A code and a text of the relay."""

    code: int
    text: str


class Relay:
    """One connection, opened when it is needed and opened anew after some use or a pause."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0
        self._used_at = 0.0
        self._pending: list[bytes] = []

    def prepare(self) -> None:
        """Make sure of a connection that is not worn out. Raises LostError or RefusedError."""
        idle = time.monotonic() - self._used_at
        if self._smtp and (self._sent >= MESSAGES_PER_CONNECTION or idle > IDLE_SECONDS):
            self.close()
        if self._smtp is None:
            self._smtp = _connected()
            self._sent = 0
        self._used_at = time.monotonic()

    @property
    def eight_bit(self) -> bool:
        """Whether the relay of the prepared connection takes 8-bit text."""
        return self._smtp is not None and self._smtp.has_extn("8bitmime")

    def begin(self, sender: str, reader: str) -> None:
        """Offer the envelope without waiting for the answers. Raises LostError."""
        body = " BODY=8BITMIME" if self.eight_bit else ""
        commands = [f"MAIL FROM:<{sender}>{body}\r\n", f"RCPT TO:<{reader}>\r\n", "DATA\r\n"]
        self._pending = [command.encode("ascii") for command in commands]
        if self._open.has_extn("pipelining"):
            self._write(b"".join(self._pending))
            self._pending = []

    def accepted(self) -> None:
        """Wait until the relay asks for the message. Raises RefusedError or LostError."""
        try:
            replies = self._envelope_replies()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise LostError(str(error)) from error
        stages = (Stage.SENDER, Stage.READER, Stage.MESSAGE)
        for stage, reply in zip(stages, replies, strict=False):
            if reply.code >= 400:
                self._leave_envelope(replies)
                raise RefusedError(stage, *reply)

    def finish(self, message: bytes) -> Reply:
        """Send the message and return the relay's yes. Raises RefusedError or DoubtError."""
        try:
            self._socket.sendall(message + b".\r\n")
            reply = self._reply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise DoubtError(str(error)) from error
        self._sent += 1
        if reply.code >= 400:
            self.reset(reply.code)
            raise RefusedError(Stage.MESSAGE, *reply)
        return reply

    def reset(self, code: int = 0) -> None:
        """Leave what was begun, so that the next message starts clean."""
        if code == CLOSING:
            self.close()
            return
        try:
            self._open.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def close(self) -> None:
        """End the connection, whatever state it is in."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.close()
        self._smtp = None

    def quit(self) -> None:
        """End the connection politely."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self.close()

    @property
    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise LostError("There is no connection.")
        return self._smtp

    @property
    def _socket(self) -> socket.socket:
        found = self._open.sock
        if found is None:
            raise smtplib.SMTPServerDisconnected("The connection was closed.")
        return found

    def _write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            self.close()
            raise LostError(str(error)) from error

    def _reply(self) -> Reply:
        code, text = self._open.getreply()
        return Reply(code, text.decode("utf-8", "replace"))

    def _envelope_replies(self) -> list[Reply]:
        """Read the three answers; without pipelining ask one by one and stop at a refusal."""
        if not self._pending:
            return [self._reply() for _ in range(3)]
        replies: list[Reply] = []
        for command in self._pending:
            self._socket.sendall(command)
            replies.append(self._reply())
            if replies[-1].code >= 400:
                break
        return replies

    def _leave_envelope(self, replies: list[Reply]) -> None:
        """After a refusal. A relay that still asked for a message gets none (RFC 2920, 3.1)."""
        closing = any(reply.code == CLOSING for reply in replies)
        asks_for_message = len(replies) == 3 and replies[2].code < 400
        if closing or asks_for_message:
            self.close()
        else:
            self.reset()


def _connected() -> smtplib.SMTP:
    """Return a connection after greeting, TLS and login. Raises LostError or RefusedError."""
    try:
        return _logged_in(_greeted())
    except smtplib.SMTPResponseException as error:
        code, text = error.smtp_code, _text(error.smtp_error)
        # smtplib makes up -1 for what is no SMTP at all.
        if code >= 400:
            raise RefusedError(Stage.CONNECT, code, text) from error
        raise LostError(text) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError(Stage.CONNECT, 500, str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise LostError(str(error)) from error


def _greeted() -> smtplib.SMTP:
    host, port, timeout = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    return smtplib.SMTP(host, port, timeout=timeout)


def _logged_in(smtp: smtplib.SMTP) -> smtplib.SMTP:
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
