"""Responses kept on disk, by the address that was asked for: for conditional requests, for going on after a stop, and offline.

One SQLite file, each response a transaction, so that a process that is killed loses at most the response at hand. It is a
cache: a damaged file is set aside, and everything is fetched again.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import FetchError
from assistant.scrape.fetched import Fetched

FILE = "responses.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS responses (
    asked TEXT PRIMARY KEY, run TEXT NOT NULL, url TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL,
    charset TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL, fetched_at TEXT NOT NULL, aliases TEXT NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID
"""
_GET = """
SELECT url, status, content_type, charset, etag, last_modified, fetched_at, aliases, body FROM responses WHERE asked = ?
"""
_PUT = "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class ResponseStore:
    """The responses of one corpus."""

    def __init__(self, folder: Path) -> None:
        """Open the file in the folder, or make it.

        Raises:
            FetchError: it cannot be written.
        """
        self._file = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened()
        except (OSError, sqlite3.Error) as fault:
            raise FetchError(
                f"the responses in {self._file} cannot be kept ({fault}); check the folder's permissions"
            ) from fault

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self._file)
        except sqlite3.DatabaseError as fault:
            if isinstance(fault, sqlite3.OperationalError):
                raise
            self._file.replace(self._file.with_suffix(".damaged"))
            return _connected(self._file)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, asked: str) -> Fetched | None:
        """Return what an address last gave; None where it was never fetched.

        Raises:
            FetchError: the file is damaged.
        """
        with self._telling():
            row = self._connection.execute(_GET, (asked,)).fetchone()
            if row is None:
                return None
            url, status, content_type, charset, etag, modified, at, aliases, body = row
            known = tuple(aliases.split("\n")) if aliases else ()
            return Fetched(url, status, content_type, zlib.decompress(body), at, charset, etag, modified, known)

    def put(self, asked: str, fetched: Fetched, run: str) -> None:
        """Keep a response, in place of an earlier one.

        Args:
            run: the refresh to which it belongs.

        Raises:
            FetchError: it cannot be written.
        """
        values = (
            *(asked, run, fetched.url, fetched.status, fetched.content_type, fetched.charset, fetched.etag),
            *(fetched.last_modified, fetched.fetched_at, "\n".join(fetched.aliases), zlib.compress(fetched.body)),
        )
        with self._telling(), self._connection:
            self._connection.execute(_PUT, values)

    def confirm(self, asked: str, fetched_at: str, run: str) -> None:
        """Note that an address still gives what is kept.

        Raises:
            FetchError: it cannot be written.
        """
        with self._telling(), self._connection:
            self._connection.execute("UPDATE responses SET fetched_at = ?, run = ? WHERE asked = ?", (fetched_at, run, asked))

    def fetched_in(self, run: str) -> set[str]:
        """Return the addresses that were asked for in a refresh and answered."""
        with self._telling():
            return {row[0] for row in self._connection.execute("SELECT asked FROM responses WHERE run = ?", (run,))}

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, zlib.error) as fault:
            hint = "remove that file, and refresh again"
            raise FetchError(f"the responses in {self._file} cannot be used ({fault}); {hint}") from fault


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_SCHEMA)
    connection.execute("SELECT count(*) FROM responses").fetchone()
    return connection
