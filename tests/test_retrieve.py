"""Tests of rankings and of what a page adds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve import page_of, ranked, with_page_evidence
from assistant.types import Hit, Query, Ranking

QUERY = Query("a question")

scores = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 0.5, 1.0]))
hits = st.dictionaries(st.sampled_from([f"d#{n:04d}" for n in range(12)]), scores, max_size=12).map(
    lambda by_id: [Hit(name, score) for name, score in by_id.items()]
)
rankings = hits.map(lambda found: ranked(QUERY, found, 12))
whole_scores = st.lists(st.integers(0, 99), max_size=12).map(
    lambda found: ranked(QUERY, [Hit(f"d#{at:04d}", float(score)) for at, score in enumerate(found)], 12)
)


def ids(ranking: Ranking) -> list[str]:
    return [hit.passage_id for hit in ranking.hits]


@given(hits, st.integers(1, 15))
def test_ranked_is_best_first_with_ties_by_id(found: list[Hit], k: int) -> None:
    result = ranked(QUERY, found, k).hits
    keys = [(-hit.score, hit.passage_id) for hit in result]
    assert keys == sorted(keys)
    assert len(result) == min(k, len(found))
    assert all((-hit.score, hit.passage_id) >= keys[-1] for hit in found if hit not in result)


def test_a_page_of_several_matches_is_raised() -> None:
    ranking = ranked(QUERY, [Hit("a#0000", 0.9), Hit("b#0000", 0.8), Hit("b#0001", 0.7), Hit("b#0002", 0.6)], 10)
    raised = with_page_evidence(ranking, 0.5, 10)
    assert ids(raised) == ["b#0000", "a#0000", "b#0001", "b#0002"]
    assert [hit.score for hit in raised.hits] == pytest.approx([0.8 + 0.35, 0.9 + 0.15, 0.7 + 0.35, 0.6 + 0.35])


@given(rankings, st.integers(1, 12))
def test_without_a_share_the_page_changes_nothing(ranking: Ranking, k: int) -> None:
    assert with_page_evidence(ranking, 0.0, k).hits == ranking.hits[:k]


@given(whole_scores, st.sampled_from([0.0, 0.3, 1.0]), st.integers(1, 12))
def test_page_evidence_keeps_the_order_within_a_page(ranking: Ranking, share: float, k: int) -> None:
    raised = with_page_evidence(ranking, share, k)
    assert ids(raised) == ids(ranking)[:k], "all passages of these rankings are of one page"


def test_the_page_of_a_passage() -> None:
    assert page_of("documents/a#b/c#0012") == "documents/a#b/c"
