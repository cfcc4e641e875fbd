"""Documents and passages of a generation, in one SQLite file that is written once and opened as immutable."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import DocumentNotFound, IndexDamaged
from assistant.filters import Filters
from assistant.types import Block, Document, Passage, Section

FILE = "documents.sqlite"
REMEMBERED = 16
"""Filters of which the rows are kept: those that somebody tries one after the other."""
_SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, title TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL,
                       section INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL);
"""
_KINDS = "SELECT DISTINCT typeof(id), typeof(document_id), typeof(section), typeof(start), typeof(end) FROM passages"
_RIGHT = ("text", "text", "integer", "integer", "integer")


def write_store(file: Path, documents: Iterable[Document], passages: Iterable[Passage]) -> None:
    """Write documents and passages; the passages keep their order, which is the row order of the searchers."""
    connection = sqlite3.connect(file)
    try:
        connection.executescript(_SCHEMA)
        rows = ((one.id, one.title, json.dumps(dataclasses.asdict(one), ensure_ascii=False)) for one in documents)
        connection.executemany("INSERT INTO documents VALUES (?, ?, ?)", rows)
        spans = ((at, one.id, one.document_id, one.section, one.start, one.end) for at, one in enumerate(passages))
        connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", spans)
        connection.commit()
    finally:
        connection.close()


def _document(value: str) -> Document:
    fields: dict[str, Any] = json.loads(value)
    fields["sections"] = tuple(Section(**{**one, "path": tuple(one["path"])}) for one in fields["sections"])
    fields["blocks"] = tuple(Block(**{**one, "items": tuple(map(tuple, one["items"]))}) for one in fields["blocks"])
    for name in ("applies_to", "topics", "based_on", "aliases"):
        fields[name] = tuple(fields[name])
    for name in ("facts", "sources", "asked"):
        fields[name] = {anchor: tuple(values) for anchor, values in fields[name].items()}
    return Document(**fields)


@dataclass(frozen=True, slots=True)
class Description:
    """What filters ask of a document, without its text; the fields are those of ``types.Document``."""

    id: str
    publisher: str
    kind: str
    topics: tuple[str, ...]
    applies_to: tuple[str, ...]
    last_date: str


def _description(document: Document) -> Description:
    one = document
    return Description(one.id, one.publisher, one.kind, one.topics, one.applies_to, one.last_date)


class Store:
    """Reads documents and passages; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        """Open the file read-only.

        Raises:
            IndexDamaged: it is missing or not such a file.
        """
        self._file = file
        self._lock = threading.Lock()
        self._documents: dict[str, Document] = {}
        self._rows_of = lru_cache(maxsize=REMEMBERED)(self._rows)
        try:
            self._connection = sqlite3.connect(
                f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            if set(self._connection.execute(_KINDS)) - {_RIGHT}:  # SQLite takes a text for a number
                raise self._damaged(ValueError("a passage is of another kind than is written"))
            rows = self._connection.execute("SELECT id, document_id, section, start, end FROM passages ORDER BY row")
            self.passages: dict[str, Passage] = {row[0]: Passage(*row) for row in rows}
        except sqlite3.Error as fault:
            raise self._damaged(fault) from fault

    def _damaged(self, fault: Exception) -> IndexDamaged:
        return IndexDamaged(f"the documents in {self._file} cannot be read ({fault}); run: careguide index")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def document(self, document_id: str) -> Document:
        """Return a document.

        Raises:
            DocumentNotFound: there is none of that id.
            IndexDamaged: the file cannot be read.
        """
        with self._lock:
            if document_id not in self._documents:
                self._documents[document_id] = self._read(document_id)
            return self._documents[document_id]

    def _read(self, document_id: str) -> Document:
        try:
            row = self._connection.execute("SELECT value FROM documents WHERE id = ?", (document_id,)).fetchone()
            near = [] if row else self._connection.execute("SELECT id FROM documents ORDER BY id").fetchall()
        except sqlite3.Error as fault:
            raise self._damaged(fault) from fault
        if row is None:
            names = [one[0] for one in near if document_id.lower() in one[0].lower()]
            hint = f"did you mean {names[0]!r}?" if names else "the ids stand beside the results of: careguide search"
            raise DocumentNotFound(f"there is no document {document_id!r}; {hint}", document_id)
        return self._parsed(row[0])

    def _parsed(self, value: str) -> Document:
        try:
            return _document(value)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:  # of a version with other fields
            raise self._damaged(fault) from fault

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong within the file, a line each; it reads all of it."""
        try:
            with self._lock:
                rows = self._connection.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.Error as fault:
            return [f"the documents in {self._file} cannot be read ({fault})"]
        return [f"the documents in {self._file}: {row[0]}" for row in rows if row[0] != "ok"]

    def titles(self) -> dict[str, str]:
        """Return the title of each document by its id, in order of id.

        Raises:
            IndexDamaged: the file cannot be read.
        """
        try:
            with self._lock:
                return dict(self._connection.execute("SELECT id, title FROM documents ORDER BY id").fetchall())
        except sqlite3.Error as fault:
            raise self._damaged(fault) from fault

    @cached_property
    def descriptions(self) -> tuple[Description, ...]:
        """What filters ask of each document, in order of id.

        Raises:
            IndexDamaged: the file cannot be read.
        """
        try:
            with self._lock:
                values = self._connection.execute("SELECT value FROM documents ORDER BY id").fetchall()
        except sqlite3.Error as fault:
            raise self._damaged(fault) from fault
        return tuple(_description(self._parsed(value)) for (value,) in values)

    def admitted(self, filters: Filters) -> np.ndarray | None:
        """Return which passages are of documents that the filters admit, bool of shape (passages,); None where all are.

        The passages stand in the row order of the searchers. The array is shared, and cannot be written to.

        Raises:
            IndexDamaged: the file cannot be read.
        """
        return self._rows_of(filters) if filters else None

    def _rows(self, filters: Filters) -> np.ndarray | None:
        ids = {one.id for one in self.descriptions if filters.admits(one)}
        rows = np.fromiter((one.document_id in ids for one in self.passages.values()), dtype=bool, count=len(self.passages))
        rows.setflags(write=False)
        return None if rows.all() else rows
