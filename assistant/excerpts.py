"""Which spans of the found sections might be quoted, and what each is worth for the question.

A span is made of whole blocks: a lead-in with its list, a step with its sequence. No word is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from assistant.index.chunk import is_lead_in
from assistant.index.words import terms
from assistant.question.forms import Form, has_value
from assistant.types import Block, Document, Excerpt, Passage, Ranking, Section

LONGEST = 1_100
"""Characters of a quote beyond which no further block is added; a lead-in and its list are never parted.

No section of a starter note is longer (``tests/test_starter_notes.py``), so that none is ever quoted without its last line.
"""

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
VALUE = 2.0
"""Worth of a time or an amount where the question asks for one."""

_SAYS_WHAT_TO_DO = re.compile(r"\bwhat to do\b|\bdo first\b", re.IGNORECASE)
_WARNING = re.compile(r"^[*_>\s]*(?:warning|important|caution|note|be careful|do not|never)\b", re.IGNORECASE)


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
class Candidate:
    """A span that might be quoted, with what it is worth for the question.

    Attributes:
        terms: index terms of its text.
        has_value: whether it holds a time or an amount such as the question asks for.
    """

    excerpt: Excerpt
    document: Document
    section: Section
    worth: float
    terms: frozenset[str]
    has_steps: bool
    has_value: bool

    @cached_property
    def about(self) -> frozenset[str]:
        """Index terms of its text, of its title and of the headings above it."""
        return self.terms | set(terms(" ".join((self.document.title, *self.section.path))))


class Wanted:
    """The terms of a question with their rarity, and for some of them other names that mean the same."""

    def __init__(self, rarity: dict[str, float], others: dict[str, tuple[frozenset[str], ...]] | None = None) -> None:
        """Keep them; ``others`` has the terms of each other name, by term."""
        self.rarity, self._others = rarity, others or {}

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self.rarity)

    def held(self, terms_: Iterable[str]) -> set[str]:
        """Return the terms of the question that stand among others, by their own or by another name."""
        there = set(terms_)
        return {term for term in self.rarity if term in there or any(name <= there for name in self._others.get(term, ()))}

    def share(self, terms_: Iterable[str]) -> float:
        """Return the share of the question that is held, weighted by rarity, 0 to 1."""
        total, held = sum(self.rarity.values()), self.held(terms_)
        # Summed in the order of the question: that of a set changes from process to process, and the last digit with it.
        return sum(rarity for term, rarity in self.rarity.items() if term in held) / total if total > 0 else 0.0


def candidates(
    ranking: Ranking, library: Library, wanted: Wanted, form: Form, standing: Callable[[Document], float]
) -> list[Candidate]:
    """Return the best span of each section that a ranked passage touches, best first.

    Args:
        form: the kind of answer that the question asks for.
        standing: times what a document's worth counts, 1 for a current one.
    """
    best: dict[tuple[str, int], Candidate] = {}
    top = ranking.hits[0].score if ranking.hits else 0.0
    for hit in ranking.hits:
        passage = library.passages[hit.passage_id]
        document = library.document(passage.document_id)
        for section, start, end in _spans(document, passage, wanted, form):
            excerpt = document.excerpt(start, end)
            held = frozenset(terms(excerpt.text))
            made = Candidate(
                excerpt, document, section, 0.0, held, _has_steps(document, start, end), has_value(excerpt.text, form)
            )
            worth = RANKED * (hit.score / top if top > 0 else 1.0) + wanted.share(made.about)
            worth += IN_HEADING * wanted.share(terms(section.heading)) + LEADING / (1 + document.sections.index(section))
            worth += VALUE * made.has_value
            if form == "steps":
                worth += STEPS * made.has_steps + WHAT_TO_DO * bool(_SAYS_WHAT_TO_DO.search(section.heading))
            worth *= standing(document)
            key = (document.id, section.start)
            if key not in best or worth > best[key].worth:
                best[key] = Candidate(excerpt, document, section, worth, held, made.has_steps, made.has_value)
    return sorted(best.values(), key=lambda one: (-one.worth, one.document.id, one.excerpt.start))


def _has_steps(document: Document, start: int, end: int) -> bool:
    """Whether the span holds a numbered list."""
    lists = (block for block in document.blocks_between(start, end) if block.kind == "list")
    return any(document.text[block.start].isdigit() for block in lists)


def _groups(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return what is quoted as one: each block, a lead-in with what it introduces, a warning with what it warns about."""
    groups: list[tuple[int, int]] = []
    for before, block in pairwise((None, *blocks)):
        if block is None:
            continue
        joins = before is not None and (is_lead_in(text, before, block) or _warns(text, before))
        if joins:
            groups[-1] = (groups[-1][0], block.end)
        else:
            groups.append((block.start, block.end))
    return groups


def _warns(text: str, block: Block) -> bool:
    """Whether a block is a call-out that warns of what follows."""
    return block.kind == "quote" and bool(_WARNING.match(text[block.start : block.end]))


def _spans(document: Document, passage: Passage, wanted: Wanted, form: Form) -> Iterator[tuple[Section, int, int]]:
    """Yield, for each section that the passage touches, the span of whole blocks there that says most."""
    for section in document.sections:
        if section.end <= passage.start or section.start >= passage.end:
            continue
        blocks = [one for one in document.blocks_between(section.start, section.end) if one.kind != "heading"]
        groups = _groups(document.text, blocks)
        touched = [at for at, (start, end) in enumerate(groups) if start < passage.end and end > passage.start]
        if touched:
            yield section, *_grown(document.text, groups, touched, wanted, form)


def _grown(text: str, groups: list[tuple[int, int]], touched: list[int], wanted: Wanted, form: Form) -> tuple[int, int]:
    """Return the best of the touched groups, with the groups after it and then before it as long as the quote stays short."""

    def worth(at: int) -> tuple[float, int]:
        words = text[groups[at][0] : groups[at][1]]
        return (wanted.share(terms(words)) + has_value(words, form), -at)

    first = last = max(touched, key=worth)
    while last + 1 < len(groups) and groups[last + 1][1] - groups[first][0] <= LONGEST:
        last += 1
    while first > 0 and groups[last][1] - groups[first - 1][0] <= LONGEST:
        first -= 1
    return groups[first][0], groups[last][1]
