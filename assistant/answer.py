"""From a ranking of passages to an answer: which whole blocks to quote, and when to say that nothing was found.

Every quote is a span of its document; no word is written here but the reasons of a ``NoAnswer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.authority import in_order_of_authority, standing
from assistant.cite import citation
from assistant.confidence import ANSWERS, Evidence, is_outside
from assistant.duty import strength_of
from assistant.excerpts import Candidate, Library, Wanted, candidates
from assistant.filters import NO_FILTERS
from assistant.index.context import asked_of
from assistant.index.scope import Signs
from assistant.index.words import content_words, stem, terms
from assistant.question.forms import Form, answers, form_of, parts_of, values_of
from assistant.question.shapes import shape_of
from assistant.question.urgent import DANGER
from assistant.reasons import IN_DANGER, NO_WORDS, OUT_OF_SCOPE, kept_elsewhere, nothing_found
from assistant.reference import Contact
from assistant.retrieve import Searcher, page_of
from assistant.types import Answer, Citation, Hit, NoAnswer, Query, Quote, Ranking

DEPTH = 8
"""Passages looked at for quotes."""
MOST_QUOTES = 3
MOST_IN_PARTS = 4
"""Quotes of a question that asks several things at once."""
MOST_NEAREST = 4
MOST_CONTACTS = 3
ENOUGH = 0.8
"""Least share of the first quote's worth that a further quote must have."""
ENOUGH_IN_PARTS = 0.6
"""The same for a quote that answers another part of the question."""
ALIKE = 0.7
"""Share of common terms (of the smaller) from which on two quotes say the same."""
COVERED = 0.5
"""Share of the question, weighted by rarity, below which the quotes do not cover it."""
FEWEST_OWN = 4
"""Terms of a later turn from which on it is judged by itself too; "from my Gmail?" by itself is like nothing at all."""
LONGEST_LISTED = 12
"""Terms of a question beyond which no words are told as not covered: a story has many that no guidance repeats."""
MOST_LISTED = 4
BODIES = frozenset("cqc dbs dhsc dspt hmrc hse iasme ico lga mhra ncsc nhs ofsted riddor sssc".split())
"""Regulators and their like: whoever names one asks about that one, however well the quotes fit the rest of the question."""
FEW = 5
"""Passages at the head of the ranking that speak for their page."""
DEEPEST = 1_000
"""Passages looked through for the first one that filters admit; more than a search gives."""


class Comparing(Protocol):
    """Tells whether a question is of the field of the guidance."""

    def signs(self, question: str) -> Signs:
        """Return what speaks for it."""
        ...

    def likeness(self, question: str) -> float:
        """Return the cosine with the nearest question that people ask."""
        ...


class Answerer:
    """Answers questions from a searcher and a library."""

    def __init__(
        self,
        searcher: Searcher,
        library: Library,
        rarity: Callable[[str], float],
        scope: Comparing | None = None,
        contacts: Callable[[], Sequence[Contact]] = tuple,
        is_common: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """Keep the parts.

        Args:
            rarity: gives the inverse document frequency of a term.
            scope: compares a question with those that are asked and those that are outside; None where there are none.
            contacts: gives those who can be asked.
            is_common: whether a word is too common to name a subject.
        """
        self._searcher, self._library, self._rarity = searcher, library, rarity
        self._scope, self._contacts, self.is_common = scope, contacts, is_common

    def search(self, query: Query, k: int) -> Ranking:
        """Return the ranking of passages itself."""
        return self._searcher.search(query, k)

    @property
    def likeness(self) -> Callable[[str], float] | None:
        """What gives the likeness of a text to the nearest question that people ask; None where there are none."""
        return None if self._scope is None else self._scope.likeness

    def evidence(self, query: Query) -> Evidence:
        """Return what is known of a question when it is to be decided whether there is an answer."""
        return self._found(query).evidence

    def _wanted(self, query: Query) -> Wanted:
        """Return the terms of a question with their rarity, in order of the question."""
        others: dict[str, list[frozenset[str]]] = {}
        for synonym in query.synonyms:
            for term in terms(synonym.said):
                others.setdefault(term, []).append(frozenset(terms(synonym.other)))
        rarity = {term: self._rarity(term) for term in dict.fromkeys(terms(query.text))}
        return Wanted(rarity, {term: tuple(names) for term, names in others.items()})

    def _found(self, query: Query) -> _Found:
        wanted, form = self._wanted(query), form_of(query.own)
        ranking = self._searcher.search(query, DEPTH) if len(wanted) else Ranking(query, ())
        made = candidates(ranking, self._library, wanted, form, standing)
        evidence = replace(self._evidence(query, wanted, ranking), beside=self._beside(query))
        return _Found(wanted, form, ranking, made, evidence)

    def _beside(self, query: Query) -> float:
        """Return the score of the best admitted passage as a share of the best of all, both from a search of all pages.

        Scores of two searches do not compare: the best of a search counts much, however little it says.
        """
        if not query.filters:
            return 1.0
        hits = self._searcher.search(replace(query, filters=NO_FILTERS), DEEPEST).hits
        admitted = (hit for hit in hits if query.filters.admits(self._library.document(page_of(hit.passage_id))))
        best = next(admitted, None)
        return max(0.0, best.score) / hits[0].score if best and hits[0].score > 0 else 0.0

    def _evidence(self, query: Query, wanted: Wanted, ranking: Ranking) -> Evidence:
        if not ranking.hits:
            return Evidence(0.0, len(wanted))
        page = page_of(ranking.hits[0].passage_id)
        hits = [hit for hit in ranking.hits[:FEW] if page_of(hit.passage_id) == page]
        held = set().union(*(self._terms_of(hit) for hit in hits))
        whole = self._scope.signs(query.text) if self._scope else None
        says_enough = len(set(terms(query.own))) >= FEWEST_OWN
        return Evidence(
            covered=wanted.share(held),
            length=len(wanted),
            shaped=bool(shape_of(query.own)),
            follows=bool(query.topic),
            signs=whole,
            own_signs=self._scope.signs(query.own) if self._scope and query.topic and says_enough else whole,
        )

    def answer(self, query: Query) -> Answer | NoAnswer:
        """Return quotes for the question, or that there are none, why, and the nearest headings."""
        found = self._found(query)
        if not len(found.wanted):
            return NoAnswer(query, NO_WORDS, contacts=self._ask([]))
        confidence = round(found.evidence.confidence(), 4)
        if confidence < ANSWERS:
            return self._declined(query, found, confidence)
        chosen = self._choose(query, found)
        if not chosen:  # only headings were found: of a page of which no more may be kept
            nearest = list(self._nearest(found))
            return NoAnswer(
                query, kept_elsewhere(query.filters), tuple(nearest), contacts=self._ask(nearest), confidence=confidence
            )
        ordered = _in_order(in_order_of_authority(chosen))
        quotes = tuple(
            Quote(one.excerpt, citation(one.document, one.section, number, one.excerpt.text), strength_of(one.excerpt.text))
            for number, one in enumerate(ordered, start=1)
        )
        return Answer(query, quotes, self._uncovered(query, found, ordered), confidence, _differing(ordered, found.form))

    def _declined(self, query: Query, found: _Found, confidence: float) -> NoAnswer:
        nearest = list(self._nearest(found))
        signs = found.evidence.own_signs
        if DANGER.search(query.own):
            return NoAnswer(query, IN_DANGER, (), "out_of_scope", self._ask([]), confidence)
        why = shape_of(query.own) or (signs.why if signs is not None and is_outside(signs) else "")
        beyond = bool(query.filters) and self._found(replace(query, filters=NO_FILTERS)).evidence.confidence() >= ANSWERS
        if why in OUT_OF_SCOPE and not beyond:
            people = self._ask([] if why == "care" else nearest)
            return NoAnswer(query, OUT_OF_SCOPE[why], tuple(nearest), "out_of_scope", people, confidence)
        reason = nothing_found(query.filters, beyond)
        return NoAnswer(query, reason, tuple(nearest), "not_found", self._ask(nearest), confidence)

    def _ask(self, nearest: Sequence[Citation]) -> tuple[str, ...]:
        """Return ids of the contacts for what the nearest heading is about; that for danger where there is none."""
        topics = [topic for one in nearest[:1] for topic in self._library.document(one.document_id).topics]
        fitting = [one for topic in topics for one in self._contacts() if topic in one.topics and one.ways]
        chosen = dict.fromkeys(one.id for one in fitting) if fitting else dict.fromkeys(one.id for one in self._contacts()[:1])
        return tuple(chosen)[:MOST_CONTACTS]

    def _terms_of(self, hit: Hit) -> set[str]:
        passage = self._library.passages[hit.passage_id]
        document = self._library.document(passage.document_id)
        section = document.sections[passage.section]
        wording = (document.title, *section.path, document.text[passage.start : passage.end], *asked_of(document, passage))
        return set(terms(" ".join(wording)))

    def _choose(self, query: Query, found: _Found) -> list[Candidate]:
        """Return the first candidate, others that are worth enough, and one for each part that asks for a time or an amount."""
        chosen: list[Candidate] = []
        parts = [form_of(part) for part in parts_of(query.own)]
        for candidate in found.candidates:
            if not chosen or candidate.worth >= ENOUGH * chosen[0].worth:
                _take(chosen, candidate, MOST_QUOTES, found.form)
        for form in parts if len(parts) > 1 else ():
            if chosen and form in {"when", "number"} and not any(answers(one.excerpt.text, form) for one in chosen):
                answering = (one for one in found.candidates if answers(one.excerpt.text, form))
                for candidate in answering:
                    if candidate.worth >= ENOUGH_IN_PARTS * chosen[0].worth and _take(chosen, candidate, MOST_IN_PARTS, form):
                        break
        return chosen

    def _nearest(self, found: _Found) -> Iterator[Citation]:
        """Yield the sections found that hold at least one word of the question."""
        seen: set[tuple[str, str]] = set()
        for hit in found.ranking.hits:
            if found.wanted.share(self._terms_of(hit)) == 0:
                continue
            passage = self._library.passages[hit.passage_id]
            document = self._library.document(passage.document_id)
            section = document.sections[passage.section]
            if (document.id, section.anchor) not in seen and len(seen) < MOST_NEAREST:
                seen.add((document.id, section.anchor))
                yield citation(document, section, len(seen))

    def _uncovered(self, query: Query, found: _Found, chosen: Sequence[Candidate]) -> tuple[str, ...]:
        """Return what of the question no quote speaks of: parts that ask for a time or an amount, and words if many."""
        parts = parts_of(query.own)
        lacking = tuple(
            part.rstrip("?. ")
            for part in (parts if len(parts) > 1 else ())
            if form_of(part) in {"when", "number"} and not any(answers(one.excerpt.text, form_of(part)) for one in chosen)
        )
        held = set().union(*(one.about | _asked_terms(one) for one in chosen))
        words = content_words(query.own)
        missing = [word.upper() for word in words if word in BODIES and stem(word) not in held]
        if found.wanted.share(held) < COVERED and len(found.wanted) <= LONGEST_LISTED:
            there = found.wanted.held(held)
            rare = (word for word in words if word.isalpha() and word not in BODIES and not self.is_common(word))
            missing += [word for word in rare if stem(word) not in there]
        return (*lacking, *list(dict.fromkeys(missing))[:MOST_LISTED])


@dataclass(frozen=True)
class _Found:
    """What was found for a question, before it is decided what of it is shown."""

    wanted: Wanted
    form: Form
    ranking: Ranking
    candidates: list[Candidate]
    evidence: Evidence


def _asked_terms(candidate: Candidate) -> set[str]:
    """Return the terms of the ways in which people ask for the section: what they name, it speaks of, if in other words."""
    return set(terms(" ".join(candidate.document.asked.get(candidate.section.anchor, ()))))


def _take(chosen: list[Candidate], candidate: Candidate, most: int, form: Form) -> bool:
    """Add a candidate that says something else than those chosen; return whether it was added.

    Another publisher that gives another time or amount says something else, however alike the words.
    """
    alike = [other for other in chosen if _alike(candidate.terms, other.terms)]
    if len(chosen) >= most or any(not _disagree(candidate, other, form) for other in alike):
        return False
    chosen.append(candidate)
    return True


def _disagree(one: Candidate, other: Candidate, form: Form) -> bool:
    given, others = values_of(one.excerpt.text, form), values_of(other.excerpt.text, form)
    return one.document.publisher != other.document.publisher and bool(given and others) and given.isdisjoint(others)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller == 0 or len(one & other) / smaller >= ALIKE


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return the quotes as they are, but those with steps of one page in the order in which the page has them."""
    ordered = list(chosen)
    for page in {one.document.id for one in chosen}:
        places = [at for at, one in enumerate(chosen) if one.document.id == page and one.has_steps]
        steps = sorted((chosen[at] for at in places), key=lambda one: one.excerpt.start)
        for at, one in zip(places, steps, strict=True):
            ordered[at] = one
    return ordered


def _differing(chosen: Sequence[Candidate], form: Form) -> tuple[int, ...]:
    """Return the numbers of quotes of several publishers that give other times or amounts, where one was asked for."""
    given = [(number, one, values_of(one.excerpt.text, form)) for number, one in enumerate(chosen, start=1)]
    given = [one for one in given if one[2]]
    publishers = {one.document.publisher for _, one, _ in given}
    if len(publishers) < 2 or set.intersection(*(set(values) for _, _, values in given)):
        return ()
    return tuple(number for number, _, _ in given)
