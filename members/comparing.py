"""Two texts side by side: which words went, which came, and enough around them to see where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\S+\s*|\s+")
# Of words that stayed, so many are shown on each side of a change.
AROUND = 12
# A run of words that went or came is cut after so many.
LONGEST_RUN = 80
# Finding the words takes quadratic time in the worst case; longer texts are compared by lines.
MOST_WORDS = 1200
MOST_LINES = 1200


@dataclass(frozen=True)
class Piece:
    """Words with what became of them: "same", "gone", "new", or "cut" where some are left out."""

    kind: str
    words: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both texts as one row of pieces, cut around the changes.

    All words of a change stand in it, up to LONGEST_RUN of them on each side.
    """
    return list(_cut(list(_compared(WORD.findall(before), WORD.findall(after)))))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield runs of words by what became of them; what is alike at both ends costs no time."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    yield "same", old[:head]
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    yield "same", old[len(old) - tail :]


def _alike(old: list[str], new: list[str]) -> int:
    """Return how many words are the same from the start."""
    count = 0
    # The space behind the last word says nothing: it depends on whether something follows.
    for one, other in zip(old, new, strict=False):
        if one.rstrip() != other.rstrip():
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    if len(old) + len(new) <= MOST_WORDS:
        yield from _matched(old, new)
        return
    old_lines, new_lines = _lines(old), _lines(new)
    if len(old_lines) + len(new_lines) > MOST_LINES:
        yield "gone", old
        yield "new", new
        return
    for kind, gone, new_ones in _opcodes(old_lines, new_lines):
        went, came = (WORD.findall("".join(lines)) for lines in (gone, new_ones))
        if kind == "equal":
            yield "same", went
        elif len(went) + len(came) <= MOST_WORDS:
            yield from _matched(went, came)
        else:
            yield "gone", went
            yield "new", came


def _lines(words: list[str]) -> list[str]:
    return "".join(words).splitlines(keepends=True)


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    for kind, gone, came in _opcodes(old, new):
        if kind == "equal":
            yield "same", gone
        else:
            yield "gone", gone
            yield "new", came


def _opcodes(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    keys = [word.rstrip() for word in old], [word.rstrip() for word in new]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        yield kind, old[i1:i2], new[j1:j2]


def _cut(runs: list[tuple[str, list[str]]]) -> Iterator[Piece]:
    runs = [(kind, words) for kind, words in runs if words]
    for number, (kind, words) in enumerate(runs):
        if kind != "same":
            yield Piece(kind, "".join(words[:LONGEST_RUN]).strip())
            if len(words) > LONGEST_RUN:
                yield Piece("cut", "")
            continue
        before = AROUND if number else 0
        after = AROUND if number + 1 < len(runs) else 0
        if len(words) <= before + after + 3:
            yield Piece("same", "".join(words).strip())
            continue
        if before:
            yield Piece("same", "".join(words[:before]).strip())
        yield Piece("cut", "")
        if after:
            yield Piece("same", "".join(words[-after:]).strip())
