"""The size of the starter notes, how hard they are to read, and how much of the facts they use.

    python -m evals reading [--facts FACTS.jsonl] [--worst 5]

The reading age is the Flesch-Kincaid grade (Kincaid and others, 1975, as textstat has it) and five years. An item of a list
or a heading counts as a sentence.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.config import load_config
from assistant.corpus import Corpus
from assistant.errors import ConfigError
from assistant.reference import Reference
from assistant.types import Document

YEARS = 5
"""A child in the first grade of the scale is six years old."""
_MARKS = re.compile(r"(?m)^(?:#+|-|\d+\.) ")
_ANCHOR = re.compile(r"\s*\{#[^}]*\}")


def reading_age(text: str) -> float:
    """Return the reading age of a text in Markdown, in years."""
    import textstat

    plain = _MARKS.sub("", _ANCHOR.sub(".", text))
    return float(textstat.flesch_kincaid_grade(plain)) + YEARS


def used_facts(notes: Iterable[Document], reference: Reference) -> tuple[set[str], set[str]]:
    """Return the ids of the facts that the notes rest on, and of those that the rest of the reference does."""
    in_notes = {fact for note in notes for facts in note.facts.values() for fact in facts}
    terms = [term.facts for term in reference.glossary]
    contacts = [contact.facts for contact in reference.contacts]
    steps = [step.facts for card in reference.cards for step in card.steps]
    return in_notes, set().union(*terms, *contacts, *steps)


def report(notes: list[Document], reference: Reference, facts: dict[str, str], worst: int) -> Iterator[str]:
    """Yield the lines of the report.

    Args:
        facts: how sure each fact is, by id; empty to leave them out.
        worst: how many of the notes that are hardest to read to name.
    """
    words = sum(len(_ANCHOR.sub("", note.text).split()) for note in notes)
    yield f"{len(notes)} notes, {sum(len(note.sections) for note in notes)} sections, {words:,} words"
    yield f"{len(reference.glossary)} terms, {len(reference.contacts)} contacts, {len(reference.cards)} urgent cards"
    ages = {note.id: reading_age(note.text) for note in notes}
    if ages:
        low, high = min(ages.values()), max(ages.values())
        yield f"reading age: median {statistics.median(ages.values()):.1f} years, from {low:.1f} to {high:.1f}"
    for note in sorted(ages, key=lambda one: -ages[one])[:worst]:
        yield f"    {ages[note]:.1f}  {note}"
    for card in reference.cards:
        steps = " ".join(step.text for step in card.steps)
        yield f"reading age of the card {card.id}: {reading_age(steps):.1f} years"
    in_notes, beside = used_facts(notes, reference)
    for level in sorted(set(facts.values())):
        those = {fact for fact, sure in facts.items() if sure == level}
        anything = len(those & (in_notes | beside))
        yield f"{level} facts used by the notes: {len(those & in_notes)}/{len(those)}; by anything: {anything}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--facts", type=Path, help="JSON lines of facts with id and confidence")
    parser.add_argument("--worst", type=int, default=5, help="how many of the hardest notes to name (default: 5)")


def run(arguments: argparse.Namespace) -> int:
    """Print the report.

    Raises:
        AssistantError: a file or the corpus cannot be read.
    """
    facts: dict[str, str] = {}
    if arguments.facts:
        try:
            lines = arguments.facts.read_text(encoding="utf-8").splitlines()
            facts = {fact["id"]: fact["confidence"] for fact in map(json.loads, lines)}
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise ConfigError(f"the facts cannot be read ({type(fault).__name__}: {fault})") from fault
    reading = Corpus(load_config().corpus).load()
    notes = [document for document in reading.documents if document.is_starter]
    for line in report(notes, reading.reference, facts, arguments.worst):
        print(line)
    return 0
