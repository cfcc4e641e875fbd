"""What the parts of the application tell each other: questions asked, answers found, pages wanted.

Messages are themselves only (``eq=False``), and nothing prints them; each method left out makes the start a little quicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.conversation import Turn
    from assistant.facets import Facets
    from assistant.filters import Filters
    from assistant.reference import Reference
    from assistant.tui.session import Session
    from assistant.types import Citation, Document, Excerpt, Match


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the words quoted; a nearest heading of a reply without quotes has none."""

    citation: Citation
    excerpt: Excerpt | None = None


@dataclass(eq=False, repr=False)
class Asked(Message):
    """The user asked a question; ``alone`` if it is to be taken by itself, whatever was said before."""

    question: str
    alone: bool = False


@dataclass(eq=False, repr=False)
class Reworded(Message):
    """The user wants to change what was searched for."""

    text: str


@dataclass(eq=False, repr=False)
class Loading(Message):
    """The loader got further; ``of`` is 0 while the length of the work is not known."""

    what: str
    done: int
    of: int


@dataclass(eq=False, repr=False)
class Loaded(Message):
    """The guidance can be asked; ``older`` if it is not of the corpus as it is now."""

    session: Session
    facets: Facets
    reference: Reference
    older: bool


@dataclass(eq=False, repr=False)
class LoadFailed(Message):
    """The guidance cannot be opened.

    Attributes:
        reason: why, in one line.
        state: ``missing``, ``stale`` or ``damaged`` for the index; ``error`` for all else.
        older: ISO date and time of an index that can be opened instead; None where there is none.
    """

    reason: str
    state: str
    older: str | None


@dataclass(eq=False, repr=False)
class IndexWanted(Message):
    """What the user chose to do about an index that cannot be opened: ``build``, ``older`` or ``again``."""

    how: str


@dataclass(eq=False, repr=False)
class Answered(Message):
    """Question ``number`` of this run, counted from 1, has its answer."""

    number: int
    turn: Turn
    session: Session
    reference: Reference


@dataclass(eq=False, repr=False)
class FollowUpsFound(Message):
    """What can be asked after question ``number``."""

    number: int
    questions: tuple[str, ...]


@dataclass(eq=False, repr=False)
class AskFailed(Message):
    """Question ``number`` cannot be answered, and why in one line."""

    number: int
    reason: str


@dataclass(eq=False, repr=False)
class SourceWanted(Message):
    """The user wants to read a cited page; ``among`` are those beside it where it was found in the search mode."""

    cited: Cited
    among: tuple[Cited, ...] = ()


@dataclass(eq=False, repr=False)
class SourceFound(Message):
    """The page that was wanted last."""

    wanted: SourceWanted
    document: Document


@dataclass(eq=False, repr=False)
class SourceFailed(Message):
    """The page that was wanted cannot be shown, and why in one line."""

    wanted: SourceWanted
    reason: str


@dataclass(eq=False, repr=False)
class CopyWanted(Message):
    """The user wants a text on the clipboard; ``what`` names it."""

    text: str
    what: str


@dataclass(eq=False, repr=False)
class Copied(Message):
    """A copy was made, and how; ``sent`` is what is still to be sent to the terminal."""

    what: str
    said: str
    sent: tuple[str, ...]


@dataclass(eq=False, repr=False)
class Exported(Message):
    """The conversation was written to a file, or to several where several indexes answered."""

    files: tuple[Path, ...]


@dataclass(eq=False, repr=False)
class Failed(Message):
    """Something that the user wanted could not be done; what, and why in one line."""

    title: str
    reason: str


@dataclass(eq=False, repr=False)
class ExportFailed(Failed):
    """The conversation could not be written to a file."""


@dataclass(eq=False, repr=False)
class SearchWanted(Message):
    """The user typed in the search mode."""

    text: str


@dataclass(eq=False, repr=False)
class Matched(Message):
    """What was found for the newest search, or why nothing could be."""

    text: str
    matches: tuple[Match, ...]
    reason: str = ""


@dataclass(eq=False, repr=False)
class CountsWanted(Message):
    """The filters that the user is choosing need counts."""

    filters: Filters


@dataclass(eq=False, repr=False)
class Counted(Message):
    """How many documents there are under filters."""

    filters: Filters
    facets: Facets
