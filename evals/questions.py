"""Score the product on its own questions: are the right sections cited, is the right sentence quoted, is the rest declined.

    python -m evals questions [FILE] [--split dev|test] [--misses]

A question is a JSON line ``{"id", "kind", "turns", "gold", "split"}``, one without an answer also with ``why``. Gold is a list
of ``{"document", "anchor", "quote"}``, the sections that answer and a few exact words of each. Labels are found again at each
run: one whose words are gone is told as lost, and counts for nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np

from assistant.config import load_config
from assistant.errors import ConfigError, DocumentNotFound
from assistant.index.chunk import is_lead_in
from assistant.opening import open_assistant
from assistant.question.forms import Form, form_of
from assistant.types import Answer, Document, Quote
from assistant.wiring import Assistant

FILE = Path(__file__).with_name("questions.jsonl")
KINDS = ("plain", "jargon", "misspelt", "short", "long", "follow-up", "urgent", "unanswerable")
SPLITS = ("dev", "test")
TOP = 3


@dataclass(frozen=True)
class Label:
    """A section that answers, and words of it that do.

    Attributes:
        start, end: span of the words in the document; both 0 for a label that is lost.
    """

    document: str
    anchor: str
    quote: str
    start: int = 0
    end: int = 0

    @property
    def lost(self) -> bool:
        """Whether the words no longer stand in the section."""
        return self.end == 0


@dataclass(frozen=True)
class Question:
    """A question with the sections that answer its last turn; none for one that the guidance does not answer."""

    id: str
    kind: str
    split: str
    turns: tuple[str, ...]
    gold: tuple[Label, ...]
    why: str = ""

    @property
    def form(self) -> Form:
        """What kind of answer the last turn asks for."""
        return form_of(self.turns[-1])


@dataclass(frozen=True)
class Outcome:
    """What came of a question.

    Attributes:
        outcome: as the product told it: ``answered``, ``partial``, ``not_found``, ``out_of_scope``.
        first, top: whether the first, or one of the first three citations is a section that answers.
        quoted: whether one of the first three quotes holds the words that answer.
        lists: for each list in a section cited that answers, whether it is quoted whole, with what introduces it.
        quotes: how many there are.
    """

    question: Question
    outcome: str
    confidence: float
    first: bool
    top: bool
    quoted: bool
    lists: tuple[bool, ...] = ()
    quotes: int = 0

    @property
    def answered(self) -> bool:
        """Whether anything was quoted."""
        return self.outcome in {"answered", "partial"}


def read_questions(file: Path) -> list[Question]:
    """Return the questions of a file, their labels not yet found.

    Raises:
        ConfigError: a line is malformed, or an id stands there twice; the message names file and line.
    """
    questions: dict[str, Question] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise ConfigError(f"the questions {file} cannot be read ({fault.strerror})") from fault
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            gold = tuple(Label(one["document"], one["anchor"], one["quote"]) for one in fields["gold"])
            made = Question(fields["id"], fields["kind"], fields["split"], tuple(fields["turns"]), gold, fields.get("why", ""))
        except (ValueError, KeyError, TypeError) as fault:
            raise ConfigError(f"{file}:{number} is malformed ({type(fault).__name__}: {fault}); mend the line") from fault
        if made.kind not in KINDS or made.split not in SPLITS or not made.turns or made.id in questions:
            raise ConfigError(f"{file}:{number} has an unknown kind or split, no turn, or an id that stands there before")
        questions[made.id] = made
    return list(questions.values())


def found(label: Label, document: Document) -> Label:
    """Return the label with the span of its words; without one where the section or the words are gone."""
    for section in document.sections:
        if section.anchor == label.anchor:
            start = document.text.find(label.quote, section.start, section.end)
            if start >= 0:
                return Label(label.document, label.anchor, label.quote, start, start + len(label.quote))
    return label


def resolved(question: Question, assistant: Assistant) -> Question:
    """Return the question with its labels found in the documents as they are now."""
    labels = []
    for label in question.gold:
        try:
            labels.append(found(label, assistant.document(label.document)))
        except DocumentNotFound:
            labels.append(label)
    return Question(question.id, question.kind, question.split, question.turns, tuple(labels), question.why)


def asked(question: Question, assistant: Assistant, last_alone: bool = False) -> Outcome:
    """Ask the question in a conversation of its own and compare the answer with the labels.

    Args:
        last_alone: leave out the turns before the last.
    """
    turn = assistant.conversation().ask_last(question.turns[-1:] if last_alone else question.turns)
    reply = turn.reply
    if not isinstance(reply, Answer):
        return Outcome(question, reply.outcome, reply.confidence, False, False, False)
    labels = [label for label in question.gold if not label.lost]
    sections = {(label.document, label.anchor) for label in labels}
    quotes = reply.quotes[:TOP]
    cited = [(quote.excerpt.document_id, quote.citation.anchor) in sections for quote in quotes]
    quoted = any(
        quote.excerpt.document_id == label.document and quote.excerpt.start <= label.start and label.end <= quote.excerpt.end
        for quote in quotes
        for label in labels
    )
    right = [quote for quote, is_right in zip(quotes, cited, strict=True) if is_right]
    lists = [whole for quote in right for whole in lists_quoted(quote, assistant.document(quote.excerpt.document_id))]
    count = len(reply.quotes)
    return Outcome(question, reply.outcome, reply.confidence, cited[0], any(cited), quoted, tuple(lists), count)


def lists_quoted(quote: Quote, document: Document) -> Iterator[bool]:
    """Yield, for each list of which the quote holds a part, whether it holds all of it and what introduces it."""
    section = document.section_at(quote.excerpt.start)
    blocks = document.blocks_between(section.start, section.end)
    for before, block in pairwise(blocks):
        if block.kind == "list" and block.start < quote.excerpt.end and quote.excerpt.start < block.end:
            start = before.start if is_lead_in(document.text, before, block) else block.start
            yield quote.excerpt.start <= start and block.end <= quote.excerpt.end


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive scores above a negative, ties half; not a number where either is empty."""
    if not positive or not negative:
        return float("nan")
    one, other = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    return float((one > other).mean() + 0.5 * (one == other).mean())


def rate(hits: Sequence[bool]) -> str:
    """Return ``hits/all share``."""
    return f"{sum(hits):>4}/{len(hits):<4}{100 * sum(hits) / len(hits) if hits else 0:6.1f}%"


def report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the table: citations and quotes by kind, then abstention."""
    yield f"{'kind':<14}{'top-1 citation':<18}{'top-3 citation':<18}{'answer quoted':<18}answered"
    answerable = [one for one in outcomes if one.question.gold]
    for kind in (*KINDS[:-1], "all"):
        group = [one for one in answerable if kind in (one.question.kind, "all")]
        if group:
            cells = ([one.first for one in group], [one.top for one in group], [one.quoted for one in group])
            yield f"{kind:<14}" + "".join(f"{rate(cell):<18}" for cell in (*cells, [one.answered for one in group]))
    yield from by_form(answerable)
    lists = [whole for one in answerable for whole in one.lists]
    yield f"lists in right sections quoted whole: {rate(lists)}"
    counts = [one.quotes for one in answerable if one.answered]
    yield f"quotes of an answer: {np.mean(counts) if counts else 0:.2f}"
    foreign = [one for one in outcomes if not one.question.gold]
    yield f"unanswerable declined: {rate([not one.answered for one in foreign])}"
    for why in dict.fromkeys(one.question.why for one in foreign):
        group = [one for one in foreign if one.question.why == why]
        told = sum(one.outcome == "out_of_scope" for one in group)
        yield f"    {why or 'no reason given':<20}{rate([not one.answered for one in group])}   told as out of scope: {told}"
    yield f"AUROC of the confidence: {auroc([one.confidence for one in answerable], [one.confidence for one in foreign]):.3f}"


def by_form(answerable: Sequence[Outcome]) -> Iterator[str]:
    """Yield the same by the kind of answer that is asked for."""
    for form in get_args(Form):
        group = [one for one in answerable if one.question.form == form]
        if group:
            cells = ([one.first for one in group], [one.top for one in group], [one.quoted for one in group])
            yield f"  {form:<12}" + "".join(f"{rate(cell):<18}" for cell in (*cells, [one.answered for one in group]))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("file", nargs="?", type=Path, default=FILE, help="default: the project's own questions")
    parser.add_argument("--split", choices=SPLITS, help="default: both, one after the other")
    parser.add_argument("--last-alone", action="store_true", help="leave out the turns before the last")
    parser.add_argument("--misses", action="store_true", help="list what went wrong (of the dev split alone)")


def run(arguments: argparse.Namespace) -> int:
    """Print the table of each split and the labels that are lost.

    Raises:
        AssistantError: the questions, the corpus or the index cannot be used.
    """
    assistant = open_assistant(load_config())
    questions = [resolved(question, assistant) for question in read_questions(arguments.file)]
    lost = [(question.id, label) for question in questions for label in question.gold if label.lost]
    for identity, label in lost:
        print(f"lost: {identity}: {label.document}#{label.anchor} no longer holds {label.quote!r}", file=sys.stderr)
    for split in [arguments.split] if arguments.split else SPLITS:
        outcomes = [asked(question, assistant, arguments.last_alone) for question in questions if question.split == split]
        print(f"\n{split}: {len(outcomes)} questions")
        for line in report(outcomes):
            print(line)
        for line in misses(outcomes) if arguments.misses and split == "dev" else ():
            print(line)
    print(f"\nlost labels: {len(lost)}")
    return 0


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the shares that floors are pinned on, 0 to 1."""
    answerable = [one for one in outcomes if one.question.gold]
    foreign = [one for one in outcomes if not one.question.gold]
    return {
        "top-1 citation": float(np.mean([one.first for one in answerable])),
        "top-3 citation": float(np.mean([one.top for one in answerable])),
        "answer quoted": float(np.mean([one.quoted for one in answerable])),
        "answered": float(np.mean([one.answered for one in answerable])),
        "declined": float(np.mean([not one.answered for one in foreign])),
        "whole lists": float(np.mean([whole for one in answerable for whole in one.lists])),
    }


def misses(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each question whose right section is not cited, and each that should have been declined."""
    for one in outcomes:
        if one.question.gold and not one.top:
            wanted = ", ".join(f"{label.document}#{label.anchor}" for label in one.question.gold)
            yield f"missed ({one.question.kind}): {' >> '.join(one.question.turns)[:150]} -> {wanted}"
        elif not one.question.gold and one.answered:
            yield f"({one.question.why}) answered although unanswerable: {one.question.turns[-1][:150]}"
