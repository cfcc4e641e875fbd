"""Vectors to start from: words that stand near the same words lie near each other.

Positive pointwise mutual information with smoothed contexts, factored by a randomised singular value decomposition
(Levy, Goldberg and Dagan 2015; Halko, Martinsson and Tropp 2011). Meant for rare pieces, which the pairs teach little.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from assistant.index.ragged import Ragged
from assistant.progress import Progress, quiet

SMOOTHING = 0.75
"""Exponent of the context counts (Levy, Goldberg and Dagan 2015)."""
LEAST = 0.7
"""Counts below are dropped: a single meeting further than one word apart says nothing."""
OVERSAMPLING = 32
POWER_ROUNDS = 2
MOST_ROWS = 430_000
"""Passages counted, so that the counts fit into memory."""
AT_ONCE = 40_000


def count_pairs(passages: Ragged, vocabulary: int, window: int, progress: Progress = quiet) -> Any:
    """Return how often pieces stand within ``window`` of each other, one by their distance, as a symmetric sparse matrix."""
    from scipy import sparse

    total: Any = sparse.csr_matrix((vocabulary, vocabulary), dtype=np.float32)
    count = min(len(passages.starts) - 1, MOST_ROWS)
    for at in range(0, count, AT_ONCE):
        part = passages.take(np.arange(at, min(at + AT_ONCE, count)))
        owner = part.owners()
        left, right, weights = [], [], []
        for distance in range(1, window + 1):
            together = owner[:-distance] == owner[distance:]
            left.append(part.flat[:-distance][together])
            right.append(part.flat[distance:][together])
            weights.append(np.full(int(together.sum()), 1 / distance, dtype=np.float32))
        place = (np.concatenate(left), np.concatenate(right))
        total = total + sparse.coo_matrix((np.concatenate(weights), place), shape=total.shape).tocsr()
        progress("counting words that stand together", min(at + AT_ONCE, count), count)
    return (total + total.T).tocoo()


def information(counts: Any) -> Any:
    """Return the positive pointwise mutual information of the counts, sparse."""
    from scipy import sparse

    kept = counts.data >= LEAST
    row, column, data = counts.row[kept], counts.col[kept], counts.data[kept].astype(np.float64)
    words = np.bincount(row, weights=data, minlength=counts.shape[0]) + 1e-9
    contexts = words**SMOOTHING
    contexts /= contexts.sum()
    values = np.maximum(np.log(data / (words[row] * contexts[column])), 0).astype(np.float32)
    found = sparse.csr_matrix((values, (row, column)), shape=counts.shape)
    found.eliminate_zeros()
    return found


def factor(matrix: Any, dim: int, seed: int) -> np.ndarray:
    """Return the first ``dim`` left singular vectors by the root of their values, float32 of shape (rows, dim)."""
    width = min(dim + OVERSAMPLING, matrix.shape[0])
    sample = matrix @ np.random.default_rng(seed).standard_normal((matrix.shape[1], width)).astype(np.float32)
    for _ in range(POWER_ROUNDS):
        basis, _r = np.linalg.qr(sample)
        sample = matrix @ (matrix.T @ basis)
    basis, _r = np.linalg.qr(sample)
    left, values, _right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    found = np.zeros((matrix.shape[0], dim), dtype=np.float32)
    kept = min(dim, width)
    found[:, :kept] = (basis @ left)[:, :kept] * np.sqrt(values[:kept])
    return found


def starting_vectors(
    passages: Ragged, vocabulary: int, dim: int, window: int, seed: int, progress: Progress = quiet
) -> np.ndarray:
    """Return unit vectors, float32 of shape (vocabulary, dim); zero for pieces that never stand beside another."""
    vectors = factor(information(count_pairs(passages, vocabulary, window, progress)), dim, seed)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.maximum(lengths, 1e-6)
    return unit
