"""Lines short enough for mail: no line of a message may pass 998 bytes (RFC 5322)."""

import re
import textwrap

WIDTH = 74
LONGEST = 700  # bytes; leaves room for what a mark is replaced by
GAP = re.compile(r"[ \t]+")
TAG = re.compile(r"(<!--.*?-->|<style.*?</style>|<[^>]*>)", re.S)
# A line end that no reader sees, for long text without a space, as in Chinese.
INVISIBLE_BREAK = "<!--\n-->"


def wrapped(text: str) -> str:
    """Return plain text in lines of about 74 signs; addresses stay whole."""
    lines = (_wrapped_line(line.rstrip()) for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _wrapped_line(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    hanging = indent + "  " if line.lstrip().startswith("- ") else indent
    parts = textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return "\n".join(piece for part in parts for piece in _cut(part))


def _cut(line: str) -> list[str]:
    """Cut what has no space, as Chinese has none; an address is cut at 700 bytes only."""
    width = LONGEST if "://" in line else WIDTH
    if len(line) <= width:
        return _cut_by_bytes(line)
    return [p for i in range(0, len(line), width) for p in _cut_by_bytes(line[i : i + width])]


def _cut_by_bytes(line: str) -> list[str]:
    if len(line.encode()) <= LONGEST:
        return [line]
    middle = len(line) // 2
    return [*_cut_by_bytes(line[:middle]), *_cut_by_bytes(line[middle:])]


def short_lines(html: str) -> str:
    """Return the HTML with line ends where they change nothing, in lines of some 700 bytes."""
    return "\n".join(_short_line(line) for line in html.split("\n"))


def _short_line(line: str) -> str:
    if len(line.encode()) <= LONGEST:
        return line
    done, length = [], 0
    for piece in _pieces(line):
        size = len(piece.encode())
        if length and length + size > LONGEST:
            # The end of a line stands where a space may, or is hidden from the reader.
            done.append("\n" if piece[:1] == " " else INVISIBLE_BREAK)
            length = 0
            piece = piece[1:] if piece[:1] == " " else piece
        done.append(piece)
        length += size
    return "".join(done)


def _pieces(line: str) -> list[str]:
    """Split into tags, cut where they have a space, and text, cut at spaces or after 100 signs."""
    pieces: list[str] = []
    for part in TAG.split(line):
        whole = part.startswith("<")
        for word in re.split(r"(?= )", part):
            pieces += [word] if whole else [word[i : i + 100] for i in range(0, len(word), 100)]
    return [piece for piece in pieces if piece]
