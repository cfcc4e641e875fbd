"""Scores of a run against judgements, with intervals and tests; the measures are those of ir_measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Run = Mapping[str, Mapping[str, float]]
"""Score of each document found, by query."""
Qrels = Mapping[str, Mapping[str, int]]

MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10")
RESAMPLES = 2_000
SEED = 20_261_122


def per_query(qrels: Qrels, run: Run) -> dict[str, np.ndarray]:
    """Return each measure for each judged query, in order of query id; a query that found nothing scores zero."""
    import ir_measures

    wanted = {name: ir_measures.parse_measure(name) for name in MEASURES}
    order = {query: at for at, query in enumerate(sorted(qrels))}
    values = {name: np.zeros(len(order)) for name in MEASURES}
    names = {str(measure): name for name, measure in wanted.items()}
    plain_qrels = {query: dict(grades) for query, grades in qrels.items()}
    plain_run = {query: dict(found) for query, found in run.items() if found}
    if plain_run:
        for metric in ir_measures.iter_calc(list(wanted.values()), plain_qrels, plain_run):
            values[names[str(metric.measure)]][order[metric.query_id]] = metric.value
    return values


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95% bootstrap percentile interval of the mean (Efron and Tibshirani 1993, chapter 13)."""
    random = np.random.default_rng(SEED)
    picks = random.integers(0, len(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def randomisation(one: np.ndarray, other: np.ndarray) -> float:
    """Return the two-sided p value of a paired randomisation test of the means (Smucker, Allan and Carterette 2007)."""
    difference = one - other
    seen = abs(difference.mean())
    if seen == 0:
        return 1.0
    random = np.random.default_rng(SEED)
    least = 0
    for _ in range(0, RESAMPLES, 200):
        signs = random.choice((-1.0, 1.0), size=(200, len(difference)))
        least += int((np.abs((signs * difference).mean(axis=1)) >= seen - 1e-12).sum())
    return (least + 1) / (RESAMPLES + 1)


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    half, most = np.percentile(values, [50, 95])
    return float(half), float(most)
