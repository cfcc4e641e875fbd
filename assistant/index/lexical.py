"""The lexical half: BM25 over stemmed terms, by bm25s."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import IndexDamaged
from assistant.index.words import terms
from assistant.retrieve import ranked
from assistant.types import Hit, Query, Ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "lexical"
K1, B = 1.2, 0.75
"""Lucene's defaults; tuning them on the development sets belongs to the evaluation suite."""


def write_lexical(folder: Path, texts: Sequence[str]) -> None:
    """Index the texts, one for each passage in order, and write the files to ``folder``.

    The vocabulary is sorted, so that the same texts give the same bytes.
    """
    import bm25s

    bags = [terms(text) for text in texts]
    vocabulary = {term: number for number, term in enumerate(sorted({term for bag in bags for term in bag} or {""}))}
    numbered = [[vocabulary[term] for term in bag] for bag in bags]
    if not any(numbered):
        numbered = [[0] for _ in bags]  # a corpus without a word: bm25s takes the mean of the lengths
    retriever = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numpy")
    retriever.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    retriever.save(folder, show_progress=False)


class LexicalSearcher:
    """Ranks passages by BM25."""

    def __init__(self, retriever: Any, passage_ids: Sequence[str]) -> None:
        """Keep a loaded ``bm25s.BM25`` whose rows stand for ``passage_ids``."""
        self._retriever = retriever
        self._passage_ids = passage_ids
        self._vocabulary: dict[str, int] = retriever.vocab_dict

    @classmethod
    def open(cls, folder: Path, passage_ids: Sequence[str]) -> LexicalSearcher:
        """Load the files that ``write_lexical`` wrote.

        Raises:
            IndexDamaged: they are missing or do not fit together.
        """
        import bm25s

        try:
            retriever = bm25s.BM25.load(folder, show_progress=False)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise IndexDamaged(f"the lexical index in {folder} cannot be read ({fault}); run: careguide index") from fault
        held = int(retriever.scores["num_docs"])
        if held != len(passage_ids):
            raise IndexDamaged(f"{folder} holds {held} passages, not {len(passage_ids)}; run: careguide index")
        return cls(retriever, passage_ids)

    def search(self, query: Query, k: int) -> Ranking:
        """Return the passages that share a term with the query."""
        numbers = [self._vocabulary[term] for term in terms(query.text) if term in self._vocabulary]
        if not numbers or k < 1:
            return Ranking(query, ())
        scores = self._retriever.get_scores_from_ids(numbers)
        rows = np.flatnonzero(scores > 0)
        if len(rows) > k:
            least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
            rows = rows[scores[rows] >= least]
        return ranked(query, (Hit(self._passage_ids[row], float(scores[row])) for row in rows.tolist()), k)

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term, as Lucene's BM25 has it; an unknown term is the rarest."""
        count = len(self._passage_ids)
        frequency = 0
        if term in self._vocabulary:
            at = self._vocabulary[term]
            starts = self._retriever.scores["indptr"]
            frequency = int(starts[at + 1]) - int(starts[at])
        return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
