"""How often the product cites a section on the right topic, over a file of questions labelled with topics.

    python -m evals topics QUESTIONS.tsv FACTS.jsonl [--misses]

QUESTIONS has a header and the columns question, topics (comma-separated) and note; ``!`` marks a question that the
guidance does not answer, ``>>`` parts the turns of a conversation. FACTS gives the topic of each fact id.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.config import load_config
from assistant.errors import ConfigError
from assistant.opening import open_assistant
from assistant.types import Answer
from assistant.wiring import Assistant

TOP = 3
"""Citations of an answer that count."""

FORMS = {
    "who, where, when, how much": (
        r"(?:who|where|when|which)\b|how (?:long|many|much|often|quickly|soon)\b|what(?:'?s| is)? (?:the )?number\b"
    ),
    "what to do, how to": r"how\b|what (?:should|do|can|shall|must|happens)\b",
    "what is it, why": r"(?:what|whats|why)\b",
    "yes or no": r"(?:is|are|am|was|can|could|do|does|did|should|will|would|has|have|may|must)\b",
}
"""Kinds of a question by its first words, the first that matches; one that begins with no such word tells what happened."""
TOLD = "what happened, in their own words"


@dataclass(frozen=True)
class Labelled:
    """A question with the topics that answer it; none for one that the guidance does not answer."""

    turns: tuple[str, ...]
    topics: frozenset[str]

    @property
    def form(self) -> str:
        """What kind of question the first turn is."""
        return next((form for form, begins in FORMS.items() if re.match(begins, self.turns[0], re.IGNORECASE)), TOLD)

    @property
    def answerable(self) -> bool:
        """Whether the guidance answers it."""
        return bool(self.topics)


def read_questions(file: Path) -> list[Labelled]:
    """Return the labelled questions of a file."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_labelled(row["question"], row["topics"]) for row in rows]


def _labelled(question: str, topics: str) -> Labelled:
    answerable = not question.startswith("!")
    turns = tuple(turn.strip() for turn in question.removeprefix("!").split(">>"))
    return Labelled(turns, frozenset(topics.split(",")) if answerable else frozenset())


def read_topics(file: Path) -> dict[str, str]:
    """Return the topic of each fact id."""
    return {fact["id"]: fact["topic"] for fact in map(json.loads, file.read_text(encoding="utf-8").splitlines())}


def cited_topics(assistant: Assistant, turns: tuple[str, ...], topics: dict[str, str]) -> list[set[str]] | None:
    """Return the topics of each of the first citations of the answer to the last turn; None where it was declined."""
    reply = assistant.conversation().ask_last(turns).reply
    if not isinstance(reply, Answer):
        return None
    return [{topics[fact] for fact in quote.citation.facts if fact in topics} for quote in reply.quotes[:TOP]]


def share(name: str, hits: int, of: int) -> str:
    """Return a line such as ``answered  119/130  91.5%``."""
    return f"{name:<58}{hits:>4}/{of:<4}{100 * hits / of if of else 0:6.1f}%"


def report(assistant: Assistant, questions: list[Labelled], topics: dict[str, str], misses: bool) -> Iterator[str]:
    """Yield the lines of the report."""
    first = [one for one in questions if one.answerable]
    found = {one: cited_topics(assistant, one.turns[:1], topics) for one in first}
    good = {one for one, cited in found.items() if cited and any(one.topics & each for each in cited)}
    forms = {form: [one for one in first if one.form == form] for form in (*FORMS, TOLD)}
    follow = [one for one in first if len(one.turns) > 1]
    kept = [one for one in follow if any(one.topics & each for each in cited_topics(assistant, one.turns, topics) or [])]
    foreign = [one for one in questions if not one.answerable]
    declined = [one for one in foreign if cited_topics(assistant, one.turns, topics) is None]
    yield share("answerable first questions: a listed topic in the top three", len(good), len(first))
    yield from (share(f"    {form}", len(good & set(alike)), len(alike)) for form, alike in forms.items())
    yield share("answerable first questions: answered", sum(cited is not None for cited in found.values()), len(first))
    yield share("follow-ups: a listed topic in the top three", len(kept), len(follow))
    yield share("unanswerable questions: declined", len(declined), len(foreign))
    if misses:
        unanswered = [one for one in first if found[one] is None]
        yield from (f"not answered: {one.turns[0]}" for one in unanswered)
        yield from (f"other topics cited: {one.turns[0]}" for one in first if one not in good and one not in unanswered)
        yield from (f"topic of a follow-up missed: {' >> '.join(one.turns)}" for one in follow if one not in kept)
        yield from (f"answered although unanswerable: {one.turns[0]}" for one in foreign if one not in declined)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("questions", type=Path)
    parser.add_argument("facts", type=Path)
    parser.add_argument("--misses", action="store_true", help="list the questions that went wrong")


def run(arguments: argparse.Namespace) -> int:
    """Print the report.

    Raises:
        AssistantError: a file, the corpus or the index cannot be used.
    """
    try:
        labelled, topics = read_questions(arguments.questions), read_topics(arguments.facts)
    except (OSError, ValueError, KeyError) as fault:
        raise ConfigError(f"the questions or the facts cannot be read ({type(fault).__name__}: {fault})") from fault
    for line in report(open_assistant(load_config()), labelled, topics, arguments.misses):
        print(line)
    return 0
