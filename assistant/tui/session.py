"""What the terminal application needs from outside: guidance to open, and services for what leaves the screen.

Nothing here knows how an index is opened, where a copy goes, or how a file is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.filters import NO_FILTERS, Filters

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.facets import Facets
    from assistant.progress import Progress
    from assistant.reference import Reference
    from assistant.types import Document, Match


class About(Protocol):
    """What the screen says of the guidance."""

    @property
    def id(self) -> str:
        """The id of the index."""
        ...

    @property
    def corpus(self) -> str:
        """The digest of the corpus, hexadecimal."""
        ...

    @property
    def documents(self) -> int:
        """How many documents can be answered from."""
        ...

    @property
    def created(self) -> str:
        """When the index was made: an ISO date, or an ISO date and time."""
        ...

    @property
    def encoder_name(self) -> str:
        """What a person calls the encoder of the index."""
        ...

    @property
    def encoder(self) -> str:
        """The fingerprint of the encoder."""
        ...


class Session(Protocol):
    """Answers the questions of one user; called from one thread at a time, though not always from the same one."""

    @property
    def about(self) -> About:
        """What is answered from."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said as long as this answers: that the index is not the one it should be."""
        ...

    @property
    def reference(self) -> Reference:
        """Glossary, cards of first steps, and who can be asked.

        Raises:
            AssistantError: they cannot be read.
        """
        ...

    def ask(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Turn:
        """Answer a question in the light of those before it, or by itself, from the pages that the filters admit.

        Raises:
            AssistantError: the question cannot be answered; the message is one line for the user.
        """
        ...

    def forget(self) -> None:
        """Begin a new conversation, in which nothing that was said before counts."""
        ...

    def follow_ups(self, turn: Turn) -> tuple[str, ...]:
        """Return questions that can be asked next, each of which has an answer."""
        ...

    def search(self, text: str, filters: Filters = NO_FILTERS, most: int = 20) -> tuple[Match, ...]:
        """Return the best passages for a question as far as it is typed, the best first; none for a text without words.

        Quick enough for every keystroke. White space at the end of the text tells that the last word is whole.

        Args:
            most: matches wanted, from 1.

        Raises:
            AssistantError: the guidance cannot be read.
        """
        ...

    def facets(self, filters: Filters) -> Facets:
        """Return how many documents each value of a filter would admit, beside those chosen already.

        Raises:
            AssistantError: the guidance cannot be read.
        """
        ...

    def document(self, document_id: str) -> Document:
        """Return a cited document.

        Raises:
            AssistantError: there is none of that id, or it cannot be read.
        """
        ...


class Guidance(Protocol):
    """Opens what is answered from; each call gives a new conversation."""

    def open(self) -> Session:
        """Open the index of the corpus as it is now.

        Raises:
            IndexMissing: nothing has been built.
            IndexStale: the index is of another corpus, encoder or version of the program.
            IndexDamaged: a file is not what it was.
            AssistantError: anything else that is wrong, in one line.
        """
        ...

    def build(self, progress: Progress) -> Session:
        """Build the index, and open it; raises ``AssistantError``."""
        ...

    def older(self) -> str | None:
        """Return the ISO date and time of the newest index on this machine that is whole; None where there is none."""
        ...

    def open_older(self) -> Session:
        """Open that one; raises ``AssistantError``."""
        ...


class Asking(Protocol):
    """A question of the history, as it is shown."""

    @property
    def at(self) -> str:
        """When it was asked, ISO, UTC."""
        ...

    @property
    def question(self) -> str:
        """Its words."""
        ...


class History(Protocol):
    """Questions kept on this machine, if the user wants that."""

    @property
    def on(self) -> bool:
        """Whether questions are kept."""
        ...

    def start(self) -> None:
        """Keep them from now on; raises ``AssistantError``."""
        ...

    def add(self, turn: Turn, at: datetime.datetime) -> None:
        """Keep a question, if questions are kept; raises ``AssistantError``."""
        ...

    def entries(self, most: int = 200) -> Sequence[Asking]:
        """Return what is kept, newest first; raises ``AssistantError``."""
        ...

    def delete(self) -> bool:
        """Delete all of it, and keep nothing from now on; raises ``AssistantError``."""
        ...


class Export(Protocol):
    """Writes a conversation to a file."""

    def __call__(self, turns: Sequence[Turn], session: Session, ending: str, folder: Path) -> Path:
        """Write a file of the kind that the ending names (md, html, docx, receipt.json), and return where.

        Raises:
            AssistantError: it cannot be written.
        """
        ...


Copy = Callable[[str, Callable[[str], None]], str]
"""Copies a text, given what sends it to the terminal's clipboard; returns in a sentence where it went; raises
``AssistantError``."""


@dataclass(frozen=True)
class Services:
    """What the application is given.

    Attributes:
        folder: where exports go unless another is chosen.
        browse: opens an address in the browser of this machine, if there is one; writes nothing to the terminal.
        warning: a line to be told at the start; empty for none.
        now: gives the time, with its zone.
        settled: called once the guidance is open and what stays in memory is there.
    """

    guidance: Guidance
    history: History
    export: Export
    copy: Copy
    folder: Path
    browse: Callable[[str], None]
    warning: str = ""
    now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC)
    settled: Callable[[], None] = lambda: None
