"""A page as rows of a given width: which characters of the document stand in which row.

Knows nothing of the screen, so that a page of any length is laid out once and drawn row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

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
        place = lead
        for number, piece in enumerate(_pieces(line[lead:], max(width - lead, 1))):
            place = line.index(piece, place) if piece else place
            first = 0 if number == 0 else place
            shown = line[first : place + len(piece)]
            yield Row(shown, start + at + first if start >= 0 else NOWHERE, 0 if number == 0 else lead, style)
            place += len(piece)
        at += len(line) + 1


def _pieces(line: str, width: int) -> list[str]:
    if len(line) <= width and line.isascii():
        return [line]
    return [piece.plain for piece in Content(line).wrap(width)] or [""]


def matches_of(document: Document, words: str) -> tuple[tuple[int, int], ...]:
    """Return where words stand in a page, whatever their case and the white space between them, in order."""
    wanted = words.split()
    if not wanted:
        return ()
    pattern = re.compile(r"\s+".join(re.escape(word) for word in wanted), re.IGNORECASE)
    seen = [(one.start, one.end) for one in document.blocks]
    found = (match.span() for match in pattern.finditer(document.text))
    return tuple(span for span in found if any(low <= span[0] and span[1] <= high for low, high in seen))


def row_at(rows: Sequence[Row], offset: int) -> int:
    """Return the number of the row that holds the character at an offset, or else of the first after it."""
    return next((number for number, row in enumerate(rows) if row.end > offset), max(len(rows) - 1, 0))
