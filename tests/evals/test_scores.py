"""Scores: known values, honest zeros, and intervals and tests that behave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scores import interval, per_query, percentiles, randomisation

QRELS = {"q1": {"a": 1, "b": 0}, "q2": {"c": 2, "d": 1}, "q3": {"e": 1}}


def test_known_values():
    run = {"q1": {"b": 3.0, "a": 2.0}, "q2": {"c": 9.0, "x": 5.0, "d": 1.0}, "q3": {}}
    values = per_query(QRELS, run)
    assert values["RR@10"].tolist() == [0.5, 1.0, 0.0]
    assert values["R@1"].tolist() == [0.0, 0.5, 0.0]
    assert values["R@5"].tolist() == [1.0, 1.0, 0.0]
    assert values["nDCG@10"][0] == pytest.approx(1 / math.log2(3))


@pytest.mark.parametrize("run", [{}, {"q1": {}}, {"unknown": {"a": 1.0}}])
def test_a_query_that_finds_nothing_scores_zero_and_is_not_dropped(run: dict[str, dict[str, float]]):
    values = per_query(QRELS, run)
    assert all(measure.tolist() == [0.0, 0.0, 0.0] for measure in values.values())


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50))
def test_an_interval_holds_the_mean_and_stays_in_range(given_values: list[float]):
    values = np.array(given_values)
    low, high = interval(values)
    assert values.min() - 1e-9 <= low <= values.mean() + 1e-9
    assert values.mean() - 1e-9 <= high <= values.max() + 1e-9
    assert interval(values) == (low, high)


def test_the_randomisation_test_tells_a_difference_from_noise():
    random = np.random.default_rng(3)
    base = random.uniform(size=200)
    assert randomisation(base, base) == 1.0
    assert randomisation(base + 0.2, base) < 0.01
    assert randomisation(base + random.normal(scale=0.3, size=200), base) > 0.05
    assert randomisation(base, base + 0.2) == randomisation(base + 0.2, base)


def test_percentiles():
    assert percentiles([1.0, 2.0, 3.0]) == (2.0, pytest.approx(2.9))
