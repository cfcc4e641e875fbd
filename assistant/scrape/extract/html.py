"""HTML to Markdown: headings with their anchors, paragraphs, lists, tables and call-outs, in the words of the page.

Knows no publisher. Links, emphasis and the like become their words. A table becomes a list with an item for each row,
because a row that carries its headers can be quoted alone and reads well in a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, CData, ParserRejectedMarkup, Tag
from bs4.element import NavigableString, PageElement
from lxml import etree  # type: ignore[import-untyped]

from assistant.errors import ExtractError
from assistant.scrape.extract.tables import Cell, row_items
from assistant.text import normalise, one_line

MOST_CHARACTERS = 5_000_000
"""Longest page read; official pages are below a tenth of it."""
MOST_ELEMENTS = 100_000
"""Most elements of a page; the tree takes about a kilobyte each."""
MOST_DEPTH = 80
"""Deepest nesting read: every level costs up to six calls of Python's stack, which allows a thousand in all."""
MOST_SPAN = 100
"""Most columns or rows that a cell is taken to fill; some pages write 1000 for "all"."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure form"
    " header hgroup hr html legend li main menu ol p pre search section summary table tbody td tfoot th thead tr ul".split()
).union(_HEADINGS)
_UNSEEN = frozenset(
    "audio button canvas footer head iframe input map nav noscript object option script select style svg template textarea"
    " title video".split()
)
_CALL_OUTS = frozenset(
    "advisory application-notice call-to-action callout govuk-inset-text govuk-warning-text help-notice info-notice"
    " information nhsuk-inset-text nhsuk-warning-callout".split()
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
"""What ends or breaks the parse. Other control characters go once the words are out of the markup, so as not to eat it."""
_WHITE = re.compile(r"[ \t\r\n\f]+")
_ANCHOR = re.compile(r"[\w.:-]+")
_STRUCTURE = re.compile(r"#{1,6}(?:\s|$)|```|~~~|(?![|: ]*$)[=|: -]+$")
"""What would make a line of words a heading, a fence, or the underline of a heading or table. List and quote marks are
left as they are: a line that begins with one reads as the list or quote that its author meant."""


class Piece(NamedTuple):
    """A block of Markdown and what it is: ``words``, ``heading``, ``list`` or ``quote``."""

    kind: str
    text: str


def to_markdown(html: str, deeper: int = 0) -> str:
    """Return the text of a page, or of a part of one, as normalised Markdown; empty where there are no words.

    Where the page has a ``main`` element, only that is read.

    Args:
        html: the page or part.
        deeper: levels by which its headings go down, for a part that stands below a heading of its own.

    Raises:
        ExtractError: the page is too large or too deeply nested, or the parser rejects it.
    """
    tree = parse(html)
    return markdown(tree.find("main") or tree, deeper)


def parse(html: str) -> BeautifulSoup:
    """Return the tree of a page.

    Raises:
        ExtractError: the page is too large or too deeply nested, or the parser rejects it.
    """
    html = _DECLARATION.sub("", _UNREADABLE.sub("", html)) + "\n"
    _check_size(html)
    try:
        return BeautifulSoup(html, "lxml")
    except (ParserRejectedMarkup, etree.LxmlError) as fault:
        raise ExtractError(f"the HTML cannot be parsed ({one_line(str(fault))}); save the page again") from fault


def markdown(element: Tag, deeper: int = 0) -> str:
    """Return the text of an element as ``to_markdown`` does; an element with ``role="note"`` is a call-out."""
    flow = _Flow(deeper)
    flow.take(element)
    flow.end()
    return normalise("\n\n".join(piece.text for piece in flow.pieces))


class _Measure:
    """A target of lxml's parser that counts, and stops the parser before a tree is built that is too deep."""

    def __init__(self) -> None:
        self.depth = self.elements = 0

    def start(self, _tag: str, _attributes: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MOST_DEPTH:
            raise ExtractError(f"the HTML is nested more than {MOST_DEPTH} elements deep; it is no page of guidance")
        if self.elements > MOST_ELEMENTS:
            raise ExtractError(f"the HTML has more than {MOST_ELEMENTS:,} elements; split the page")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        """End the parse; nothing was built."""


def _check_size(html: str) -> None:
    if len(html) > MOST_CHARACTERS:
        raise ExtractError(f"the HTML has more than {MOST_CHARACTERS:,} characters; split the page")
    parser = etree.HTMLParser(target=_Measure(), recover=True)
    try:
        parser.feed(html)
        parser.close()
    except etree.LxmlError as fault:
        raise ExtractError(f"the HTML cannot be parsed ({one_line(str(fault))}); save the page again") from fault


class _Flow:
    """Gathers the pieces of an element in their order.

    Attributes:
        headed: whether a heading is among the pieces; such content is never put inside a list, quote or table, so
            that its headings stay headings.
    """

    def __init__(self, deeper: int) -> None:
        self.deeper = deeper
        self.pieces: list[Piece] = []
        self.headed = False
        self._words: list[str] = []

    def take(self, parent: Tag) -> None:
        """Gather what is inside an element."""
        for child in parent.children:
            self.add(child)
        if parent.name in _BLOCKS or parent.parent is None:
            self.end()

    def add(self, node: PageElement) -> None:
        """Gather an element or a string."""
        if isinstance(node, Tag):
            self._element(node)
        elif type(node) in {NavigableString, CData}:
            self._words.append(_WHITE.sub(" ", str(node)))

    @property
    def text(self) -> str:
        """The pieces as one item of a list: a line follows words at once, everything else after an empty line."""
        whole = ""
        for before, piece in zip((None, *self.pieces), self.pieces, strict=False):
            gap = "" if before is None else "\n" if before.kind == "words" else "\n\n"
            whole += gap + piece.text
        return whole

    def end(self) -> None:
        """End the paragraph at hand."""
        lines = [one_line(line) for line in "".join(self._words).split("\n")]
        self._words = []
        if any(lines):
            self.pieces.append(Piece("words", "\n".join(_harmless(line) for line in lines if line)))

    def _element(self, tag: Tag) -> None:
        if _is_unseen(tag):
            return
        if tag.name == "br":
            self._words.append("\n")
        elif tag.name in _BLOCKS:
            self.end()
            self._block(tag)
            self.end()
        else:
            self.take(tag)

    def _block(self, tag: Tag) -> None:
        if tag.name in _HEADINGS:
            self._heading(tag)
        elif tag.name in {"ul", "ol", "menu"}:
            self._list(tag)
        elif tag.name == "dl":
            self._items(list(self._terms(tag)))
        elif tag.name == "table":
            self._table(tag)
        elif tag.name == "pre":
            self._words.append(tag.get_text())
        elif tag.name == "blockquote" or tag.get("role") == "note" or _CALL_OUTS.intersection(tag.get("class") or ()):
            self._quote(tag)
        else:
            self.take(tag)

    def _inside(self, tag: Tag) -> _Flow:
        flow = _Flow(self.deeper)
        flow.take(tag)
        return flow

    def _unwrap(self, flows: list[_Flow]) -> None:
        for flow in flows:
            self.pieces.extend(flow.pieces)
        self.headed = True

    def _heading(self, tag: Tag) -> None:
        words = one_line(" ".join(piece.text for piece in self._inside(tag).pieces))
        if not words:
            return
        named = tag if tag.get("id") else tag.find(id=True)
        anchor = str(named["id"]) if named else ""
        marks = "#" * min(6, int(tag.name[1]) + self.deeper)
        ending = f" {{#{anchor}}}" if _ANCHOR.fullmatch(anchor) else ""
        self.pieces.append(Piece("heading", f"{marks} {words}{ending}"))
        self.headed = True

    def _quote(self, tag: Tag) -> None:
        flow = self._inside(tag)
        if flow.headed:
            self._unwrap([flow])
        elif flow.pieces:
            lines = "\n\n".join(piece.text for piece in flow.pieces).split("\n")
            self.pieces.append(Piece("quote", "\n".join(f"> {line}".rstrip() for line in lines)))

    def _list(self, tag: Tag) -> None:
        """Gather a list; what stands between its items, such as a list without an item of its own, goes to the one before."""
        items = [_Flow(self.deeper)]
        for child in tag.children:
            if isinstance(child, Tag) and child.name == "li":
                items.append(_Flow(self.deeper))
                items[-1].take(child)
            else:
                items[-1].add(child)
                items[-1].end()
        self._items(items, _first_number(tag) if tag.name == "ol" else None)

    def _items(self, items: list[_Flow], number: int | None = None) -> None:
        """Add the items as a list: numbered from ``number``, or with bullets."""
        items = [item for item in items if item.pieces]
        if any(item.headed for item in items):
            self._unwrap(items)
        elif items:
            marks = ["-" if number is None else f"{number + at}." for at in range(len(items))]
            self.pieces.append(_as_list(marks, [item.text for item in items]))

    def _terms(self, tag: Tag) -> Iterator[_Flow]:
        """Yield each term of a description list with its descriptions."""
        flow = _Flow(self.deeper)
        for piece in tag.find_all(["dt", "dd"]):
            if piece.find_parent("dl") is not tag:
                continue
            if piece.name == "dt" and flow.pieces:
                yield flow
                flow = _Flow(self.deeper)
            flow.take(piece)
        yield flow

    def _table(self, tag: Tag) -> None:
        caption = tag.find("caption", recursive=False)
        if caption:
            self.take(caption)
            self.end()
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        tags = [row.find_all(["td", "th"], recursive=False) for row in rows]
        flows = [[self._inside(cell) for cell in row] for row in tags]
        if any(flow.headed for row in flows for flow in row):
            self._unwrap([flow for row in flows for flow in row])
        elif items := row_items([list(map(_cell, *row)) for row in zip(tags, flows, strict=True)]):
            self.pieces.append(_as_list(["-"] * len(items), items))


def _cell(tag: Tag, flow: _Flow) -> Cell:
    """Return the cell; all cells of a ``thead`` are headers, whatever their element."""
    within = tag.find_parent(["thead", "table"])
    head = tag.name == "th" or (within is not None and within.name == "thead")
    inline = [piece.kind for piece in flow.pieces] == ["words"]
    return Cell(flow.text, head, inline, _span(tag, "colspan"), _span(tag, "rowspan"))


def _as_list(marks: list[str], texts: list[str]) -> Piece:
    """Return the list: further lines of an item stand below its first word."""
    items = [f"{mark} " + text.replace("\n", "\n" + " " * (len(mark) + 1)) for mark, text in zip(marks, texts, strict=True)]
    return Piece("list", "\n".join(items))


def _harmless(line: str) -> str:
    return f"\\{line}" if _STRUCTURE.match(line) else line


def _is_unseen(tag: Tag) -> bool:
    if tag.name in _UNSEEN:
        return not (tag.name == "footer" and tag.find_parent("blockquote"))
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or tag.get("role") == "navigation"


def _first_number(tag: Tag) -> int:
    start = str(tag.get("start") or "1")
    return int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name) or "1")
    return min(MOST_SPAN, max(1, int(value))) if re.fullmatch(r"[0-9]{1,6}", value) else 1
