"""Citations, documents, contacts and cards as plain text and as JSON. Adds no guidance of its own: labels, dates, addresses.

The JSON shape is documented in ``docs/JSON.md`` and held there by a test.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from assistant.dates import day as day  # noqa: PLC0414 (the terminal UI takes it from here)
from assistant.dates import written
from assistant.filters import Filters
from assistant.reference import Contact, Term, UrgentCard, Way
from assistant.text import sanitise
from assistant.types import STARTER_KIND, Citation, Document, Passage

OWN_WORDING = "Careguide's own wording of guidance, not official text"


def dates_line(citation: Citation) -> str:
    """Return the dates that the page gives, such as ``updated 3 March 2026, fetched 1 May 2026``; empty where it gives none.

    Of a starter note only its own review is told, so that nobody takes the day it was written for the official page's.
    """
    if citation.kind == STARTER_KIND:
        return f"this note was reviewed {day(citation.reviewed)}" if citation.reviewed else ""
    labels = {"published": "published", "updated": "updated", "reviewed": "reviewed", "retrieved": "fetched"}
    dates = ((label, getattr(citation, name)) for name, label in labels.items())
    return ", ".join(f"{label} {day(value)}" for label, value in dates if value)


def citation_line(citation: Citation) -> str:
    """Return a citation on one line, for reading and copying."""
    parts = [citation.publisher, f'"{citation.title}"']
    if citation.section:
        parts.append(f"section: {citation.section}")
    if dates := dates_line(citation):
        parts.append(dates)
    if citation.kind == STARTER_KIND:
        parts.append(f"{OWN_WORDING}; based on {' and '.join(citation.based_on) or citation.url}")
    else:
        parts.append(citation.deep_link)
    return sanitise(", ".join(parts))


def citation_lines(citation: Citation) -> list[str]:
    """Return a citation as short labelled lines, which a screen reader reads well."""
    addresses = (f"{label}: {url}" for label, url in citation_addresses(citation))
    return [cited_line(citation), *(f"    {line}" for line in (*citation_details(citation), *addresses))]


def cited_line(citation: Citation) -> str:
    """Return the number of a citation, whose page it is, and the page's title."""
    return f"[{citation.number}] {citation.publisher}: {citation.title}"


def citation_details(citation: Citation) -> list[str]:
    """Return section, dates and notice of a citation, each on a line, and that a starter note is our own wording."""
    labelled = {"Section": citation.section, "Dates": dates_line(citation), "Note": citation.notice}
    lines = [f"{label}: {value}" for label, value in labelled.items() if value]
    return [*lines, f"This is {OWN_WORDING}."] if citation.kind == STARTER_KIND else lines


def citation_addresses(citation: Citation) -> list[tuple[str, str]]:
    """Return the addresses behind a citation, each with its label: the quote's own, or those a starter note is based on."""
    if citation.kind == STARTER_KIND:
        return [("Based on", url) for url in citation.based_on or (citation.url,)]
    return [("Link", citation.deep_link)]


def filters_line(filters: Filters) -> str:
    """Return which pages were looked at, in a sentence."""
    return sanitise(f"Only these pages were looked at: {filters.said()}.")


def filters_json(filters: Filters) -> dict[str, Any]:
    """Return filters as JSON values; empty ones where nothing is filtered."""
    names = ("publisher", "kind", "topic", "applies_to")
    return {**{name: list(getattr(filters, name)) for name in names}, "updated_since": filters.updated_since}


def citation_json(citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON values."""
    return {
        "number": citation.number,
        "title": citation.title,
        "section": citation.section,
        "publisher": citation.publisher,
        "kind": citation.kind,
        "url": citation.url,
        "deep_link": citation.deep_link,
        "published": citation.published,
        "updated": citation.updated,
        "reviewed": citation.reviewed,
        "retrieved": citation.retrieved,
        "based_on": list(citation.based_on),
        "facts": list(citation.facts),
        "notice": citation.notice,
    }


def document_json(document: Document) -> dict[str, Any]:
    """Return a document as JSON values: its front matter, text, hash and sections."""
    names = ("title", "publisher", "url", "kind", "published", "updated", "reviewed", "retrieved")
    return {
        "id": document.id,
        **{name: getattr(document, name) for name in names},
        "applies_to": list(document.applies_to),
        "licence": document.licence,
        "topics": list(document.topics),
        "status": document.status,
        "notice": document.notice,
        "based_on": list(document.based_on),
        "aliases": list(document.aliases),
        "kept": document.kept,
        "facts": {anchor: list(ids) for anchor, ids in document.facts.items()},
        "sources": {anchor: list(urls) for anchor, urls in document.sources.items()},
        "text": document.text,
        "content_hash": document.content_hash,
        "sections": [
            {
                "heading": one.heading,
                "path": list(one.path),
                "anchor": one.anchor,
                "level": one.level,
                "start": one.start,
                "end": one.end,
            }
            for one in document.sections
        ],
    }


def document_text(document: Document) -> str:
    """Return a document as plain text, with where it is from above it."""
    lines = [document.title, f"Publisher: {document.publisher}", f"Kind: {document.kind}", f"Link: {document.url}"]
    lines += [
        f"{name.capitalize()}: {day(value)}"
        for name in ("published", "updated", "reviewed")
        if (value := getattr(document, name))
    ]
    if document.is_starter:
        lines.append(f"This is {OWN_WORDING}.")
        lines += [f"Based on: {url}" for url in document.based_on]
    if document.notice:
        lines.append(f"Note: {document.notice}")
    return sanitise("\n".join([*lines, "", document.text]))


def passage_text(row: dict[str, Any]) -> str:
    """Return a ranked passage (``passage_json``) as plain text."""
    head = f"{row['rank']}. {row['section'] or row['title']} (score {row['score']:.3f})"
    return sanitise(f"{head}\n   {row['publisher']}: {row['title']}, document {row['document_id']}\n{row['text']}")


def passage_json(rank: int, score: float, passage: Passage, document: Document) -> dict[str, Any]:
    """Return a ranked passage as JSON values; ``rank`` begins at 1."""
    section = document.sections[passage.section]
    return {
        "rank": rank,
        "score": round(score, 6),
        "passage_id": passage.id,
        "document_id": document.id,
        "title": document.title,
        "section": " > ".join(section.path),
        "publisher": document.publisher,
        "start": passage.start,
        "end": passage.end,
        "text": document.text[passage.start : passage.end],
    }


WAYS = {"phone": "Call", "text": "Text", "email": "Email", "web": "Go to"}


def way_line(way: Way) -> str:
    """Return a way to reach someone on one line, such as ``Call 101``."""
    return sanitise(f"{WAYS[way.kind]} {way.value}{f' ({way.note})' if way.note else ''}")


def contact_text(contact: Contact) -> str:
    """Return a contact as plain text: who, when, how, where, and how fresh it is."""
    oldest = (
        f"The oldest page behind this is of {written(contact.seen)}" if contact.seen else "The pages behind this give no date"
    )
    checked = f"it was last checked against its facts on {day(contact.verified_on)}"
    lines = [contact.name, f"  When: {contact.when}", *(f"  {way_line(way)}" for way in contact.ways)]
    lines += [f"  For: {', '.join(contact.applies_to)}", f"  {oldest}; {checked}."]
    return sanitise("\n".join([*lines, *(f"  Based on: {url}" for url in contact.sources)]))


def card_text(card: UrgentCard, contacts: Iterable[Contact], documents: Container[str]) -> str:
    """Return an urgent card as plain text: numbered steps, whom to reach, and, if that document is there, where to read on."""
    known = {contact.id: contact for contact in contacts}
    people = [known[name] for name in card.contacts if name in known]
    lines = [card.title, "", *(f"{number}. {step.text}" for number, step in enumerate(card.steps, start=1)), ""]
    for contact in people:
        lines += [f"{contact.name} ({', '.join(contact.applies_to)})", f"  {contact.when}"]
        lines += [f"  {way_line(way)}" for way in contact.ways]
    lines += ["", card_origin(card), *(f"Based on: {url}" for url in card.sources)]
    if card.read_on in documents:
        lines.append(f"Read on: careguide show {card.read_on}")
    return sanitise("\n".join(lines))


def card_origin(card: UrgentCard) -> str:
    """Return whose wording an urgent card is, and when it was last reviewed, in a sentence."""
    return f"This is {OWN_WORDING}, reviewed {day(card.reviewed)}."


def term_text(term: Term) -> str:
    """Return an entry of the glossary as plain text."""
    also = f" (also: {', '.join(term.aliases)})" if term.aliases else ""
    return sanitise("\n".join([f"{term.term}{also}", f"  {term.meaning}", *(f"  Based on: {url}" for url in term.sources)]))
