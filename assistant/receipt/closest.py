"""Words looked for in a document: whole blocks that hold just these, or else the passage most like them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.matching import BoundedMatcher
from assistant.types import Document, Section

MOST_STEPS = 1_000_000
"""Comparisons of words for one difference, some 30 ms; two texts of 1,000 words that have few in common need less."""
ENOUGH = 0.5
"""Share of the best likeness on the page from which on the passage of the same section is taken."""
LEAST_PASSAGE, TIMES_AS_LONG = 2_000, 3
"""Characters of a passage, and times the length of the words looked for, beyond which it is cut."""
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"\n+|[^\s]+")


class Piece(NamedTuple):
    """Words that two texts have both, or only the first (``removed``), or only the second (``added``)."""

    kind: Literal["same", "removed", "added"]
    text: str


class Passage(NamedTuple):
    """A span of a document, and how many of its words are among those looked for, less those that are not."""

    likeness: int
    start: int
    end: int


def occurrences(document: Document, text: str) -> list[int]:
    """Return where the text stands as whole blocks or whole items of lists, in order.

    The same words within a longer sentence do not count: "only if" before or behind them would change what they say.
    """
    if text not in document.text:
        return []
    units = [(one.start, one.end) for one in document.blocks] + [item for one in document.blocks for item in one.items]
    ends = {end for _, end in units}
    starts = sorted({start for start, _ in units})
    return [start for start in starts if start + len(text) in ends and document.text.startswith(text, start)]


def closest(document: Document, text: str, section: Section | None) -> Passage | None:
    """Return the run of blocks whose words are most like those of a text; None where nothing on the page is like it.

    Args:
        section: where the text stood, if the document still has that; what is there is preferred.
    """
    wanted = set(_words(text))
    anywhere = _best(document, wanted, 0, len(document.text))
    there = _best(document, wanted, section.start, section.end) if section else None
    near = there if there and anywhere and there.likeness >= ENOUGH * anywhere.likeness else anywhere
    if near is None and section is not None:
        near = _whole(document, section)
    return near and near._replace(end=min(near.end, near.start + max(LEAST_PASSAGE, TIMES_AS_LONG * len(text))))


def _best(document: Document, wanted: set[str], first: int, last: int) -> Passage | None:
    """Return the run of units with the greatest sum of likenesses, which is found in one pass; None where none is over 0."""
    best, run = Passage(0, 0, 0), Passage(0, first, first)
    for start, end in _units(document, first, last):
        words = list(_words(document.text[start:end]))
        shared = sum(word in wanted for word in words)
        likeness = 2 * shared - len(words)
        run = Passage(run.likeness + likeness, run.start, end) if run.likeness > 0 else Passage(likeness, start, end)
        best = max(best, run, key=lambda one: one.likeness)
    return best if best.likeness > 0 else None


def _units(document: Document, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the blocks between two offsets, lists by item, headings left out."""
    for block in document.blocks:
        if first <= block.start < last and block.kind != "heading":
            if block.items and block.items[0][0] > block.start:
                yield block.start, block.items[0][0]
            yield from block.items or ((block.start, block.end),)


def _whole(document: Document, section: Section) -> Passage | None:
    units = list(_units(document, section.start, section.end))
    return Passage(0, units[0][0], units[-1][1]) if units else None


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text.casefold()))


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return what has to be taken out of a text, and put into it, word by word, to make it another."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    for kind, old_from, old_to, new_from, new_to in BoundedMatcher(old, new, MOST_STEPS).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _joined(old[old_from:old_to])))
            continue
        sides = (Piece("removed", _joined(old[old_from:old_to])), Piece("added", _joined(new[new_from:new_to])))
        pieces += [one for one in sides if one.text.strip()]
    return tuple(one for one in pieces if one.text)


def _joined(tokens: list[str]) -> str:
    """Return words with spaces between them, and line ends where they stood."""
    return re.sub(" ?(\n+) ?", r"\1", " ".join(tokens))
