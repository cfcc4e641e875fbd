"""From a query to a ranking of passages: the ``Searcher`` protocol, the order of a ranking, and what a page adds.

Knows rankings only; what is behind a searcher (an inverted index, vectors) lives in ``assistant.index``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from assistant.types import Hit, Query, Ranking


class Searcher(Protocol):
    """Anything that ranks passages for a query: those of the pages that its filters admit, and no others."""

    def search(self, query: Query, k: int) -> Ranking:
        """Return at most ``k`` passages, best first; ties stand in order of passage id."""
        ...


def ranked(query: Query, hits: Iterable[Hit], k: int) -> Ranking:
    """Return the best ``k`` hits in the order that every searcher keeps."""
    return Ranking(query, tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:k]))


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
