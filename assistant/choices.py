"""Filters from what somebody typed: the values that the guidance has, in whatever case they are typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.dates import is_iso_day
from assistant.errors import ConfigError
from assistant.facets import count
from assistant.filters import NATIONS, NO_FILTERS, NOT_SAID, WHOLE, Described, Filters

OFFERED = 5
"""Known values that are named where one is not known."""
_YEAR = re.compile(r"\d{4}")


def chosen(documents: Iterable[Described], typed: Mapping[str, Sequence[str]], since: str | None = None) -> Filters:
    """Return the filters that were meant.

    Args:
        documents: all that can be answered from; their values are the known ones.
        typed: values by the names of the fields of ``Filters``, any of them left out.
        since: a date as YYYY-MM-DD, or a year for its 1 January; None for none.

    Raises:
        ConfigError: a value is not known, the nearest known ones being named; or the date is none.
    """
    facets = count(documents, NO_FILTERS)
    names = ("publisher", "kind", "topic", "applies_to")
    known = {name: [value for value, _ in getattr(facets, name)] for name in names}
    known["applies_to"] += [one for one in (WHOLE, *NATIONS, NOT_SAID) if one not in known["applies_to"]]
    fields = {name: tuple(dict.fromkeys(_meant(name, one, known[name]) for one in typed.get(name, ()))) for name in names}
    return Filters(**fields, updated_since="" if since is None else since_date(since))


def _meant(field: str, typed: str, known: Sequence[str]) -> str:
    if typed in known:
        return typed
    by_key = {value.casefold(): value for value in reversed(known)}
    key = " ".join(typed.split()).casefold()
    if key in by_key:
        return by_key[key]
    label = field.replace("_", " ")
    if not known:
        raise ConfigError(f"no page of this guidance names a {label}; leave {typed!r} out")
    within = [value for value in known if key and key in value.casefold()]
    close = [by_key[one] for one in difflib.get_close_matches(key, by_key, n=OFFERED, cutoff=0.0)]
    near = list(dict.fromkeys([*within, *close]))[:OFFERED]
    raise ConfigError(f"no page has the {label} {typed!r}; the nearest there: {', '.join(near)}")


def since_date(typed: str) -> str:
    """Return the ISO date that was typed, 1 January of a year typed alone.

    Raises:
        ConfigError: it is neither a year nor a date that there is.
    """
    date = f"{typed}-01-01" if _YEAR.fullmatch(typed) else typed
    if not is_iso_day(date):
        raise ConfigError(f"{typed!r} is not a date; write a year such as 2025, or a day such as 2025-03-31")
    return date
