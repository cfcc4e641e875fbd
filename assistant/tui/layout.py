"""A page as rows of a given width: which characters of the document stand in which row.

Knows nothing of the screen, so that a page of any length is laid out once and drawn row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from assistant.text import sanitise
from assistant.tui.prose import lead_of

if TYPE_CHECKING:
    from assistant.types import Block, Document, Section

NOWHERE = -1
"""Offset of a row that is not of the document's text."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page.

    Attributes:
        text: what is shown, after ``indent`` spaces.
        start: offset in the document of its first character; ``NOWHERE`` for a row beside the text.
        style: ``heading``, ``body``, or the style of a row beside the text.
    """

    text: str
    start: int
    indent: int = 0
    style: str = "body"

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text) if self.start >= 0 else self.start

    @property
    def shown(self) -> str:
        """The row as it stands on the screen."""
        return " " * self.indent + self.text


def rows_of(document: Document, width: int, beside: Sequence[tuple[str, str]] = ()) -> list[Row]:
    """Return the rows of a page.

    Args:
        width: cells of a row, at least 1.
        beside: (style, text) of what stands above the text of the page.
    """
    rows = [row for style, text in beside for row in _wrapped(sanitise(text), NOWHERE, width, style)]
    if beside:
        rows.append(Row("", NOWHERE))
    headings = {section.start: section for section in document.sections if section.level}
    for number, block in enumerate(document.blocks):
        if number:
            rows.append(Row("", NOWHERE))
        rows += _block(document, block, headings.get(block.start), width)
    return rows


def _block(document: Document, block: Block, section: Section | None, width: int) -> Iterator[Row]:
    if block.kind == "heading" and section is not None:
        at = document.text.find(section.heading, block.start, block.end)
        return _wrapped(sanitise(section.heading), at if at >= 0 else block.start, width, "heading")
    text = document.text[block.start : block.end]
    clean = sanitise(text)  # changes nothing in a document that came through ``text.normalise``
    return _wrapped(clean, block.start if clean == text else NOWHERE, width, "body")


def _wrapped(text: str, start: int, width: int, style: str) -> Iterator[Row]:
    """Yield the rows of a text that begins at an offset, each line wrapped below its own words."""
    at = 0
    for line in text.split("\n"):
        lead = lead_of(line, width)
        for number, (low, high) in enumerate(_spans(line, lead, max(width - lead, 1))):
            first = 0 if number == 0 else low
            yield Row(line[first:high], start + at + first if start >= 0 else NOWHERE, 0 if number == 0 else lead, style)
        at += len(line) + 1


def _spans(line: str, lead: int, width: int) -> list[tuple[int, int]]:
    """Return where the rows of a line begin and end, from ``lead`` on; a word wider than a row is cut, no character is lost."""
    spans: list[tuple[int, int]] = []
    low = high = lead
    used = 0
    for word in _WORD.finditer(line, lead):
        cells = cell_len(word[0])
        gap = word.start() - high
        if high > low and used + gap + cells > width:
            spans.append((low, high))
            low, used, gap = word.start(), 0, 0
        elif high == low:
            low, gap = word.start(), 0
        for end in range(word.start() + 1, word.end() + 1) if cells > width else ():
            if end - 1 > low and cell_len(line[low:end]) > width:
                spans.append((low, end - 1))
                low = end - 1
        high = word.end()
        used = used + gap + cells if cells <= width else cell_len(line[low:high])
    return [*spans, (low, high)]


_WORD = re.compile(r"\S+")


def matches_of(document: Document, words: str) -> tuple[tuple[int, int], ...]:
    """Return where words stand in what is shown of a page, whatever their case and the white space between them, in order."""
    wanted = words.split()
    if not wanted:
        return ()
    pattern = re.compile(r"\s+".join(re.escape(word) for word in wanted), re.IGNORECASE)
    seen = [_shown_span(document, block) for block in document.blocks]
    found = (match.span() for low, high in seen for match in pattern.finditer(document.text, low, high))
    return tuple(found)


def _shown_span(document: Document, block: Block) -> tuple[int, int]:
    """Return the span of a block that is shown: of a heading its words, without the marks and the name around them."""
    section = next((one for one in document.sections if one.level and one.start == block.start), None)
    if block.kind != "heading" or section is None:
        return block.start, block.end
    at = document.text.find(section.heading, block.start, block.end)
    return (at, at + len(section.heading)) if at >= 0 else (block.start, block.start)


def row_at(rows: Sequence[Row], offset: int) -> int:
    """Return the number of the row that holds the character at an offset, or else of the first after it."""
    return next((number for number, row in enumerate(rows) if row.end > offset), max(len(rows) - 1, 0))
