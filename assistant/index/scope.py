"""Whether a question is of the field of the guidance: compared with what people ask, and with what is known to be outside.

Three signs, each by itself weak: likeness of vectors to the nearest question of either kind, words in common with it, and the
odds of the words themselves (naive Bayes over words and pairs of words; Manning, Raghavan and Schuetze 2008, chapter 13).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamaged
from assistant.index.encode import Encoder
from assistant.index.ragged import load_array
from assistant.index.words import stem, terms, words
from assistant.outside import WHYS, Outside

FOLDER, QUESTIONS, VECTORS = "scope", "questions.json", "vectors.npy"
LEAST_SEEN = 2
"""Questions in which a word or a pair must stand to say anything."""
NEAR = 60
"""Questions, nearest by vector, of which the words in common are counted."""
VOTING = 10
"""Questions, nearest by both, that vote (5 and 20 tried: no difference)."""
STEEP = 5.0
"""How much more the nearer ones count. Not tuned."""
FEWEST = 50
"""Questions of either kind without which nothing can be told."""
LENGTH_SLACK = 1e-2
"""How far the length of a vector may be from 1: they are kept as numbers of 16 bits."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a question being of the field.

    Attributes:
        likeness, likeness_outside: cosine with the nearest question that is asked, and that is outside.
        votes: share of those nearest, in meaning and words, that are asked, the nearest of them counting most; 0 to 1.
        odds: logarithm of the odds of its words; above 0 speaks for the field.
        why: reason of the nearest question outside, one of ``outside.WHYS``.
    """

    likeness: float
    likeness_outside: float
    votes: float
    odds: float
    why: str


def write_scope(folder: Path, asked: Sequence[str], outside: Sequence[Outside], encoder: Encoder) -> None:
    """Write both kinds of questions and their vectors; nothing where there are too few of either."""
    if len(asked) < FEWEST or len(outside) < FEWEST:
        return
    folder.mkdir()
    every = [*asked, *(one.question for one in outside)]
    whys = [*("" for _ in asked), *(one.why for one in outside)]
    values = {
        "why": whys,
        "terms": [sorted(set(terms(question))) for question in every],
        "odds": _odds([tokens(question) for question in every], [bool(why) for why in whys]),
    }
    (folder / QUESTIONS).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    np.save(folder / VECTORS, encoder.encode_queries(every).astype(np.float16), allow_pickle=False)


def tokens(text: str) -> set[str]:
    """Return the stems of all words, function words too, and the pairs that stand together."""
    stems = [stem(word) for word in words(text)]
    return {*stems, *(f"{one} {other}" for one, other in pairwise(stems))}


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of the questions that are compared with.

    Attributes:
        why: of each, why it is outside; empty for one that is asked.
        terms: index terms of each.
        odds: logarithm of the odds of each token that was seen often enough.
    """

    why: list[str]
    terms: list[list[str]]
    odds: dict[str, float]


class Scope:
    """Compares questions with both kinds."""

    def __init__(
        self, values: Compared, vectors: np.ndarray, vector: Callable[[str], np.ndarray], rarity: Callable[[str], float]
    ) -> None:
        """Keep what is known of the questions, and their vectors, (questions, dim).

        Args:
            vector: gives the vector of a text, of shape (dim,).
            rarity: gives the inverse document frequency of a term.
        """
        self._vector, self._rarity, self._values = vector, rarity, values
        self._outside = np.array([bool(why) for why in values.why])
        self._vectors = vectors.astype(np.float32)

    @classmethod
    def open(cls, folder: Path, dim: int, vector: Callable[[str], np.ndarray], rarity: Callable[[str], float]) -> Scope | None:
        """Load what ``write_scope`` wrote; None where it wrote nothing.

        Raises:
            IndexDamaged: a file is missing, or they do not fit together.
        """
        if not folder.exists():
            return None
        try:
            values = Compared(**json.loads((folder / QUESTIONS).read_text(encoding="utf-8")))
            count = len(values.why)
        except (OSError, ValueError, TypeError) as fault:
            raise IndexDamaged(f"the questions in {folder} cannot be read ({fault}); run: careguide index") from fault
        vectors = load_array(folder / VECTORS)
        if vectors.shape != (count, dim) or len(values.terms) != count:
            raise IndexDamaged(f"{folder} does not fit the encoder; run: careguide index")
        return cls(values, vectors, vector, rarity)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the questions compared with, a line each."""
        values, known = self._values, {"", *WHYS}
        if not set(values.why) <= known or self._outside.all() or not self._outside.any():
            yield "the questions compared with are not of both kinds, or the reason of one is unknown"
        if {type(term) for one in values.terms for term in one} - {str}:
            yield "a term of the questions compared with is no text"
        if not all(math.isfinite(odds) for odds in values.odds.values()):
            yield "the odds of a word of the questions compared with are no number"
        lengths = np.linalg.norm(self._vectors, axis=1)
        if not ((np.abs(lengths - 1) < LENGTH_SLACK) | (lengths == 0)).all():
            yield "a vector of the questions compared with is not of length 1"

    def likeness(self, question: str) -> float:
        """Return the cosine with the nearest question that is asked."""
        return float(self._likenesses(question)[~self._outside].max())

    def _likenesses(self, question: str) -> np.ndarray:
        # Not by a matrix product, whose last digits depend on the number of threads.
        found: np.ndarray = np.einsum("ij,j->i", self._vectors, self._vector(question))
        return found

    def signs(self, question: str) -> Signs:
        """Return what speaks for a question being of the field."""
        likeness = self._likenesses(question)
        wanted = frozenset(terms(question))
        near = np.argsort(-likeness, kind="stable")[:NEAR]
        closeness = np.array([float(likeness[row]) + self._common(wanted, frozenset(self._values.terms[row])) for row in near])
        order = np.argsort(-closeness, kind="stable")[:VOTING]
        weight = np.exp(STEEP * closeness[order])
        votes = float((weight * ~self._outside[near[order]]).sum() / weight.sum())
        odds = sum(self._values.odds.get(token, 0.0) for token in sorted(tokens(question)))
        outside = np.flatnonzero(self._outside)
        likest = outside[np.argmax(likeness[outside])]
        return Signs(
            float(likeness[~self._outside].max()),
            float(likeness[likest]),
            round(votes, 6),
            odds,
            self._nearest_why(near, closeness, int(likest)),
        )

    def _nearest_why(self, near: np.ndarray, closeness: np.ndarray, likest: int) -> str:
        """Return the reason of the question outside that is nearest by both; of the likest, where none is near."""
        rows = [int(near[at]) for at in np.argsort(-closeness, kind="stable") if self._outside[near[at]]]
        return self._values.why[rows[0] if rows else likest]

    def _common(self, one: frozenset[str], other: frozenset[str]) -> float:
        every = sum(self._rarity(term) for term in sorted(one | other))
        return sum(self._rarity(term) for term in sorted(one & other)) / every if every > 0 else 0.0


def _odds(held: Sequence[set[str]], outside: Sequence[bool]) -> dict[str, float]:
    """Return the logarithm of the odds of each token, with one more of each kind than were seen (Laplace)."""
    counts = (Counter[str](), Counter[str]())
    for one, is_outside in zip(held, outside, strict=True):
        counts[is_outside].update(one)
    sizes = (len(outside) - sum(outside), sum(outside))
    seen = {token for token in counts[0] | counts[1] if counts[0][token] + counts[1][token] >= LEAST_SEEN}
    return {
        token: math.log((counts[0][token] + 1) / (sizes[0] + 2)) - math.log((counts[1][token] + 1) / (sizes[1] + 2))
        for token in sorted(seen)
    }
