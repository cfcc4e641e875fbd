"""One question of the conversation and, once it is there, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from assistant.question.personal import notice
from assistant.render_answer import (
    ASK_PEOPLE,
    NEAREST,
    WHO_TO_ASK,
    card_of,
    contact_lines,
    contacts_of,
    declined_heading,
    differing_line,
    read_line,
    uncovered_line,
)
from assistant.tui.cards import CitedCard, ErrorCard, NearestCard, QuoteCard, SearchedLine, Suggestions, urgent_part
from assistant.tui.prose import GAP, Part, Prose, line
from assistant.types import Answer

if TYPE_CHECKING:
    import datetime

    from assistant.conversation import Turn
    from assistant.reference import Reference
    from assistant.tui.messages import Cited
    from assistant.types import NoAnswer, Query

LED_KEYS = "(Escape, then t to leave out what came before, w to change the words)"


def forget_drawn() -> None:
    """Let go of the drawn lines of widgets that have been removed.

    Textual remembers the last 1,024 results of this method with what it was called on, and so what hundreds of widgets drew.
    """
    StylesCache.get_inner_outer.cache_clear()


class TurnView(Vertical):
    """A question and, once it is there, what came of it.

    Attributes:
        number: of the question in this run, from 1.
        turn: the question and its reply; None while there is none.
        cited: what the number keys open, in order of their numbers.
    """

    def __init__(self, number: int, question: str, waiting: str) -> None:
        super().__init__(id=f"turn-{number}", classes="turn")
        self.number = number
        self.turn: Turn | None = None
        self.cited: tuple[Cited, ...] = ()
        self._question = question
        self._waiting = waiting

    def compose(self) -> ComposeResult:
        """Yield the question and that it is being searched for."""
        yield line(f"You asked: {self._question}", "question")
        yield line(self._waiting, "waiting")

    async def show_reply(self, turn: Turn, reference: Reference, today: datetime.date) -> None:
        """Put the reply where it was waited for."""
        self.turn = turn
        card = card_of(turn.query, reference)
        first = [urgent_part(card, reference)] if card else []
        reply = turn.reply
        shown = _answer_parts(reply, reference, today) if isinstance(reply, Answer) else _no_answer_parts(reply, reference)
        parts = list(shown)
        await self._put(*_reading_parts(turn.query), *first, *parts)
        self.cited = tuple(part.cited for part in parts if isinstance(part, CitedCard))

    async def show_error(self, reason: str) -> None:
        """Put an error where the reply was waited for."""
        await self._put(ErrorCard(reason))

    async def show_follow_ups(self, questions: Sequence[str]) -> None:
        """Put questions to go on with below the reply."""
        if questions:
            await self.mount(Suggestions(questions))

    async def _put(self, *parts: Widget) -> None:
        await self.query(".waiting").remove()
        await self.mount_all(parts)


def _reading_parts(query: Query) -> Iterator[Widget]:
    parts = []
    if query.corrections:
        parts.append(Part(read_line(query), "detail"))
    if query.filters:
        parts.append(Part(f"Only: {query.filters.said()} (f changes this)", "detail"))
    if query.personal:
        parts.append(Part(notice(query.personal), "notice"))
    if parts:
        yield Prose(*parts, classes="said")
    if query.text != query.question:
        yield SearchedLine(query.text, LED_KEYS if query.topic else "")


def _answer_parts(answer: Answer, reference: Reference, today: datetime.date) -> Iterator[Widget]:
    count = len(answer.quotes)
    keys = {1: "1", 2: "1 or 2"}.get(count, f"1 to {count}")
    excerpts = "excerpt" if count == 1 else "excerpts"
    parts = [Part(f"{count} {excerpts}, word for word. Press {keys} to read the source:")]
    if answer.uncovered:
        parts.append(Part(uncovered_line(answer), "notice"))
    if answer.differing:
        parts.append(Part(differing_line(answer), "notice"))
    yield Prose(*parts, classes="said outcome")
    for quote in answer.quotes:
        yield QuoteCard(quote, reference.glossary, today)


def _no_answer_parts(reply: NoAnswer, reference: Reference) -> Iterator[Widget]:
    parts = [Part(f"{declined_heading(reply)} {reply.reason}", "strong"), Part(ASK_PEOPLE)]
    people = contacts_of(reply, reference)
    if people:
        parts += [GAP, Part(WHO_TO_ASK), *(Part("\n".join(contact_lines(contact))) for contact in people)]
    if reply.nearest:
        parts += [GAP, Part(NEAREST)]
    yield Prose(*parts, classes="said outcome")
    for citation in reply.nearest:
        yield NearestCard(citation)
