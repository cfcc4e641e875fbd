"""From text to index terms: lower-case words, function words left out, stemmed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import Stemmer

WORDS_VERSION = 1
"""Raise it when the terms of the same text would change."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)?")
_ANCHOR = re.compile(r"[ ]?\{#[\w.:-]+\}")

FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can cannot could d did do does
    doing done dont for from get gets getting go going got had has have having he her here hers him his how i if im in
    into is isn it its itself ive just ll m may me might mine more most my no nor not now of on once only or other our
    ours out over own please pls re s same she should so some such t than that the their theirs them then there these
    they this those through to too u up us ve very was we were what whats when where which while who whom whose why
    will with would yes you your yours
    """.split()
)


@cache
def _stemmer() -> Stemmer.Stemmer:
    """Return the Snowball stemmer for English (Porter2)."""
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Return the lower-case words of a text; possessive endings and heading anchors are left out."""
    found = _WORD.findall(_ANCHOR.sub("", text.lower()))
    return [re.sub("['\u2019]s$", "", word).replace("'", "").replace("\u2019", "") for word in found]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in order, each as often as it stands there."""
    return [word for word in words(text) if word not in FUNCTION_WORDS]


def stem(word: str) -> str:
    """Return the stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


def terms(text: str) -> list[str]:
    """Return the index terms of a text: the stems of its content words."""
    return list(_stemmer().stemWords(content_words(text)))
