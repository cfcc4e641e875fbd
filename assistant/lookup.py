"""Finding an entry of the reference by what somebody typed: a term of the glossary, contacts, an urgent card."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from assistant.reference import Contact, Reference, Term, UrgentCard

LIKE = 0.7
"""Least likeness (``difflib``'s ratio) of a name that is offered instead of one that is not there; its default is 0.6."""


def key(words: str) -> str:
    """Return words as they are compared: no capitals, no dashes or dots, single spaces."""
    return " ".join(re.findall(r"\w+", words.casefold()))


def find_term(glossary: Iterable[Term], words: str) -> Term | None:
    """Return the term of that name or alias, its plural included."""
    wanted = key(words)
    names = {key(name): term for term in glossary for name in (term.term, *term.aliases)}
    return names.get(wanted) or names.get(wanted.removesuffix("s"))


def like_terms(glossary: Iterable[Term], words: str, most: int = 5) -> list[str]:
    """Return the terms whose name or alias holds the words, or is spelt much like them, nearest first."""
    wanted = key(words)
    names = {key(name): term.term for term in glossary for name in (term.term, *term.aliases)}
    holding = [name for name in names if wanted and f" {wanted} " in f" {name} "]
    close = difflib.get_close_matches(wanted, names, n=most, cutoff=LIKE)
    return list(dict.fromkeys(names[name] for name in [*holding, *close]))[:most]


def find_contacts(contacts: Iterable[Contact], words: str) -> list[Contact]:
    """Return the contacts that hold every word typed, in name, case, topics or ways; all of them where no word was."""
    wanted = key(words).split()
    return [contact for contact in contacts if all(word in _about(contact) for word in wanted)]


def _about(contact: Contact) -> str:
    ways = (f"{way.kind} {way.value} {way.note}" for way in contact.ways)
    return key(" ".join([contact.id, contact.name, contact.when, *contact.topics, *contact.applies_to, *ways]))


def find_card(reference: Reference, words: str) -> UrgentCard | None:
    """Return the card of that id, or the only one whose id, title or steps hold every word typed."""
    named = [card for card in reference.cards if key(card.id) == key(words)]
    holding: Sequence[UrgentCard] = named or [card for card in reference.cards if _holds(card, words)]
    return holding[0] if len(holding) == 1 else None


def _holds(card: UrgentCard, words: str) -> bool:
    text = key(f"{card.id} {card.title}")
    return all(word in text.split() for word in key(words).split())
