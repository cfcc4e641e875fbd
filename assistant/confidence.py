"""How surely the guidance answers a question: from what the first page holds of it, and what kind of question it is.

A logistic regression over a few signs, fitted by ``python -m evals calibrate`` on the ``dev`` split of the project's own
questions and on the development questions with topics; never on ``test``. What is fitted stands in ``WEIGHTS``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assistant.index.scope import Signs

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "covered": 5.835,
        "shaped": -4.816,
        "follows": 1.036,
        "likeness": 5.230,
        "likeness_outside": -5.228,
        "votes": 3.603,
        "odds": 0.105,
    }
)
INTERCEPT = -6.225
ANSWERS = 0.5
"""Least confidence for an answer."""
ANSWERS_BY_WORDS = 0.97
LONG_QUESTIONS = 0.3
LONGEST_COUNTED = 15
STEEP = 20.0
HALF = 0.5
NEARLY = 0.7
"""Least share of the best passage of all pages that the best of the admitted ones must have to answer.

The signs of the field say nothing of whether the admitted pages answer. Chosen on the ``dev`` split: under a filter that admits
the right pages 98 of 100 questions are still answered, under one that admits three other topics 10 (75 without this).
"""
SURELY = ("own", "legal")
"""For guidance without questions to compare with: least strength, the share of the question that the first page holds and this
much for the logarithm of its number of terms, fifteen at most. Chosen on the development questions, before there were others
to compare with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a question when it is to be decided whether there is an answer.

    Attributes:
        covered: share of the question that the first page holds, by rarity, 0 to 1.
        length: number of its terms.
        shaped: whether the question has a shape that no guidance can answer (``question.shapes``).
        follows: whether it leans on a turn before it, which is often short and like nothing that people ask by itself.
        signs: what speaks for its being of the field; None where there is nothing to compare it with.
        own_signs: the same of the turn alone, where words of earlier turns were searched for too.
        beside: score of the best admitted passage as a share of the best of all, 0 to 1; 1 where nothing is filtered.
    """

    covered: float
    length: int
    shaped: bool = False
    follows: bool = False
    signs: Signs | None = None
    own_signs: Signs | None = None
    beside: float = 1.0

    def features(self) -> dict[str, float]:
        """Return the numbers that the regression weighs; none where there is nothing to compare the question with."""
        whole, own = self.signs, self.own_signs or self.signs
        if whole is None or own is None:
            return {}
        return {
            "covered": self.covered,
            "shaped": float(self.shaped),
            "follows": float(self.follows),
            "likeness": whole.likeness,
            "likeness_outside": max(whole.likeness_outside, own.likeness_outside),
            "votes": min(whole.votes, own.votes),
            "odds": min(whole.odds, own.odds),
        }

    def confidence(self) -> float:
        """Return how surely the guidance answers, 0 to 1; there is an answer from ``ANSWERS`` on."""
        if self.length == 0 or self.covered == 0:
            return 0.0
        surely = self._surely()
        return surely if self.beside >= 1 else min(surely, _logistic(STEEP * (self.beside - NEARLY)))

    def _surely(self) -> float:
        features = self.features()
        if not features:
            strength = self.covered + LONG_QUESTIONS * math.log(min(self.length, LONGEST_COUNTED))
            return _logistic(STEEP * (strength - ANSWERS_BY_WORDS))
        return _logistic(INTERCEPT + sum(WEIGHTS[name] * features[name] for name in WEIGHTS))


def _logistic(strength: float) -> float:
    return 1 / (1 + math.exp(-strength))


def is_outside(signs: Signs) -> bool:
    """Whether a question that is declined is rather like those known to be outside than like those that are asked."""
    nearer = signs.likeness_outside > signs.likeness
    return (signs.votes < HALF or signs.odds < 0) and (nearer or signs.why not in SURELY)
