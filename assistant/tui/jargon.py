"""Words of the glossary within a text, so that the screen can underline and explain them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.reference import Term


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word of the glossary where it stands in a text: ``text[start:end]``, and the entry that explains it."""

    start: int
    end: int
    term: Term


def jargon_in(text: str, glossary: tuple[Term, ...]) -> tuple[Jargon, ...]:
    """Return the first place of each term that the text uses, in order; the longest name wins where several begin."""
    found: dict[str, Jargon] = {}
    for one in _every(text, glossary):
        found.setdefault(one.term.term, one)
    return tuple(found.values())


def _every(text: str, glossary: tuple[Term, ...]) -> Iterator[Jargon]:
    pattern, names = _names(glossary)
    for match in pattern.finditer(text) if names else ():
        words = " ".join(match[1].split())
        term = names.get(words) or names.get(words.lower())
        if term is not None:
            yield Jargon(match.start(1), match.end(1), term)


@lru_cache(maxsize=4)
def _names(glossary: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return a pattern of all names, and the term of each.

    Names with capitals within ("DSPT", "NHSmail") are taken as they stand, so that "ai" within "said" or "asa" is no jargon;
    others in any case.
    """
    names: dict[str, Term] = {}
    for term in glossary:
        for name in (term.term, *term.aliases):
            names.setdefault(name if _is_name(name) else name.lower(), term)
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    either = "|".join(_as_pattern(name) for name in longest_first)
    return re.compile(rf"(?<![\w-])({either})(?:s|'s)?(?![\w-])"), names


def _is_name(name: str) -> bool:
    return name[1:] != name[1:].lower()


def _as_pattern(name: str) -> str:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return words if _is_name(name) else f"(?i:{words})"
