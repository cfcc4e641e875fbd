"""What an exported conversation says, in order, as parts that each format writes in its own way.

Labels and sentences are those of ``render`` and ``render_answer``. Texts are as they came: a format sanitises and escapes.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.conversation import Turn
from assistant.dates import with_zone
from assistant.export.licences import OPEN_LICENCE, attributions
from assistant.receipt.write import Index as ReceiptIndex
from assistant.reference import Contact, Reference, UrgentCard, Way
from assistant.render import (
    OWN_WORDING,
    card_origin,
    citation_addresses,
    citation_details,
    cited_line,
    day,
    filters_line,
    way_line,
)
from assistant.render_answer import (
    ASK_PEOPLE,
    HAPPENING,
    NEAREST,
    WHO_TO_ASK,
    card_contacts,
    card_of,
    contact_line,
    contacts_of,
    count_line,
    declined_heading,
    differing_line,
    excerpt_label,
    nearest_line,
    reading_lines,
    uncovered_line,
)
from assistant.types import STARTER_KIND, Answer, Citation, NoAnswer, Quote

WHAT_IT_IS = (
    "Careguide answers with excerpts of guidance, word for word, each with its citation. No sentence of them is generated. "
    f"Starter notes are {OWN_WORDING}."
)
LONGEST_HEADING = 100
"""Characters of a question that its heading holds; of a longer one the whole stands below it."""
SHORT_DIGEST = 12
"""Digits of the corpus digest that are told first, enough to tell two versions apart by eye."""
_HTTPS = re.compile(r"https://[a-z0-9.-]+(?::\d+)?(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?", re.ASCII | re.IGNORECASE)
"""Addresses that are made links: the characters of RFC 3986, and no user name before the host."""
_TEXT_FRAGMENT = re.compile(r"#?:~:.*")


class Index(ReceiptIndex, Protocol):
    """What is told of the index that answered; its manifest has all of it."""

    @property
    def created(self) -> str:
        """When it was built: an ISO date, or an ISO date and time."""
        ...

    @property
    def documents(self) -> int:
        """How many documents it holds."""
        ...


@dataclass(frozen=True)
class Export:
    """A conversation to be exported.

    Attributes:
        turns: questions with their replies, oldest first.
        reference: contacts and urgent cards, for the turns that name some.
        index: what answered.
        at: when it is exported, with its time zone.
        warnings: what was said with every answer, a sentence or two each: that the index is not the one it should be.

    Raises:
        ValueError: ``at`` has no time zone.
    """

    turns: tuple[Turn, ...]
    reference: Reference
    index: Index
    at: datetime.datetime
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("the time of an export needs a time zone")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 is the title, 2 a question, 3 what stands below one."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of our own wording, or one that must not be overlooked (``strong``)."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address within a line."""

    before: str
    url: str
    after: str = ""

    @property
    def target(self) -> str:
        """Where the link leads; empty for an address that must stay plain text, as any that is not https."""
        return self.url if _HTTPS.fullmatch(self.url) else ""

    @property
    def shown(self) -> str:
        """The address as it is read: without the text fragment, which is long and only means something to a browser."""
        return _TEXT_FRAGMENT.sub("", self.url) if self.target else self.url


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, and what stands below it."""

    text: str
    under: tuple[str | Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered from 1 or not."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words of guidance, to be shown exactly as they are, line by line."""

    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """Parts that belong together: first steps in an emergency, or where words are from, which has lines and links alone."""

    role: Literal["urgent", "source"]
    parts: tuple[Part, ...]


Part = Heading | Line | Link | Items | Words | Box


def title(export: Export) -> str:
    """Return the title of an export."""
    return f"Careguide: questions and answers, {day(export.at.isoformat())}"


def parts(export: Export) -> Iterator[Part]:
    """Yield all of an export in reading order."""
    yield Heading(1, title(export))
    yield Line(f"Exported on {with_zone(export.at)}.")
    yield Line(WHAT_IT_IS)
    yield Line(_guidance(export.index))
    for warning in export.warnings:
        yield Line(f"Warning: {warning}", strong=True)
    for number, turn in enumerate(export.turns, start=1):
        yield from _turn(number, turn, export.reference)
    yield from _licences(export.turns)


def _guidance(index: Index) -> str:
    version = f"corpus version {index.corpus[:SHORT_DIGEST]} (in full: {index.corpus})"
    return f"Answered from {index.documents:,} documents: {version}, index {index.id} made on {day(index.created)}."


def _turn(number: int, turn: Turn, reference: Reference) -> Iterator[Part]:
    question = turn.query.question
    short = textwrap.shorten(question, LONGEST_HEADING, placeholder=" ...")
    yield Heading(2, f"Question {number}: {short}")
    if short != question:
        yield Line(f"Question: {question}")
    yield from (Line(line) for line in reading_lines(turn.query))
    if turn.query.filters:
        yield Line(filters_line(turn.query.filters))
    if card := card_of(turn.query, reference):
        yield Box("urgent", tuple(_urgent(card, reference)))
    if isinstance(turn.reply, Answer):
        yield from _answer(turn.reply)
    else:
        yield from _declined(turn.reply, reference)


def _urgent(card: UrgentCard, reference: Reference) -> Iterator[Part]:
    yield Heading(3, HAPPENING)
    yield Line(card.title, strong=True)
    yield Items(tuple(Item(step.text) for step in card.steps), numbered=True)
    yield from _people(card_contacts(card, reference))
    yield Box("source", (Line(card_origin(card)), *(Link("Based on: ", url) for url in card.sources)))


def _people(contacts: Iterable[Contact]) -> Iterator[Items]:
    items = tuple(Item(contact_line(one), tuple(_way(way) for way in one.ways)) for one in contacts)
    if items:
        yield Items(items)


def _way(way: Way) -> str | Link:
    line = way_line(way)
    before, found, after = line.partition(way.value)
    return Link(before, way.value, after) if found and way.kind == "web" else line


def _answer(answer: Answer) -> Iterator[Part]:
    yield Line(count_line(answer), strong=True)
    if answer.uncovered:
        yield Line(uncovered_line(answer))
    if answer.differing:
        yield Line(differing_line(answer))
    for quote in answer.quotes:
        yield from _quote(quote)


def _quote(quote: Quote) -> Iterator[Part]:
    citation = quote.citation
    yield Heading(3, excerpt_label(quote))
    yield Words(quote.excerpt.text)
    details = [Line(line) for line in citation_details(citation)]
    links = [Link(f"{label}: ", url) for label, url in citation_addresses(citation)]
    yield Box("source", (Line(cited_line(citation), strong=True), *details, *links))


def _declined(reply: NoAnswer, reference: Reference) -> Iterator[Part]:
    yield Line(f"{declined_heading(reply)} {reply.reason}", strong=True)
    yield Line(ASK_PEOPLE)
    if people := contacts_of(reply, reference):
        yield Heading(3, WHO_TO_ASK)
        yield from _people(people)
    if reply.nearest:
        yield Heading(3, NEAREST)
        yield Items(tuple(Item(nearest_line(one), tuple(_nearest_links(one))) for one in reply.nearest))


def _nearest_links(citation: Citation) -> Iterator[Link]:
    """Yield the link to an official heading; that of a starter note would lead to a page of other words."""
    if citation.kind != STARTER_KIND:
        yield Link("Link: ", citation.deep_link)


def _licences(turns: Iterable[Turn]) -> Iterator[Part]:
    quoted = [quote.citation for turn in turns if isinstance(turn.reply, Answer) for quote in turn.reply.quotes]
    lines = attributions(quoted)
    if lines:
        yield Heading(2, "Licences of what is quoted")
        yield Items(tuple(Item(line) for line in lines))
    if any("Open Government Licence" in line for line in lines):
        yield Link("The Open Government Licence: ", OPEN_LICENCE)
