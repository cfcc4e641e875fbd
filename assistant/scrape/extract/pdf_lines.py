"""What pypdf finds in a PDF, as values: the lines of each page with their size and place, the outline, title and date."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from assistant.errors import ExtractError
from assistant.text import normalise, one_line

MOST_PAGES = 500
"""Longest file read; the longest PDF among the sources has under a hundred pages."""
MOST_BYTES = 30_000_000
MOST_OUTLINE = 2_000
MOST_CHARACTERS = 20_000
"""Most of one page; a page of small print has a quarter of it."""
MOST_DEPTH = 8


class Line(NamedTuple):
    """A line of a page.

    Attributes:
        words: its text, in normal form, never empty.
        size: height of its type in points, rounded to halves.
        top: how far its baseline is above the foot of the page, in points.
    """

    words: str
    size: float
    top: float


class Reading(NamedTuple):
    """What a file holds.

    Attributes:
        pages: the lines of each page, in the order in which the file draws them.
        outline: title, page (from 1) and depth (from 0) of each entry.
        title, changed: as the file's own fields have them; empty where it has none.
    """

    pages: list[list[Line]]
    outline: list[tuple[str, int, int]]
    title: str
    changed: str


def read(body: bytes) -> Reading:
    """Return what a file holds.

    Raises:
        ExtractError: it is damaged, locked, or over the limits.
    """
    from pypdf import PdfReader

    if len(body) > MOST_BYTES:
        raise ExtractError(f'the PDF has more than {MOST_BYTES:,} bytes; give it storage = "link"')
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted:
            raise ExtractError('the PDF is locked; give it storage = "link"')
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise ExtractError(f'the PDF has {count:,} pages, and only {MOST_PAGES} are read; give it storage = "link"')
        fields: dict[str, Any] = reader.metadata or {}
        pages = [_lines(page) for page in reader.pages]
        title, changed = (one_line(str(fields.get(name) or "")) for name in ("/Title", "/ModDate"))
        return Reading(pages, _outline(reader), title, changed or str(fields.get("/CreationDate") or ""))
    except ExtractError:
        raise
    except Exception as fault:  # a damaged file leads pypdf to errors of every kind, RecursionError among them
        told = one_line(str(fault))[:120] or type(fault).__name__
        raise ExtractError(f'the PDF is damaged ({told}); fetch it again, or give it storage = "link"') from fault


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page of pypdf, those without words left out."""
    pieces: list[tuple[str, float, float]] = []

    def take(text: str, matrix: Sequence[float], text_matrix: Sequence[float], _font: object, size: float) -> None:
        pieces.append((text, *_placed(matrix, text_matrix, size)))

    page.extract_text(visitor_text=take)
    if sum(len(text) for text, *_ in pieces) > MOST_CHARACTERS:
        raise ExtractError(f'a page of the PDF has more than {MOST_CHARACTERS:,} characters; give it storage = "link"')
    return list(_split(pieces))


def _placed(matrix: Sequence[float], text_matrix: Sequence[float], size: float) -> tuple[float, float]:
    """Return size and height above the foot of the page. Source: ISO 32000-1, 9.4.4 (text space to device space)."""
    _, _, c, d, e, f = (float(value) for value in text_matrix)
    ma, mb, mc, md, _, mf = (float(value) for value in matrix)
    across, up = c * ma + d * mc, c * mb + d * md
    return round(2 * abs(float(size)) * math.hypot(across, up)) / 2, e * mb + f * md + mf


def _split(pieces: Sequence[tuple[str, float, float]]) -> Iterator[Line]:
    """Yield the lines; the size of one is that of most of its characters, its place that of its first."""
    words, sizes, top = "", dict[float, int](), 0.0
    for text, size, height in [*pieces, ("\n", 0.0, 0.0)]:
        for at, part in enumerate(text.split("\n")):
            if at:
                if line := _line(words, sizes, top):
                    yield line
                words, sizes = "", {}
            if part.strip():
                top = top if words.strip() else height
                sizes[size] = sizes.get(size, 0) + len(part.strip())
            words += part


def _line(words: str, sizes: dict[float, int], top: float) -> Line | None:
    soft = words.rstrip().endswith("\u00ad")
    whole = one_line(words) + ("\u00ad" if soft else "")
    return Line(whole, max(sizes, key=lambda size: sizes[size]), top) if normalise(whole) and sizes else None


def _outline(reader: Any) -> list[tuple[str, int, int]]:
    try:
        return list(islice(_entries(reader, reader.outline, 0), MOST_OUTLINE))
    except Exception:  # the text is whole without it, and a damaged one leads pypdf to errors of every kind
        return []


def _entries(reader: Any, outline: Any, depth: int) -> Iterator[tuple[str, int, int]]:
    for entry in outline:
        if isinstance(entry, list):
            if depth < MOST_DEPTH:
                yield from _entries(reader, entry, depth + 1)
            continue
        number = reader.get_destination_page_number(entry)
        if isinstance(number, int) and number >= 0:
            yield one_line(str(entry.title)), number + 1, depth
