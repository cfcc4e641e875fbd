"""A PDF as a document: the text page by page, so that a citation opens the file at the page that it is from.

Knows the lines of a page by their size and place (``read``) and what they make together: running heads, headings,
paragraphs, lists. Tables come out as lines of their words; pictures of text do not come out at all.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise, takewhile
from statistics import median
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from assistant.errors import ExtractError
from assistant.scrape.extract.html import to_markdown
from assistant.scrape.extract.page import LONGEST_TITLE, common
from assistant.scrape.extract.pdf_lines import Line, Reading, read
from assistant.scrape.extract.plain import filed
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.text import one_line
from assistant.types import Document

PAGE_LEVEL = 2
"""Level of the heading of a page; those that stand on it are below."""
LARGER = 1.12
"""Times the size of the body text from which a line is a heading; emphasis within text does not change the size."""
LONGEST_HEADING = 160
EDGE_LINES = 3
"""Lines at the head and at the foot of a page among which running heads and page numbers are looked for."""
WIDEST = 1.5
"""Most times the type that lines of a paragraph are taken to be apart, whatever the median says of a page with few lines."""
GAP = 1.3
"""Times the usual distance between lines from which a new paragraph begins."""

_PDF_TYPES = ("application/pdf", "application/x-pdf")
_FILE_TYPES = ("application/octet-stream", "binary/octet-stream", "application/download", "")
_BULLET = re.compile(r"(?:[\u2022\u25cf\u25aa\u25a0\u25e6\u2023\u2043\u2219\u00b7\uf0b7\uf0a7]|[\u2013-](?=\s))\s*")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s")
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)|untitled|powerpoint presentation|slide 1|document\d*$)|\.\w{2,4}$", re.I
)
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s+of\s+\d{1,4})?\W*", re.I)
_LEADER = re.compile(r"(?:\.\s?){5,}\s*\w{0,4}$")
"""A line of a list of contents: dots that lead to the number of a page."""
_STAMP = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


class _Piece(NamedTuple):
    """What some lines are together: ``heading``, ``item`` or ``words``, and the level of a heading."""

    kind: str
    words: str
    level: int = 0


def is_pdf(fetched: Fetched) -> bool:
    """Whether a response is a PDF: by its content type, or by its first bytes where the type only says that it is a file."""
    typed = fetched.content_type in _PDF_TYPES
    return typed or (fetched.content_type in _FILE_TYPES and fetched.body[:1024].lstrip().startswith(b"%PDF-"))


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a PDF: a section for each page, ``## Page N {#page=N}``, with the headings on it below.

    ``updated`` is the day on which the file says that it was last changed.

    Raises:
        ExtractError: the file is damaged, locked, over the limits, or has no text but pictures of it.
    """
    try:
        reading = read(fetched.body)
        pages = _without_running_heads(reading.pages)
        body_size = _body_size(pages)
        title = _title(reading, pages, body_size, fetched.url)
        headings = _heading_levels(pages, body_size, reading, title)
        known = _words(pages)
        sections = [_section(number, lines, headings, title, known) for number, lines in enumerate(pages, 1) if lines]
        if not any(sections):
            raise ExtractError('it has no text, only pictures of it; give it storage = "link"')
    except ExtractError as fault:
        raise ExtractError(f"{fetched.url}: {fault}", fetched.url) from fault
    fields = {"title": title, "updated": _day(reading.changed)}
    return filed("\n\n".join(filter(None, sections)), common(fetched, source, page) | fields)


def _day(stamp: str) -> str | None:
    found = _STAMP.match(stamp)
    return "-".join(found.groups()) if found and "0101" <= found[2] + found[3] <= "1231" else None


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page without those at the head or foot of most pages, page numbers, and lists of contents."""
    seen = Counter(mark for lines in pages for mark in {_mark(line) for line in _edges(lines)})
    repeated = {mark for mark, times in seen.items() if len(pages) > 2 and times > len(pages) / 2}
    kept = []
    for lines in pages:
        edges = {id(line) for line in _edges(lines)}
        unwanted = {
            id(line) for line in lines if id(line) in edges and (_mark(line) in repeated or _PAGE_NUMBER.fullmatch(line.words))
        }
        kept.append([line for line in lines if id(line) not in unwanted and not _LEADER.search(line.words)])
    return kept


def _edges(lines: Sequence[Line]) -> Sequence[Line]:
    return [*lines[:EDGE_LINES], *lines[EDGE_LINES:][-EDGE_LINES:]]


def _mark(line: Line) -> str:
    """Return the words of a line with its numbers made alike, so that "Page 3 of 9" is the same on every page."""
    return re.sub(r"\d+", "#", line.words).lower()


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size in which most characters are set; 0 where there are none."""
    sizes = Counter[float]()
    for line in (line for lines in pages for line in lines):
        sizes[line.size] += len(line.words)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_levels(pages: Sequence[Sequence[Line]], body_size: float, reading: Reading, title: str) -> dict[int, int]:
    """Return the level of each line that is a heading, by ``id``: those of the outline, or else those in a larger size.

    The lines of the title are headings too, but count for no level: they are left out of the text later.
    """
    larger = [line for lines in pages for line in lines if line.size > body_size * LARGER and _may_head(line)]
    titled = {id(line) for line in larger if line.words in title}
    outlined = {(number, words.lower()): depth for words, number, depth in reading.outline}
    ranks: dict[int, float] = {
        id(line): outlined[number, line.words.lower()]
        for number, lines in enumerate(pages, 1)
        for line in lines
        if (number, line.words.lower()) in outlined and id(line) not in titled
    }
    ranks = ranks or {id(line): -line.size for line in larger if id(line) not in titled}
    order = sorted(set(ranks.values()))
    return dict.fromkeys(titled, PAGE_LEVEL + 1) | {
        line: min(6, PAGE_LEVEL + 1 + order.index(rank)) for line, rank in ranks.items()
    }


def _may_head(line: Line) -> bool:
    return (
        len(line.words) <= LONGEST_HEADING and any(letter.isalpha() for letter in line.words) and not _BULLET.match(line.words)
    )


def _title(reading: Reading, pages: Sequence[Sequence[Line]], body_size: float, url: str) -> str:
    """Return the title in the file's own fields, else the largest lines of its first page, else the name of the file."""
    if len(reading.title.split()) > 1 and not _NO_TITLE.search(reading.title):
        return reading.title[:LONGEST_TITLE]
    first = next((lines for lines in pages if lines), [])
    largest = max((line.size for line in first), default=0.0)
    if largest > body_size * LARGER:
        lines = dropwhile(lambda line: line.size != largest, first)
        return one_line(" ".join(line.words for line in takewhile(lambda line: line.size == largest, lines)))[:LONGEST_TITLE]
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    words = one_line(re.sub(r"[-_+]+", " ", re.sub(r"\.\w{2,4}$", "", name)))
    return (words[:1].upper() + words[1:])[:LONGEST_TITLE] or "PDF"


def _section(number: int, lines: list[Line], headings: dict[int, int], title: str, known: set[str]) -> str:
    """Return the Markdown of a page, empty where nothing is left of it."""
    parts: list[str] = []
    for piece in _pieces(lines, headings, known):
        words = html.escape(piece.words)
        if piece.kind == "heading" and piece.words != title:
            parts.append(f"<h{piece.level}>{words}</h{piece.level}>")
        elif piece.kind == "item":
            if parts and parts[-1].endswith("</ul>"):
                parts[-1] = f"{parts[-1].removesuffix('</ul>')}<li>{words}</li></ul>"
            else:
                parts.append(f"<ul><li>{words}</li></ul>")
        elif piece.kind == "words":
            parts.append(f"<p>{words}</p>")
    text = to_markdown("".join(parts)) if parts else ""
    return f"{'#' * PAGE_LEVEL} Page {number} {{#page={number}}}\n\n{text}" if text else ""


def _pieces(lines: Sequence[Line], headings: dict[int, int], known: set[str]) -> Iterator[_Piece]:
    """Yield the headings, items and paragraphs that some lines make."""
    held: list[str] = []
    kind, level = "words", 0
    usual = _usual_gap(lines)
    for before, line in zip((None, *lines), lines, strict=False):
        head = headings.get(id(line), 0)
        bullet = None if head else _BULLET.match(line.words)
        words = line.words[bullet.end() :] if bullet else line.words
        apart = before is not None and before.top - line.top > GAP * max(usual, line.size)
        begins = bullet or head != level or (apart and held) or (not head and _NUMBER.match(words))
        if begins and held != []:
            yield _Piece(kind, _joined(held, known), level)
            held = []
        if begins or not held:
            kind, level = ("heading", head) if head else ("item", 0) if bullet else ("words", 0)
        if words:
            held.append(words)
    if held:
        yield _Piece(kind, _joined(held, known), level)


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the distance between lines of a paragraph, in points: the median one, but no more than ``WIDEST`` allows."""
    gaps = [before.top - line.top for before, line in pairwise(lines) if before.size == line.size]
    within = [gap for gap, line in zip(gaps, lines, strict=False) if 0 < gap < 2 * line.size]
    return min(median(within), WIDEST * median(line.size for line in lines)) if within else 0.0


def _joined(lines: Sequence[str], known: set[str]) -> str:
    """Return lines as one. A hyphen at a line end goes where it only broke a word.

    It stays where the file has the word with the hyphen elsewhere, or has both halves as words of their own ("two-step"),
    and goes for good where it is a soft one.
    """
    whole = lines[0]
    for line in lines[1:]:
        head, tail = re.search(r"([\w-]+)[-\u00ad\u2010]$", whole), re.match(r"[a-z]+", line)
        if whole.endswith("\u00ad"):
            whole = whole[:-1] + line
        elif head and tail:
            whole = (whole if _is_compound(head[1].lower(), tail[0], known) else whole[:-1]) + line
        else:
            whole = f"{whole} {line}"
    return one_line(whole)


def _is_compound(head: str, tail: str, known: set[str]) -> bool:
    if f"{head}{tail}" in known:
        return False
    return f"{head}-{tail}" in known or (head.rpartition("-")[2] in known and tail in known)


def _words(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Return the words that stand whole within a line, in lower case, those with hyphens also as a whole."""
    found = set[str]()
    for lines in pages:
        broken = False
        for line in lines:
            words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", line.words.lower())
            whole = words[broken:]
            broken = line.words.endswith(("-", "\u00ad", "\u2010"))
            found.update(whole[:-1] if broken else whole)
    return {part for word in found for part in (word, *word.split("-"))}
