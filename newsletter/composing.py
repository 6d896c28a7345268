"""From an edition to its mail: once per language, with marks where readers differ."""

import hashlib
import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from mjml import mjml2html

from members.partial_dates import to_partial_date
from newsletter.message import MARKS, MessageTemplate, make_template
from newsletter.models import Edition, EditionItem
from newsletter.wrapping import wrapped
from wpsnetwork.mail import absolute
from wpsnetwork.richtext import sanitise, to_text

# Links to the portal's own pages are written without its host; a mail needs the host.
OWN_LINK = re.compile(r'href="/(?!/)')


@dataclass(frozen=True)
class Content:
    """What all readers of one language get, not yet a message. It still holds the marks."""

    subject: str
    html: str
    text: str


def content_hash(edition: Edition) -> str:
    """Return a fingerprint of all that readers will see, the order of the items included."""
    known = to_partial_date(edition.issued_on)
    issued_on = known.iso if known else ""
    items = edition.items.order_by("place", "position", "pk")
    parts = [[i.place, i.title, i.body, i.link, i.member_id] for i in items]
    whole = [edition.title, issued_on, edition.introduction, parts]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def compose(edition: Edition, language: str = "en") -> MessageTemplate:
    """Return the message of the edition in one language, ready to be joined for each reader.

    Raises MarkError when a mark is missing or a mark is left that nothing will replace.
    """
    return make_template(edition.pk, _content(edition, language))


def edition_html(edition: Edition) -> str:
    """Return the HTML of the mail as a reader gets it, for the preview; its links leave nothing."""
    content = _content(edition, "en")
    return content.html.replace(MARKS.leave_html, escape(_nobody_leaves()))


def edition_text(edition: Edition) -> str:
    """Return the text part of the mail, for the preview; see edition_html."""
    return _content(edition, "en").text.replace(MARKS.leave_text, _nobody_leaves())


def _nobody_leaves() -> str:
    return absolute(reverse("newsletter:leave", args=["preview"]))


def _content(edition: Edition, language: str) -> Content:
    with translation.override(language):
        context = _context(edition)
        source = render_to_string("newsletter/mail.mjml", context)
        text = render_to_string("newsletter/mail.txt", context)
        # No fonts by name: MJML would fetch them from another host.
        html = mjml2html(source, disable_comments=False, fonts={})
        subject = " ".join(edition.title.split())
        return Content(subject, str(html), wrapped(text))


def _context(edition: Edition) -> dict[str, Any]:
    places: dict[int, dict[str, Any]] = {}
    rows = edition.items.select_related("member__state", "member__organization")
    for item in rows.order_by("place", "position", "pk"):
        label = EditionItem.Place(item.place).label
        places.setdefault(item.place, {"label": label, "items": []})["items"].append(_item(item))
    return {
        "edition": edition,
        "introduction": _for_mail(edition.introduction),
        "introduction_text": to_text(edition.introduction, settings.SITE_URL),
        "places": list(places.values()),
        "public_page": absolute(edition.get_absolute_url()),
        "archive": absolute(reverse("newsletter:list")),
        "site_url": settings.SITE_URL,
        "leave_html": MARKS.leave_html,
        "leave_text": MARKS.leave_text,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "network": _("Women and Peace and Security National Focal Points Network"),
    }


def _item(item: EditionItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "member": item.member.name if item.member else "",
        "body": _for_mail(item.body),
        "text": to_text(item.body, settings.SITE_URL),
        "link": item.link,
    }


def _for_mail(html: str) -> str:
    return OWN_LINK.sub(f'href="{settings.SITE_URL}/', sanitise(html))
