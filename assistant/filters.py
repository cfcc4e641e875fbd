"""Which pages a search may look at: by publisher, kind, topic, nation, and how fresh they are.

Knows no more of a page than what ``Described`` names, so that a whole document and a row about it are judged alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assistant.dates import day, is_iso_day

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
WHOLE = "UK"
"""What a page names that is for every nation."""
NOT_SAID = "not said"
"""Stands in ``Filters.applies_to`` for pages that name no nation."""


class Described(Protocol):
    """What filters ask of a page; ``types.Document`` has it."""

    @property
    def publisher(self) -> str:
        """Who published it."""
        ...

    @property
    def kind(self) -> str:
        """What sort of page it is."""
        ...

    @property
    def topics(self) -> tuple[str, ...]:
        """What it is about."""
        ...

    @property
    def applies_to(self) -> tuple[str, ...]:
        """The nations that it names; empty where it names none."""
        ...

    @property
    def last_date(self) -> str:
        """The newest date of its own text, YYYY-MM-DD; empty where it gives none."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """Which pages are looked at: any of the values within a field, and all of the fields; an empty field admits every page.

    Attributes:
        publisher, kind, topic: values as the pages have them.
        applies_to: nations; a page for the whole UK is admitted for each, and ``NOT_SAID`` admits pages that name none.
        updated_since: ISO date; the latest of the dates on which a page was published, updated or reviewed counts, and a
            page without a date is not admitted.

    Raises:
        ValueError: ``updated_since`` is neither empty nor an ISO date.
    """

    publisher: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    applies_to: tuple[str, ...] = ()
    updated_since: str = ""

    def __post_init__(self) -> None:
        if self.updated_since and not is_iso_day(self.updated_since):
            raise ValueError(f"{self.updated_since!r} is not a date such as 2025-01-31")

    def __bool__(self) -> bool:
        return bool(self.publisher or self.kind or self.topic or self.applies_to or self.updated_since)

    def admits(self, document: Described) -> bool:
        """Whether a page is among those looked at."""
        return (
            (not self.publisher or document.publisher in self.publisher)
            and (not self.kind or document.kind in self.kind)
            and (not self.topic or not set(self.topic).isdisjoint(document.topics))
            and (not self.applies_to or not set(self.applies_to).isdisjoint(admitted_for(document)))
            and (not self.updated_since or document.last_date >= self.updated_since)
        )

    def said(self) -> str:
        """Return them on one line, such as ``publisher NCSC or ICO; updated since 1 January 2025``; empty for none."""
        fields = (("publisher", self.publisher), ("kind", self.kind), ("topic", self.topic), ("applies to", self.applies_to))
        said = [f"{name} {' or '.join(values)}" for name, values in fields if values]
        return "; ".join([*said, f"updated since {day(self.updated_since)}"] if self.updated_since else said)


NO_FILTERS = Filters()


def admitted_for(document: Described) -> tuple[str, ...]:
    """Return the values of ``Filters.applies_to`` that admit a page, those that it names first."""
    if not document.applies_to:
        return (NOT_SAID,)
    whole = NATIONS if WHOLE in document.applies_to else ()
    return tuple(dict.fromkeys((*document.applies_to, *whole)))
