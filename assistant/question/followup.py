"""Whether a turn of a conversation stands alone, or leans on what was said before it.

Where there are questions that people ask to compare with, by a logistic regression: a turn that stands alone has many words,
names a subject, does not point back, and is no more like what people ask with the topic put before it. Else by its words alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assistant.index.words import content_words, terms

FEW_WORDS = 1
"""Content words up to which a later turn is taken to lean on what was said before, where there is nothing to compare with."""
SOME_WORDS = 6
"""The same for a turn that also has a cue such as "it" or "what about"."""
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "words": -2.206,
        "rare": -1.315,
        "named": -1.330,
        "meaning": -4.368,
        "points": 4.155,
        "shared": -16.100,
        "gain": 10.545,
    }
)
INTERCEPT = 4.524
"""Fitted by ``python -m evals leaning --fit --topics QUESTIONS`` on the follow-ups of the ``dev`` split and of the development
questions with topics, against the other questions of both, each after any other; never on ``test``."""
MOST_RARE = 2
"""Rare words that count; more say no more. The logarithm of all of them did no better on the same questions."""

_OPENING = re.compile(
    r"^(?:and|but|or|so|also|even|then|though|not|only|just(?! this)|without|ok|okay|yes|no|right|thanks|every|what about"
    r"|how about|what if|what else|which one|isn'?t)\b|\b(?:though|instead|as well|either|anyway|then)\W*$"
    r"|\b(?:do|does|did|can|should|must|will|would) (?:\w+ ){1,2}still\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|he|him|his|she|her|one|ones|same|there)\b", re.IGNORECASE
)
_POINTING_NOWHERE = re.compile(
    r"\b(?:is|was|isn'?t|would) it (?:\w+ ){1,2}(?:to|for|if|that|when|2)\b|\b(?:does|will|would|did) it (?:take|cost)\b"
    r"|\b(?:is|are|was|were) there\b|\bthere(?:'?s| is| are)\b|^one of\b|\b(?:one|that|this) (?:of )?(?:our|my|the)\b"
    r"|\bthis (?:second|minute|morning|afternoon|week|month|year)\b",
    re.IGNORECASE,
)
"""As in "is it legal to", "how long does it take", "one of our carers"."""
_MEANING = re.compile(
    r"(?:what(?:'?s| is| are)|explain|define)\b(?! (?:it|that|they|those|about|if)\b)(?P<the> the\b)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a turn is compared with.

    Attributes:
        likeness: gives the cosine of a text with the nearest question that people ask.
        is_common: whether a word is too common to name a subject.
        names_a_term: whether a text has a name of the glossary.
    """

    likeness: Callable[[str], float]
    is_common: Callable[[str], bool]
    names_a_term: Callable[[str], bool]


def leans_on_earlier(question: str, topic: str, known: Known | None = None) -> bool:
    """Return whether a turn seems not to stand alone.

    Args:
        topic: the question before it that stood alone.
        known: None where nothing is known of what people ask.
    """
    count = len(content_words(question))
    if known is None or count == 0:
        return count <= FEW_WORDS or (count <= SOME_WORDS and points_back(question) > 0)
    found = features(question, topic, known)
    return INTERCEPT + sum(weight * found[name] for name, weight in WEIGHTS.items()) > 0


def features(question: str, topic: str, known: Known) -> dict[str, float]:
    """Return the numbers that the regression weighs.

    words: logarithm of one more than the content words.  rare: those that are not common English, two at most.
    named: whether it has a name of the glossary.         meaning: whether it asks what something named is.
    points: see ``points_back``.                          shared: share of its terms that the topic has too.
    gain: how much more it is like what people ask with the topic before it than by itself.
    """
    content, own = content_words(question), set(terms(question))
    named, meaning = known.names_a_term(question), _MEANING.match(question)
    return {
        "words": math.log(1 + len(content)),
        "rare": min(MOST_RARE, sum(not known.is_common(word) for word in content)),
        "named": float(named),
        "meaning": float(bool(meaning and (named or not meaning["the"]))),
        "points": points_back(question),
        "shared": len(own & set(terms(topic))) / max(1, len(own)),
        "gain": known.likeness(f"{topic} {question}") - known.likeness(question),
    }


def points_back(question: str) -> float:
    """Return how surely a turn points to an earlier one, 0 to 1: less, the more words before its "it" that this may mean."""
    if _OPENING.search(question):
        return 1.0
    rest = _POINTING_NOWHERE.sub(" ", question)
    pointing = _POINTING.search(rest)
    return 1 / (1 + len(content_words(rest[: pointing.start()]))) if pointing else 0.0
