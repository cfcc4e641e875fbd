"""Whose words come first where several are as much to the point: law and regulator, scheme, advice, our own notes.

And how fresh a page is: a superseded one counts less, an old one says so in its citation.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from assistant.types import Document

EQUAL = 0.03
"""Share of the worth by which two quotes may differ and still be as much to the point."""
SUPERSEDED = 0.8
"""Times what a page counts that a newer one has taken the place of."""
OLD_YEARS = 3
"""Years between a page's last date and the day it was fetched from which on its citation says so."""

REGULATORS = ("legislation.gov.uk", "ico.org.uk", "cqc.org.uk")
SCHEMES = ("dsptoolkit.nhs.uk", "digital.nhs.uk", "england.nhs.uk", "gov.uk", "police.uk")


class Weighed(Protocol):
    """Something of a document, with what it is worth for a question."""

    @property
    def document(self) -> Document:
        """Return the document."""
        ...

    @property
    def worth(self) -> float:
        """Return its worth; more is better."""
        ...


_Weighed = TypeVar("_Weighed", bound=Weighed)


def rank_of(document: Document) -> int:
    """Return 0 for law and regulators, 1 for schemes and government, 2 for advice, 3 for our own notes."""
    if document.is_starter:
        return 3
    host = (urlsplit(document.url).hostname or "").lower()
    if _is_on(host, REGULATORS):
        return 0
    return 1 if _is_on(host, SCHEMES) and not _is_on(host, ("ncsc.gov.uk",)) else 2


def _is_on(host: str, domains: Sequence[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in domains)


def standing(document: Document) -> float:
    """Return times what a document's worth counts: 1, or less for one that is superseded."""
    return SUPERSEDED if document.status == "superseded" else 1.0


def in_order_of_authority(chosen: Sequence[_Weighed]) -> list[_Weighed]:
    """Return the quotes by worth; those as much to the point as the first of them by authority, the newer first."""
    ordered: list[_Weighed] = []
    rest = list(chosen)
    while rest:
        equal = [one for one in rest if one.worth >= (1 - EQUAL) * rest[0].worth]
        newest = sorted(equal, key=lambda one: one.document.last_date, reverse=True)
        ordered += sorted(newest, key=lambda one: rank_of(one.document))
        rest = [one for one in rest if one not in equal]
    return ordered


def age_notice(document: Document) -> str:
    """Return that a page is old, for its citation; empty for a fresh one, an undated one, and our own notes.

    Measured from the day on which it was fetched, so that the same corpus gives the same answer on any day.
    """
    last = document.last_date
    if document.is_starter or not last or not document.retrieved:
        return ""
    then, fetched = (datetime.date.fromisoformat(day[:10]) for day in (last, document.retrieved))
    years = fetched.year - then.year - ((fetched.month, fetched.day) < (then.month, then.day))
    return f"This page was last changed {years} years before it was fetched." if years >= OLD_YEARS else ""
