"""The cards of a conversation: first steps, quotes, nearest headings, questions to go on with, and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

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
from assistant.tui.prose import Prose, line, meaning_line, plain

if TYPE_CHECKING:
    import datetime

    from textual.events import Click

    from assistant.reference import Reference, Term, UrgentCard
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

    def __init__(self, quote: Quote, glossary: tuple[Term, ...], today: datetime.date) -> None:
        super().__init__(Cited(quote.citation, quote.excerpt), "quote")
        self._quote, self._glossary, self._today = quote, glossary, today

    def compose(self) -> ComposeResult:
        """Yield who says it, the words, the page they stand on, and what its jargon means."""
        citation = self._quote.citation
        jargon = jargon_in(self._quote.excerpt.text, self._glossary)
        yield line(heading_line(citation), STARTER_CLASS if is_starter(citation) else "publisher")
        yield line(place_line(citation), "place")
        yield line(STRENGTH_MARKS[self._quote.strength], f"strength {self._quote.strength}")
        yield Prose(self._quote.excerpt.text, "words", jargon)
        if citation.notice:
            yield line(f"Notice on this page: {citation.notice}", "notice")
        yield line(detail_lines(citation, self._today, MOST_ADDRESSES), "detail")
        if jargon:
            with Vertical(classes="meanings"):
                for one in jargon[:MOST_MEANINGS]:
                    yield Static(meaning_line(one), markup=False)


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
            yield Prose(f"{number}. {step.text}", "step")
        known = {contact.id: contact for contact in self._reference.contacts}
        for contact in (known[name] for name in self._card.contacts if name in known):
            yield Prose("\n".join(contact_lines(contact)), "contact")


class NearestCard(CitedCard):
    """A heading that is near to a question without an answer."""

    def __init__(self, citation: Citation) -> None:
        super().__init__(Cited(citation), "nearest")

    def compose(self) -> ComposeResult:
        """Yield the heading and whose page it is on."""
        citation = self.cited.citation
        yield line(f"[{citation.number}] {citation.section or citation.title}", "place")
        note = STARTER_MARK if is_starter(citation) else citation.publisher
        yield line(f"{citation.title} - {note}", "detail")


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


class ErrorCard(Vertical):
    """Something that went wrong, in one line, and what can be done."""

    def __init__(self, reason: str, title: str = "Something went wrong") -> None:
        super().__init__(classes="error")
        self._reason, self._title = reason, title

    def compose(self) -> ComposeResult:
        """Yield the heading and the reason."""
        yield Static(self._title, markup=False, classes="error-title")
        yield Prose(self._reason)
