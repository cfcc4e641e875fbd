"""Tests of rankings and their fusion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve import FusedSearcher, fuse, min_max, page_of, ranked, with_page_evidence
from assistant.types import Hit, Query, Ranking
from tests.fakes import FakeSearcher

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


@given(rankings)
def test_min_max_is_in_range_and_keeps_the_order(ranking: Ranking) -> None:
    moved = min_max(ranking)
    assert set(moved) == set(ids(ranking))
    values = [moved[name] for name in ids(ranking)]
    assert all(0 <= value <= 1 for value in values)
    assert values == sorted(values, reverse=True)
    assert not values or values[0] == 1


def test_min_max_of_one_and_of_equals_is_one() -> None:
    assert min_max(Ranking(QUERY, ())) == {}
    assert min_max(Ranking(QUERY, (Hit("a", -3.0),))) == {"a": 1.0}
    assert min_max(Ranking(QUERY, (Hit("a", 2.0), Hit("b", 2.0)))) == {"a": 1.0, "b": 1.0}
    assert min_max(Ranking(QUERY, (Hit("a", 3.0), Hit("b", 2.0), Hit("c", -1.0)))) == {"a": 1.0, "b": 0.75, "c": 0.0}


@given(rankings, rankings, st.floats(0, 1), st.integers(1, 24))
def test_fusion_is_in_range_and_the_same_twice(one: Ranking, other: Ranking, weight: float, k: int) -> None:
    result = fuse(QUERY, [(weight, one), (1 - weight, other)], k)
    assert result == fuse(QUERY, [(weight, one), (1 - weight, other)], k)
    assert all(0 <= hit.score <= 1 + 1e-12 for hit in result.hits)
    assert len(result.hits) == min(k, len({*ids(one), *ids(other)}))
    keys = [(-hit.score, hit.passage_id) for hit in result.hits]
    assert keys == sorted(keys)


@given(rankings)
def test_fusing_a_ranking_with_itself_changes_no_place(ranking: Ranking) -> None:
    values = list(min_max(ranking).values())
    fused = fuse(QUERY, [(0.5, ranking), (0.5, ranking)], 12)
    if len(set(values)) == len(values):
        assert ids(fused) == ids(ranking)


def test_fusion_by_hand() -> None:
    lexical = Ranking(QUERY, (Hit("a", 10.0), Hit("b", 5.0), Hit("c", 0.0)))
    dense = Ranking(QUERY, (Hit("c", 0.9), Hit("b", 0.8), Hit("d", 0.4)))
    result = fuse(QUERY, [(0.5, lexical), (0.5, dense)], 10)
    assert ids(result) == ["b", "a", "c", "d"]
    assert [hit.score for hit in result.hits] == pytest.approx([0.65, 0.5, 0.5, 0.0])


@pytest.mark.parametrize(("weight", "first"), [(1.0, "words"), (0.0, "vectors"), (0.6, "words"), (0.4, "vectors")])
def test_the_weight_is_the_share_of_the_lexical_score(weight: float, first: str) -> None:
    lexical = FakeSearcher([("words", 7.0), ("both", 1.0)])
    dense = FakeSearcher([("vectors", 0.7), ("both", 0.1)])
    assert ids(FusedSearcher(lexical, dense, weight).search(QUERY, 3))[0] == first


def test_the_fusion_asks_both_deeply_enough() -> None:
    lexical, dense = FakeSearcher(), FakeSearcher()
    searcher = FusedSearcher(lexical, dense, 0.5, depth=50)
    assert searcher.search(QUERY, 3) == Ranking(QUERY, ())
    searcher.search(QUERY, 80)
    assert lexical.depths == dense.depths == [50, 80]
    assert lexical.queries == dense.queries == [QUERY, QUERY]


def test_a_passage_that_one_searcher_lacks_is_still_found() -> None:
    hybrid = FusedSearcher(FakeSearcher(), FakeSearcher([("a", 0.2)]), 0.5)
    assert hybrid.search(QUERY, 5).hits == (Hit("a", 0.5),)


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
