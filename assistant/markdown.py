"""The structure of a Markdown text: its headings and its blocks, as spans of characters.

Knows nothing of documents or of files. Spans come from the line maps of markdown-it-py; text that the parser takes in
without a token (such as link definitions) is a paragraph here, so that no character is lost.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from assistant.types import Block, BlockKind, Section

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "blockquote_open": "quote",
    "fence": "code",
    "code_block": "code",
}
_ANCHOR = re.compile(r"\s*\{#([\w.:=-]+)\}\s*$")


@cache
def _parser() -> MarkdownIt:
    """Return the CommonMark parser with tables and without HTML, which is text to us."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def slug(heading: str) -> str:
    """Return an anchor made of the heading's words, such as ``what-to-do``; ``section`` where it has none."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower())) or "section"


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the blank lines at its ends; indentation of its first line is kept out too."""
    chunk = text[start:end]
    return start + len(chunk) - len(chunk.lstrip()), start + len(chunk.rstrip())


def _span(text: str, starts: list[int], token: Token) -> tuple[int, int]:
    first, last = token.map or (0, 0)
    return _trimmed(text, starts[first], min(starts[last], len(text)))


def _items(text: str, starts: list[int], tokens: list[Token], at: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of the items of the list that opens at position ``at``."""
    items = []
    for token in tokens[at + 1 :]:
        if token.level == 0:
            break
        if token.type == "list_item_open" and token.level == 1:
            start, end = _span(text, starts, token)
            if end > start:
                items.append((start, end))
    return tuple(items)


def _with_gaps(text: str, blocks: list[Block]) -> tuple[Block, ...]:
    """Add a paragraph for every stretch of text that no block covers."""
    whole: list[Block] = []
    at = 0
    for block in [*blocks, Block("paragraph", len(text), len(text))]:
        start, end = _trimmed(text, at, block.start)
        if end > start:
            whole.append(Block("paragraph", start, end))
        if block.end > block.start:
            whole.append(block)
        at = max(at, block.end)
    return tuple(whole)


def _heading_text(inline: Token) -> str:
    """Return the words of a heading, markup and its anchor left out."""
    breaks = ("softbreak", "hardbreak")
    kept = [child for child in inline.children or [] if child.type in ("text", "code_inline", *breaks)]
    words = "".join(" " if child.type in breaks else child.content for child in kept)
    return " ".join(_ANCHOR.sub("", words).split())


def parse(text: str) -> tuple[tuple[Section, ...], tuple[Block, ...]]:
    """Return the sections and the blocks of a normalised text, both in order.

    Every character that is not white space lies in exactly one block and in exactly one section.
    """
    starts = _line_starts(text)
    tokens = _parser().parse(text)
    blocks: list[Block] = []
    headings: list[tuple[int, int, str, str]] = []
    for at, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.nesting < 0:
            continue
        start, end = _span(text, starts, token)
        if end <= start or (blocks and start < blocks[-1].end):
            continue
        kind = _KINDS.get(token.type, "paragraph")
        blocks.append(Block(kind, start, end, _items(text, starts, tokens, at) if kind == "list" else ()))
        if kind == "heading":
            anchor = _ANCHOR.search(tokens[at + 1].content)
            headings.append((start, int(token.tag[1]), _heading_text(tokens[at + 1]), anchor[1] if anchor else ""))
    return _sections(text, headings), _with_gaps(text, blocks)


def _sections(text: str, headings: list[tuple[int, int, str, str]]) -> tuple[Section, ...]:
    """Return a section for each (offset, level, words, anchor), and one for the text before the first."""
    first = headings[0][0] if headings else len(text)
    sections = [Section("", (), "", 0, 0, first)] if text[:first].strip() or not headings else []
    above: list[tuple[int, str]] = []
    taken = {anchor for *_, anchor in headings if anchor}
    used: set[str] = set()
    for at, (start, level, words, anchor) in enumerate(headings):
        above = [(higher, name) for higher, name in above if higher < level] + [(level, words)]
        name = anchor if anchor and anchor not in used else _free_name(slug(words), taken | used)
        used.add(name)
        end = headings[at + 1][0] if at + 1 < len(headings) else len(text)
        sections.append(Section(words, tuple(title for _, title in above), name, level, start, end))
    return tuple(sections)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, numbered from 2 on if it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
