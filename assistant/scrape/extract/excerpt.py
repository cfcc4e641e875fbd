"""A document cut down to what may be kept of a page whose licence is not open."""

from __future__ import annotations

import dataclasses
import re

from assistant.corpus import make_document
from assistant.errors import CorruptDocument, ExtractError
from assistant.types import Block, Document

EXCERPT = 300
"""Most characters of text kept, headings not counted: two or three sentences, which is what a search engine shows of a page.
The sites concerned allow a short excerpt beside the address, or say nothing of it (site notes, Digital Care Hub)."""

_SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)]*(?=\s|$)")
_NOT_FIELDS = ("id", "text", "sections", "blocks", "content_hash", "asked")


def to_excerpt(document: Document) -> Document:
    """Return the document with all of its headings and the first whole sentences of its text, ``EXCERPT`` characters at most.

    A first sentence that is longer than that is cut after a whole word. Doing it twice changes nothing more.

    Raises:
        ExtractError: nothing would be left.
    """
    kept: list[str] = []
    room = EXCERPT
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            kept.append(text)
        elif room:
            piece = _beginning(document, block, room) or ("" if room < EXCERPT else _words(text, room))
            kept.append(piece)
            room = room - len(piece) if piece == text else 0
    body = "\n\n".join(filter(None, kept))
    fields = {one.name: getattr(document, one.name) for one in dataclasses.fields(document) if one.name not in _NOT_FIELDS}
    try:
        return make_document(document.id, body, fields | {"kept": "excerpt"})
    except CorruptDocument as fault:
        raise ExtractError(f"{document.url} has no text that could be kept; leave it out", document.url) from fault


def _beginning(document: Document, block: Block, room: int) -> str:
    """Return the first whole sentences, or whole items of a list, that fit; empty where none does."""
    text = document.text[block.start : block.end]
    if len(text) <= room:
        return text
    ends = [end - block.start for _, end in block.items]
    if not ends and block.kind in {"paragraph", "quote"}:
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: max((end for end in ends if end <= room), default=0)].rstrip()


def _words(text: str, room: int) -> str:
    return text[: room + 1].rpartition(" ")[0].rstrip() if len(text) > room else text
