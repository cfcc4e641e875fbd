"""What the terminal application needs from outside: a session that answers, and a loader that makes one.

Nothing here knows how an index is opened or built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assistant.conversation import Turn
from assistant.facets import Facets
from assistant.filters import NO_FILTERS, Filters
from assistant.progress import Progress
from assistant.reference import Reference
from assistant.types import Document, Match


class About(Protocol):
    """What the first screen says of the guidance."""

    @property
    def documents(self) -> int:
        """How many documents can be answered from."""
        ...

    @property
    def created(self) -> str:
        """When the index was made: an ISO date, or an ISO date and time."""
        ...


class Session(Protocol):
    """Answers the questions of one user; called from one thread at a time, though not always from the same one."""

    @property
    def about(self) -> About:
        """What is answered from."""
        ...

    @property
    def reference(self) -> Reference:
        """Cards of first steps, and who can be asked.

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


Loader = Callable[[Progress], Session]
"""Opens the guidance, building the index first where needed; raises ``AssistantError``."""
