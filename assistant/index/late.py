"""Late interaction: each word piece of the question meets the piece of the passage that is most like it.

The sum of greatest likenesses is that of ColBERT (Khattab and Zaharia 2020), here over static vectors, each piece of
the question weighted by how much it matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamaged
from assistant.index.encode import TokenVectors
from assistant.index.ragged import Ragged, load_array

FOLDER = "late"
PIECES, VOCABULARY = "pieces.npy", "vocabulary.npy"


def write_late(folder: Path, texts: Sequence[str], tokens: TokenVectors) -> None:
    """Write the distinct word pieces of each text, numbered within the pieces of all texts."""
    folder.mkdir()
    rows = Ragged.of(np.unique(row) for row in tokens.pieces(texts))
    vocabulary, numbers = np.unique(rows.flat, return_inverse=True)
    Ragged(numbers.astype(np.int32), rows.starts).write(folder / PIECES)
    np.save(folder / VOCABULARY, vocabulary.astype(np.int32), allow_pickle=False)


class LateInteraction:
    """Scores passages by late interaction."""

    def __init__(self, passages: Ragged, vocabulary: np.ndarray, tokens: TokenVectors) -> None:
        """Keep the pieces of the passages, numbered within ``vocabulary``."""
        self._passages = passages
        self._tokens = tokens
        self._vectors = tokens.vectors(vocabulary)

    @classmethod
    def open(cls, folder: Path, rows: int, tokens: TokenVectors) -> LateInteraction:
        """Load the files that ``write_late`` wrote.

        Raises:
            IndexDamaged: they are missing or do not fit together.
        """
        passages = Ragged.open(folder / PIECES, rows)
        vocabulary = load_array(folder / VOCABULARY)
        if len(passages.flat) and int(passages.flat.max()) >= len(vocabulary):
            raise IndexDamaged(f"{folder} holds pieces beyond its vocabulary; run: careguide index")
        return cls(passages, vocabulary, tokens)

    def scores(self, text: str, rows: np.ndarray) -> np.ndarray:
        """Return the score of each of these passages, float32 of shape (rows,), at most 1."""
        asked = np.unique(np.asarray(self._tokens.pieces([text])[0], dtype=np.int32))
        passages = self._passages.take(rows)
        scores = np.zeros(len(rows), dtype=np.float32)
        held = np.flatnonzero(np.diff(passages.starts))
        if not len(asked) or not len(held):
            return scores
        pieces, places = np.unique(passages.flat, return_inverse=True)
        likeness = self._tokens.vectors(asked) @ self._vectors[pieces].T
        greatest = np.maximum.reduceat(likeness[:, places], passages.starts[:-1][held], axis=1)
        weights = self._tokens.weights(asked)
        scores[held] = (weights[:, np.newaxis] * greatest).sum(axis=0) / weights.sum()  # the same for equal passages
        return scores
