"""The parts of the conversation: a turn, its quotes or nearest headings with their citations, and errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Static

from assistant.conversation import Turn
from assistant.question.personal import notice
from assistant.reference import Reference, UrgentCard
from assistant.render import dates_line
from assistant.render_answer import (
    ASK_PEOPLE,
    HAPPENING,
    card_of,
    contact_lines,
    contacts_of,
    declined_heading,
    differing_line,
    uncovered_line,
)
from assistant.tui.messages import Cited, SourceWanted
from assistant.tui.prose import Prose, line
from assistant.types import STARTER_KIND, Answer, Citation, NoAnswer, Query, Quote

STARTER_MARK = "Careguide starter note: our own wording, not official text"
MOST_ADDRESSES = 3
"""Addresses shown under a quote; the source pane shows all. Nine notes in ten have no more than these."""


def heading_line(citation: Citation) -> str:
    """Return the number and who says it; a starter note is never given as a publisher's words."""
    return f"[{citation.number}] {STARTER_MARK if citation.kind == STARTER_KIND else citation.publisher}"


def place_line(citation: Citation) -> str:
    """Return the page and, where it has one, the section."""
    return f"{citation.title} > {citation.section}" if citation.section else citation.title


def addresses(citation: Citation) -> tuple[str, ...]:
    """Return the addresses behind a citation, the page's own for official wording."""
    return (citation.based_on or (citation.url,)) if citation.kind == STARTER_KIND else (citation.url,)


def detail_lines(citation: Citation, most: int | None = None) -> str:
    """Return the dates and the addresses (``most`` of them, and how many more there are), each on its own line."""
    dates = dates_line(citation)
    every = addresses(citation)
    lines = [dates[:1].upper() + dates[1:]] if dates else []
    if citation.kind == STARTER_KIND:
        lines.append("Based on:")
    lines += every[:most]
    if most is not None and len(every) > most:
        lines.append(f"and {len(every) - most} more, shown with the source")
    return "\n".join(lines)


class CitedCard(Vertical, can_focus=True):
    """Something with a citation, which Enter or a click on its source lines opens."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open source", show=False)]

    def __init__(self, cited: Cited, classes: str) -> None:
        super().__init__(classes=classes)
        self.cited = cited

    def action_open(self) -> None:
        """Ask for the cited page."""
        self.post_message(SourceWanted(self.cited))

    def on_click(self, event: Click) -> None:
        """Open the page, but let the words themselves be selected with the mouse."""
        if not isinstance(event.widget, Prose):
            self.action_open()


class QuoteCard(CitedCard):
    """Words of guidance, with where they are from."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(Cited(quote.citation, quote.excerpt), "quote")
        self._quote = quote

    def compose(self) -> ComposeResult:
        """Yield who says it, the words, and the page they stand on."""
        citation = self._quote.citation
        yield line(heading_line(citation), "starter" if citation.kind == STARTER_KIND else "publisher")
        yield line(place_line(citation), "place")
        yield line(STRENGTH_MARKS[self._quote.strength], f"strength {self._quote.strength}")
        yield Prose(self._quote.excerpt.text, "words")
        if citation.notice:
            yield line(f"Notice on this page: {citation.notice}", "notice")
        yield line(detail_lines(citation, MOST_ADDRESSES), "detail")


STRENGTH_MARKS = {
    "must": "MUST: says what has to be done",
    "should": "SHOULD: says what is advised",
    "may": "MAY: says what can be done, or can happen",
    "information": "INFORMATION",
}
"""What is said of a quote by the strength of its own words."""


class UrgentPart(Vertical):
    """The first steps for what seems to be happening now, above what is quoted."""

    def __init__(self, card: UrgentCard, reference: Reference) -> None:
        super().__init__(classes="urgent")
        self._card, self._reference = card, reference

    def compose(self) -> ComposeResult:
        """Yield the steps, and whom to reach."""
        yield line(HAPPENING, "urgent-title")
        yield line(self._card.title, "place")
        for number, step in enumerate(self._card.steps, start=1):
            yield line(f"{number}. {step.text}", "step")
        known = {contact.id: contact for contact in self._reference.contacts}
        for contact in (known[name] for name in self._card.contacts if name in known):
            yield line("\n".join(contact_lines(contact)), "contact")


class NearestCard(CitedCard):
    """A heading that is near to a question without an answer."""

    def __init__(self, citation: Citation) -> None:
        super().__init__(Cited(citation), "nearest")

    def compose(self) -> ComposeResult:
        """Yield the heading and whose page it is on."""
        citation = self.cited.citation
        yield line(f"[{citation.number}] {citation.section or citation.title}", "place")
        note = STARTER_MARK if citation.kind == STARTER_KIND else citation.publisher
        yield line(f"{citation.title} - {note}", "detail")


class ErrorCard(Vertical):
    """Something that went wrong, in one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(classes="error")
        self._reason = reason

    def compose(self) -> ComposeResult:
        """Yield the heading and the reason."""
        yield Static("Something went wrong", markup=False, classes="error-title")
        yield line(self._reason)


class TurnView(Vertical):
    """A question and, once it is there, what came of it.

    Attributes:
        number: of the question in this run, from 1.
        cited: what the number keys open, in order of their numbers.
        query_shown: what was searched for; None while there is no reply.
    """

    def __init__(self, number: int, question: str, waiting: str) -> None:
        super().__init__(id=f"turn-{number}", classes="turn")
        self.number = number
        self.cited: tuple[Cited, ...] = ()
        self.query_shown: Query | None = None
        self._question = question
        self._waiting = waiting

    def compose(self) -> ComposeResult:
        """Yield the question and that it is being searched for."""
        yield line(f"You asked: {self._question}", "question")
        yield line(self._waiting, "waiting")

    async def show_reply(self, turn: Turn, reference: Reference) -> None:
        """Put the reply where it was waited for."""
        self.query_shown = turn.query
        card = card_of(turn.query, reference)
        first = [UrgentPart(card, reference)] if card else []
        parts = list(_answer_parts(turn.reply) if isinstance(turn.reply, Answer) else _no_answer_parts(turn.reply, reference))
        await self._put(*_reading_parts(turn.query), *first, *parts)
        self.cited = tuple(part.cited for part in parts if isinstance(part, CitedCard))

    async def show_error(self, reason: str) -> None:
        """Put the error where the reply was waited for."""
        await self._put(ErrorCard(reason))

    async def _put(self, *parts: Widget) -> None:
        await self.query(".waiting").remove()
        await self.mount_all(parts)


def _reading_parts(query: Query) -> Iterator[Widget]:
    if query.corrections:
        read = ", ".join(f"{one.typed} as {one.read}" for one in query.corrections)
        yield line(f"I read: {read}", "searched")
    if query.topic:
        keys = "(Escape, then t to leave out what came before, e to change it)"
        yield line(f"Searching for: {query.text} {keys}", "searched")
    if query.personal:
        yield line(notice(query.personal), "notice")


def _answer_parts(answer: Answer) -> Iterator[Widget]:
    count = len(answer.quotes)
    yield line(f"{count} {'excerpt' if count == 1 else 'excerpts'}, word for word:", "outcome")
    if answer.uncovered:
        yield line(uncovered_line(answer), "uncovered")
    if answer.differing:
        yield line(differing_line(answer), "uncovered")
    for quote in answer.quotes:
        yield QuoteCard(quote)
    keys = "1" if count == 1 else f"1 to {count}"
    yield line(f"Press Escape, then {keys} to read the source, c to copy the citation, o to open the web page.", "hint")


def _no_answer_parts(reply: NoAnswer, reference: Reference) -> Iterator[Widget]:
    yield line(f"{declined_heading(reply)} {reply.reason}", "not-found")
    yield line(ASK_PEOPLE, "ask-people")
    people = contacts_of(reply, reference)
    if people:
        yield line("Who you can ask:", "outcome")
    for contact in people:
        yield line("\n".join(contact_lines(contact)), "contact")
    if reply.nearest:
        yield line("The nearest headings, which may not answer your question:", "outcome")
    for citation in reply.nearest:
        yield NearestCard(citation)
