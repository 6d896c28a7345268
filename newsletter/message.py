"""The bytes of one message: serialised once, cut at its marks, joined again for each reader.

A mark is a word that no author can have typed, since it is drawn anew in each process. Each kind
of mark has its own way of writing a value: into HTML, into text, into a header.
"""

import quopri
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter.wrapping import short_lines
from wpsnetwork.mail import absolute

if TYPE_CHECKING:
    from newsletter.composing import Content

PREFIX = f"mark{secrets.token_hex(12)}"
LONGEST_LINE = 998


class MarkError(Exception):
    """The message has a mark too many or too few, or a value that may not stand in it."""


@dataclass(frozen=True)
class Marks:
    """The marks by name; the last letter tells them apart."""

    to: str = f"{PREFIX}a"
    date: str = f"{PREFIX}d"
    message_id: str = f"{PREFIX}i"
    leave_header: str = f"{PREFIX}l"
    leave_html: str = f"{PREFIX}h"
    leave_text: str = f"{PREFIX}t"


MARKS = Marks()
KNOWN = {value.encode(): name for name, value in vars(MARKS).items()}
SPLIT = re.compile(b"(" + PREFIX.encode() + b"[a-z])")
ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+")  # printable ASCII without < > and @
PRINTABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Reader:
    """What differs between two readers of one edition."""

    delivery_id: int
    address: str
    leave_url: str


@dataclass(frozen=True)
class MessageTemplate:
    """A message with its marks. The second form is for relays without 8BITMIME."""

    edition_id: int
    pieces: tuple[bytes, ...]
    pieces_7bit: tuple[bytes, ...]

    def join(self, reader: Reader, now: datetime, *, eight_bit: bool = True) -> bytes:
        """Return the message for one reader, its lines ended and stuffed as SMTP sends them.

        Raises MarkError when a value is not plain printable ASCII, so nothing can be slipped in.
        """
        values = self._values(reader, now)
        if eight_bit:
            return b"".join(values.get(piece, piece) for piece in self.pieces)
        parts = self.pieces_7bit
        soft = {mark: values[mark] for mark in values if KNOWN[mark] not in IN_BODY}
        soft |= {m: _soft(values[m]) for m in values if KNOWN[m] in IN_BODY}
        return b"".join(soft.get(piece, piece) for piece in parts)

    def _values(self, reader: Reader, now: datetime) -> Mapping[bytes, bytes]:
        to, url = _plain(ascii_address(reader.address)), _plain(reader.leave_url)
        delivery = f"edition-{self.edition_id}.delivery-{reader.delivery_id}"
        return {
            MARKS.to.encode(): to,
            MARKS.date.encode(): format_datetime(now).encode("ascii"),
            MARKS.message_id.encode(): f"<{delivery}@{site_host()}>".encode("ascii"),
            MARKS.leave_header.encode(): url,
            MARKS.leave_html.encode(): escape(url.decode("ascii")).encode("ascii"),
            MARKS.leave_text.encode(): url,
        }


IN_BODY = {"leave_html", "leave_text"}


def make_template(edition_id: int, content: "Content") -> MessageTemplate:
    """Serialise the content in both forms and cut it at its marks. Raises MarkError."""
    seven = _cut(_serialised(content, "quoted-printable"))
    eight = _cut(_serialised(content, "8bit"))
    # A word of more than 998 bytes, such as an immense link, cannot go as it is.
    if any(len(line) > LONGEST_LINE - 200 for line in b"".join(eight).split(b"\r\n")):
        eight = seven
    return MessageTemplate(edition_id, eight, seven)


def sender() -> Address:
    """Return who the edition comes from: NEWSLETTER_FROM_EMAIL, with the Network's name."""
    name, address = parseaddr(settings.NEWSLETTER_FROM_EMAIL)
    return Address(name or str(_("WPS Focal Points Network")), addr_spec=ascii_address(address))


def site_host() -> str:
    """Return the portal's host without its port."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def ascii_address(address: str) -> str:
    """Return the address with its domain as DNS writes it.

    Raises MarkError if that cannot be; so no address brings a line end or a bracket into what is
    said to the relay.
    """
    local, _at, domain = address.rpartition("@")
    try:
        found = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        found = ""
    if not ADDRESS.fullmatch(found):
        raise MarkError("This address cannot be written in a mail.")
    return found


def _plain(value: str) -> bytes:
    if not PRINTABLE.fullmatch(value):
        raise MarkError("A value with a space, a line end or a foreign sign.")
    return value.encode("ascii")


def _serialised(content: "Content", encoding: str) -> bytes:
    message = EmailMessage(SMTP.clone(max_line_length=78, cte_type="8bit"))
    message["From"] = sender()
    for name, value in _list_headers():
        message[name] = value
    if encoding == "8bit":
        message.set_content(content.text, cte="8bit")
        message.add_alternative(short_lines(content.html), subtype="html", cte="8bit")
    else:
        _attach_quoted(message, content)
    return _individual_headers() + _subject(content.subject) + message.as_bytes()


def _list_headers() -> list[tuple[str, str]]:
    archive = absolute(reverse("newsletter:list"))
    return [
        ("List-Id", f"WPS Focal Points Network <newsletter.{site_host()}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Archive", f"<{archive}>"),
        ("List-Help", f"<{absolute(reverse('newsletter:subscribe'))}>"),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "no"),
    ]


def _individual_headers() -> bytes:
    leave = f"<{MARKS.leave_header}>,\r\n <mailto:{sender().addr_spec}?subject=leave>"
    lines = [
        f"Date: {MARKS.date}",
        f"To: {MARKS.to}",
        f"Message-ID: {MARKS.message_id}",
        f"List-Unsubscribe: {leave}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _subject(subject: str) -> bytes:
    """Return the header. By email.header, since EmailMessage (3.11) loses spaces of long ones."""
    plain = subject.isascii() and "=?" not in subject
    header = Header(subject, "us-ascii" if plain else "utf-8", header_name="Subject")
    return b"Subject: " + header.encode(linesep="\r\n").encode("ascii") + b"\r\n"


def _attach_quoted(message: EmailMessage, content: "Content") -> None:
    """Attach both parts in quoted-printable, each mark on a line of its own by soft breaks."""
    message.make_alternative()
    for subtype, text in (("plain", content.text), ("html", content.html)):
        part = EmailMessage(message.policy)
        part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(_quoted(text))
        message.attach(part)


def _quoted(text: str) -> str:
    parts = SPLIT.split(text.replace("\r\n", "\n").encode())
    done = [p if p in KNOWN else quopri.encodestring(p) for p in parts]
    return b"".join(b"=\n" + p + b"=\n" if p in KNOWN else p for p in done).decode("ascii")


def _soft(value: bytes) -> bytes:
    """Write a value into quoted-printable, in lines of at most 72 signs."""
    quoted = [b"=3D" if byte == 61 else bytes([byte]) for byte in value]
    lines = [b"".join(quoted[i : i + 24]) for i in range(0, len(quoted), 24)]
    return b"=\r\n".join(lines)


def _cut(message: bytes) -> tuple[bytes, ...]:
    """Cut at the marks. Each must be there, and none may be that nothing will replace."""
    stuffed = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", message))
    if not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    pieces = tuple(SPLIT.split(stuffed))
    found = {piece for piece in pieces if piece in KNOWN}
    literals = [piece for piece in pieces if piece not in KNOWN]
    if found != set(KNOWN) or any(PREFIX.encode() in piece for piece in literals):
        raise MarkError("A mark is missing from the message, or one is left that is not known.")
    return pieces
