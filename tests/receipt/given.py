"""Receipts of documents in memory, and the guidance as it may be later."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.cite import citation
from assistant.corpus import standing
from assistant.receipt.library import Library
from assistant.receipt.model import Receipt
from assistant.receipt.verify import Checked, Finding, check
from assistant.receipt.write import receipt_of
from assistant.types import STARTER_KIND, STARTER_PUBLISHER, Answer, Document, Query, Quote
from tests.fakes import document

AT = datetime.datetime(2026, 11, 24, 14, 5, 9, tzinfo=datetime.UTC)
BODY = """Words above all.

## Lost phones {#lost}

Tell your manager at once. Do this within 24 hours:

- lock the phone
- wipe the phone
- tell the insurer of the home.

Say when you last saw it.

## Stolen phones {#stolen}

Ring 101 and ask for a number.

## Passwords

Use three random words. Do not use names of pets."""
QUOTED = (
    "Tell your manager at once. Do this within 24 hours:\n\n- lock the phone\n- wipe the phone\n- tell the insurer of the home."
)
PAGE = document(BODY, "documents/example/phones")
NOTE = replace(
    document("## Tablets {#tablets}\n\nCharge the tablet at night.", "starter/tablets"),
    publisher=STARTER_PUBLISHER,
    kind=STARTER_KIND,
    based_on=("https://example.org/tablets",),
)
OTHER = replace(
    document("## Rotas {#rotas}\n\nPin the rota to the wall.", "documents/example/rotas"), url="https://example.org/rotas"
)


@dataclass(frozen=True)
class FakeIndex:
    """An index of documents, whose digest is that of their texts and states."""

    corpus: str
    id: str = "0123456789abcdef"
    encoder_name: str = "fake"
    encoder: str = "f" * 64


def digest(documents: Iterable[Document]) -> str:
    return hashlib.sha256(repr([(one.id, one.url, one.status, one.text) for one in documents]).encode()).hexdigest()


def quote(page: Document, words: str, number: int = 1) -> Quote:
    start = page.text.index(words)
    return Quote(page.excerpt(start, start + len(words)), citation(page, page.section_at(start), number, words), "must")


def receipt(*quotes: Quote, documents: Iterable[Document] = (PAGE, NOTE, OTHER)) -> Receipt:
    query = Query("where is my phone")
    return receipt_of([Answer(query, quotes)], FakeIndex(digest(documents)), AT)


def library(*documents: Document) -> Library:
    """Return the guidance of these documents, those that may not be answered from set aside."""
    answering = {one.id: one for one in standing(documents)}
    return Library(digest(documents), answering, answering.__getitem__, lambda: documents)


def checked(kept: Receipt, *documents: Document) -> Checked:
    return check(kept, library(*documents))


def found(page: Document, words: str, *documents: Document) -> Finding:
    """Return what has become of a quote of the page once the guidance is made of these documents."""
    (finding,) = checked(receipt(quote(page, words)), *documents).findings
    return finding


def altered(kept: Receipt, **fields: Any) -> Receipt:
    """Return the receipt with other fields of its only quote, as somebody with an editor may have it."""
    (answer,) = kept.answers
    (only,) = answer.quotes
    changed = replace(only, **fields)
    return replace(kept, answers=(replace(answer, quotes=(replace(changed, end=changed.start + len(changed.text)),)),))


def edited(page: Document, before: str, after: str, **fields: Any) -> Document:
    """Return the page with other words."""
    assert before in page.text
    made = document(page.text.replace(before, after), page.id)
    kept: Mapping[str, Any] = {"text": made.text, "sections": made.sections, "blocks": made.blocks}
    return replace(page, **kept, content_hash=made.content_hash, **fields)
