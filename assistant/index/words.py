"""From text to index terms: lower-case words, function words left out, stemmed."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import Stemmer

WORDS_VERSION = 2
"""Raise it when the terms of the same text would change."""

GRAM = 4
"""Characters of a gram: short enough to outlast a slip of typing in a common word. Not tuned."""

_WORD = re.compile(r"[^\W_]+")
_LEFT_OUT = re.compile(r" ?\{#[\w.:=-]+\}|(?<=\w)'s\b|(?<=\w)'(?=\w)")
"""Heading anchors, possessive endings, and apostrophes within words."""

FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are arent as at be because been before being but by can cannot cant could
    couldnt d did didnt do does doesnt doing done dont for from get gets getting go going got had hadnt has hasnt have
    havent having he her here hers him his how i if im in into is isn isnt it its itself ive just ll m may me might mine
    more most my no nor not now of ok okay on once only or other our ours out over own please pls re s same she should
    shouldnt so some such t than that the their theirs them then there theres these they theyll theyre theyve this those
    through to too u up us ve very was wasnt we were werent weve what whats when where which while who whom whos whose
    why will with wont would wouldnt yes you youll your yours youre youve
    """.split()
)


@cache
def _stemmer() -> Stemmer.Stemmer:
    """Return the Snowball stemmer for English (Porter2)."""
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Return the lower-case words of a text; possessive endings and heading anchors are left out."""
    return _WORD.findall(_LEFT_OUT.sub("", text.lower().replace("\u2019", "'")))


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in order, each as often as it stands there."""
    return [word for word in words(text) if word not in FUNCTION_WORDS]


def stem(word: str) -> str:
    """Return the stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


def terms(text: str) -> list[str]:
    """Return the index terms of a text: the stems of its content words."""
    return list(_terms(text))


@lru_cache(maxsize=2_048)
def _terms(text: str) -> tuple[str, ...]:
    """The same for texts that are looked at again and again while questions are answered: headings and passages."""
    return tuple(_stemmer().stemWords(content_words(text)))


def grams(text: str) -> list[str]:
    """Return the runs of four characters of the content words, ``<`` and ``>`` marking where a word begins and ends.

    They bear with slips of typing, and with endings that the stemmer keeps.
    """
    marked = (f"<{word}>" for word in content_words(text))
    return [word[at : at + GRAM] for word in marked for at in range(max(1, len(word) - GRAM + 1))]
