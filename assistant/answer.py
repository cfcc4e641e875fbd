"""From a ranking of passages to an answer: which whole blocks to quote, and when to say that nothing was found.

Every quote is a span of its document; no word is written here but the reasons of a ``NoAnswer``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from assistant.cite import citation
from assistant.index.chunk import is_lead_in
from assistant.index.context import asked_of
from assistant.index.words import content_words, stem, terms
from assistant.retrieve import Searcher, page_of
from assistant.types import (
    Answer,
    Block,
    Citation,
    Document,
    Excerpt,
    Hit,
    NoAnswer,
    Passage,
    Query,
    Quote,
    Ranking,
    Section,
)

DEPTH = 8
"""Passages looked at for quotes."""
MOST_QUOTES = 3
MOST_NEAREST = 4
LONGEST = 1_100
"""Characters of a quote beyond which no further block is added; a lead-in and its list are never parted.

No section of a starter note is longer (``tests/test_starter_notes.py``), so that none is ever quoted without its last line.
"""
ENOUGH = 0.75
"""Least share of the first quote's worth that a further quote must have."""
ALIKE = 0.6
"""Share of common terms (of the smaller) from which on two quotes say the same."""
COVERED = 0.5
"""Share of the question, weighted by rarity, below which the quotes do not cover it."""
ANSWERS = 0.97
"""Least strength (see ``_strength``) of the first page for there to be an answer.

Chosen on the project's development questions (``python -m evals questions`` and ``topics``): nine in ten of those that
the guidance answers are above it, and nearly half of those near the subject that it does not answer are below.
"""
LONG_QUESTIONS = 0.3
"""Strength by the logarithm of the number of terms: a long question holds words that no answer repeats. Chosen likewise."""
LONGEST_COUNTED = 15
"""Terms beyond which a question gains no more strength, or any story would be answered."""
FEW = 5
"""Passages at the head of the ranking that speak for their page."""

RANKED = 8.0
"""Worth of the best passage, beside 1 for all words of the question; the ranking knows more than words (2, 4 and 16 tried)."""
IN_HEADING = 4.0
"""Worth of a heading that holds the whole question. Chosen on the project's development questions, as are those around it."""
LEADING = 0.4
"""Worth of the first section of a page, half of it for the second and so on: what matters most stands first."""
STEPS = 1.0
"""Worth of a numbered list where the question asks what to do."""
WHAT_TO_DO = 2.0
"""Worth of a heading that promises what to do, for such a question."""

_ASKS_WHAT_TO_DO = re.compile(
    r"\bwhat (?:now|next|to do)\b|\bwhat (?:do|should|must|can|shall) (?:i|we|you|they)\b|\bhow (?:do|can|should|to)\b"
    r"|\bhelp\b",
    re.IGNORECASE,
)

_SAYS_WHAT_TO_DO = re.compile(r"\bwhat to do\b|\bdo first\b", re.IGNORECASE)

NOTHING = "I found nothing about this in the guidance I hold."
ELSEWHERE = "The pages that speak of this may not be kept here; their headings and addresses are below."
NO_WORDS = "I could not find a word to search for in this question."


class Library(Protocol):
    """Where documents and passages are looked up."""

    @property
    def passages(self) -> dict[str, Passage]:
        """All passages by id."""
        ...

    def document(self, document_id: str) -> Document:
        """Return the document of that id."""
        ...


@dataclass(frozen=True)
class _Candidate:
    """A span that might be quoted, with what it is worth for the question."""

    excerpt: Excerpt
    document: Document
    section: Section
    worth: float
    terms: frozenset[str]
    has_steps: bool


class Answerer:
    """Answers questions from a searcher and a library."""

    def __init__(self, searcher: Searcher, library: Library, rarity: Callable[[str], float]) -> None:
        """Keep the parts; ``rarity`` gives the inverse document frequency of a term."""
        self._searcher = searcher
        self._library = library
        self._rarity = rarity

    def search(self, query: Query, k: int) -> Ranking:
        """Return the ranking of passages itself."""
        return self._searcher.search(query, k)

    def confidence(self, query: Query) -> float:
        """Return how surely the guidance speaks of the question: there is an answer from ``ANSWERS`` on, 0 is none at all."""
        wanted = self._wanted(query)
        return self._strength(self._searcher.search(query, DEPTH), wanted) if wanted else 0.0

    def _wanted(self, query: Query) -> dict[str, float]:
        """Return the terms of a question with their rarity, in order of the question."""
        return {term: self._rarity(term) for term in dict.fromkeys(terms(query.text))}

    def answer(self, query: Query) -> Answer | NoAnswer:
        """Return quotes for the question, or that there are none, why, and the nearest headings."""
        wanted = self._wanted(query)
        if not wanted:
            return NoAnswer(query, NO_WORDS)
        ranking = self._searcher.search(query, DEPTH)
        if self._strength(ranking, wanted) < ANSWERS:
            return NoAnswer(query, NOTHING, tuple(self._nearest(ranking, wanted)))
        chosen = self._choose(self._candidates(ranking, wanted))
        if not chosen:  # only headings were found: of a page of which no more may be kept
            return NoAnswer(query, ELSEWHERE, tuple(self._nearest(ranking, wanted)))
        quotes = tuple(
            Quote(one.excerpt, citation(one.document, one.section, number, one.excerpt.text))
            for number, one in enumerate(_in_order(chosen), start=1)
        )
        return Answer(query, quotes, self._uncovered(query, wanted, chosen))

    def _strength(self, ranking: Ranking, wanted: dict[str, float]) -> float:
        """Return how well the first page, by its passages among the first few, speaks of the question; 0 for none.

        The share of the question that their words, and the ways in which people ask for them, hold, and more for a long
        question.
        """
        if not ranking.hits:
            return 0.0
        page = page_of(ranking.hits[0].passage_id)
        hits = [hit for hit in ranking.hits[:FEW] if page_of(hit.passage_id) == page]
        held = set().union(*(self._terms_of(hit) for hit in hits)) & wanted.keys()
        return _share(held, wanted) + LONG_QUESTIONS * math.log(min(len(wanted), LONGEST_COUNTED)) if held else 0.0

    def _terms_of(self, hit: Hit) -> set[str]:
        passage = self._library.passages[hit.passage_id]
        document = self._library.document(passage.document_id)
        section = document.sections[passage.section]
        wording = (document.title, *section.path, document.text[passage.start : passage.end], *asked_of(document, passage))
        return set(terms(" ".join(wording)))

    def _candidates(self, ranking: Ranking, wanted: dict[str, float]) -> list[_Candidate]:
        """Return the best span of each section that a ranked passage touches, best first."""
        best: dict[tuple[str, int], _Candidate] = {}
        wants_steps = bool(_ASKS_WHAT_TO_DO.search(ranking.query.text))
        top = ranking.hits[0].score
        for hit in ranking.hits:
            passage = self._library.passages[hit.passage_id]
            document = self._library.document(passage.document_id)
            for section, start, end in _spans(document, passage, wanted):
                excerpt = document.excerpt(start, end)
                held = frozenset(terms(excerpt.text))
                about = held | set(terms(" ".join((document.title, *section.path))))
                worth = RANKED * (hit.score / top if top > 0 else 1.0) + _share(about, wanted)
                worth += IN_HEADING * _share(terms(section.heading), wanted)
                worth += LEADING / (1 + document.sections.index(section))
                has_steps = _has_steps(document, start, end)
                if wants_steps:
                    worth += STEPS * has_steps + WHAT_TO_DO * bool(_SAYS_WHAT_TO_DO.search(section.heading))
                candidate = _Candidate(excerpt, document, section, worth, held, has_steps)
                key = (document.id, section.start)
                if key not in best or candidate.worth > best[key].worth:
                    best[key] = candidate
        return sorted(best.values(), key=lambda one: (-one.worth, one.document.id, one.excerpt.start))

    def _choose(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """Return the first candidate and those after it that are worth enough and say something else."""
        chosen: list[_Candidate] = []
        for candidate in candidates:
            worthy = not chosen or candidate.worth >= ENOUGH * chosen[0].worth
            if worthy and not any(_alike(candidate.terms, other.terms) for other in chosen):
                chosen.append(candidate)
            if len(chosen) == MOST_QUOTES:
                break
        return chosen

    def _nearest(self, ranking: Ranking, wanted: dict[str, float]) -> Iterator[Citation]:
        """Yield the sections found that hold at least one word of the question."""
        seen: set[tuple[str, str]] = set()
        for hit in ranking.hits:
            if _share(self._terms_of(hit), wanted) == 0:
                continue
            passage = self._library.passages[hit.passage_id]
            document = self._library.document(passage.document_id)
            section = document.sections[passage.section]
            if (document.id, section.anchor) not in seen and len(seen) < MOST_NEAREST:
                seen.add((document.id, section.anchor))
                yield citation(document, section, len(seen))

    def _uncovered(self, query: Query, wanted: dict[str, float], chosen: Iterable[_Candidate]) -> tuple[str, ...]:
        """Return the words of the question that no quote, title or heading holds, when they are a large part of it."""
        held: set[str] = set()
        for one in chosen:
            held |= one.terms | set(terms(" ".join((one.document.title, *one.section.path))))
        if _share(held, wanted) >= COVERED:
            return ()
        return tuple(dict.fromkeys(word for word in content_words(query.text) if stem(word) not in held))


def _share(held: Iterable[str], wanted: dict[str, float]) -> float:
    """Return the share of the wanted terms that is held, weighted by rarity, 0 to 1."""
    total = sum(wanted.values())
    there = set(held)
    # Summed in the order of the question: that of a set changes from process to process, and the last digit with it.
    return sum(rarity for term, rarity in wanted.items() if term in there) / total if total > 0 else 0.0


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller == 0 or len(one & other) / smaller >= ALIKE


def _has_steps(document: Document, start: int, end: int) -> bool:
    """Whether the span holds a numbered list."""
    lists = (block for block in document.blocks_between(start, end) if block.kind == "list")
    return any(document.text[block.start].isdigit() for block in lists)


def _in_order(chosen: list[_Candidate]) -> list[_Candidate]:
    """Return the quotes by worth, but those with steps of one page in the order in which the page has them."""
    ordered = list(chosen)
    for page in {one.document.id for one in chosen}:
        places = [at for at, one in enumerate(chosen) if one.document.id == page and one.has_steps]
        steps = sorted((chosen[at] for at in places), key=lambda one: one.excerpt.start)
        for at, one in zip(places, steps, strict=True):
            ordered[at] = one
    return ordered


def _groups(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return what is quoted as one: each block, and a lead-in with what it introduces."""
    groups: list[tuple[int, int]] = []
    for before, block in pairwise((None, *blocks)):
        if block is None:
            continue
        if before is not None and is_lead_in(text, before, block):
            groups[-1] = (groups[-1][0], block.end)
        else:
            groups.append((block.start, block.end))
    return groups


def _spans(document: Document, passage: Passage, wanted: dict[str, float]) -> Iterator[tuple[Section, int, int]]:
    """Yield, for each section that the passage touches, the span of whole blocks there that says most."""
    for section in document.sections:
        if section.end <= passage.start or section.start >= passage.end:
            continue
        blocks = [one for one in document.blocks_between(section.start, section.end) if one.kind != "heading"]
        groups = _groups(document.text, blocks)
        touched = [at for at, (start, end) in enumerate(groups) if start < passage.end and end > passage.start]
        if touched:
            yield section, *_grown(document.text, groups, touched, wanted)


def _grown(text: str, groups: list[tuple[int, int]], touched: list[int], wanted: dict[str, float]) -> tuple[int, int]:
    """Return the best of the touched groups, with the groups after it and then before it as long as the quote stays short."""
    best = max(touched, key=lambda at: (_share(terms(text[groups[at][0] : groups[at][1]]), wanted), -at))
    first = last = best
    while last + 1 < len(groups) and groups[last + 1][1] - groups[first][0] <= LONGEST:
        last += 1
    while first > 0 and groups[last][1] - groups[first - 1][0] <= LONGEST:
        first -= 1
    return groups[first][0], groups[last][1]
