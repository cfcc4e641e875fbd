"""The lexical half: BM25 over bags of terms, by bm25s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import IndexDamaged
from assistant.index.admitted import Admitted, unfiltered
from assistant.index.words import terms
from assistant.retrieve import ranked
from assistant.types import Hit, Query, Ranking

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "lexical"
K1, B = 1.2, 0.75
"""Lucene's defaults."""


def write_bags(folder: Path, bags: Sequence[Sequence[str]], b: float = B) -> dict[str, int]:
    """Index bags of terms, one for each row in order, write the files to ``folder``, and return the number of each term.

    The vocabulary is sorted, so that the same bags give the same bytes.

    Args:
        b: how much the length of a bag counts, 0 to 1.
    """
    import bm25s

    vocabulary = {term: number for number, term in enumerate(sorted({term for bag in bags for term in bag} or {""}))}
    numbered = [[vocabulary[term] for term in bag] for bag in bags]
    if not any(numbered):
        numbered = [[0] for _ in bags]  # a corpus without a word: bm25s takes the mean of the lengths
    retriever = bm25s.BM25(method="lucene", k1=K1, b=b, backend="numpy")
    retriever.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    retriever.save(folder, show_progress=False)
    return vocabulary


class Bags:
    """BM25 scores of all rows of an index of bags."""

    def __init__(self, retriever: Any) -> None:
        """Keep a loaded ``bm25s.BM25``."""
        self._retriever = retriever
        self.vocabulary: dict[str, int] = retriever.vocab_dict
        self.rows = int(retriever.scores["num_docs"])
        self._rarities: dict[str, float] = {}

    @classmethod
    def open(cls, folder: Path, rows: int) -> Bags:
        """Load the files that ``write_bags`` wrote.

        Args:
            rows: how many rows there must be.

        Raises:
            IndexDamaged: the files are missing or do not fit together.
        """
        import bm25s

        try:
            retriever = bm25s.BM25.load(folder, show_progress=False)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise IndexDamaged(f"the lexical index in {folder} cannot be read ({fault}); run: careguide index") from fault
        bags = cls(retriever)
        if bags.rows != rows:
            raise IndexDamaged(f"{folder} holds {bags.rows} rows, not {rows}; run: careguide index")
        return bags

    def scores(self, bag: Iterable[str]) -> np.ndarray:
        """Return the score of each row, float32 of shape (rows,); 0 for a row without any of the terms.

        A term that stands twice in the bag counts twice.
        """
        numbers = [self.vocabulary[term] for term in bag if term in self.vocabulary]
        if not numbers:
            return np.zeros(self.rows, dtype=np.float32)
        found: np.ndarray = self._retriever.get_scores_from_ids(numbers)
        return found

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term, as Lucene's BM25 has it; an unknown term is the rarest."""
        if term not in self._rarities:
            rarity = self._rarity(term)
            if term not in self.vocabulary:
                return rarity  # not kept: there is no end of words that nobody knows
            self._rarities[term] = rarity
        return self._rarities[term]

    def _rarity(self, term: str) -> float:
        frequency = 0
        if term in self.vocabulary:
            at = self.vocabulary[term]
            starts = self._retriever.scores["indptr"]
            frequency = int(starts[at + 1]) - int(starts[at])
        return math.log(1 + (self.rows - frequency + 0.5) / (frequency + 0.5))


def best_rows(scores: np.ndarray, k: int, admitted: np.ndarray | None = None) -> np.ndarray:
    """Return the rows of the ``k`` best scores above 0, and of all that tie with the last, in order of row.

    Args:
        admitted: which rows may be returned, bool of shape (rows,); None for all.
    """
    found = scores > 0 if admitted is None else (scores > 0) & admitted
    rows = np.flatnonzero(found) if k > 0 else np.zeros(0, dtype=np.int64)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    return rows


class LexicalSearcher:
    """Ranks passages by BM25."""

    def __init__(self, bags: Bags, passage_ids: Sequence[str], admitted: Admitted = unfiltered) -> None:
        """Keep an index whose rows stand for ``passage_ids``, and what tells which of them filters admit."""
        self.bags = bags
        self._passage_ids = passage_ids
        self._admitted = admitted

    @classmethod
    def open(cls, folder: Path, passage_ids: Sequence[str], admitted: Admitted = unfiltered) -> LexicalSearcher:
        """Load the files that ``write_bags`` wrote.

        Raises:
            IndexDamaged: they are missing or do not fit together.
        """
        return cls(Bags.open(folder, len(passage_ids)), passage_ids, admitted)

    def search(self, query: Query, k: int) -> Ranking:
        """Return the admitted passages that share a term with the query."""
        if k < 1:
            return Ranking(query, ())
        scores = self.bags.scores(terms(query.text))
        rows = best_rows(scores, k, self._admitted(query.filters)).tolist()
        return ranked(query, (Hit(self._passage_ids[row], float(scores[row])) for row in rows), k)

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term; an unknown term is the rarest."""
        return self.bags.rarity(term)
