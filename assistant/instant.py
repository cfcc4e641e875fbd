"""Search while a question is being typed: ranked passages for what stands there so far, fast enough for every keystroke.

The last word may be half typed: one that the guidance does not hold is searched for as the word that begins so. That is
done here alone; an answer (``answer.py``) is to what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.cite import citation
from assistant.excerpts import Library
from assistant.filters import NO_FILTERS, Filters
from assistant.index.words import FUNCTION_WORDS, terms
from assistant.question.wording import Vocabulary, Wording
from assistant.retrieve import Searcher
from assistant.text import LONGEST_QUESTION, one_line
from assistant.types import Document, Hit, Match, Passage, Query, Section

SHORTEST = 2
"""Letters of a half-typed word from which on it is completed (1, 3 and 4 tried: as good, or later to find)."""
LIKELIEST = 8
"""Completions looked at for one that carries meaning."""

_HALF_TYPED = re.compile(r"[^\W\d_]+\Z")

Completions = Callable[[str, int], list[str]]
"""Gives at most so many words of the guidance that begin with these lower-case letters, the most frequent first."""


class InstantSearch:
    """Searches for what has been typed so far; safe to call from any thread."""

    def __init__(
        self, searcher: Searcher, library: Library, wording: Wording, words: Vocabulary, completions: Completions
    ) -> None:
        """Keep the parts; ``words`` and ``completions`` are of the same guidance."""
        self._searcher, self._library = searcher, library
        self._wording, self._words, self._completions = wording, words, completions

    def search(self, text: str, filters: Filters = NO_FILTERS, most: int = 20) -> tuple[Match, ...]:
        """Return the best passages for a question as far as it is typed, the best first; none for a text without words.

        Args:
            text: as it stands in the input; white space at its end tells that the last word is whole. What goes beyond
                ``LONGEST_QUESTION`` characters is left out.
            most: matches wanted, from 1.
        """
        query = self.query(text, filters)
        wanted = frozenset(terms(query.text))
        if not wanted:
            return ()
        hits = self._searcher.search(query, most).hits
        return tuple(self._match(rank, hit, wanted) for rank, hit in enumerate(hits, start=1))

    def query(self, text: str, filters: Filters = NO_FILTERS) -> Query:
        """Return what is searched for: whole words read as those of a question, the last one completed if half typed."""
        typed = one_line(text)[:LONGEST_QUESTION]
        half = _HALF_TYPED.search(typed) if text[-1:].isalpha() else None
        whole = typed[: half.start()] if half else typed
        reading = self._wording.read(whole)
        last = self._completed(half.group()) if half else ""
        gap = " " if last and whole.endswith(" ") and not reading.text.endswith(" ") else ""
        return Query(f"{reading.text}{gap}{last}", synonyms=reading.synonyms, filters=filters)

    def prepare(self) -> None:
        """Load what the first searches would else wait for, the dictionary above all: a tenth of a second or two."""
        self.search("qzxjq passwo")

    def _completed(self, half: str) -> str:
        """Return the word that most likely is being typed; the letters themselves where they are a word, or begin none."""
        letters = half.lower()
        if len(letters) < SHORTEST or letters in FUNCTION_WORDS or self._words.in_corpus(letters):
            return half
        likely = (word for word in self._completions(letters, LIKELIEST) if word not in FUNCTION_WORDS)
        return next(likely, half)

    def _match(self, rank: int, hit: Hit, wanted: frozenset[str]) -> Match:
        passage = self._library.passages[hit.passage_id]
        document = self._library.document(passage.document_id)

        def held(piece: tuple[Section, int, int]) -> int:
            section, start, end = piece
            return len(wanted.intersection({*terms(section.heading), *terms(document.text[start:end])}))

        section, start, end = max(_pieces(document, passage), key=held)
        excerpt = document.excerpt(start, end)
        return Match(citation(document, section, rank, excerpt.text), excerpt, hit.score)


def _pieces(document: Document, passage: Passage) -> Iterator[tuple[Section, int, int]]:
    """Yield what a passage holds of each section, heading lines left out; all of a passage that has nothing but headings."""
    nothing = True
    for section in document.sections:
        if section.start >= passage.end or section.end <= passage.start:
            continue
        blocks = [block for block in document.blocks_between(section.start, section.end) if block.kind != "heading"]
        held = [block for block in blocks if block.start < passage.end and block.end > passage.start]
        if held:
            nothing = False
            yield section, max(held[0].start, passage.start), min(held[-1].end, passage.end)
    if nothing:
        yield document.sections[passage.section], passage.start, passage.end
