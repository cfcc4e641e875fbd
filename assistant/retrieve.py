"""From a query to a ranking of passages: the ``Searcher`` protocol, score fusion and the fusion of two searchers.

Knows rankings only; what is behind a searcher (an inverted index, vectors) lives in ``assistant.index``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from assistant.types import Hit, Query, Ranking

LEXICAL_WEIGHT = 0.7
"""Share of the lexical score in the plain fusion; 0.7 and 0.8 were best on the development sets."""


class Searcher(Protocol):
    """Anything that ranks passages for a query."""

    def search(self, query: Query, k: int) -> Ranking:
        """Return at most ``k`` passages, best first; ties stand in order of passage id."""
        ...


def ranked(query: Query, hits: Iterable[Hit], k: int) -> Ranking:
    """Return the best ``k`` hits in the order that every searcher keeps."""
    return Ranking(query, tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:k]))


def min_max(ranking: Ranking) -> dict[str, float]:
    """Return the scores of a ranking moved to 0..1: 1 for the best, 0 for the last; 1 for all where they are equal."""
    if not ranking.hits:
        return {}
    top, low = ranking.hits[0].score, ranking.hits[-1].score
    width = top - low
    return {hit.passage_id: (hit.score - low) / width if width > 0 else 1.0 for hit in ranking.hits}


def fuse(query: Query, weighted: Iterable[tuple[float, Ranking]], k: int) -> Ranking:
    """Return the ranking by the weighted sum of min-max scores; a passage that one ranking lacks gets 0 from it.

    Convex combination of min-max scores: Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid
    Retrieval".
    """
    total: dict[str, float] = {}
    for weight, ranking in weighted:
        for passage_id, score in min_max(ranking).items():
            total[passage_id] = total.get(passage_id, 0.0) + weight * score
    return ranked(query, (Hit(passage_id, score) for passage_id, score in total.items()), k)


def with_page_evidence(ranking: Ranking, share: float, k: int) -> Ranking:
    """Return the ranking with each score raised by what else was found on the same page.

    A page of which several passages match is more likely to be about the question than one with a single match.

    Args:
        share: what is added is this times the mean of the page's best three scores (missing ones count 0).
    """
    by_page: dict[str, list[float]] = {}
    for hit in ranking.hits:
        by_page.setdefault(page_of(hit.passage_id), []).append(hit.score)
    evidence = {page: sum(scores[:3]) / 3 for page, scores in by_page.items()}
    raised = (Hit(hit.passage_id, hit.score + share * evidence[page_of(hit.passage_id)]) for hit in ranking.hits)
    return ranked(ranking.query, raised, k)


def page_of(passage_id: str) -> str:
    """Return the id of the document that a passage is from."""
    return passage_id.rpartition("#")[0]


class FusedSearcher:
    """Fuses a lexical and a dense searcher; what ``index.rerank`` is measured against."""

    def __init__(self, lexical: Searcher, dense: Searcher, lexical_weight: float = LEXICAL_WEIGHT, depth: int = 100) -> None:
        """Keep the searchers; ``depth`` passages are taken of each before fusion."""
        self._lexical = lexical
        self._dense = dense
        self._lexical_weight = lexical_weight
        self._depth = depth

    def search(self, query: Query, k: int) -> Ranking:
        """Return the fused ranking."""
        depth = max(self._depth, k)
        parts = (
            (self._lexical_weight, self._lexical.search(query, depth)),
            (1.0 - self._lexical_weight, self._dense.search(query, depth)),
        )
        return fuse(query, parts, k)
