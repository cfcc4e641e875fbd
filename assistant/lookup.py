"""Finding an entry of the reference by what somebody typed: a term of the glossary, contacts, urgent cards."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from assistant.index.words import terms
from assistant.reference import Contact, Term, UrgentCard, name_key

LIKE = 0.7
"""Least likeness (``difflib``'s ratio) of a name that is offered instead of one that is not there; its default is 0.6."""
_ASKING = re.compile(r"^(?:what ?s|what (?:is|are|does)|define|explain)(?: an?| the)? | (?:means?|stands? for)$")


def find_term(glossary: Iterable[Term], words: str) -> Term | None:
    """Return the term of that name or alias, its plural and "what is ..." included."""
    names = _names(glossary)
    whole, bare = name_key(words), _ASKING.sub("", name_key(words))
    return next((names[key] for key in (whole, bare, bare.removesuffix("s")) if key in names), None)


def like_terms(glossary: Iterable[Term], words: str, most: int = 5) -> list[str]:
    """Return the terms with a name that stands in the words, that holds them, or that is spelt much like them."""
    wanted = name_key(words)
    names = _names(glossary)
    within = [name for name in names if f" {name} " in f" {wanted} "]
    holding = [name for name in names if wanted and f" {wanted} " in f" {name} "]
    close = difflib.get_close_matches(wanted, names, n=most, cutoff=LIKE)
    return list(dict.fromkeys(names[name].term for name in [*within, *holding, *close]))[:most]


def _names(glossary: Iterable[Term]) -> dict[str, Term]:
    return {name_key(name): term for term in glossary for name in (term.term, *term.aliases)}


def find_contacts(contacts: Iterable[Contact], words: str) -> list[Contact]:
    """Return the contacts that hold every word typed, or the number; all of them where nothing was typed."""
    if not words.strip():
        return list(contacts)
    wanted, number = set(terms(words)), _digits(words)
    if number and not re.search(r"[^\W\d_]", words):
        return [one for one in contacts if any(number in _digits(way.value) for way in one.ways)]
    return [one for one in contacts if wanted and wanted <= set(terms(_about(one)))]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _about(contact: Contact) -> str:
    ways = (f"{way.kind} {way.value} {way.note}" for way in contact.ways)
    return " ".join([contact.id, contact.name, contact.when, *contact.topics, *contact.applies_to, *ways]).replace("-", " ")


def find_cards(cards: Iterable[UrgentCard], words: str) -> list[UrgentCard]:
    """Return the card of that id, or those whose title and aliases hold every word typed; all where nothing was."""
    known = list(cards)
    if not words.strip():
        return known
    if named := [card for card in known if name_key(card.id) == name_key(words)]:
        return named
    wanted = set(terms(words))
    return [card for card in known if wanted and wanted <= set(terms(" ".join((card.title, *card.aliases))))]
