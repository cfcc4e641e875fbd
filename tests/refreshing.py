"""Readers and a publisher of one index: each generation carries its number in every part, so that a mixture shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.errors import AssistantError
from assistant.index.build import build
from assistant.index.generation import Generations
from assistant.index.manifest import MANIFEST, Manifest
from assistant.opening import open_current
from assistant.types import Answer
from assistant.wiring import Assistant
from tests.fakes import FakeEncoder, page

QUESTION = "how often should we make a copy of care plans"
PAGES = ("copies", "phones", "visitors")
BUDGET = 220
QUESTIONS = 55
"""Of either kind; an index of fewer has no files for them, and would not show that they are gone."""
READY, DONE = "ready", "done"
"""Files that a reader leaves, with its process id, when it is about to ask, and the publisher when all is published."""
AGAIN = 10
"""Every so many generations, one is put a second time in its own place, as a build that is asked for again does it."""
_NUMBER = re.compile(r"\bedition(\d+)\b")


def write_corpus(root: Path, number: int) -> Corpus:
    """Write a corpus every part of which names its number."""
    edition = f"edition{number}"
    for name in PAGES:
        body = (
            f"## How often should you make a copy of care plans? {{#{edition}}}\n\nMake a copy of care plans as {edition} says."
        )
        file = root / "documents" / "example" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(body, f"Of {name} in {edition}", f"https://example.org/{name}"), encoding="utf-8")
    rest = 'facts = ["f-1"]\nsources = ["https://example.org/copies"]\n'
    term = f'[[term]]\nterm = "copy"\naliases = []\nmeaning = "What {edition} says."\n{rest}'
    (root / "glossary.toml").write_text(term, encoding="utf-8")
    contact = f'[[contact]]\nid = "office"\nname = "The office of {edition}"\nwhen = "Always."\napplies_to = ["UK"]\n'
    more = 'topics = ["copies"]\nways = [{ kind = "phone", value = "0123" }]\nverified_on = "2026-11-22"\n'
    (root / "contacts.toml").write_text(contact + more + rest, encoding="utf-8")
    asked = [f"how often do we make copy {at} of care plans" for at in range(QUESTIONS)]
    place = {"document": f"documents/example/{PAGES[0]}", "anchor": edition}
    _write_lines(root / "asked.jsonl", [{**place, "question": one} for one in asked])
    _write_lines(root / "outside.jsonl", [{"why": "care", "question": f"is cake {at} on the menu"} for at in range(QUESTIONS)])
    return Corpus(root)


def _write_lines(file: Path, lines: list[dict[str, str]]) -> None:
    file.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")


@dataclass(frozen=True)
class Made:
    """Generations that were built aside: where, and the number of each by its id."""

    folder: Path
    numbers: dict[str, int]

    @classmethod
    def of(cls, root: Path, count: int) -> Made:
        """Build so many generations."""
        made = cls(root / "made", {})
        for number in range(count):
            corpus = write_corpus(root / "corpora" / str(number), number)
            # Each in a folder of its own: an index keeps the newest three alone.
            manifest = build(corpus, Generations(made.folder / str(number)), FakeEncoder(), BUDGET).manifest
            made.numbers[manifest.id] = number
        (root / "numbers.json").write_text(json.dumps(made.numbers), encoding="utf-8")
        return made

    @classmethod
    def read(cls, root: Path) -> Made:
        """Return what ``of`` made there."""
        return cls(root / "made", json.loads((root / "numbers.json").read_text(encoding="utf-8")))


def settings(root: Path) -> Config:
    """Return the settings of the readers; their index came from elsewhere, so that their corpus does not matter."""
    return Config(corpus=root / "corpora" / "0", data=root / "data", passage_tokens=BUDGET)


def publish(root: Path, made: Made) -> Iterator[int]:
    """Publish the generations in order, and yield the number of each."""
    generations = Generations(settings(root).index_root)
    for name, number in made.numbers.items():
        source = Generations(made.folder / str(number))
        for _ in range(1 + (number % AGAIN == AGAIN - 1)):
            _copy(source.folder(name), source.manifest(name), generations)
        yield number
    (root / DONE).touch()


def _copy(source: Path, manifest: Manifest, generations: Generations) -> None:
    with generations.writing():
        workspace = generations.workspace(manifest.id)
        shutil.copytree(source, workspace, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MANIFEST))
        generations.publish(workspace, manifest, "packed")


@dataclass
class Counts:
    """What a reader came to.

    Attributes:
        opened, answered: how often it opened the index, and asked.
        removed: answers from a generation whose files were gone by then.
        seen: numbers of the generations that answered.
        failed, mixed: what went wrong, a line each.
    """

    opened: int = 0
    answered: int = 0
    removed: int = 0
    seen: set[int] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def read(root: Path, seconds: float) -> Counts:
    """Ask until the publisher is done: whoever is current, and one that was opened at the beginning and stays open.

    Args:
        seconds: after which it gives up waiting for the publisher.
    """
    counts, made, encoder = Counts(), Made.read(root), FakeEncoder()
    until = time.monotonic() + seconds
    old = open_current(settings(root), encoder)
    _ask(old, root, made, counts)  # with all that is loaded for the first question
    (root / f"{READY}-{os.getpid()}").touch()
    while True:
        last = (root / DONE).exists() or time.monotonic() > until
        try:
            new = open_current(settings(root), encoder)
            counts.opened += 1
            for assistant in (new, old):
                _ask(assistant, root, made, counts)
            new.store.close()
        except (AssistantError, OSError) as fault:
            counts.failed.append(f"{type(fault).__name__}: {fault}")
        if last:
            return counts


def _ask(assistant: Assistant, root: Path, made: Made, counts: Counts) -> None:
    """Ask, and count what was answered: by whom, and whether all of it is of one generation."""
    counts.removed += not Generations(settings(root).index_root).folder(assistant.manifest.id).exists()
    if assistant.scope is None:
        counts.mixed.append(f"generation {assistant.manifest.id} was opened without a part of it")
    reply = assistant.conversation().ask(QUESTION).reply
    if not isinstance(reply, Answer):
        counts.failed.append(f"no answer: {reply.reason}")
        return
    counts.answered += 1
    whole = [str(reply.quotes), str(assistant.reference), *assistant.store.titles().values()]
    whole += [assistant.document(f"documents/example/{name}").text for name in PAGES]
    numbers = {made.numbers[assistant.manifest.id], *map(int, _NUMBER.findall("\n".join(whole)))}
    counts.seen |= numbers
    if len(numbers) != 1:
        counts.mixed.append(f"generation {assistant.manifest.id} answered from {sorted(numbers)}")
