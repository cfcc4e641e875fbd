"""Markdown: whatever the text, its blocks and sections are in order, apart, within it, and hold every letter of it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.markdown import parse
from assistant.text import normalise
from assistant.types import Block, Section
from tests.conftest import FILES

SEEDS = (
    *(text.rpartition("---\n")[2].encode() for text in FILES.values()),
    b"# A {#a}\n\n## A\n\nSetext\n===\n\n1. a\n   - b\n\n     c\n2. d\n\n> q\n\n```x\ny\n```\n\n    code\n\n[a]: /b 'c'\n",
    b'| a | b |\n| --- | :-: |\n| 1 | 2 |\n\n***\n\n- a\nlazy\n\n<b>html</b>\n\n\\# no\n\n&amp; `` ` `` ![x](y "z")\n',
)
WORDS = (
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "```",
    "~~~",
    "    ",
    "| ",
    "---",
    "===",
    "{#a}",
    "[a]: ",
    "](",
    "\\",
    "\x1b]0;",
    "\u202e",
)


def check(data: bytes) -> None:
    """Take the bytes as the text of a document.

    Raises:
        AssertionError: a span is wrong, or the normal form is none.
    """
    text = normalise(data.decode("utf-8", "replace"))
    assert normalise(text) == text, "the normal form has no further one"
    sections, blocks = parse(text)
    for spans in (sections, blocks):
        _check_spans(spans, text)
    anchors = [section.anchor for section in sections if section.level]
    assert all(anchors), "every heading can be linked to"
    assert len(set(anchors)) == len(anchors), "and is linked to alone"
    for block in blocks:
        _check_block(block, text)


def _check_spans(spans: Sequence[Section] | Sequence[Block], text: str) -> None:
    """Assert that spans stand in order, and leave out nothing but white space."""
    at = 0
    for one in spans:
        assert at <= one.start <= one.end <= len(text), "spans are in order, apart, and within the text"
        assert not text[at : one.start].strip(), "nothing is left out"
        at = one.end
    assert not text[at:].strip(), "nothing is left out at the end"


def _check_block(block: Block, text: str) -> None:
    whole = text[block.start : block.end]
    assert whole
    assert whole == whole.strip(), "a block has no white space around it"
    assert (block.kind == "list") == bool(block.items), "a list has items, and nothing else has"
    at = block.start
    for start, end in block.items:
        assert at <= start < end <= block.end, "items are in order, apart, and within the list"
        assert not text[at:start].strip(), "no word of a list is outside its items"
        at = end
    assert not block.items or not text[at : block.end].strip()
