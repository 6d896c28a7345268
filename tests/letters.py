"""Letters as PDF, made from rows that are gone again afterwards, and where their lines stand."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pdfplumber
import pikepdf
from django.core.management import call_command
from django.db import transaction

from meetings.composing import compose
from meetings.models import ChairsSummary
from wpsnetwork.pdf import render_pdf

SYMBOL = "A/72/999-S/2018/999"
JOINT_SYMBOL = "A/72/999–S/2018/999"
MARKS = {
    "as_transmitted": "As transmitted; symbol not on record",
    "circulated": "Network's copy. Official text: undocs.org/A/72/999",
    "draft": "Draft",
}
INCH = 72
LEFT, RIGHT = 0.83 * INCH, 612 - 0.83 * INCH
TEXT_LEFT, TEXT_RIGHT = LEFT + 0.88 * INCH, RIGHT - 0.88 * INCH
REGULAR, BOLD = "Liberation-Serif", "Liberation-Serif-Bold"
FOOT = 792 - INCH + 12
MARKUP = """
<h4>A heading that jumps a level</h4>
<p>See <a href="https://undocs.org/A/72/782">the text</a>, with <em>stress</em>, in Łódź.</p>
<ol><li>bare</li><li><p>in a paragraph</p><p>and another</p></li></ol>
<ul><li><strong>Lead-in.</strong> Text.<ul><li><p>Deeper</p></li></ul></li></ul>
<blockquote><p>Words of others.</p></blockquote>
<table><caption>Plans</caption><thead><tr><th scope="col">State</th><th>Plan</th></tr></thead>
<tbody><tr><th scope="row">Namibia</th><td>First</td></tr><tr><td colspan="2">Both</td></tr></tbody>
</table>
"""


def rolled_back(change: Callable[[ChairsSummary], None]) -> tuple[str, bytes]:
    """Return HTML and PDF of the letter of December 2017, after a change that does not last."""
    with transaction.atomic():
        change(ChairsSummary.objects.get())
        html = compose(ChairsSummary.objects.get())
        transaction.set_rollback(True)
    return html, render_pdf(html)


def as_transmitted(summary: ChairsSummary) -> None:
    """The letter as it is on record."""


def circulated(summary: ChairsSummary) -> None:
    """With a symbol, a letter of two pages, and every kind of markup."""
    document, letter = summary.document, summary.letter
    document.un_symbol, document.issued_on = SYMBOL, "2018-03-09"
    document.save()
    summary.state = "circulated"
    summary.save()
    letter.body = "<p>The letter says what it has to say, and says it once more.</p>" * 40
    letter.save()
    summary.sections.filter(position=2).update(body=MARKUP)


def draft(summary: ChairsSummary) -> None:
    """Not yet transmitted, without a letter."""
    summary.letter.delete()
    summary.state = "drafting"
    summary.save()


def make_all() -> dict[str, tuple[str, bytes]]:
    """Return HTML and PDF by the name of the change."""
    with transaction.atomic():
        call_command("load_network", verbosity=0)
        made = {
            change.__name__: rolled_back(change) for change in (as_transmitted, circulated, draft)
        }
        transaction.set_rollback(True)
    return made


def open_pages(data: bytes) -> pdfplumber.PDF:
    return pdfplumber.open(BytesIO(data))


def open_structure(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


# The pages by their coordinates ---------------------------------------------------------------
@dataclass
class Line:
    """What stands on one base line without a wide gap."""

    chars: list

    @property
    def text(self):
        return "".join(char["text"] for char in self.chars)

    @property
    def x0(self):
        return self.chars[0]["x0"]

    @property
    def x1(self):
        return self.chars[-1]["x1"]

    @property
    def base(self):
        """How far the base line is from the top of the page."""
        return 792 - self.chars[0]["matrix"][5]

    @property
    def is_bold(self):
        return fonts(self.chars) == {BOLD}


def lines(page, top=0, bottom=792):
    """The lines of a part of the page, from the top; two columns are two lines."""
    chars = sorted(page.chars, key=lambda char: (-round(char["matrix"][5]), char["x0"]))
    found = []
    for char in chars:
        last = found[-1].chars[-1] if found else None
        if last and same_line(last, char):
            found[-1].chars.append(char)
        else:
            found.append(Line([char]))
    return [line for line in map(stripped, found) if line and top < line.base < bottom]


def same_line(last, char):
    level = round(last["matrix"][5]) == round(char["matrix"][5])
    return level and char["x0"] - last["x1"] < 15


def stripped(line):
    while line.chars and not line.chars[-1]["text"].strip():
        line.chars.pop()
    return line if line.chars else None


def phrase(page, text, **part):
    """The one place on the page where a phrase stands on one line."""
    found = [
        Line(each.chars[start : start + len(text)])
        for each in lines(page, **part)
        if (start := each.text.find(text)) >= 0
    ]
    assert len(found) == 1, (text, [each.text for each in lines(page)])
    return found[0]


def fonts(chars):
    return {char["fontname"].partition("+")[2] for char in chars if char["text"].strip()}


def sizes(chars):
    return {round(char["size"], 1) for char in chars}


def rules(page):
    """The horizontal rules of the page, from the top."""
    bars = [bar for bar in page.rects if bar["height"] < 4]
    return sorted(bars, key=lambda bar: bar["top"])


def body(page):
    """The lines between running head and foot."""
    return lines(page, 1.2 * INCH, 792 - INCH)


def signatures(pages):
    """Each block of the letter as (page, line, line, line)."""
    found = []
    for page in pages:
        texts = lines(page)
        for place, each in enumerate(texts):
            if each.text.startswith("(Signed)"):
                found.append((page.page_number, *texts[place : place + 3]))
    return found
