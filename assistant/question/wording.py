"""The words that people type, read as the guidance has them: text-speak, slips of typing, other names for the same thing.

What is read otherwise than it was typed is told (``Reading.corrections``); what is only searched for besides is told too
(``Reading.synonyms``). A word that the guidance or an English dictionary knows is never corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from assistant.index.words import FUNCTION_WORDS, stem
from assistant.reference import Term, name_key
from assistant.types import Correction, Synonym

TEXT_SPEAK: Mapping[str, str] = {
    **dict.fromkeys(("wot", "wat", "whot", "wht"), "what"),
    "u": "you",
    "ur": "your",
    "r": "are",
    "y": "why",
    "pls": "please",
    "plz": "please",
    "plse": "please",
    "cos": "because",
    "coz": "because",
    "cuz": "because",
    "bcos": "because",
    "b4": "before",
    "thru": "through",
    "tho": "though",
    "txt": "text",
    "txts": "texts",
    "msg": "message",
    "msgs": "messages",
    "pic": "photo",
    "pics": "photos",
    "fone": "phone",
    "fones": "phones",
    "mob": "mobile",
    "moby": "mobile",
    "ppl": "people",
    "sum1": "someone",
    "some1": "someone",
    "any1": "anyone",
    "no1": "nobody",
    "every1": "everyone",
    "tmrw": "tomorrow",
    "tmw": "tomorrow",
    "2moro": "tomorrow",
    "pw": "password",
    "pwd": "password",
    "pword": "password",
    "passwrd": "password",
    "acc": "account",
    "acct": "account",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "dunno": "do not know",
    "wether": "whether",
    "su": "service user",
    "sus": "service users",
    "mgr": "manager",
    "govt": "government",
    "docs": "documents",
    "doc": "document",
    "thx": "thanks",
    "ta": "thanks",
    "asap": "as soon as possible",
    "fb": "facebook",
    "insta": "instagram",
    "wa": "whatsapp",
    "lappy": "laptop",
    "clikd": "clicked",
    "linc": "link",
    "shair": "share",
    "foto": "photo",
    "fotos": "photos",
    "mins": "minutes",
    "shud": "should",
    "wud": "would",
    "cud": "could",
    "wich": "which",
    "sumone": "someone",
    "yr": "year",
    "yrs": "years",
    "ther": "there",
    "agen": "again",
    "wen": "when",
    "wiv": "with",
    "hav": "have",
    "rite": "right",
    "bout": "about",
    "gud": "good",
    "comp": "computer",
    "puter": "computer",
    "addy": "address",
    "recieve": "receive",
    "gov": "government",
}
"""Short forms of messages, and the words they stand for; ``2`` for "to" and the like are left out, being words of their own."""

EVERYDAY: tuple[tuple[str, ...], ...] = (
    ("dodgy", "suspicious"),
    ("boss", "manager"),
    ("resident", "service user", "client", "person you support", "people you support"),
    ("mobile", "phone", "handset"),
    ("carer", "care worker", "staff"),
    ("worker", "employee", "staff"),
    ("family", "relative"),
    ("pc", "computer", "laptop"),
    ("conned", "scammed", "scam"),
    ("con", "scam", "fraud"),
    ("nicked", "stolen"),
    ("paperwork", "paper records"),
    ("quit", "leaver"),
    ("sacked", "leaver"),
    ("wipe", "erase"),
    ("get rid of", "dispose"),
    ("bin", "dispose"),
    ("fine", "penalty"),
    ("leak", "breach"),
    ("crook", "criminal"),
    ("bogus", "fake"),
    ("nosy", "snooping"),
    ("snoop", "access"),
    ("camera", "cctv"),
    ("memory stick", "usb stick"),
)
"""Words that mean the same to those who ask; the first of each is searched for with the rest, and not the other way round."""

LONGEST_NAME = 5
"""Words of a name."""
SHORTEST = 4
"""Letters of a word from which on it is taken for a slip of typing; shorter ones are too like each other."""
TWO_SLIPS = 6
"""Letters from which on two slips are borne with; the same as edit distance 2 in symspellpy."""

_AMERICAN = (
    ("iz", "is"),
    ("yz", "ys"),
    ("or", "our"),
    ("ense", "ence"),
    ("ll", "l"),
    ("l", "ll"),
    ("er", "re"),
    ("og", "ogue"),
)
"""Letters of American spellings, and of British ones."""

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")


class Vocabulary(Protocol):
    """The words that are known, all in lower case."""

    def in_corpus(self, word: str) -> bool:
        """Whether the guidance holds the word."""
        ...

    def known(self, word: str) -> bool:
        """Whether the guidance or English does."""
        ...

    def suggest(self, word: str, slips: int) -> str:
        """Return the nearest word of the guidance, at most so many slips away; empty where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is searched for.

    Attributes:
        text: with the corrections.
        synonyms: other names of what it speaks of.
    """

    text: str
    corrections: tuple[Correction, ...] = ()
    synonyms: tuple[Synonym, ...] = ()


class Wording:
    """Reads questions by the words of a corpus and its glossary."""

    def __init__(self, vocabulary: Vocabulary, glossary: Iterable[Term] = ()) -> None:
        """Keep the known words, and the names of the glossary."""
        glossary = tuple(glossary)
        self._vocabulary = vocabulary
        self._names = _names(glossary)
        self._terms = {_key(name) for term in glossary for name in (term.term, *term.aliases)}

    def read(self, question: str) -> Reading:
        """Return the question as it is searched for."""
        corrections: list[Correction] = []
        shouting = question.isupper()

        def corrected(match: re.Match[str]) -> str:
            typed = match.group()
            is_name = not shouting and typed[1:] != typed[1:].lower()  # an abbreviation, or a name such as NHSmail
            found = None if is_name else self._corrected(typed.lower().replace("\u2019", "'"))
            if found is None:
                return typed
            corrections.append(Correction(typed, found.read, found.why))
            return found.read

        text = _TOKEN.sub(corrected, question)
        return Reading(text, tuple(dict.fromkeys(corrections)), self._synonyms(text))

    def names_a_term(self, text: str) -> bool:
        """Whether a name of the glossary stands in a text."""
        stems = _key(text)
        return any(stems[at : at + size] in self._terms for at in range(len(stems)) for size in range(1, LONGEST_NAME + 1))

    def _corrected(self, word: str) -> Correction | None:
        known = self._vocabulary
        if word in TEXT_SPEAK:
            return Correction(word, TEXT_SPEAK[word], "text-speak")
        if not word.isalpha() or len(word) < SHORTEST or word in FUNCTION_WORDS or known.in_corpus(word):
            return None
        if british := next((one for one in _british(word) if known.in_corpus(one)), ""):
            return Correction(word, british, "British spelling")
        if known.known(word):
            return None
        nearest = known.suggest(word, 2 if len(word) >= TWO_SLIPS else 1)
        return Correction(word, nearest, "spelling") if nearest else None

    def _synonyms(self, text: str) -> tuple[Synonym, ...]:
        """Return other names of what the text speaks of: the longest name at each place counts."""
        said = name_key(text).split()
        stems = [stem(word) for word in said]
        whole = f" {' '.join(stems)} "
        found: list[Synonym] = []
        at = 0
        while at < len(stems):
            most = min(LONGEST_NAME, len(stems) - at)
            length = next((size for size in range(most, 0, -1) if tuple(stems[at : at + size]) in self._names), 0)
            for other in self._names.get(tuple(stems[at : at + length]), ()):
                if f" {' '.join(map(stem, name_key(other).split()))} " not in whole:
                    found.append(Synonym(" ".join(said[at : at + length]), other))
            at += length or 1
        return tuple(dict.fromkeys(found))


def _british(word: str) -> Iterator[str]:
    for american, british in _AMERICAN:
        if american in word:
            yield word.replace(american, british)


def _key(name: str) -> tuple[str, ...]:
    """Return the stems of the words of a name."""
    return tuple(stem(word) for word in name_key(name).split())


def _names(glossary: Iterable[Term]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the other names of each name, keyed by the stems of its words."""
    names: dict[tuple[str, ...], list[str]] = {}

    def note(name: str, others: Iterable[str]) -> None:
        names.setdefault(_key(name), []).extend(one for one in others if one != name)

    for term in glossary:
        every = (term.term, *term.aliases)
        for name in every:
            note(name, every)
    for name, *others in EVERYDAY:
        note(name, others)
    return {key: tuple(dict.fromkeys(others)) for key, others in names.items()}
