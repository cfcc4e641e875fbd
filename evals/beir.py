"""Reading a benchmark in BEIR format, and indexing it with the product's own parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from assistant.corpus import make_document
from assistant.errors import ConfigError, CorruptDocument
from assistant.types import Document, Utterance

T = TypeVar("T")
ROLES: dict[str, Literal["user", "assistant"]] = {"user": "user", "agent": "assistant", "assistant": "assistant"}
CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"


@dataclass(frozen=True)
class BenchmarkQuery:
    """A query of a benchmark.

    Attributes:
        history: what was said before it, oldest first; empty for most benchmarks.
    """

    id: str
    text: str
    history: tuple[Utterance, ...] = ()


@dataclass(frozen=True)
class Benchmark:
    """A benchmark as it stands in a folder.

    Attributes:
        texts: (title, text) of each document by its id.
        qrels: grade of each judged document, by query and document; only queries that are judged.
        unjudged: queries without a judgement; they are told and cannot be scored.
    """

    name: str
    texts: dict[str, tuple[str, str]]
    queries: tuple[BenchmarkQuery, ...]
    qrels: dict[str, dict[str, int]]
    unjudged: int

    def digest(self) -> str:
        """Return the SHA-256 over ids, titles and texts of the documents, hexadecimal."""
        return hashlib.sha256(json.dumps(sorted(self.texts.items())).encode()).hexdigest()


def read_benchmark(folder: Path) -> Benchmark:
    """Read a folder with ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv``.

    Raises:
        ConfigError: a file is missing or empty, a line is malformed, an id stands there twice, or a judgement names an
            unknown query or document; the message names file and line.
    """
    texts = dict(_unique(folder / CORPUS, _document))
    queries = dict(_unique(folder / QUERIES, _query))
    qrels = _qrels(folder / QRELS, queries, texts)
    judged = tuple(query for query in queries.values() if query.id in qrels)
    return Benchmark(folder.resolve().name, texts, judged, qrels, len(queries) - len(judged))


def documents_of(benchmark: Benchmark) -> list[Document]:
    """Return the benchmark's documents as the product's; one without text has its title for it, one without both is left out.

    Raises:
        ConfigError: none is left.
    """
    made = []
    for identity, (title, text) in benchmark.texts.items():
        fields = {"url": "https://benchmark.invalid/", "title": title, "publisher": benchmark.name, "kind": "benchmark"}
        try:
            made.append(make_document(identity, text if text.strip() else title, fields))
        except CorruptDocument:
            continue  # neither title nor text: nothing could ever find it
    if not made:
        raise ConfigError(f"no document of {benchmark.name}/{CORPUS} has a title or a text; there is nothing to search")
    return made


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as fault:
        raise ConfigError(
            f"{file} cannot be read ({fault}); a benchmark folder holds {CORPUS}, {QUERIES} and {QRELS}"
        ) from fault
    yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _unique(file: Path, read: Callable[[dict[str, Any]], T]) -> Iterator[tuple[str, T]]:
    seen: set[str] = set()
    for number, line in _lines(file):
        try:
            fields = json.loads(line)
            identity, value = fields["_id"], read(fields)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ConfigError(f"{file}:{number} is malformed ({type(fault).__name__}: {fault}); mend the line") from fault
        if not _encodable(line):
            raise ConfigError(f"{file}:{number} holds half of a character pair, which is no text; mend the line")
        if not isinstance(identity, str) or not identity or identity in seen:
            raise ConfigError(f"{file}:{number} has no id, or one that stands there before: {identity!r}")
        seen.add(identity)
        yield identity, value
    if not seen:
        raise ConfigError(f"{file} is empty; there is nothing to score")


def _document(fields: dict[str, Any]) -> tuple[str, str]:
    title, text = fields.get("title") or "", fields["text"]
    if not isinstance(title, str) or not isinstance(text, str):
        raise TypeError("title and text must be texts")
    return title, text


def _query(fields: dict[str, Any]) -> BenchmarkQuery:
    turns = fields.get("history") or []
    history = tuple(_utterance(turn) for turn in turns)
    if not isinstance(fields["text"], str):
        raise TypeError("text must be a text")
    return BenchmarkQuery(fields["_id"], fields["text"], history)


def _encodable(line: str) -> bool:
    """Whether the JSON of a line holds text only; an escaped half of a pair passes JSON and no tokenizer."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _utterance(turn: dict[str, Any]) -> Utterance:
    role, text = ROLES.get(str(turn["role"]).lower()), turn["text"]
    if role is None or not isinstance(text, str):
        raise ValueError(f"a turn of history needs a text and one of the roles {', '.join(ROLES)}")
    return Utterance(role, text)


def _qrels(file: Path, queries: dict[str, BenchmarkQuery], texts: dict[str, tuple[str, str]]) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(file):
        if number == 1 and line.startswith("query-id"):
            continue
        cells = line.rstrip("\r").split("\t")
        try:
            query, document, grade = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError) as fault:
            raise ConfigError(f"{file}:{number} is malformed; expected query, document and grade between tabs") from fault
        if query not in queries:
            raise ConfigError(f"{file}:{number} names the query {query!r}, which {QUERIES} lacks")
        if document not in texts:
            raise ConfigError(f"{file}:{number} names the document {document!r}, which {CORPUS} lacks")
        qrels.setdefault(query, {})[document] = grade  # public sets judge some documents twice; the last line counts
    if not qrels:
        raise ConfigError(f"{file} is empty; there is nothing to score")
    return qrels
