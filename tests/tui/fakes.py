"""A session in memory with answers given beforehand, and what a user sees of the application."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from textual._compositor import LayoutUpdate

from assistant.cite import citation
from assistant.conversation import Turn
from assistant.errors import DocumentNotFound
from assistant.facets import Facets, count
from assistant.filters import NO_FILTERS, Filters
from assistant.progress import Progress
from assistant.reference import Contact, Reference, Step, Term, UrgentCard, Way
from assistant.tui.app import CareguideApp
from assistant.tui.session import Services
from assistant.types import STARTER_KIND, STARTER_PUBLISHER, Answer, Citation, Document, Match, NoAnswer, Query, Quote
from tests.fakes import document

PARAGRAPHS = "\n\n".join(f"Earlier advice number {number} about quite another thing." for number in range(12))
PAGE = document(
    f"## Other things\n\n{PARAGRAPHS}\n\n## Lost phones {{#lost}}\n\nTell your manager at once:\n\n"
    "- Say when you last saw the phone, and where that was, as well as you can remember it now.\n- Ask for it to be locked.\n\n"
    f"## Still more\n\n{PARAGRAPHS}",
    "documents/example/phones",
    "updated: 2026-03-03\nnotice: This page is being looked at again.",
)
NOTE = replace(
    document("## Passwords {#passwords}\n\nUse three random words.", "starter/passwords"),
    publisher=STARTER_PUBLISHER,
    kind=STARTER_KIND,
    based_on=tuple(f"https://example.org/official-{number}" for number in range(1, 6)),
)
HOSTILE = document("## Notes {#notes}\n\nCall [bold red]the[/] bank [@click=app.quit]now[/].", "documents/example/hostile")
QUOTED = (
    "Tell your manager at once:\n\n- Say when you last saw the phone, and where that was, as well as you can remember it now."
)


def quote(page: Document, words: str, number: int) -> Quote:
    """Return the quote of these words, which stand in the page."""
    start = page.text.index(words)
    return Quote(page.excerpt(start, start + len(words)), cited(page, words, number))


def cited(page: Document, words: str, number: int) -> Citation:
    """Return the citation of these words."""
    return citation(page, page.section_at(page.text.index(words)), number, words)


def answered(question: str) -> Turn:
    """Return a turn with one official quote and one of a starter note."""
    quotes = (quote(PAGE, QUOTED, 1), quote(NOTE, "Use three random words.", 2))
    return Turn(Query(question), Answer(Query(question), quotes))


def other_answer(question: str) -> Turn:
    """Return a turn with a single quote, of the starter note."""
    return Turn(Query(question), Answer(Query(question), (quote(NOTE, "Use three random words.", 1),)))


def not_found(question: str) -> Turn:
    """Return a turn without an answer but with a near heading."""
    reply = NoAnswer(Query(question), "I found nothing about this.", (cited(PAGE, "Tell your manager", 1),))
    return Turn(Query(question), reply)


BANK = Contact("bank", "Your bank", "Money has gone.", (Way("phone", "159"),), ("UK",), (), "2026-01-01", (), ())
CARD = UrgentCard(
    "clicked-link", "You clicked", (), (Step("Stop.", ()), Step("Tell.", ())), ("bank",), "starter/x", "2026-01-01", ("UK",), ()
)


def read(query: Query) -> Turn:
    """Return a turn with an answer to a query as it was understood."""
    return Turn(query, Answer(query, (quote(PAGE, QUOTED, 1),)))


NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
MFA = Term("three random words", (), "A way to make a strong password.", (), ())


@dataclass(frozen=True)
class FakeAbout:
    """Two documents, indexed on 20 November 2026."""

    id: str = "0123456789abcdef"
    corpus: str = "c0ffee" * 10
    documents: int = 2
    created: str = "2026-11-20T09:00:00+00:00"
    encoder_name: str = "fake"
    encoder: str = "0" * 64


class FakeSession:
    """Answers by question, else always the same; a question with a gate is answered once that is set."""

    about = FakeAbout()
    warnings: tuple[str, ...] = ()

    def __init__(
        self,
        replies: Mapping[str, Turn | Exception] | None = None,
        gates: Mapping[str, threading.Event] | None = None,
        next_questions: tuple[str, ...] = (),
    ) -> None:
        self._replies = dict(replies or {})
        self._gates = dict(gates or {})
        self._next = next_questions
        self._documents = {page.id: page for page in (PAGE, NOTE, HOSTILE)}
        self.asked: list[str] = []
        self.alone: list[str] = []
        self.filters: list[Filters] = []
        self.searched: list[str] = []
        self.reference = Reference(glossary=(MFA,), contacts=(BANK,), cards=(CARD,))

    def add(self, page: Document) -> None:
        """Hold another page."""
        self._documents[page.id] = page

    def ask(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Turn:
        """Return or raise what was given for the question."""
        self.asked.append(text)
        self.filters.append(filters)
        self.alone += [text] if alone else []
        self._wait(text)
        reply = self._replies.get(text, answered(text))
        if isinstance(reply, Exception):
            raise reply
        return replace(reply, query=replace(reply.query, filters=filters))

    def _wait(self, text: str) -> None:
        if text in self._gates:
            assert self._gates[text].wait(10), "nobody opened the gate"

    def forget(self) -> None:
        """Remember when."""
        self.asked.append("(forgotten)")

    def follow_ups(self, turn: Turn) -> tuple[str, ...]:
        """Return the questions given at the beginning."""
        return self._next if isinstance(turn.reply, Answer) else ()

    def search(self, text: str, filters: Filters = NO_FILTERS, most: int = 20) -> tuple[Match, ...]:
        """Return the places of the last word in admitted pages, the official page first."""
        self.searched.append(text)
        self._wait(text)
        words = text.split()[-1:] or ["\0"]
        pages = [page for page in (PAGE, NOTE) if filters.admits(page) and words[0].lower() in page.text.lower()]
        found = []
        for number, page in enumerate(pages, start=1):
            block = next(
                one
                for one in page.blocks
                if one.kind != "heading" and words[0].lower() in page.text[one.start : one.end].lower()
            )
            at = block.start
            excerpt = page.excerpt(block.start, block.end)
            found.append(Match(citation(page, page.section_at(at), number, excerpt.text), excerpt, 1 / number))
        return tuple(found)[:most]

    def facets(self, filters: Filters) -> Facets:
        """Return the counts of the two pages."""
        return count((PAGE, NOTE), filters)

    def document(self, document_id: str) -> Document:
        """Return the page, as the library would."""
        if document_id not in self._documents:
            raise DocumentNotFound(f"there is no document {document_id!r}", document_id)
        return self._documents[document_id]


@dataclass
class FakeGuidance:
    """Opens a session, or fails; builds by a function that is told of the progress.

    Attributes:
        faults: raised one after the other by ``open``, before it succeeds.
        older_of: when the older index was made, if there is one.
    """

    session: FakeSession = field(default_factory=FakeSession)
    faults: list[Exception] = field(default_factory=list)
    loader: Callable[[Progress], FakeSession] | None = None
    older_of: str | None = None
    gate: threading.Event | None = None

    def open(self) -> FakeSession:
        """Return the session, or raise the next fault."""
        if self.gate is not None:
            assert self.gate.wait(10), "nobody opened the gate"
        if self.faults:
            raise self.faults.pop(0)
        return self.session

    def build(self, progress: Progress) -> FakeSession:
        """Build, as the function given does."""
        return self.loader(progress) if self.loader else self.session

    def older(self) -> str | None:
        """Return when the older index was made."""
        return self.older_of

    def open_older(self) -> FakeSession:
        """Return the session."""
        return self.session


@dataclass(frozen=True)
class Kept:
    """A question of the history."""

    at: str
    question: str


class FakeHistory:
    """A history in memory."""

    def __init__(self, on: bool = False, fault: Exception | None = None) -> None:
        self.on = on
        self._fault = fault
        self.kept: list[Kept] = []

    def start(self) -> None:
        """Keep questions."""
        self.on = True

    def add(self, turn: Turn, at: datetime.datetime) -> None:
        """Keep a question, or raise the fault given."""
        if self._fault:
            raise self._fault
        if self.on:
            self.kept.insert(0, Kept(at.isoformat(), turn.query.question))

    def entries(self, most: int = 200) -> list[Kept]:
        """Return what is kept."""
        return self.kept[:most]

    def delete(self) -> bool:
        """Delete all."""
        self.kept.clear()
        self.on = False
        return True


class FakeOutside:
    """Remembers what was copied and exported."""

    def __init__(self, way: str = "native", fault: Exception | None = None) -> None:
        self._way, self._fault = way, fault
        self.copied: list[str] = []
        self.exported: list[tuple[list[str], str, Path]] = []
        self.sessions: list[object] = []

    def copy(self, text: str, send: Callable[[str], None]) -> str:
        """Take a copy, and send it to the terminal if that is the way."""
        if self._fault:
            raise self._fault
        self.copied.append(text)
        if self._way == "terminal":
            send(text)
        return f"By the {self._way} clipboard."

    def export(self, turns: Sequence[Turn], session: object, ending: str, folder: Path) -> Path:
        """Take an export."""
        if self._fault:
            raise self._fault
        self.sessions.append(session)
        self.exported.append(([turn.query.question for turn in turns], ending, folder))
        return folder / f"conversation.{ending}"


def services(
    guidance: FakeGuidance | None = None, history: FakeHistory | None = None, outside: FakeOutside | None = None
) -> Services:
    """Return services that touch nothing outside."""
    beyond = outside or FakeOutside()
    return Services(
        guidance or FakeGuidance(),
        history or FakeHistory(),
        beyond.export,
        beyond.copy,
        Path("documents"),
        lambda address: None,
        now=lambda: NOW,
    )


class RecordingApp(CareguideApp):
    """Opens no browser, and remembers what it was to open."""

    opened: tuple[str, ...] = ()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Remember the address."""
        self.opened = (*self.opened, url)


def shown(app: CareguideApp) -> str:
    """Return the text that stands on the screen now, line by line: that of a screenshot, which is slow to draw."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return "\n".join("".join(strip.text for strip in line) for line in update.strips)


def squeezed(text: str) -> str:
    """Return the text with all white space and all frames made single spaces, to compare across line breaks."""
    return " ".join(re.sub(r"[▁-█▌▏│╭╮╰╯─]", " ", text).split())
