"""A session in memory with answers given beforehand, and what a user sees of the application."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.cite import citation
from assistant.conversation import Turn
from assistant.errors import DocumentNotFound
from assistant.facets import Facets, count
from assistant.filters import NO_FILTERS, Filters
from assistant.progress import Progress
from assistant.reference import Contact, Reference, Step, UrgentCard, Way
from assistant.tui.app import CareguideApp
from assistant.tui.session import Loader
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


@dataclass(frozen=True)
class FakeAbout:
    """Two documents, indexed on 20 November 2026."""

    documents: int = 2
    created: str = "2026-11-20T09:00:00+00:00"


class FakeSession:
    """Answers by question, else always the same; a question with a gate is answered once that is set."""

    about = FakeAbout()

    def __init__(
        self,
        replies: Mapping[str, Turn | Exception] | None = None,
        gates: Mapping[str, threading.Event] | None = None,
    ) -> None:
        self._replies = dict(replies or {})
        self._gates = dict(gates or {})
        self._documents = {page.id: page for page in (PAGE, NOTE, HOSTILE)}
        self.asked: list[str] = []
        self.alone: list[str] = []
        self.filters: list[Filters] = []
        self.reference = Reference(contacts=(BANK,), cards=(CARD,))

    def ask(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Turn:
        """Return or raise what was given for the question."""
        self.asked.append(text)
        self.alone += [text] if alone else []
        self.filters.append(filters)
        if text in self._gates:
            assert self._gates[text].wait(10), "nobody opened the gate"
        reply = self._replies.get(text, answered(text))
        if isinstance(reply, Exception):
            raise reply
        return reply

    def search(self, text: str, filters: Filters = NO_FILTERS, most: int = 20) -> tuple[Match, ...]:
        """Return the last section of each admitted page that holds what was typed, in order of the pages."""
        admitted = [page for page in self._documents.values() if filters.admits(page)]
        found = [page for page in admitted if text.strip() and text.strip().lower() in page.text.lower()][:most]
        sections = [page.sections[-1] for page in found]
        return tuple(
            Match(citation(page, section, rank), page.excerpt(section.start, section.end), 1.0 / rank)
            for rank, (page, section) in enumerate(zip(found, sections, strict=True), start=1)
        )

    def facets(self, filters: Filters) -> Facets:
        """Return the counts over the three pages."""
        return count(self._documents.values(), filters)

    def document(self, document_id: str) -> Document:
        """Return the page, as the library would."""
        if document_id not in self._documents:
            raise DocumentNotFound(f"there is no document {document_id!r}", document_id)
        return self._documents[document_id]


def ready(session: FakeSession) -> Loader:
    """Return a loader that has the session at once."""

    def load(progress: Progress) -> FakeSession:
        return session

    return load


class RecordingApp(CareguideApp):
    """Opens no browser, and remembers what it was to open."""

    opened: tuple[str, ...] = ()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Remember the address."""
        self.opened = (*self.opened, url)


def shown(app: CareguideApp) -> str:
    """Return the text that stands on the screen now, line by line."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for attributes, content in re.findall(r"<text ([^>]*)>([^<]*)</text>", app.export_screenshot()):
        places = dict(re.findall(r'\b([xy])="([\d.]+)"', attributes))
        if set(places) == {"x", "y"} and "clip-path" in attributes:
            text = html.unescape(content).replace("\xa0", " ")
            rows.setdefault(float(places["y"]), []).append((float(places["x"]), text))
    return "\n".join("".join(text for _, text in sorted(row)) for _, row in sorted(rows.items()))


def squeezed(text: str) -> str:
    """Return the text with all white space and all frames made single spaces, to compare across line breaks."""
    return " ".join(re.sub(r"[▁-█▌▏│╭╮╰╯─]", " ", text).split())
