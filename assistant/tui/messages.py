"""What the parts of the application tell each other: questions asked, answers found, pages wanted."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from assistant.conversation import Turn
from assistant.reference import Reference
from assistant.tui.session import Session
from assistant.types import Citation, Document, Excerpt


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the words quoted; a nearest heading of a reply without quotes has none."""

    citation: Citation
    excerpt: Excerpt | None = None


@dataclass
class Asked(Message):
    """The user asked a question; ``alone`` if it is to be taken by itself, whatever was said before."""

    question: str
    alone: bool = False


@dataclass
class Loading(Message):
    """The loader got further; ``of`` is 0 while the length of the work is not known."""

    what: str
    done: int
    of: int


@dataclass
class Loaded(Message):
    """The guidance can be asked."""

    session: Session


@dataclass
class LoadFailed(Message):
    """The guidance cannot be opened, and why in one line."""

    reason: str


@dataclass
class Answered(Message):
    """Question ``number`` of this run, counted from 1, has its answer."""

    number: int
    turn: Turn
    reference: Reference


@dataclass
class AskFailed(Message):
    """Question ``number`` cannot be answered, and why in one line."""

    number: int
    reason: str


@dataclass
class SourceWanted(Message):
    """The user wants to read a cited page."""

    cited: Cited


@dataclass
class SourceFound(Message):
    """The page for request ``number``."""

    number: int
    cited: Cited
    document: Document


@dataclass
class SourceFailed(Message):
    """The page for request ``number`` cannot be shown, and why in one line."""

    number: int
    cited: Cited
    reason: str
