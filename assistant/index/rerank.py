"""The default search: candidates by words, vectors and what people ask, ranked by a learned weighing of signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from assistant.index.signals import SIGNALS, Signals
from assistant.retrieve import ranked, with_page_evidence
from assistant.types import Hit, Query, Ranking

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "words": 0.045,
        "vector": 0.065,
        "headings": 0.035,
        "grams": 0.05,
        "late": 0.09,
        "near": 0.035,
        "asked_words": 0.25,
        "asked_vector": 0.28,
        "earlier_questions": 0.06,
        "earlier_replies": 0.09,
    }
)
"""How much each signal counts: the rounded mean of what ``python -m evals weigh`` learned with the last encoders.

Learned on the eight development benchmarks and the ``dev`` split of the project's own questions; never on ``test``.
"""
ASKED_SIGNALS = ("asked_words", "asked_vector")
EARLIER_SIGNALS = ("earlier_questions", "earlier_replies")
PAGE_SHARE = 0.1
"""Weight of the page's evidence, chosen on the project's development questions."""
DEPTH = 100
"""Passages taken by words and by vector before they are ranked."""


def to_unit_range(values: np.ndarray) -> np.ndarray:
    """Return each column moved to 0..1 over the candidates: 1 for the best; for equals 1, or 0 where there is no signal."""
    low, high = values.min(axis=0), values.max(axis=0)
    moved: np.ndarray = np.where(high > low, (values - low) / np.where(high > low, high - low, 1.0), high > 0)
    return moved


class HybridSearcher:
    """Ranks the candidates by the weighted mean of their signals, each moved to 0..1, then weighs in the page.

    Convex combination of min-max scores: Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
    """

    def __init__(
        self,
        signals: Signals,
        passage_ids: Sequence[str],
        weights: Mapping[str, float] = WEIGHTS,
        page_share: float = PAGE_SHARE,
    ) -> None:
        """Keep the signals, whose rows stand for ``passage_ids``."""
        self._signals = signals
        self._passage_ids = passage_ids
        self._weights = np.array([weights[name] for name in SIGNALS])
        self._page_share = page_share

    def _possible(self, query: Query, rows: np.ndarray) -> np.ndarray:
        """Return the weight of all signals that each passage can have for the query, float64 of shape (rows,).

        A page that nobody has written questions for, such as one fetched today, is judged by its words alone, rather than
        as one that nobody asks for.
        """
        weight = dict(zip(SIGNALS, self._weights.tolist(), strict=True))
        asked = sum(weight[name] for name in ASKED_SIGNALS)
        whole = sum(weight.values()) - (0.0 if query.history else sum(weight[name] for name in EARLIER_SIGNALS))
        possible: np.ndarray = np.where(self._signals.has_questions(rows), whole, whole - asked)
        return possible

    def search(self, query: Query, k: int) -> Ranking:
        """Return the ranking; no deeper than the candidates, some hundreds of passages."""
        rows, values = self._signals.measure(query, DEPTH)
        if k < 1 or not len(rows):
            return Ranking(query, ())
        scores = (to_unit_range(values) * self._weights).sum(axis=1) / self._possible(query, rows)
        hits = (Hit(self._passage_ids[row], float(score)) for row, score in zip(rows, scores, strict=True))
        return with_page_evidence(ranked(query, hits, len(rows)), self._page_share, k)
