"""Stand-ins at the boundaries: an encoder without weights, a searcher with a given ranking, a library in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from assistant.corpus import parse_document
from assistant.index.words import terms
from assistant.retrieve import page_of
from assistant.types import Document, Hit, Passage, Query, Ranking


class FakeEncoder:
    """Hashed bag of stemmed words: texts that share words are alike, and a text without words is zero."""

    def __init__(self, dim: int = 256, fingerprint: str = "fake-1") -> None:
        self.name = "fake"
        self.dim = dim
        self.fingerprint = fingerprint
        self.passages_seen: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim)."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row, self._place(term)] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: np.ndarray = vectors / np.where(lengths > 0, lengths, 1)
        return unit

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """The same, and remember the texts."""
        self.passages_seen.extend(texts)
        return self.encode_queries(texts)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of the terms of each text."""
        return [[self._place(term) for term in terms(text)] for text in texts]

    def vectors(self, pieces: np.ndarray) -> np.ndarray:
        """Return a vector for each piece: 1 at its place."""
        return np.eye(self.dim, dtype=np.float32)[pieces]

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """Return 1 for every piece."""
        return np.ones(len(pieces), dtype=np.float32)

    def _place(self, term: str) -> int:
        return int.from_bytes(hashlib.sha256(term.encode()).digest()[:4], "big") % self.dim


class FakeSearcher:
    """Gives the same ranking to every query, less the passages that its filters do not admit, and remembers the queries."""

    def __init__(self, hits: Sequence[tuple[str, float]] = (), documents: Sequence[Document] = ()) -> None:
        """Keep ``(passage id, score)`` pairs, best first, and the documents that filters are asked about."""
        self._documents = {one.id: one for one in documents}
        self._hits = tuple(Hit(passage_id, score) for passage_id, score in hits)
        self.queries: list[Query] = []
        self.depths: list[int] = []

    def search(self, query: Query, k: int) -> Ranking:
        """Return the first ``k`` of the given hits."""
        self.queries.append(query)
        self.depths.append(k)
        hits = [hit for hit in self._hits if not query.filters or self._admits(query, hit)]
        return Ranking(query, tuple(hits[:k]))

    def _admits(self, query: Query, hit: Hit) -> bool:
        document = self._documents.get(page_of(hit.passage_id))
        return document is None or query.filters.admits(document)


class FakeLibrary:
    """Documents and passages held in memory."""

    def __init__(self, documents: Sequence[Document] = (), passages: Sequence[Passage] = ()) -> None:
        self._documents = {document.id: document for document in documents}
        self.passages = {passage.id: passage for passage in passages}

    def document(self, document_id: str) -> Document:
        """Return the document of that id."""
        return self._documents[document_id]


def page(body: str, title: str = "A page", url: str = "https://example.org/a-page", more: str = "") -> str:
    """Return the file text of a document; ``more`` is further lines of front matter."""
    extra = f"{more.strip()}\n" if more.strip() else ""
    return f"---\ntitle: {title}\npublisher: Example Office\nurl: {url}\n{extra}---\n\n{body}\n"


def document(body: str, document_id: str = "documents/example/a-page", more: str = "") -> Document:
    """Return the document that such a file holds."""
    return parse_document(document_id, page(body, more=more))


class FakeVocabulary:
    """Knows some words, and offers the one that has the same letters or one letter more."""

    def __init__(self, words: Sequence[str], english: Sequence[str] = ()) -> None:
        self._words, self._english = list(words), set(english)

    def in_corpus(self, word: str) -> bool:
        """Whether it is among the words."""
        return word in self._words

    def known(self, word: str) -> bool:
        """Whether it is among the words, or English."""
        return word in self._words or word in self._english

    def suggest(self, word: str, slips: int) -> str:
        """Return the first word that has the same letters but for so many; empty for none."""
        return next((one for one in self._words if len(set(one) ^ set(word)) <= slips and abs(len(one) - len(word)) < 2), "")
