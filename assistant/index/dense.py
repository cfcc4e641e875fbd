"""The dense half: nearest vectors, by FAISS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import IndexDamaged
from assistant.filters import NO_FILTERS, Filters
from assistant.index.admitted import Admitted, unfiltered
from assistant.index.encode import Encoder
from assistant.index.ragged import load_array
from assistant.index.words import terms
from assistant.retrieve import ranked
from assistant.types import Hit, Query, Ranking

FILE, VECTORS = "dense.faiss", "vectors.npy"
FLAT_BELOW = 200_000
"""Passages from which on an approximate graph replaces the exact scan; the scan then takes some 50 ms."""
HNSW_LINKS = 32


def write_dense(folder: Path, vectors: np.ndarray) -> None:
    """Write unit vectors, float32 of shape (passages, dim), and a FAISS index of them by inner product."""
    import faiss

    count, dim = vectors.shape
    exact = count < FLAT_BELOW
    index: Any = faiss.IndexFlatIP(dim) if exact else faiss.IndexHNSWFlat(dim, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    np.save(folder / VECTORS, vectors, allow_pickle=False)
    (folder / FILE).write_bytes(faiss.serialize_index(index).tobytes())


class DenseSearcher:
    """Ranks passages by the dot product of their vector with the query's."""

    def __init__(
        self, index: Any, vectors: np.ndarray, encoder: Encoder, passage_ids: Sequence[str], admitted: Admitted = unfiltered
    ) -> None:
        """Keep a loaded FAISS index, and the vectors in it, whose rows stand for ``passage_ids``.

        Args:
            admitted: tells which of these passages filters admit.
        """
        self._index = index
        self._vectors = vectors
        self._encoder = encoder
        self._passage_ids = passage_ids
        self._admitted = admitted

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, passage_ids: Sequence[str], admitted: Admitted = unfiltered) -> DenseSearcher:
        """Load the files that ``write_dense`` wrote.

        Raises:
            IndexDamaged: they are missing, or of another size than the passages or the encoder.
        """
        import faiss

        file = folder / FILE
        try:
            index = faiss.deserialize_index(np.frombuffer(file.read_bytes(), dtype=np.uint8))
        except (OSError, RuntimeError) as fault:
            raise IndexDamaged(f"the vectors in {file} cannot be read; run: careguide index") from fault
        vectors = load_array(folder / VECTORS, mapped=True)
        if not index.ntotal == len(vectors) == len(passage_ids) or index.d != encoder.dim:
            raise IndexDamaged(
                f"{file} holds {index.ntotal} vectors of {index.d} numbers, not {len(passage_ids)} of {encoder.dim}; "
                "run: careguide index"
            )
        return cls(index, vectors, encoder, passage_ids, admitted)

    @property
    def vectors(self) -> np.ndarray:
        """The vectors of the passages, float32 of shape (passages, dim), in the row order of the index."""
        return self._vectors

    def faults(self) -> Iterator[str]:
        """Yield that the vectors searched are not those that likeness is measured by, where they are not."""
        searched = self._index.reconstruct_n(0, self._index.ntotal) if self._index.ntotal else self._vectors
        if not np.array_equal(searched, self._vectors):
            yield f"the vectors of {FILE} are not those of {VECTORS}"

    def vector(self, text: str) -> np.ndarray:
        """Return the vector of a question, float32 of shape (dim,)."""
        vector: np.ndarray = self._encoder.encode_queries([text])[0]
        return vector

    def nearest(self, vector: np.ndarray, k: int, filters: Filters = NO_FILTERS) -> np.ndarray:
        """Return the rows of the ``k`` nearest admitted passages and of all that tie with the last; none for a zero vector."""
        scores, rows = self._found(vector, k, filters)
        best: np.ndarray = rows[scores >= scores[min(k, len(scores)) - 1]] if len(rows) else rows
        return best

    def likeness(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the dot product of a vector with those of these passages, float32 of shape (rows,).

        Summed row by row: a matrix product may round equal rows differently, and ties would break.
        """
        found: np.ndarray = (self._vectors[rows] * vector).sum(axis=1)
        return found

    def search(self, query: Query, k: int) -> Ranking:
        """Return the ``k`` nearest passages; none for a query without content words, as in the lexical half."""
        if k < 1 or not self._passage_ids or not terms(query.text):
            return Ranking(query, ())
        scores, rows = self._found(self.vector(query.text), k, query.filters)
        hits = (Hit(self._passage_ids[row], float(score)) for score, row in zip(scores, rows, strict=True))
        return ranked(query, hits, k)

    def _found(self, vector: np.ndarray, k: int, filters: Filters) -> tuple[np.ndarray, np.ndarray]:
        """Return (scores, rows) of the ``k`` nearest admitted passages and of all that tie with the last.

        FAISS cuts ties as it likes, so that more are asked for until none is cut.
        """
        admitted = self._admitted(filters)
        rows = np.arange(len(self._passage_ids)) if admitted is None else np.flatnonzero(admitted)
        if k < 1 or not len(rows) or not vector.any():
            return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        look = self._index.search if admitted is None else self._scan(rows)
        wanted = min(k + 1, len(rows))
        while True:
            (scores,), (places,) = look(vector[np.newaxis], wanted)
            if wanted == len(rows) or scores[-1] < scores[k - 1]:
                there = places >= 0  # an approximate graph may find fewer
                return scores[there], rows[places[there]]
            wanted = min(4 * wanted, len(rows))

    def _scan(self, rows: np.ndarray) -> Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]:
        """Return what searches these passages alone and exactly: (vectors, number) to (scores, places among the rows).

        Not the index with a selector: the approximate graph may end before it has come to enough of few passages.
        """
        import faiss

        few = self._vectors[rows]
        return lambda vectors, wanted: faiss.knn(vectors, few, wanted, faiss.METRIC_INNER_PRODUCT)
