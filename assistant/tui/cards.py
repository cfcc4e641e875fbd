"""The cards of a conversation: first steps, quotes, nearest headings, questions to go on with, and errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from assistant.render import card_origin
from assistant.render_answer import HAPPENING, contact_lines
from assistant.tui.citations import (
    MOST_ADDRESSES,
    STARTER_CLASS,
    STARTER_MARK,
    detail_lines,
    heading_line,
    is_starter,
    place_line,
)
from assistant.tui.jargon import jargon_in
from assistant.tui.messages import Asked, Cited, Reworded, SourceWanted
from assistant.tui.prose import GAP, Part, Prose, line, meaning_line, plain

if TYPE_CHECKING:
    import datetime

    from textual.events import Click

    from assistant.reference import Reference, Term, UrgentCard
    from assistant.tui.jargon import Jargon
    from assistant.types import Citation, Quote

STRENGTH_MARKS = {
    "must": "MUST: says what has to be done",
    "should": "SHOULD: says what is advised",
    "may": "MAY: says what can be done, or can happen",
    "information": "INFORMATION",
}
"""What is said of a quote by the strength of its own words."""
MOST_MEANINGS = 4
"""Words of the glossary explained under a quote in focus; the pointer explains them all."""


class CitedCard(Prose, can_focus=True):
    """Something with a citation, which Enter or a click on its source lines opens."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open source", show=False)]

    def __init__(self, cited: Cited, *parts: Part, classes: str) -> None:
        super().__init__(*parts, classes=classes)
        self.cited = cited

    def action_open(self) -> None:
        """Ask for the cited page."""
        self.post_message(SourceWanted(self.cited))

    def on_click(self, event: Click) -> None:
        """Open the page, but let the words themselves be selected with the mouse."""
        part = self.part_at(event.y - self.gutter.top)
        if part is not None and part.style:
            self.action_open()


class QuoteCard(CitedCard):
    """Words of guidance, with where they are from; with the focus, it explains its jargon."""

    def __init__(self, quote: Quote, glossary: tuple[Term, ...], today: datetime.date) -> None:
        jargon = jargon_in(quote.excerpt.text, glossary)
        super().__init__(Cited(quote.citation, quote.excerpt), *_quote_parts(quote, jargon, today), classes="quote")
        self._meanings = tuple(Part(meaning_line(one), "notice") for one in jargon[:MOST_MEANINGS])

    def shown_parts(self) -> tuple[Part, ...]:
        """Return the quote and, with the focus, what its jargon means."""
        return (*self.parts, GAP, *self._meanings) if self.has_focus and self._meanings else self.parts

    def on_focus(self) -> None:
        """Explain the jargon."""
        self._forget()

    def on_blur(self) -> None:
        """Explain it no more."""
        self._forget()


def _quote_parts(quote: Quote, jargon: tuple[Jargon, ...], today: datetime.date) -> Iterator[Part]:
    """Yield who says it, the page it stands on, how strongly it binds, the words, and dates with addresses."""
    citation = quote.citation
    yield Part(heading_line(citation), STARTER_CLASS if is_starter(citation) else "publisher")
    yield Part(place_line(citation), "place")
    yield Part(STRENGTH_MARKS[quote.strength], quote.strength if quote.strength in {"must", "should"} else "detail")
    yield from (GAP, Part(quote.excerpt.text, jargon=jargon), GAP)
    if citation.notice:
        yield Part(f"Notice on this page: {citation.notice}", "notice")
    yield Part(detail_lines(citation, today, MOST_ADDRESSES), "detail")


def urgent_part(card: UrgentCard, reference: Reference) -> Prose:
    """Return the first steps for what seems to be happening now, which stand above what is quoted, and whom to reach."""
    known = {contact.id: contact for contact in reference.contacts}
    people = [known[name] for name in card.contacts if name in known]
    return Prose(
        Part(HAPPENING, "alarm"),
        Part(card.title, "place"),
        Part(card_origin(card), "starter"),
        *(f"{number}. {step.text}" for number, step in enumerate(card.steps, start=1)),
        *("\n".join(contact_lines(contact)) for contact in people),
        Part(f"Its sources: careguide urgent {card.id}, or export this conversation (e).", "detail"),
        classes="urgent",
    )


class NearestCard(CitedCard):
    """A heading that is near to a question without an answer, and whose page it is on."""

    def __init__(self, citation: Citation) -> None:
        note = STARTER_MARK if is_starter(citation) else citation.publisher
        place = Part(f"[{citation.number}] {citation.section or citation.title}", "place")
        super().__init__(Cited(citation), place, Part(f"{citation.title} - {note}", "detail"), classes="nearest")


class Choice(Static, can_focus=True):
    """Something that Enter or a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Choose")]

    def __init__(self, text: str, classes: str = "") -> None:
        super().__init__(plain(text), markup=False, classes=f"choice {classes}")

    def action_choose(self) -> None:
        """Do what was chosen."""
        raise NotImplementedError

    def on_click(self) -> None:
        """Do what was chosen."""
        self.action_choose()


class Suggestion(Choice):
    """A question to begin or to go on with.

    Attributes:
        question: what is asked.
    """

    def __init__(self, question: str, number: int | None = None) -> None:
        super().__init__(question if number is None else f"{number}  {question}", "suggestion")
        self.question = question

    def action_choose(self) -> None:
        """Ask it, by itself: it comes from a heading, which speaks for itself."""
        self.post_message(Asked(self.question, alone=True))


class SearchedLine(Choice):
    """What was searched for; choosing it puts it into the question box to be changed."""

    def __init__(self, text: str, note: str) -> None:
        super().__init__(f"Searching for: {text} {note}".rstrip(), "searched")
        self._text = text

    def action_choose(self) -> None:
        """Change it."""
        self.post_message(Reworded(self._text))


class Suggestions(Vertical):
    """Questions to go on with, from the headings beside those quoted."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(classes="suggestions")
        self._questions = questions

    def compose(self) -> ComposeResult:
        """Yield the questions."""
        yield line("You could also ask:", "outcome")
        for question in self._questions:
            yield Suggestion(question)


class ErrorCard(Prose):
    """Something that went wrong, in one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(Part("Something went wrong", "alarm"), reason, classes="error")
