"""What a reader of each format sees of an export: its text, its quotes, and where its links lead."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import groupby

import docx
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from assistant.export.docx import QUOTE
from assistant.export.write import Format
from assistant.receipt.read import parse_receipt


@dataclass(frozen=True)
class Seen:
    """An export as it is read.

    Attributes:
        text: all of it, white space made single spaces.
        quotes: the blocks of guidance, exactly.
        links: where its links lead.
        elements: names of the HTML elements that it is made of; empty for a word processor.
    """

    text: str
    quotes: list[str]
    links: set[str]
    elements: set[str]


def seen(content: bytes, format_: Format) -> Seen:
    """Return what a reader sees."""
    return {Format.MARKDOWN: _markdown, Format.HTML: _html, Format.DOCX: _docx, Format.RECEIPT: _receipt}[format_](content)


def _markdown(content: bytes) -> Seen:
    """Render it as a generous renderer does: with HTML, tables, strike-through, and links made of bare addresses."""
    renderer = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    soup = BeautifulSoup(renderer.render(content.decode()), "html.parser")
    # A renderer ends every fenced block with a line end of its own.
    return _soup(soup, [block.get_text().removesuffix("\n") for block in soup.select("pre > code")])


def _html(content: bytes) -> Seen:
    soup = BeautifulSoup(content.decode(), "html.parser")
    return _soup(soup, [block.get_text() for block in soup.select("blockquote")])


def _soup(soup: BeautifulSoup, quotes: list[str]) -> Seen:
    elements = [one for one in soup.find_all(True) if isinstance(one, Tag)]
    links = {str(one[name]) for one in elements for name in ("href", "src") if name in one.attrs}
    return Seen(" ".join(soup.get_text().split()), quotes, links, {one.name for one in elements})


def _receipt(content: bytes) -> Seen:
    quotes = [one.text for one in parse_receipt(content).quotes]
    return Seen(" ".join(content.decode().split()), quotes, set(), set())


def _docx(content: bytes) -> Seen:
    paragraphs = docx.Document(io.BytesIO(content)).paragraphs
    runs = groupby(paragraphs, lambda one: one.style is not None and one.style.name == QUOTE)
    links = {
        f"{link.address}#{link.fragment}" if link.fragment else link.address for one in paragraphs for link in one.hyperlinks
    }
    return Seen(
        " ".join(" ".join(one.text for one in paragraphs).split()),
        ["\n".join(one.text for one in lines) for quoted, lines in runs if quoted],
        links,
        set(),
    )
