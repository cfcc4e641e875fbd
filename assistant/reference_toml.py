"""Reading glossary, contacts and urgent cards from the three TOML files beside the documents of a corpus.

Each file is read whole or, where anything in it is wrong, left out whole and told: half a card of first steps would be
worse than none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, ValidationError, model_validator

from assistant.fields import Address, Checked, IsoDate, Named, Words, first_fault, https, iso_day
from assistant.reference import (
    CARDS_FILE,
    CONTACTS_FILE,
    GLOSSARY_FILE,
    Contact,
    Reference,
    Step,
    Term,
    UrgentCard,
    Way,
    WayKind,
    name_key,
)

_Entry = TypeVar("_Entry")


def _dated(value: str | None) -> str:
    if value is None:
        raise ValueError("expected a date such as 2024-03-31")
    return value


def _partial_day(value: str) -> str:
    """Return a whole or partial date, or the empty text, as it is."""
    if value and not re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        raise ValueError("expected a date such as 2024, 2024-03 or 2024-03-31")
    if value:
        iso_day(value + "-01-01"[len(value) - 4 :])
    return value


Texts = Annotated[tuple[Named, ...], Field(min_length=1)]
Sources = Annotated[tuple[Address, ...], Field(min_length=1)]
Day = Annotated[IsoDate, AfterValidator(_dated)]


class _Term(Checked):
    term: Named
    aliases: tuple[Named, ...] = ()
    meaning: Named
    facts: Texts
    sources: Sources


class _Way(Checked):
    kind: WayKind
    value: Named
    note: Words = ""

    @model_validator(mode="after")
    def _web_is_https(self) -> _Way:
        if self.kind == "web":
            https(self.value)
        return self


class _Contact(Checked):
    id: Named
    name: Named
    when: Named
    ways: tuple[_Way, ...]
    applies_to: Texts
    topics: Texts
    verified_on: Day
    facts: Texts
    sources: Sources
    seen: Annotated[Words, AfterValidator(_partial_day)] = ""


class _Step(Checked):
    text: Named
    facts: Texts


class _Card(Checked):
    id: Named
    title: Named
    aliases: tuple[Named, ...] = ()
    steps: Annotated[tuple[_Step, ...], Field(min_length=1)]
    contacts: Texts
    read_on: Named
    reviewed: Day
    applies_to: Texts
    sources: Sources


class _Glossary(Checked):
    term: tuple[_Term, ...] = ()


class _Contacts(Checked):
    contact: tuple[_Contact, ...] = ()


class _Cards(Checked):
    card: tuple[_Card, ...] = ()


def parse(files: Mapping[str, str]) -> tuple[Reference, list[str]]:
    """Return what the files hold, and one line about each file that cannot be used.

    Args:
        files: text by name; a file that is not there has no entries.
    """
    faults: list[str] = []

    def entries(name: str, read: Callable[[str], tuple[_Entry, ...]]) -> tuple[_Entry, ...]:
        try:
            return read(files.get(name, ""))
        except ValueError as fault:
            faults.append(f"{name}: {fault}; mend the file, or remove it")
            return ()

    contacts = entries(CONTACTS_FILE, _contacts)
    cards = entries(CARDS_FILE, lambda raw: _cards(raw, {contact.id for contact in contacts}))
    return Reference(entries(GLOSSARY_FILE, _glossary), contacts, cards), faults


def faults(reference: Reference) -> Iterator[str]:
    """Yield what is wrong with entries that were read already, as those of an index: the first of each kind, a line each."""
    kinds: tuple[tuple[type[Checked], str, tuple[Any, ...]], ...] = (
        (_Glossary, "term", reference.glossary),
        (_Contacts, "contact", reference.contacts),
        (_Cards, "card", reference.cards),
    )
    for model, name, entries in kinds:
        try:
            model.model_validate({name: tuple(asdict(one) for one in entries)})
        except ValidationError as fault:
            yield first_fault(fault, name)


def _checked(model: type[Checked], raw: str) -> Any:
    """Return the file as its model.

    Raises:
        ValueError: it is not TOML, or a field is missing, unknown or wrong.
    """
    try:
        return model.model_validate(tomllib.loads(raw.removeprefix("\ufeff")))
    except RecursionError as fault:
        raise ValueError("it nests too deep") from fault
    except ValidationError as fault:
        raise ValueError(first_fault(fault, "file")) from fault


def _once(names: Iterable[str]) -> None:
    """Refuse a name that stands there twice, whatever its capitals and the marks between its words.

    Raises:
        ValueError: one does.
    """
    seen: set[str] = set()
    for name in names:
        if name_key(name) in seen:
            raise ValueError(f"{name!r} stands there twice")
        seen.add(name_key(name))


def _glossary(raw: str) -> tuple[Term, ...]:
    entries = _checked(_Glossary, raw).term
    _once(name for one in entries for name in (one.term, *one.aliases))
    return tuple(Term(**one.model_dump()) for one in entries)


def _contacts(raw: str) -> tuple[Contact, ...]:
    entries = _checked(_Contacts, raw).contact
    _once(one.id for one in entries)
    return tuple(Contact(**{**dict(one), "ways": tuple(Way(**dict(way)) for way in one.ways)}) for one in entries)


def _cards(raw: str, contacts: set[str]) -> tuple[UrgentCard, ...]:
    """Return the cards; where the contacts are missing or cannot be read, the steps are still worth having without them."""
    entries = _checked(_Cards, raw).card
    _once(one.id for one in entries)
    for one in entries:
        for name in one.contacts:
            if contacts and name not in contacts:
                raise ValueError(f"the card {one.id!r} names the contact {name!r}, which {CONTACTS_FILE} lacks")
    return tuple(UrgentCard(**{**dict(one), "steps": tuple(Step(**dict(step)) for step in one.steps)}) for one in entries)
