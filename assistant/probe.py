"""What ``verify`` does with content that nobody vouches for: it is looked at and tried, and whatever that raises is told.

The digests of a manifest say that the files are as they were written, and not that what wrote them was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant import reference_toml
from assistant.errors import AssistantError, parted

if TYPE_CHECKING:
    from assistant.wiring import Assistant

UNKNOWN = "carreguide"
"""A word that nobody knows, so that the nearest known ones are looked for."""
LONGEST = 200
"""Characters of a title that are asked with."""


def why(fault: Exception, name: str) -> str:
    """Return in a line what is wrong with what has that name."""
    if isinstance(fault, AssistantError):
        return parted(fault)[0]
    return f"{name} cannot be read ({type(fault).__name__}: {fault})"


def guarded(name: str, faults: Iterator[str]) -> Iterator[str]:
    """Yield the faults; that they cannot be looked for is one more."""
    try:
        yield from faults
    except Exception as fault:  # wrong content raises errors of all kinds
        yield why(fault, name)


def faults_beside(assistant: Assistant) -> Iterator[str]:
    """Yield what is wrong with glossary, contacts, cards, words and the questions compared with, a line each."""
    yield from guarded("glossary, contacts and cards", reference_toml.faults(assistant.reference))
    yield from guarded("the words", assistant.spelling.faults())
    if assistant.scope is not None:
        yield from guarded("the questions compared with", assistant.scope.faults())


def faults_of_an_answer(assistant: Assistant, title: str) -> Iterator[str]:
    """Ask and search for a title, with a word that nobody knows; yield nothing, or raise what a question would."""
    asked = f"{title[:LONGEST]} {UNKNOWN}"
    assistant.conversation().ask(asked)
    assistant.instant.search(asked)
    yield from ()
