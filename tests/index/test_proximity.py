"""Tests of nearness, against a plain count of pairs."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.proximity import BREAK, SATURATION, WINDOW, near
from assistant.index.ragged import Ragged

ONE, OTHER, THIRD, FILL = 1, 2, 3, 9
RARE, COMMON = 4.0, 0.5
WANTED = {ONE: RARE, OTHER: COMMON}

passages = st.lists(st.lists(st.sampled_from([BREAK, BREAK, 0, 1, 2, 3, 4, 5, 6]), max_size=30), max_size=5)
wanted_terms = st.dictionaries(st.integers(0, 8), st.floats(0.01, 9), max_size=5)


def counted(passage: list[int], wanted: dict[int, float]) -> float:
    """Return the nearness of one passage, pair by pair, as the docstring has it."""
    times: Counter[frozenset[int]] = Counter()
    for start, end in combinations(range(len(passage)), 2):
        pair = frozenset((passage[start], passage[end]))
        if end - start < WINDOW and len(pair) == 2 and pair <= set(wanted) and BREAK not in passage[start:end]:
            times[pair] += 1
    return sum(min(wanted[term] for term in pair) * count / (count + SATURATION) for pair, count in times.items())


def one(passage: list[int], wanted: dict[int, float] = WANTED) -> float:
    (score,) = near(Ragged.of([passage]), wanted).tolist()
    return float(score)


@given(passages, wanted_terms)
def test_nearness_is_that_of_a_plain_count(several: list[list[int]], wanted: dict[int, float]) -> None:
    scores = near(Ragged.of(several), wanted)
    assert scores.shape == (len(several),)
    assert scores.tolist() == pytest.approx([counted(passage, wanted) for passage in several])


def test_a_pair_counts_with_the_rarity_of_the_commoner_word() -> None:
    assert one([ONE, OTHER]) == pytest.approx(COMMON / (1 + SATURATION))
    assert one([OTHER, ONE]) == one([ONE, OTHER])


@pytest.mark.parametrize(("between", "counts"), [(0, True), (WINDOW - 2, True), (WINDOW - 1, False), (WINDOW, False)])
def test_a_pair_beyond_the_window_does_not_count(between: int, counts: bool) -> None:
    assert (one([ONE, *[FILL] * between, OTHER]) > 0) is counts


def test_a_pair_over_a_break_does_not_count() -> None:
    assert one([ONE, BREAK, OTHER]) == 0
    assert one([ONE, BREAK, OTHER, ONE]) == one([OTHER, ONE])


def test_a_pair_over_the_end_of_a_passage_does_not_count() -> None:
    assert near(Ragged.of([[ONE], [OTHER], [], [ONE, OTHER]]), WANTED).tolist() == [0, 0, 0, one([ONE, OTHER])]


def test_a_word_is_not_near_itself() -> None:
    assert one([ONE, ONE, ONE]) == 0


def test_each_further_time_adds_less() -> None:
    apart = [FILL] * WINDOW
    once, twice, thrice = (one(([ONE, OTHER, *apart]) * times) for times in (1, 2, 3))
    assert 0 < thrice - twice < twice - once < once


def test_the_same_passage_scores_the_same_wherever_it_stands() -> None:
    passage = [ONE, FILL, OTHER, THIRD, BREAK, OTHER, ONE, THIRD]
    wanted = {ONE: 1.1, OTHER: 0.7, THIRD: 2.3}
    scores = near(Ragged.of([passage, [THIRD, OTHER], passage, [], passage]), wanted)
    assert scores[0] == scores[2] == scores[4] > 0


@pytest.mark.parametrize("wanted", [{}, {ONE: 1.0}, {77: 1.0, 78: 1.0}])
def test_without_two_words_of_the_question_nothing_is_near(wanted: dict[int, float]) -> None:
    assert near(Ragged.of([[ONE, OTHER], []]), wanted).tolist() == [0, 0]


@pytest.mark.parametrize("several", [[], [[]], [[], []], [[BREAK]]])
def test_without_passages_or_words_nothing_is_near(several: list[list[int]]) -> None:
    assert near(Ragged.of(several), WANTED).tolist() == [0] * len(several)
