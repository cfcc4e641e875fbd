"""The values that all parts share: frozen, and built on the standard library alone.

Offsets are characters of ``Document.text`` everywhere, half open. A higher score is better everywhere. That nothing
was found is a value here (``NoAnswer``), not an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.filters import NO_FILTERS, Filters

BlockKind = Literal["heading", "paragraph", "list", "table", "quote", "code"]
Outcome = Literal["answered", "partial", "not_found", "out_of_scope"]
Status = Literal["live", "withdrawn", "superseded"]
Kept = Literal["full", "excerpt"]

STARTER_PUBLISHER = "Careguide starter notes"
STARTER_KIND = "starter note"


@dataclass(frozen=True, slots=True)
class Block:
    """A whole piece of a page that is never cut when it is quoted.

    Attributes:
        kind: what it is.
        start, end: its span, without surrounding blank lines.
        items: spans of the items of a list, in order; empty for all else.
    """

    kind: BlockKind
    start: int
    end: int
    items: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text under it, up to the next heading of any level.

    Attributes:
        heading: its words, without markup; empty for text before the first heading.
        path: the headings above it and its own, outermost first.
        anchor: its name within the page, unique; empty for text before the first heading.
        level: 1 to 6 as in Markdown; 0 for text before the first heading.
        start, end: its span, heading line included.
    """

    heading: str
    path: tuple[str, ...]
    anchor: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of a document, exactly as they stand there. Built by ``Document.excerpt`` only."""

    document_id: str
    content_hash: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One page of guidance, or one starter note.

    Attributes:
        id: path of its file below the corpus folder, without the ending, e.g. ``starter/clicked-link``.
        url: https address of the page; for a starter note, the first official address that it is based on.
        kind: what sort of page it is: guidance, collection, report, starter note, ...
        text: the body as Markdown, normalised by ``text.normalise``.
        sections, blocks: its structure, in order of the text.
        published, updated, reviewed, retrieved: ISO dates (YYYY-MM-DD) or None where the page gives none.
        applies_to: nations, e.g. ``("England",)`` or ``("UK",)``; empty where the page does not say.
        notice: a banner that readers must see, e.g. that the page is under review.
        based_on: official addresses that a starter note restates.
        aliases: older addresses of the same page, which lead to ``url``.
        kept: ``full``, or ``excerpt`` where the licence allows only headings and a few sentences of the page.
        facts, sources: for a starter note, per section anchor: ids of the facts, and official addresses they come from.
        asked: per section anchor: ways in which people ask what the section answers; searched, never shown as text of the page.
        content_hash: SHA-256 of ``text``, hexadecimal.
    """

    id: str
    url: str
    title: str
    publisher: str
    kind: str
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    content_hash: str
    published: str | None = None
    updated: str | None = None
    reviewed: str | None = None
    retrieved: str | None = None
    applies_to: tuple[str, ...] = ()
    licence: str = ""
    topics: tuple[str, ...] = ()
    status: Status = "live"
    notice: str = ""
    based_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    kept: Kept = "full"
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_starter(self) -> bool:
        """Whether it is the project's own wording rather than a publisher's."""
        return self.kind == STARTER_KIND

    @property
    def last_date(self) -> str:
        """The newest date that the page gives of its own text, YYYY-MM-DD; empty where it gives none."""
        return max((day for day in (self.published, self.updated, self.reviewed) if day), default="")

    def excerpt(self, start: int, end: int) -> Excerpt:
        """Return the words from ``start`` to ``end``.

        Raises:
            ValueError: the span is empty or reaches outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"span {start}:{end} is not within the {len(self.text)} characters of {self.id}")
        return Excerpt(self.id, self.content_hash, start, end, self.text[start:end])

    def section_at(self, offset: int) -> Section:
        """Return the section that holds the character at ``offset`` (the last one that starts at or before it)."""
        return [section for section in self.sections if section.start <= offset][-1]

    def blocks_between(self, start: int, end: int) -> tuple[Block, ...]:
        """Return the blocks that lie wholly within the span."""
        return tuple(block for block in self.blocks if start <= block.start and block.end <= end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that is searched as one; its text is ``document.text[start:end]``.

    Attributes:
        id: ``document_id#NNNN``, so that the order of ids is the order of the text.
        section: position in ``document.sections`` of the section in which it starts.
    """

    id: str
    document_id: str
    section: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said in a conversation before a question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a question that was read as another.

    Attributes:
        typed, read: the word as typed, and as it is searched for.
        why: ``text-speak``, ``spelling``, or ``British spelling``.
    """

    typed: str
    read: str
    why: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words of a question, and another name of what they mean that is searched for besides."""

    said: str
    other: str


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for.

    Attributes:
        text: the words searched for; they stand alone.
        asked: the question as the user put it, where that differs (a follow-up, a slip of typing); else the same.
        history: what was said before, oldest first; it weighs in the ranking where the question leans on it.
        topic: the words that were carried over from earlier turns; part of ``text``.
        corrections: words that were read otherwise than typed.
        synonyms: other names that are searched for besides.
        urgent: id of the card of first steps for what is happening now; empty where nothing is.
        personal: kinds of personal details that the question seems to hold.
        filters: which pages may be found.
    """

    text: str
    asked: str = ""
    history: tuple[Utterance, ...] = ()
    topic: str = ""
    corrections: tuple[Correction, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    urgent: str = ""
    personal: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS

    def said(self, role: Literal["user", "assistant"]) -> str:
        """Return what one side said before, joined by line ends; empty where it said nothing."""
        return "\n".join(one.text for one in self.history if one.role == role)

    @property
    def question(self) -> str:
        """The question as the user put it."""
        return self.asked or self.text

    @property
    def own(self) -> str:
        """The words searched for that are of this turn alone."""
        return self.text.removeprefix(self.topic).strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its score."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages found for a query, best first; ties stand in order of passage id."""

    query: Query
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote is from.

    Attributes:
        number: 1 for the first of an answer.
        section: headings from the page down to the quote, joined by " > "; empty where the page has none.
        url: address of the page; for a starter note, the first official page behind this section.
        deep_link: the same with the section's anchor and, for official wording, a text fragment.
        based_on: for a starter note, the official addresses behind this section.
        facts: for a starter note, ids of the facts behind this section.
    """

    number: int
    document_id: str
    title: str
    section: str
    anchor: str
    publisher: str
    kind: str
    url: str
    deep_link: str
    published: str | None
    updated: str | None
    reviewed: str | None
    retrieved: str | None
    based_on: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A passage found while a question is being typed.

    Attributes:
        citation: where its words are from; its number is the rank, from 1.
        score: compares within one search only.
    """

    citation: Citation
    excerpt: Excerpt
    score: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of guidance and where they are from.

    Attributes:
        strength: how strongly the words bind: ``must``, ``should``, ``may`` or ``information``.
    """

    excerpt: Excerpt
    citation: Citation
    strength: str = "information"


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer a question, most useful first.

    Attributes:
        uncovered: words or parts of the question that no quote speaks of.
        confidence: how surely the guidance answers, 0 to 1.
        differing: numbers of citations that give different times or amounts, to be compared by their dates.
    """

    query: Query
    quotes: tuple[Quote, ...]
    uncovered: tuple[str, ...] = ()
    confidence: float = 1.0
    differing: tuple[int, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """``answered``, or ``partial`` when part of the question is not covered."""
        return "partial" if self.uncovered else "answered"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """That the guidance at hand does not answer, why, and the nearest headings.

    Attributes:
        reason: one or two sentences for the user.
        contacts: ids of those who can be asked.
        confidence: how surely the guidance answers, 0 to 1.
    """

    query: Query
    reason: str
    nearest: tuple[Citation, ...] = ()
    outcome: Outcome = "not_found"
    contacts: tuple[str, ...] = ()
    confidence: float = 0.0
