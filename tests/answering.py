"""Answerers over a page or two, found in the order that a test gives."""

from __future__ import annotations

from assistant.answer import Answerer
from assistant.index.chunk import chunk
from assistant.index.scope import Signs
from assistant.index.words import words
from assistant.reference import Contact, Way
from assistant.types import Document
from tests.fakes import FakeLibrary, FakeSearcher, document

STEPS = """## Lost phone {#lost}

If you lose a phone, take these steps:

1. Tell your manager.
2. Ask for the phone to be locked.
3. Write down what was on the phone.

## Backups {#backups}

Copy records every day. Keep a copy away from the building.
"""


def count_words(text: str) -> int:
    return len(words(text))


def answerer(*documents: Document, order: list[str] | None = None, budget: int = 60) -> Answerer:
    """Return an answerer over the documents, whose searcher ranks their passages in the order given (else as cut)."""
    passages = [passage for one in documents for passage in chunk(one, budget, count_words)]
    ids = order or [passage.id for passage in passages]
    hits = [(passage_id, 1.0 - 0.1 * place) for place, passage_id in enumerate(ids)]
    return Answerer(FakeSearcher(hits, documents), FakeLibrary(documents, passages), lambda term: 1.0)


class Comparing:
    """Says the same of every question."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs

    def signs(self, question: str) -> Signs:
        return self._signs


OFFICE = Contact("office", "The office", "Always.", (Way("phone", "0123"),), ("UK",), ("phones",), "2026-01-01", (), ())
OTHER = Contact("other", "Another", "Never.", (Way("phone", "0124"),), ("UK",), ("cakes",), "2026-01-01", (), ())


def scoped(votes: float, why: str) -> Answerer:
    page = document(STEPS, more="topics: [phones]")
    passages = chunk(page, 60, count_words)
    searcher = FakeSearcher([(passage.id, 1.0) for passage in passages])
    signs = Signs(likeness=0.9 * votes, likeness_outside=1 - 0.9 * votes, votes=votes, odds=30 * votes - 15, why=why)
    return Answerer(searcher, FakeLibrary([page], passages), lambda term: 1.0, Comparing(signs), lambda: (OTHER, OFFICE))
