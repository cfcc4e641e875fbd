"""How many pages each value of a filter would admit, beside what is filtered already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.filters import Described, Filters, admitted_for

Counts = tuple[tuple[str, int], ...]
"""Values and the number of documents that each admits."""


@dataclass(frozen=True, slots=True)
class Facets:
    """The values of each field of ``Filters`` with the number of documents that each admits under the other fields.

    Values that admit none are left out unless they are chosen. The most frequent stand first, equals in order of the alphabet.

    Attributes:
        applies_to: nations, and ``filters.NOT_SAID``; a page for the whole UK counts for each nation.
        updated_since: 1 January of each year in which a document was last changed, as ISO dates, the newest first; each
            counts the documents of later years too.
        total: documents that all of the filters admit.
    """

    publisher: Counts
    kind: Counts
    topic: Counts
    applies_to: Counts
    updated_since: Counts
    total: int


def count(documents: Iterable[Described], filters: Filters) -> Facets:
    """Return the facets of these documents.

    Args:
        documents: all that can be answered from, whatever the filters.
        filters: what is chosen now.
    """
    every = list(documents)
    since = [one for one in every if replace(filters, updated_since="").admits(one)]
    return Facets(
        publisher=_counted(every, replace(filters, publisher=()), filters.publisher, lambda one: (one.publisher,)),
        kind=_counted(every, replace(filters, kind=()), filters.kind, lambda one: (one.kind,)),
        topic=_counted(every, replace(filters, topic=()), filters.topic, lambda one: one.topics),
        applies_to=_counted(every, replace(filters, applies_to=()), filters.applies_to, admitted_for),
        updated_since=_by_year(since, filters.updated_since),
        total=sum(filters.admits(one) for one in every),
    )


def _counted(
    every: Sequence[Described], others: Filters, chosen: Sequence[str], values: Callable[[Described], Iterable[str]]
) -> Counts:
    """Return the values of one field; ``others`` are the filters without it, ``chosen`` what is chosen of it."""
    found = Counter(dict.fromkeys(chosen, 0))
    for one in every:
        if others.admits(one):
            found.update(set(values(one)))
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _by_year(admitted: Sequence[Described], chosen: str) -> Counts:
    dates = [one.last_date for one in admitted if one.last_date]
    thresholds = {f"{date[:4]}-01-01" for date in dates} | ({chosen} if chosen else set())
    return tuple((since, sum(date >= since for date in dates)) for since in sorted(thresholds, reverse=True))
