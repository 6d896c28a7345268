"""The PDF of the letter of December 2017 in a warm process, beside WeasyPrint alone."""

import hashlib

from weasyprint import HTML

from meetings.composing import compose
from meetings.models import ChairsSummary
from tests.bench.figures import Figure, side_by_side
from wpsnetwork.pdf import VARIANT, OwnFiles, page_count, render_pdf

ROUNDS = 15
LETTER = "chairs-summary-expert-group-meeting-2017"


def measure() -> Figure:
    """Seconds from the rows to the file with its pages and its sum; WeasyPrint gets the HTML."""
    html = compose(_summary())
    ours, floor = side_by_side(_ours, lambda: _weasyprint_alone(html), rounds=ROUNDS)
    return Figure("pdf", ours, "s", floor, 1.15)


def _summary() -> ChairsSummary:
    return ChairsSummary.objects.select_related("document").get(document__slug=LETTER)


def _ours() -> tuple[int, str]:
    data = render_pdf(compose(_summary()))
    return page_count(data), hashlib.sha256(data).hexdigest()


def _weasyprint_alone(html: str) -> bytes:
    """The same HTML, variant and fonts; the style sheet has to come from somewhere, too."""
    return HTML(string=html, url_fetcher=OwnFiles()).write_pdf(pdf_variant=VARIANT)
