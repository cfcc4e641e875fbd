"""Answers as plain text and as JSON: labels around verbatim quotes, how the question was read, and who to ask.

The JSON shape is documented in ``docs/JSON.md`` and held there by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assistant.question.personal import notice
from assistant.reference import Contact, Reference, UrgentCard
from assistant.render import citation_json, citation_lines, filters_json, filters_line, way_line
from assistant.text import sanitise
from assistant.types import STARTER_KIND, Answer, Citation, NoAnswer, Query, Quote

ASK_PEOPLE = "Ask your manager or your data protection lead, or try other words. If someone is in danger, call 999."
NOT_FOUND, OUT_OF_SCOPE = "Not found.", "Not something I can answer."
STRENGTHS = {
    "must": "says what must be done",
    "should": "says what should be done",
    "may": "says what may or can be done",
    "information": "information",
}
"""What a quote's own words say, by its strength."""
NOTHING_BESIDE = Reference()
HAPPENING = "If this is happening now, do this first:"
WHO_TO_ASK = "Who you can ask:"
NEAREST = "The nearest headings, which may not answer your question:"


def answer_text(reply: Answer | NoAnswer, reference: Reference = NOTHING_BESIDE) -> str:
    """Return an answer as plain text for a terminal or a screen reader: no boxes, no colours, one thing after the other."""
    lines = [f"Question: {reply.query.question}", *reading_lines(reply.query), ""]
    if card := card_of(reply.query, reference):
        lines += [*_card_lines(card, reference), ""]
    lines += _declined_lines(reply, reference) if isinstance(reply, NoAnswer) else _quoted_lines(reply)
    return sanitise("\n".join(lines))


def reading_lines(query: Query) -> list[str]:
    """Return how the question was read, where that is not as it was typed, what was filtered, and what seems personal in it."""
    lines = []
    if query.corrections:
        lines.append(read_line(query))
    if query.topic:
        lines.append(f"Searched for: {query.text}")
    if query.filters:
        lines.append(filters_line(query.filters))
    if query.personal:
        lines.append(notice(query.personal))
    return lines


def read_line(query: Query) -> str:
    """Return which words were read as others, in a line."""
    return f"I read: {', '.join(f'{one.typed} as {one.read}' for one in query.corrections)}"


def card_of(query: Query, reference: Reference) -> UrgentCard | None:
    """Return the card of first steps for what is happening now; None where nothing seems to, or there is no such card."""
    return next((card for card in reference.cards if card.id == query.urgent), None)


def contacts_of(reply: Answer | NoAnswer, reference: Reference) -> list[Contact]:
    """Return who can be asked, most fitting first; nobody where there is an answer."""
    return _known(reply.contacts if isinstance(reply, NoAnswer) else (), reference)


def card_contacts(card: UrgentCard, reference: Reference) -> list[Contact]:
    """Return the contacts that the steps of a card need, most urgent first."""
    return _known(card.contacts, reference)


def _known(names: Iterable[str], reference: Reference) -> list[Contact]:
    known = {contact.id: contact for contact in reference.contacts}
    return [known[name] for name in names if name in known]


def _card_lines(card: UrgentCard, reference: Reference) -> Iterator[str]:
    yield HAPPENING
    yield card.title
    yield from (f"{number}. {step.text}" for number, step in enumerate(card.steps, start=1))
    for contact in card_contacts(card, reference):
        yield from contact_lines(contact)
    yield f"Print this with its sources: careguide urgent {card.id}"


def contact_lines(contact: Contact) -> list[str]:
    """Return a contact in short: who, for which nations, when, and how."""
    return [f"- {contact_line(contact)}", *(f"  {way_line(way)}" for way in contact.ways)]


def contact_line(contact: Contact) -> str:
    """Return who a contact is, for which nations, and when to turn to them."""
    return f"{contact.name} ({', '.join(contact.applies_to)}): {contact.when}"


def _quoted_lines(answer: Answer) -> list[str]:
    lines = [count_line(answer)]
    if answer.uncovered:
        lines.append(uncovered_line(answer))
    if answer.differing:
        lines.append(differing_line(answer))
    for quote in answer.quotes:
        lines += ["", f"{excerpt_label(quote)}:", "", quote.excerpt.text]
    lines += ["", "Where this is from:"]
    for quote in answer.quotes:
        lines += ["", *citation_lines(quote.citation)]
    return lines


def count_line(answer: Answer) -> str:
    """Return how many excerpts an answer has, in a sentence."""
    count = len(answer.quotes)
    return f"{count} {'excerpt' if count == 1 else 'excerpts'}, word for word."


def uncovered_line(answer: Answer) -> str:
    """Return what of the question no quote speaks of, in a sentence."""
    return f"I found nothing about: {', '.join(answer.uncovered)}."


def differing_line(answer: Answer) -> str:
    """Return that sources give other times or amounts, in a sentence."""
    numbers = " and ".join(f"[{number}]" for number in answer.differing)
    return f"{numbers} do not give the same figures: compare their dates, and ask if in doubt."


def excerpt_label(quote: Quote) -> str:
    """Return which excerpt of an answer a quote is, where its words stand, and how strongly they bind."""
    place = quote.citation.section or quote.citation.title
    return f'Excerpt {quote.citation.number}, from "{place}" ({STRENGTHS[quote.strength]}) [{quote.citation.number}]'


def _declined_lines(reply: NoAnswer, reference: Reference) -> list[str]:
    lines = [declined_heading(reply), reply.reason, ASK_PEOPLE]
    people = contacts_of(reply, reference)
    if people:
        lines += ["", WHO_TO_ASK, *(line for contact in people for line in contact_lines(contact))]
    if reply.nearest:
        lines += ["", NEAREST]
        for one in reply.nearest:
            lines.append(f"- {nearest_line(one)}")
            lines += [] if one.kind == STARTER_KIND else [f"  Link: {one.deep_link}"]
    return lines


def declined_heading(reply: NoAnswer) -> str:
    """Return in a few words that there is no answer."""
    return OUT_OF_SCOPE if reply.outcome == "out_of_scope" else NOT_FOUND


def nearest_line(citation: Citation) -> str:
    """Return a heading that is near to a question, and where it stands."""
    return f"{citation.section or citation.title} ({citation.publisher}: {citation.title})"


def _quote_json(quote: Quote) -> dict[str, Any]:
    excerpt = quote.excerpt
    return {
        "text": excerpt.text,
        "document_id": excerpt.document_id,
        "content_hash": excerpt.content_hash,
        "start": excerpt.start,
        "end": excerpt.end,
        "strength": quote.strength,
        "citation": citation_json(quote.citation),
    }


def answer_json(reply: Answer | NoAnswer, index: dict[str, str], took_ms: float) -> dict[str, Any]:
    """Return an answer as JSON values.

    Args:
        index: ``id``, ``corpus_digest`` and ``encoder`` of the index that answered.
        took_ms: milliseconds from question to answer; the only value that differs between two runs.
    """
    answer, none = (reply, None) if isinstance(reply, Answer) else (None, reply)
    query = reply.query
    return {
        "question": query.question,
        "searched_for": query.text,
        "topic": query.topic,
        "corrections": [{"typed": one.typed, "read": one.read, "why": one.why} for one in query.corrections],
        "synonyms": [{"said": one.said, "other": one.other} for one in query.synonyms],
        "personal_details": list(query.personal),
        "urgent": query.urgent,
        "filters": filters_json(query.filters),
        "outcome": reply.outcome,
        "confidence": reply.confidence,
        "reason": none.reason if none else "",
        "quotes": [_quote_json(quote) for quote in answer.quotes] if answer else [],
        "uncovered": list(answer.uncovered) if answer else [],
        "differing": list(answer.differing) if answer else [],
        "nearest": _citations(none.nearest) if none else [],
        "contacts": list(none.contacts) if none else [],
        "index": index,
        "took_ms": round(took_ms, 3),
    }


def _citations(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    return [citation_json(one) for one in citations]
