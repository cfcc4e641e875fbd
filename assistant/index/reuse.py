"""Vectors of an earlier generation, by the text that they stand for: only what is new is encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.errors import RetrievalError
from assistant.index import dense
from assistant.index.encode import Encoder, index_fingerprint
from assistant.index.generation import Generations
from assistant.index.ragged import load_array
from assistant.progress import Progress, quiet

TEXTS = "texts.npy"
BATCH = 256
"""Passages encoded between two reports of progress."""
DIGEST = 16
"""Bytes of the SHA-256 of a text: two texts share them once in 10^19 corpora of a million passages."""

Known = Mapping[bytes, np.ndarray]
"""Vectors by the digest of their text."""


def write_texts(folder: Path, texts: Sequence[str]) -> None:
    """Write the digests of the texts, uint8 of shape (passages, 16), in the order of the vectors."""
    digests = np.frombuffer(b"".join(map(digest, texts)), dtype=np.uint8).reshape(len(texts), DIGEST)
    np.save(folder / TEXTS, digests, allow_pickle=False)


def digest(text: str) -> bytes:
    """Return what stands for a text."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST]


def known_vectors(generations: Generations, encoder: Encoder) -> Known:
    """Return the vectors of the current generation; none where it is missing, damaged, or another encoder's."""
    try:
        current = generations.current()
        if generations.check(current).encoder != index_fingerprint(encoder):
            return {}
        folder = generations.folder(current)
        vectors, digests = load_array(folder / dense.VECTORS, mapped=False), load_array(folder / TEXTS, mapped=False)
    except RetrievalError:
        return {}
    if vectors.shape[:1] != digests.shape[:1] or vectors.shape[1:] != (encoder.dim,):
        return {}
    return {row.tobytes(): vector for row, vector in zip(digests, vectors, strict=True)}


def encoded(texts: Sequence[str], encoder: Encoder, known: Known, progress: Progress = quiet) -> tuple[np.ndarray, int]:
    """Return the vectors of the texts, float32 of shape (texts, dim), and how many of them are new."""
    vectors = np.zeros((len(texts), encoder.dim), dtype=np.float32)
    fresh = []
    for row, text in enumerate(texts):
        vector = known.get(digest(text))
        if vector is None:
            fresh.append(row)
        else:
            vectors[row] = vector
    for at in range(0, len(fresh), BATCH):
        rows = fresh[at : at + BATCH]
        vectors[rows] = encoder.encode_passages([texts[row] for row in rows])
        progress("encoding passages", min(at + BATCH, len(fresh)), len(fresh))
    return vectors, len(fresh)
