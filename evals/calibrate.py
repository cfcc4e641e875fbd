"""Fit how surely the guidance answers a question, and show what follows from where the line is drawn.

    python -m evals calibrate [--topics QUESTIONS.tsv]

A logistic regression over ``confidence.Evidence.features``, both kinds of questions counting alike, fitted on the ``dev`` split
of the project's own questions, and on a file of questions with topics where one is given. The line is drawn where all but a few
of the answerable ones, each judged by weights fitted without it (ten folds), are answered. The ``test`` split is only reported.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import confidence
from assistant.config import load_config
from assistant.errors import ConfigError
from assistant.opening import open_assistant
from assistant.wiring import Assistant
from evals import questions, topics

ANSWERED = 0.92
"""Share of the answerable questions that are to be answered; the aim on held-out questions."""
PENALTY = 2.0
"""Of the squares of the weights (of features of unit variance), beside the log loss of all questions. 1, 5 and 20 tried: no
difference to speak of."""
FOLDS = 10
STEPS = 50


@dataclass(frozen=True)
class Case:
    """A question's features, and whether the guidance answers it."""

    features: dict[str, float]
    answerable: bool


@dataclass(frozen=True)
class Fit:
    """Weights of the features as they are, not of unit variance, and the intercept."""

    weights: dict[str, float]
    intercept: float

    def scores(self, cases: Sequence[Case]) -> np.ndarray:
        """Return the logit of each case, float64 of shape (cases,)."""
        made: np.ndarray = np.array(
            [self.intercept + sum(weight * one.features[name] for name, weight in self.weights.items()) for one in cases]
        )
        return made


def fit(cases: Sequence[Case]) -> Fit:
    """Return the regression by Newton's method."""
    names = list(cases[0].features)
    values = np.array([[one.features[name] for name in names] for one in cases])
    answerable = np.array([one.answerable for one in cases], dtype=float)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = np.hstack([(values - mean) / spread, np.ones((len(cases), 1))])
    counts = np.where(answerable > 0, 0.5 / answerable.sum(), 0.5 / (1 - answerable).sum()) * len(cases)
    penalty = np.append(np.full(len(names), PENALTY), 0.0)
    weights = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (counts * (chance - answerable)) + penalty * weights
        curve = (scaled * (counts * chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty + 1e-9)
        weights -= np.linalg.solve(curve, slope)
    raw = weights[:-1] / spread
    return Fit(dict(zip(names, raw.tolist(), strict=True)), float(weights[-1] - raw @ mean))


def out_of_fold(cases: Sequence[Case]) -> np.ndarray:
    """Return the logit of each case by weights fitted without its fold, float64 of shape (cases,)."""
    scores = np.zeros(len(cases))
    places = np.random.default_rng(0).permutation(len(cases))
    for fold in range(FOLDS):
        left_out = places[fold::FOLDS]
        rest = np.setdiff1d(places, left_out)
        scores[left_out] = fit([cases[at] for at in rest]).scores([cases[at] for at in left_out])
    return scores


def cases_of(assistant: Assistant, split: str) -> list[Case]:
    """Return the cases of a split of the project's own questions."""
    made = []
    for question in questions.read_questions(questions.FILE):
        if question.split == split:
            made += _case(assistant, question.turns, bool(question.gold))
    return made


def _case(assistant: Assistant, turns: Sequence[str], answerable: bool) -> list[Case]:
    conversation = assistant.conversation()
    conversation.follow(turns[:-1])
    features = assistant.answerer.evidence(conversation.query(turns[-1])).features()
    return [Case(features, answerable)] if features else []


def line(scores: np.ndarray, answerable: np.ndarray) -> float:
    """Return the logit above which the wanted share of the answerable stands."""
    return float(np.quantile(scores[answerable], 1 - ANSWERED))


def curve(scores: np.ndarray, answerable: np.ndarray) -> Iterator[str]:
    """Yield the coverage-against-error curve: of the answerable, how many are answered; of the others, how many too."""
    yield f"{'answerable answered':>20}{'unanswerable answered':>24}{'of all answers wrong':>22}"
    for share in (0.99, 0.97, 0.95, 0.93, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5):
        at = np.quantile(scores[answerable], 1 - share)
        right, wrong = (scores[answerable] >= at).mean(), (scores[~answerable] >= at).mean()
        error = (scores[~answerable] >= at).sum() / max(1, (scores >= at).sum())
        yield f"{100 * right:>19.1f}%{100 * wrong:>23.1f}%{100 * error:>21.1f}%"


def told(name: str, scores: np.ndarray, answerable: np.ndarray, at: float) -> Iterator[str]:
    """Yield what a set of questions comes to, with 95% bootstrap intervals."""
    for what, hits in (("answerable answered", scores[answerable] >= at), ("unanswerable declined", scores[~answerable] < at)):
        low, high = interval(hits)
        yield f"{name}: {what} {hits.sum()} of {len(hits)}, {100 * hits.mean():.1f}% ({100 * low:.1f} to {100 * high:.1f})"
    area = questions.auroc(scores[answerable].tolist(), scores[~answerable].tolist())
    yield f"{name}: AUROC {area:.3f}"
    yield from curve(scores, answerable)


def interval(hits: np.ndarray) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a share."""
    draws = np.random.default_rng(0).choice(hits, (2_000, len(hits))).mean(axis=1)
    return float(np.quantile(draws, 0.025)), float(np.quantile(draws, 0.975))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--topics", type=Path, metavar="FILE", help="development questions with topics, fitted on as well")


def run(arguments: argparse.Namespace) -> int:
    """Print the constants for ``confidence.py``, and what they do.

    Raises:
        AssistantError: the questions, the corpus or the index cannot be used.
    """
    assistant = open_assistant(load_config())
    cases = cases_of(assistant, "dev")
    if arguments.topics:
        labelled = topics.read_questions(arguments.topics)
        cases += [case for one in labelled for case in _case(assistant, one.turns, one.answerable)]
    if not cases:
        raise ConfigError("the corpus has no questions to compare with (asked.jsonl, outside.jsonl); nothing can be fitted")
    scores, answerable = out_of_fold(cases), np.array([one.answerable for one in cases])
    at, made = line(scores, answerable), fit(cases)
    print("WEIGHTS: Mapping[str, float] = MappingProxyType(\n    {")
    for name, weight in made.weights.items():
        print(f'        "{name}": {weight:.3f},')
    print(f"    }}\n)\nINTERCEPT = {made.intercept - at:.3f}\n")
    for text in told("fitted on, ten folds", scores, answerable, at):
        print(text)
    test = cases_of(assistant, "test")
    current = Fit(dict(confidence.WEIGHTS), confidence.INTERCEPT)
    for name, used, place in (("test, fitted now", made, at), ("test, as it stands in confidence.py", current, 0.0)):
        if set(used.weights) <= set(test[0].features):
            for text in told(name, used.scores(test), np.array([one.answerable for one in test]), place):
                print(text)
    return 0
