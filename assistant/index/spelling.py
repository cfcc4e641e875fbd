"""The words of a corpus, and the nearest of them to a word that nobody knows; by symspellpy.

What is known is what stands in the documents, in the questions that people ask and in the reference, and what the English
dictionary of symspellpy holds: that a word is not in the guidance makes it no slip of typing.
"""

from __future__ import annotations

import heapq
import json
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import IndexDamaged
from assistant.index.words import words
from assistant.reference import Reference
from assistant.types import Document

if TYPE_CHECKING:
    from symspellpy import SymSpell

FILE = "words.json"
DICTIONARY = "frequency_dictionary_en_82_765.txt"
"""In the package symspellpy: words of English, the most frequent first."""
EDITS = 2
COMMON = 3_000
"""Words of English that are taken to name no subject: "every", "month", "door"."""
SHORTEST = 4
"""Letters of a word that is offered for another."""


@cache
def english_by_frequency() -> tuple[str, ...]:
    """Return the words of the dictionary, in lower case, the most frequent first.

    Kept, because reading them takes most of the time of a small build.
    """
    text = resources.files("symspellpy").joinpath(DICTIONARY).read_text(encoding="utf-8-sig")
    return tuple(line.partition(" ")[0] for line in text.splitlines())


@cache
def english() -> frozenset[str]:
    """Return the words of the dictionary, in lower case."""
    return frozenset(english_by_frequency())


def write_words(file: Path, documents: Iterable[Document], reference: Reference) -> None:
    """Write how often each word stands in the documents, the reference, and the questions asked for the documents.

    People's questions are misspelt now and then: of their words only those count that stand elsewhere too.
    """
    counts: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for document in documents:
        counts.update(words(document.title + "\n" + document.text))
        for questions in document.asked.values():
            asked.update(words("\n".join(questions)))
    for term in reference.glossary:
        counts.update(words(" ".join((term.term, *term.aliases))))
    for card in reference.cards:
        counts.update(words(" ".join((card.title, *card.aliases))))
    known = english()
    counts.update({word: count for word, count in asked.items() if word in known or word in counts})
    values = {"counts": dict(sorted(counts.items())), "common": english_by_frequency()[:COMMON]}
    file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


class Spelling:
    """Known words, and the nearest to an unknown one. The dictionary is read when the first unknown word comes."""

    def __init__(self, counts: dict[str, int], common: Iterable[str] = ()) -> None:
        """Keep how often each word stands in the corpus, and the common words of English."""
        self._counts, self._common = counts, frozenset(common)

    @classmethod
    def open(cls, file: Path) -> Spelling:
        """Load what ``write_words`` wrote.

        Raises:
            IndexDamaged: the file is missing or no such file.
        """
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            return cls({str(word): int(count) for word, count in values["counts"].items()}, map(str, values["common"]))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as fault:
            raise IndexDamaged(f"the words in {file} cannot be read ({fault}); run: careguide index") from fault

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the words, a line each."""
        if not self._counts or min(self._counts.values()) < 1:
            yield "a word of the guidance is counted less than once, or there is none"
        if not self._common:
            yield "there are no common words"

    def is_common(self, word: str) -> bool:
        """Whether a lower-case word is among the most frequent of English, and so names no subject."""
        return word in self._common

    def in_corpus(self, word: str) -> bool:
        """Whether a lower-case word stands in the corpus."""
        return word in self._counts

    def known(self, word: str) -> bool:
        """Whether a lower-case word stands in the corpus or in the dictionary."""
        bare = word.replace("'", "")
        return word in self._counts or bare in self._counts or word in english() or bare in english()

    def suggest(self, word: str, slips: int) -> str:
        """Return the word of the corpus that is nearest to a lower-case one and begins with the same letter; empty for none.

        Of two as near, the more frequent one. People rarely mistype the first letter.
        """
        from symspellpy import Verbosity

        found = self._nearest.lookup(word, Verbosity.ALL, max_edit_distance=min(slips, EDITS))
        alike = [one for one in found if one.term[0] == word[0] and len(one.term) >= SHORTEST]
        return min(alike, key=lambda one: (one.distance, -one.count, one.term)).term if alike else ""

    def completions(self, beginning: str, most: int) -> list[str]:
        """Return the words of the corpus that begin with these lower-case letters, the most frequent first."""
        first = bisect_left(self._in_order, beginning)
        last = bisect_left(self._in_order, beginning + chr(sys.maxunicode))
        return heapq.nsmallest(most, self._in_order[first:last], key=lambda word: (-self._counts[word], word))

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._counts)

    @cached_property
    def _nearest(self) -> SymSpell:
        from symspellpy import SymSpell

        made = SymSpell(max_dictionary_edit_distance=EDITS)
        for word, count in self._counts.items():
            made.create_dictionary_entry(word, count)
        return made
