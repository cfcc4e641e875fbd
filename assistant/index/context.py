"""What is put around a passage before it is indexed or embedded: its title and headings. Never part of the passage."""

from __future__ import annotations

import re

from assistant.types import Document, Passage

CONTEXT_VERSION = 3
"""Raise it when the texts below would change for the same passage."""

_HEADING_LINE = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_MARKS = re.compile(r"^\s*(?:[-*+>]|\d+[.)]) +", re.MULTILINE)


def headings(document: Document, passage: Passage) -> tuple[str, ...]:
    """Return the headings above and within the passage, outermost first, each once."""
    sections = [document.section_at(passage.start)]
    sections += [section for section in document.sections if passage.start < section.start < passage.end]
    return tuple(dict.fromkeys(heading for section in sections for heading in section.path))


def body(document: Document, passage: Passage) -> str:
    """Return the words of the passage, heading lines and list marks left out."""
    return _MARKS.sub("", _HEADING_LINE.sub("", document.text[passage.start : passage.end])).strip()


def lexical_text(document: Document, passage: Passage) -> str:
    """Return what BM25 indexes: the title once, the headings twice (their words count double), the body."""
    path = "\n".join(headings(document, passage))
    return "\n".join((document.title, path, path, body(document, passage)))


def dense_text(document: Document, passage: Passage) -> str:
    """Return what is embedded: title, headings and body."""
    return "\n".join((document.title, *headings(document, passage), body(document, passage)))


def heading_text(document: Document, passage: Passage) -> str:
    """Return title and headings, for the index of headings alone."""
    return "\n".join((document.title, *headings(document, passage)))


def asked_of(document: Document, passage: Passage) -> tuple[str, ...]:
    """Return the ways in which people ask for the sections that the passage touches, the heading of each among them."""
    found: list[str] = []
    for section in document.sections:
        touched = section.start < passage.end and section.end > passage.start
        if touched and section.anchor in document.asked:
            found += [text for text in (section.heading, *document.asked[section.anchor]) if text]
    return tuple(found)
