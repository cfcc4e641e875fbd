"""A small index over pages of a test's own words, built and opened as the product does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.corpus import make_document
from assistant.index.build import cut, write_index
from assistant.index.encode import Encoder
from assistant.types import Document
from assistant.wiring import Parts, open_parts
from tests.fakes import FakeEncoder

FIELDS = {"url": "https://example.org/a-page", "title": "", "publisher": "Example Office", "kind": "guidance"}
BUDGET = 60

Asked = Mapping[str, Mapping[str, Sequence[str]]]
"""Questions by page and section anchor."""


def documents_of(pages: Mapping[str, str], asked: Asked | None = None) -> list[Document]:
    """Return a document without a title for each page, with what is asked for its sections."""
    wanted = asked or {}
    return [
        make_document(
            name, body, FIELDS | {"asked": {anchor: tuple(several) for anchor, several in wanted.get(name, {}).items()}}
        )
        for name, body in pages.items()
    ]


def small(folder: Path, pages: Mapping[str, str], asked: Asked | None = None, encoder: Encoder | None = None) -> Parts:
    """Write the index to a new folder and open it."""
    folder.mkdir()
    made = documents_of(pages, asked)
    encoder = encoder or FakeEncoder()
    write_index(folder, made, cut(made, BUDGET), encoder)
    return open_parts(folder, encoder)
