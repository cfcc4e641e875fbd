"""Whether a turn of a conversation stands alone, or leans on what was said before it.

Where there are questions that people ask to compare with, by a logistic regression: a turn that stands alone is long, has no
words that point back, and is more like a question that somebody asks by itself than with the topic put before it. Else by
its words alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from assistant.index.words import content_words

FEW_WORDS = 1
"""Content words up to which a later turn is taken to lean on what was said before, where there is nothing to compare with."""
SOME_WORDS = 6
"""The same for a turn that also has a cue such as "it" or "what about"."""
WORDS, POINTS, ALONE, TOGETHER, INTERCEPT = -4.46, 1.83, -2.98, 11.62, 9.29
"""Weights of: the logarithm of one more than the content words, a cue, likeness of the turn alone to what people ask, how much
more like that it is with the topic before it; and the intercept. Fitted on the follow-ups of the development questions, against
pairs of questions that have nothing to do with each other."""

_OPENING = re.compile(
    r"^(?:and|but|or|so|also|even|then|what about|how about|what if|what else|which one|without|not|isn'?t)\b", re.I
)
_POINTING = re.compile(r"\b(?:it|its|that|this|those|these|they|them|their|he|him|she|her|there|one|ones|same)\b", re.I)
_CUE = re.compile(
    r"^(?:and|but|so|or|also|then|what about|how about|what if|even|without|not|isn'?t|though|does that|is that"
    r"|would that|do they|did they"
    r"|they|she|he|it|that|this|we're|yes|no)\b|\b(?:though|instead|as well|either|too|anyway|still)\b"
    r"|\b(?:that|it|this|them|those|these|one|ones|they|she|he)\??$",
    re.IGNORECASE,
)  # fmt: skip

Likeness = Callable[[str], float]
"""Gives the cosine of a text with the nearest question that people ask."""


def leans_on_earlier(question: str, topic: str, likeness: Likeness | None = None) -> bool:
    """Return whether a turn seems not to stand alone.

    Args:
        topic: the question before it that stood alone.
        likeness: None where nothing is known of what people ask.
    """
    count = len(content_words(question))
    if likeness is None or count == 0:
        cue = _OPENING.search(question) or _POINTING.search(question)
        return count <= FEW_WORDS or (count <= SOME_WORDS and cue is not None)
    alone = likeness(question)
    logit = INTERCEPT + WORDS * math.log(1 + count) + POINTS * bool(_CUE.search(question.strip()))
    return logit + ALONE * alone + TOGETHER * (likeness(f"{topic} {question}") - alone) > 0
