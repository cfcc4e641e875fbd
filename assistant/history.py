"""Questions kept on this machine for whoever wants that: off until a file is made, and gone with it.

History is on exactly while its file is there. Every operation opens the file, works in one transaction, and closes it, so
that several windows can share it; between operations nothing stands beside it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import HistoryError
from assistant.text import one_line
from assistant.types import Answer, Citation

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.conversation import Turn

MOST = 1_000
"""Questions kept; the oldest go first."""
FORMAT = 1
"""The ``user_version`` of the file. A file of 0 is empty: made, and never written."""
PATIENCE = 2.0
"""Seconds that an operation waits for another window to let go of the file."""
BESIDE = ("", "-journal", "-wal", "-shm")
"""Endings of the files in which SQLite may keep what was written."""

_TABLE = "CREATE TABLE entry (number INTEGER PRIMARY KEY, at TEXT, question TEXT, outcome TEXT, sections TEXT)"
_DELETE = "delete it: careguide history --delete"
_NOT_ALLOWED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)


@dataclass(frozen=True, slots=True)
class Entry:
    """A question that was asked.

    Attributes:
        number: from 1 on; a later question has a higher one.
        at: when, ISO 8601 in UTC, to the second.
        question: on one line, sanitised.
        outcome: what came of it: ``answered``, ``partial``, ``not_found`` or ``out_of_scope``.
        sections: "Title > Section" of each citation, in the order of the answer; empty where there was none.
    """

    number: int
    at: str
    question: str
    outcome: str
    sections: tuple[str, ...]


class History:
    """The file of the questions asked."""

    def __init__(self, file: Path, patience: float = PATIENCE) -> None:
        """Name the file; nothing is opened or made.

        Args:
            patience: seconds to wait for another window that is writing.
        """
        self.file = file
        self._patience = patience

    @property
    def on(self) -> bool:
        """Whether the file is there, and questions are therefore kept."""
        try:
            return self.file.is_file()
        except OSError:  # a folder above it is closed to us
            return False

    def start(self) -> None:
        """Make the file, readable by its owner alone; one that is there is kept, and looked at.

        Raises:
            HistoryError: it cannot be made, or what is there cannot be used.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.touch(mode=0o600)
        except OSError as fault:
            why = f"the history {self.file} cannot be made ({fault.strerror})"
            raise HistoryError(one_line(f"{why}; name another folder with --data or CAREGUIDE_DATA")) from fault
        with self._writing():
            pass

    def add(self, turn: Turn, at: datetime) -> None:
        """Keep a question, and drop the oldest beyond ``MOST``; does nothing where history is off.

        Args:
            at: when it was asked, with its time zone.

        Raises:
            HistoryError: the file is locked, damaged, of a later format or may not be written, or the disk is full.
        """
        if not self.on:
            return
        when = at.astimezone(UTC).isoformat(timespec="seconds")
        values = (when, one_line(turn.query.question), turn.reply.outcome, json.dumps(_sections(turn)))
        try:
            with self._writing() as connection:
                connection.execute("INSERT INTO entry (at, question, outcome, sections) VALUES (?, ?, ?, ?)", values)
                connection.execute("DELETE FROM entry WHERE number <= (SELECT max(number) FROM entry) - ?", (MOST,))
        except HistoryError:
            if self.on:  # else another window has deleted the history meanwhile: it is off
                raise

    def entries(self, most: int = 200) -> list[Entry]:
        """Return the questions kept, newest first; none where history is off.

        Args:
            most: how many at most, from 0 on.

        Raises:
            HistoryError: the file is locked, damaged, of a later format, or may not be read.
        """
        if not self.on:
            return []
        try:
            return [_entry(*row) for row in self._rows(max(0, most))]
        except (TypeError, ValueError) as fault:
            raise self._damaged(fault) from fault
        except HistoryError:
            if self.on:  # else another window has deleted it meanwhile
                raise
            return []

    def delete(self) -> bool:
        """Delete the file and all that SQLite may have left beside it; True if there was any.

        Raises:
            HistoryError: a file cannot be deleted.
        """
        removed = [self._removed(self.file.with_name(f"{self.file.name}{ending}")) for ending in BESIDE]
        return any(removed)

    def _removed(self, file: Path) -> bool:
        try:
            file.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as fault:
            why = f"{file} cannot be deleted ({fault.strerror})"
            raise HistoryError(
                one_line(f"{why}; close other windows of Careguide and check the folder, then try again")
            ) from fault
        return True

    def _rows(self, most: int) -> list[tuple[int, str, str, str, str]]:
        chosen = "SELECT number, at, question, outcome, sections FROM entry ORDER BY number DESC LIMIT ?"
        with self._opened() as connection:
            connection.execute("BEGIN")
            return connection.execute(chosen, (most,)).fetchall() if self._format(connection) else []

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file, never make it, and close it again; faults of SQLite become ours."""
        address = f"{self.file.absolute().as_uri()}?mode=rw"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=self._patience, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")  # what is dropped is overwritten
                connection.execute("PRAGMA temp_store = MEMORY")
                yield connection
        except sqlite3.Error as fault:
            raise self._told(fault) from fault

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, alone from its beginning: so a lock is waited for once, not again at its end."""
        with self._opened() as connection:
            connection.execute("BEGIN EXCLUSIVE")
            if not self._format(connection):
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            yield connection
            connection.execute("COMMIT")

    def _format(self, connection: sqlite3.Connection) -> int:
        """Return the format of the file, 0 where nothing has been written yet; within a transaction, so that nobody writes."""
        version, page = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("user_version", "page_size"))
        if version not in (0, FORMAT):
            raise HistoryError(one_line(f"the history {self.file} is of another version of Careguide; update, or {_DELETE}"))
        # SQLite takes a part of a page for a whole one, and a part of the first for an empty file, and would write over both.
        size = self._size()
        if size % page or bool(version) != bool(size):
            raise self._damaged("it was cut off, or is not of Careguide")
        return version

    def _size(self) -> int:
        try:
            return self.file.stat().st_size
        except OSError as fault:
            raise HistoryError(
                one_line(f"the history {self.file} cannot be used ({fault.strerror}); check its folder")
            ) from fault

    def _told(self, fault: sqlite3.Error) -> HistoryError:
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the kind of fault, without its finer points
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            what = (
                f"is in use and did not come free in {self._patience:g} seconds; close other windows of Careguide and try again"
            )
        elif code == sqlite3.SQLITE_FULL:
            what = f"cannot grow: the disk is full; make room, or {_DELETE}"
        elif code in _NOT_ALLOWED:
            what = f"cannot be used ({fault}); check the disk and the permissions of its folder, or {_DELETE}"
        else:
            return self._damaged(fault)
        return HistoryError(one_line(f"the history {self.file} {what}"))

    def _damaged(self, fault: object) -> HistoryError:
        return HistoryError(one_line(f"the history {self.file} is damaged ({fault}); {_DELETE}"))


def open_history(config: Config) -> History:
    """Return the history of these settings; its file is made where the setting ``history`` asks for one.

    Raises:
        HistoryError: it cannot be made, or what is there cannot be used.
    """
    history = History(config.history_file)
    if config.history and not history.on:
        history.start()
    return history


def _sections(turn: Turn) -> list[str]:
    quotes = turn.reply.quotes if isinstance(turn.reply, Answer) else ()
    return [_place(quote.citation) for quote in quotes]


def _place(citation: Citation) -> str:
    return one_line(f"{citation.title} > {citation.section}" if citation.section else citation.title)


def _entry(number: int, at: str, question: str, outcome: str, sections: str) -> Entry:
    """Return a row as a value; its words are sanitised again, because others may write to the file."""
    named = json.loads(sections)
    if not isinstance(named, list):
        raise ValueError(f"entry {number} has no list of sections")
    when = datetime.fromisoformat(at).isoformat(timespec="seconds")
    return Entry(number, when, one_line(question), one_line(outcome), tuple(one_line(one) for one in named))
