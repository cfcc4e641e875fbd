"""Fitting when to say that nothing was found."""

from __future__ import annotations

import numpy as np
import pytest

from evals.calibrate import Case, curve, fit, interval, line, out_of_fold


def cases(count: int = 200) -> list[Case]:
    """Return cases of which one feature tells nearly all, and another nothing."""
    chance = np.random.default_rng(1)
    return [
        Case({"telling": float(one + chance.normal(0, 0.3)), "idle": float(chance.normal())}, bool(one))
        for one in (chance.random(count) < 0.7).astype(int)
    ]


def test_the_telling_feature_is_found_and_scores_part_both_kinds():
    made = fit(cases())
    assert made.weights["telling"] > 5 * abs(made.weights["idle"])
    several = cases()
    scores, answerable = out_of_fold(several), np.array([one.answerable for one in several])
    assert scores[answerable].mean() > scores[~answerable].mean() + 2
    assert fit(cases()) == made, "the same cases give the same weights"


def test_the_line_leaves_the_wanted_share_above_it():
    scores = np.arange(100.0)
    answerable = np.arange(100) >= 0
    at = line(scores, answerable)
    assert (scores >= at).mean() == pytest.approx(0.92, abs=0.01)


def test_the_curve_gives_less_error_for_less_coverage():
    several = cases(400)
    rows = list(curve(out_of_fold(several), np.array([one.answerable for one in several])))
    errors = [float(row.split()[1].rstrip("%")) for row in rows[1:]]
    assert errors == sorted(errors, reverse=True)


def test_an_interval_holds_the_share():
    low, high = interval(np.array([True] * 80 + [False] * 20))
    assert low < 0.8 < high
