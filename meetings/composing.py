"""Puts letter and annex together as the HTML of which the PDF is made (docs/domain.md, format)."""

import re
from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string

from meetings.models import ChairsSummary, Letter, SummarySection
from meetings.wording import Symbol, annex_line, letter_title, mark, session_lines
from wpsnetwork.pdf import fingerprint, read_static
from wpsnetwork.richtext import sanitise

TEMPLATE = "pdf/letter.html"
STYLE_SHEET = "css/pdf.css"
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)


def compose(summary: ChairsSummary) -> str:
    """Return the whole page: letter and annex, or the summary alone while it has no letter.

    The same rows give the same page. Raises CannotComposeError where a computed line lacks a fact.
    """
    letter = _letter(summary)
    context = {
        "summary": summary,
        "title": summary.title,
        "mark": mark(summary),
        "sections": [_section(section) for section in summary.sections.all()],
        "style_sheet": f"static:{STYLE_SHEET}",
        **(_letter_context(letter, summary) if letter else {}),
    }
    return without_gaps(render_to_string(TEMPLATE, context))


def content_hash(summary: ChairsSummary) -> str:
    """Return a SHA-256 of all that the PDF depends on: text, template, style sheet, renderer."""
    return fingerprint(compose(summary), read_static(STYLE_SHEET))


def _letter(summary: ChairsSummary) -> Letter | None:
    """Return the letter, unless the text is cleared and the letter was not sent yet.

    The rendering of a cleared text is public; a letter is only when it was transmitted.
    """
    if summary.is_public and not summary.is_sent:
        return None
    letters = Letter.objects.prefetch_related("signatories__state")
    return letters.filter(summary=summary).first()


def _letter_context(letter: Letter, summary: ChairsSummary) -> dict[str, Any]:
    document = summary.document
    symbol = Symbol.parse(document.un_symbol)
    return {
        "title": letter_title(letter),
        "letter": letter,
        "letter_body": sanitise(letter.body),
        "symbol": symbol,
        # A and S are large: the template needs the letter apart from the rest.
        "symbol_halves": [(half[0], half[1:]) for half in symbol.halves],
        "issued_on": document.issued_on,
        "lines": session_lines(letter, document),
        "signatories": letter.signatories.all(),
        "annex_line": annex_line(letter),
    }


def _section(section: SummarySection) -> dict[str, Any]:
    return {
        "level": section.level,
        "heading": section.heading,
        "body": sanitise(section.body),
    }


def without_gaps(html: str) -> str:
    """Return the HTML with heading levels that never go down by more than one.

    Editors may jump from h2 to h4; PDF/UA forbids it.
    """
    return HEADING.sub(_level_keeper(), html)


def _level_keeper() -> Callable[[re.Match[str]], str]:
    level = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal level
        level = min(int(found[1]), level + 1)
        return f"<h{level}>{found[2]}</h{level}>"

    return keep
