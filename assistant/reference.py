"""What stands beside the documents of a corpus: glossary, contacts and urgent cards, as frozen values.

Knows neither the files that they are read from (``reference_toml``) nor that of the index (``index/reference``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

GLOSSARY_FILE, CONTACTS_FILE, CARDS_FILE = REFERENCE_FILES = ("glossary.toml", "contacts.toml", "urgent.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary.

    Attributes:
        term: the form that guidance uses most.
        aliases: abbreviations, other spellings and plain words that mean the same.
        meaning: one plain sentence.
        facts, sources: ids of the facts it rests on, and the addresses that they come from.
    """

    term: str
    aliases: tuple[str, ...]
    meaning: str
    facts: tuple[str, ...]
    sources: tuple[str, ...]


WayKind = Literal["phone", "text", "email", "web"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach a contact: a number, an address, and a note such as opening hours or what to press."""

    kind: WayKind
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call or write to.

    Attributes:
        when: in which case.
        ways: how; empty where everyone has their own, such as a manager.
        applies_to: nations.
        topics: those of the starter notes.
        verified_on: ISO date on which the entry was last compared with its facts.
        seen: the oldest date that the facts' pages give (YYYY, YYYY-MM or YYYY-MM-DD); empty where none gives one.
        facts, sources: ids of the facts it rests on, and the addresses that they come from.
    """

    id: str
    name: str
    when: str
    ways: tuple[Way, ...]
    applies_to: tuple[str, ...]
    topics: tuple[str, ...]
    verified_on: str
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an urgent card, and ids of the facts it rests on."""

    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UrgentCard:
    """The first steps in an emergency: fixed wording, reviewed as a whole.

    Attributes:
        aliases: other words for the emergency, as people say them.
        steps: in the order in which to take them.
        contacts: ids of the contacts that the steps need, most urgent first.
        read_on: id of the document that says more.
        reviewed: ISO date of the last review.
        sources: addresses that the facts of its steps come from.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    steps: tuple[Step, ...]
    contacts: tuple[str, ...]
    read_on: str
    reviewed: str
    applies_to: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands beside the documents of a corpus: glossary, contacts and urgent cards, each in the order of its file."""

    glossary: tuple[Term, ...] = ()
    contacts: tuple[Contact, ...] = ()
    cards: tuple[UrgentCard, ...] = ()


def name_key(words: str) -> str:
    """Return a name as names are compared: no capitals, no marks between words, single spaces."""
    return " ".join(re.findall(r"\w+", words.casefold().replace("'", "").replace("\u2019", "")))
