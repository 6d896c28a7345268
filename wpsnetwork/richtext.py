"""The only door for rich text: it is cleaned on its way in and again on its way out."""

import re
from html import escape
from html.parser import HTMLParser

import nh3

ALLOWED_TAGS = {
    *("p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
CLEANER = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    clean_content_tags={"script", "style"},
)
BLANK_LINES = re.compile(r"\n\s*\n")
MANY_NEWLINES = re.compile(r"\n{3,}")
SPACES = re.compile(r"[ \t\r\n\f]+")


def sanitise(html: str) -> str:
    """Return safe HTML of the few elements that the portal uses; doing it twice changes nothing.

    Text without any tag is taken as typed: blank lines part paragraphs, all signs are kept.
    """
    text = html.replace("\r\n", "\n").replace("\x00", "")
    if not text.strip():
        return ""
    clean = CLEANER.clean(text if nh3.is_html(text) else escape(text, quote=False))
    # Wrongly nested tags are moved when they are read again: read until nothing moves.
    while nh3.is_html(clean) and (again := CLEANER.clean(clean)) != clean:
        clean = again
    return clean if nh3.is_html(clean) else _paragraphs(clean)


def to_text(html: str, base: str = "") -> str:
    """Return the text of safe HTML for mail; a link becomes its words and its full address.

    `base` (https://...) is set before an address within the portal.
    """
    writer = _TextWriter(base)
    writer.feed(sanitise(html))
    writer.close()
    return writer.text()


def _paragraphs(clean: str) -> str:
    parts = (part.strip() for part in BLANK_LINES.split(clean))
    return "".join(f"<p>{part}</p>" for part in parts if part).replace("\n", "<br>")


class _TextWriter(HTMLParser):
    """Writes plain text while it reads; knows only what sanitise() lets through."""

    BLOCKS = frozenset({"p", "h3", "h4", "ul", "ol", "blockquote", "table", "caption"})

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.parts: list[str] = []
        self.lists: list[int | None] = []  # the next number of each open list; None for bullets
        self.address = ""
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self._start_block(tag)
        elif tag == "li":
            self.parts.append(f"\n{self._mark()}")
        elif tag in {"br", "tr"}:
            self.parts.append("\n")
        elif tag == "a":
            self.address, self.words = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        if tag in self.BLOCKS and not self.lists:
            self.parts.append("\n\n")
        elif tag in {"td", "th"}:
            self.parts.append("  ")
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        words = SPACES.sub(" ", data)
        self.words += words
        self.parts.append(words)

    def text(self) -> str:
        lines = (line.strip() for line in "".join(self.parts).split("\n"))
        return MANY_NEWLINES.sub("\n\n", "\n".join(lines)).strip()

    def _start_block(self, tag: str) -> None:
        # A paragraph inside a list item stays on the line of its mark.
        if not self.lists:
            self.parts.append("\n\n")
        if tag in {"ul", "ol"}:
            self.lists.append(1 if tag == "ol" else None)

    def _mark(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def _end_link(self) -> None:
        address = self.address.removeprefix("mailto:")
        if address.startswith("/") and not address.startswith("//"):
            address = f"{self.base}{address}"
        if address and address != self.words.strip():
            self.parts.append(f" ({address})")
        self.address = ""
