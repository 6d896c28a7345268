"""The mail that a demonstration has caught, as pages. They exist in a demonstration only."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHOWN = 200
# Mail carries its style in its elements. The middleware leaves a policy that is there.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-top-navigation-by-user-activation"
)
NAME = re.compile(r"[0-9]{8}T[0-9]+-[0-9a-f]{8}")
ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class CaughtMail:
    """One message, read from the file that the catcher wrote."""

    name: str
    message: EmailMessage

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """The addresses in both parts, each once, in the order of the message."""
        finder = LinkFinder()
        finder.feed(self.html)
        return list(dict.fromkeys([*ADDRESS.findall(self.text), *finder.found]))


class LinkFinder(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and ADDRESS.fullmatch(href):
            self.found.append(href)


def directory() -> Path:
    return Path(settings.MAIL_CATCHER_DIR)


def read(name: str) -> CaughtMail:
    """Return the message of this name, or raise 404; no other file can be named."""
    path = directory() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return CaughtMail(name, message)


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest messages first."""
    paths = sorted(directory().glob("*.eml"), reverse=True)
    mails = [read(path.stem) for path in paths[:SHOWN] if NAME.fullmatch(path.stem)]
    return render(request, "demonstration/mail_list.html", {"mails": mails, "count": len(paths)})


@login_not_required
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: who it went to, its links, its text."""
    return render(request, "demonstration/mail_detail.html", {"mail": read(name)})


@login_not_required
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The message as a reader of mail shows it, in a sandbox without script or other requests."""
    return HttpResponse(read(name).html, headers={"Content-Security-Policy": HTML_POLICY})
