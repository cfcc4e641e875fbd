"""Tests of the questions kept on this machine: off at first, shared by windows, damaged, locked, and deleted for good."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.config import Config, load_config
from assistant.conversation import Turn
from assistant.errors import AssistantError, ConfigError, HistoryError
from assistant.history import BESIDE, MOST, Entry, History, open_history
from assistant.opening import open_assistant
from assistant.types import Answer, Citation, Excerpt, NoAnswer, Query, Quote
from assistant.wiring import Session, build_index
from tests.fakes import FakeEncoder

AT = datetime(2026, 11, 22, 10, 30, 59, 999_999, UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def history(file: Path) -> History:
    """Return a history that is on, and waits for nobody for long."""
    made = History(file, patience=0.2)
    made.start()
    return made


def cited(title: str, section: str) -> Quote:
    place = ("documents/a", title, section, "", "Office", "guidance", "https://example.org", "https://example.org")
    return Quote(Excerpt("documents/a", "0" * 64, 0, 4, "Text"), Citation(1, *place, None, None, None, None))


def answered(question: str, *quotes: Quote) -> Turn:
    query = Query(question)
    return Turn(query, Answer(query, quotes) if quotes else NoAnswer(query, "No."))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_question_is_kept_with_what_came_of_it(history: History) -> None:
    history.add(answered("who helps?", cited("A page", "Help > Who"), cited("Another page", "")), AT)
    history.add(answered("what is the price of carrots?"), AT.astimezone(timezone(timedelta(hours=5))))
    assert history.entries() == [
        Entry(2, "2026-11-22T10:30:59+00:00", "what is the price of carrots?", "not_found", ()),
        Entry(1, "2026-11-22T10:30:59+00:00", "who helps?", "answered", ("A page > Help > Who", "Another page")),
    ]
    assert [one.number for one in history.entries(1)] == [2]
    assert history.entries(0) == history.entries(-1) == []


def test_the_question_is_kept_as_it_was_asked_and_not_as_it_was_searched_for(history: History) -> None:
    query = Query("lost phone what about photos?", asked="what about photos?", topic="lost phone")
    history.add(Turn(query, NoAnswer(query, "No.")), AT)
    assert [one.question for one in history.entries()] == ["what about photos?"]


def test_nothing_is_opened_or_made_before_it_is_started(file: Path) -> None:
    history = History(file)
    assert not history.on
    history.add(answered("who helps?"), AT)
    assert history.entries() == []
    assert not history.delete()
    assert not file.parent.exists()


def test_the_file_is_the_owners_alone_and_nothing_stands_beside_it(history: History, file: Path) -> None:
    history.add(answered("who helps?"), AT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert left(file.parent) == [file.name]


def test_starting_again_keeps_what_is_there(history: History) -> None:
    history.add(answered("who helps?"), AT)
    history.start()
    assert len(history.entries()) == 1


def test_the_oldest_go_when_there_are_too_many_and_their_words_with_them(history: History, file: Path) -> None:
    history.add(answered("zebra crossing"), AT)
    with sqlite3.connect(file) as connection:
        rows = ((number, AT.isoformat(timespec="seconds"), "q", "answered", "[]") for number in range(2, MOST + 1))
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    assert b"zebra" in file.read_bytes()
    history.add(answered("one more"), AT)
    kept = history.entries(2 * MOST)
    assert (len(kept), kept[0].question, kept[-1].number) == (MOST, "one more", 2)
    assert b"zebra" not in file.read_bytes()


def test_words_that_act_on_a_terminal_are_neither_kept_nor_read(history: History, file: Path) -> None:
    history.add(answered("red \x1b[31m\u202eflag\nhere", cited("A\x1b]0;x\x07 page", "B\u200bC")), AT)
    assert b"\x1b" not in file.read_bytes()
    with sqlite3.connect(file) as connection:
        row = (2, "2026-11-22\x1b10:30:59+00:00", "\x1b[2Jtwo", "\x1b[1manswered", '["\\u001b[31mthree"]')
        connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", row)
    connection.close()
    foreign, own = history.entries()
    assert (own.question, own.sections) == ("red flag here", ("A page > BC",))
    assert foreign == Entry(2, "2026-11-22T10:30:59+00:00", "two", "answered", ("three",))


def test_deleting_takes_everything_and_turns_it_off_in_every_window(history: History, file: Path) -> None:
    other = History(file)
    history.add(answered("who helps?"), AT)
    for ending in BESIDE[1:]:
        file.with_name(file.name + ending).write_bytes(b"left by something")
    assert history.delete()
    assert left(file.parent) == []
    other.add(answered("who helps?"), AT)
    assert left(file.parent) == []
    assert not other.delete()


def test_what_is_left_beside_a_file_that_is_gone_is_deleted_too(file: Path) -> None:
    file.parent.mkdir()
    journal = file.with_name(f"{file.name}-journal")
    journal.write_bytes(b"who helps?")
    assert History(file).delete()
    assert left(file.parent) == []


def test_a_question_added_while_another_window_deletes_is_let_go(history: History, file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        patient = History(file, patience=5)
        adding = threading.Thread(target=patient.add, args=(answered("who helps?"), AT))
        faults: list[object] = []
        before, threading.excepthook = threading.excepthook, lambda told: faults.append(told.exc_value)
        try:
            adding.start()
            time.sleep(0.3)
            assert history.delete()
            writer.execute("ROLLBACK")
            adding.join(10)
        finally:
            threading.excepthook = before
    writer.close()
    assert faults == []
    assert left(file.parent) == []


def test_two_windows_adding_at_once_lose_nothing(file: Path) -> None:
    windows = [History(file, patience=20) for _ in range(2)]
    windows[0].start()

    def ask(window: int) -> None:
        for number in range(40):
            windows[window].add(answered(f"{window}: {number}"), AT)

    threads = [threading.Thread(target=ask, args=(window,)) for window in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [one.question for one in windows[0].entries()][::-1]
    assert len(kept) == 80
    for window in range(2):
        assert [one for one in kept if one.startswith(f"{window}:")] == [f"{window}: {number}" for number in range(40)]


ADDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from assistant.conversation import Turn
from assistant.history import History
from assistant.types import NoAnswer, Query

def add(words):
    query = Query(words)
    History(Path(sys.argv[1]), patience=20).add(Turn(query, NoAnswer(query, "No.")), datetime.now(UTC))
"""
FOREVER = """
for number in range(100_000):
    add(f"question {number} " + "words " * 400)
    print(number, flush=True)
"""
WITHOUT_ROOM = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
add("words " * 4_000)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX has it")
@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_killed_window_loses_nothing_that_it_had_kept(history: History, file: Path, after: int) -> None:
    with subprocess.Popen([sys.executable, "-c", ADDING + FOREVER, str(file)], stdout=subprocess.PIPE, text=True) as adding:
        assert adding.stdout is not None
        for _ in range(after):
            assert adding.stdout.readline()
        adding.send_signal(signal.SIGKILL)
        told = after + len(adding.stdout.readlines())
    kept = history.entries(MOST)
    assert told <= len(kept) <= told + 1
    history.add(answered("one more"), AT)
    assert left(file.parent) == [file.name]


def test_a_locked_file_is_one_line_in_time(history: History, file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        for operation in (lambda: history.add(answered("who helps?"), AT), history.entries, history.start):
            began = time.monotonic()
            said = told(operation)
            assert time.monotonic() - began < 2
            assert "is in use and did not come free in 0.2 seconds" in said
    writer.close()
    assert history.entries() == []


def told(operation: Callable[[], object]) -> str:
    """Return the one line that the operation ends with."""
    with pytest.raises(HistoryError) as caught:
        operation()
    said = str(caught.value)
    assert isinstance(caught.value, AssistantError)
    assert len(said.splitlines()) == 1
    return said


@pytest.mark.parametrize("size", [1, 50, 100, 1_000, 4_096, 5_000])
def test_a_truncated_file_is_one_line_and_can_be_deleted(history: History, file: Path, size: int) -> None:
    history.add(answered("who helps?"), AT)
    os.truncate(file, size)
    for operation in (lambda: history.add(answered("who helps?"), AT), history.entries, history.start):
        assert "careguide history --delete" in told(operation)
    assert history.delete()
    assert left(file.parent) == []


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text of some length" * 40, b"SQLite format 3\0" + b"\xff" * 9_000]
)
def test_a_file_that_is_something_else_is_told_and_left_as_it_is(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert "is damaged" in told(lambda: History(file).add(answered("who helps?"), AT))
    assert "is damaged" in told(History(file).entries)
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET sections = 'x'",
        "UPDATE entry SET sections = '{}'",
        "UPDATE entry SET sections = '[1]'",
        "UPDATE entry SET at = 'soon'",
        "UPDATE entry SET question = NULL",
        "UPDATE entry SET question = CAST(x'ff' AS TEXT)",
        "DROP TABLE entry",
    ],
)
def test_rows_that_are_not_as_written_are_told(history: History, file: Path, change: str) -> None:
    history.add(answered("who helps?"), AT)
    with sqlite3.connect(file) as connection:
        connection.execute(change)
    connection.close()
    assert "is damaged" in told(history.entries)


def test_a_file_of_a_later_format_is_told_and_left_as_it_is(history: History, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = file.read_bytes()
    for operation in (lambda: history.add(answered("who helps?"), AT), history.entries, history.start):
        assert "another version of Careguide" in told(operation)
    assert file.read_bytes() == before


def test_an_empty_file_is_a_history_without_questions(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    history = History(file)
    assert history.on
    assert history.entries() == []
    history.add(answered("who helps?"), AT)
    assert len(history.entries()) == 1


@pytest.mark.parametrize("blocked", ["data", "data/history.sqlite/inside"])
def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path, file: Path, blocked: str) -> None:
    if blocked == "data":
        (tmp_path / blocked).write_text("a file where the folder would be")
    else:
        (tmp_path / blocked).mkdir(parents=True)
    told(History(file).start)
    assert not History(file).on


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits files as POSIX has it")
def test_a_disk_without_room_is_one_line_and_loses_nothing(history: History, file: Path) -> None:
    history.add(answered("who helps?"), AT)
    command = [sys.executable, "-c", ADDING + WITHOUT_ROOM, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    print(done.stderr)
    assert "HistoryError: the history" in done.stderr.splitlines()[-1]
    assert [one.question for one in history.entries()] == ["who helps?"]


def test_with_history_off_no_word_of_a_question_reaches_the_data_folder(config: Config) -> None:
    build_index(config, encoder=FakeEncoder())
    session = Session(open_assistant(config))
    history = open_history(config)
    turn = session.ask("where do zebras queue for a lost phone?")
    history.add(turn, AT)
    assert not history.on
    assert holding(config.data, b"zebra") == []
    history.start()
    history.add(turn, AT)
    assert holding(config.data, b"zebra") == [config.history_file]
    assert history.delete()
    assert holding(config.data, b"zebra") == []


def holding(folder: Path, word: bytes) -> list[Path]:
    """Return the files below the folder that hold the word, or are named after it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word in path.read_bytes() or word.decode() in path.name]


def test_the_setting_makes_the_file_and_without_it_one_that_is_there_is_used(tmp_path: Path) -> None:
    off, on = Config(tmp_path, tmp_path / "data"), Config(tmp_path, tmp_path / "data", history=True)
    assert not open_history(off).on
    assert open_history(on).on
    assert open_history(off).on
    open_history(on).delete()
    assert not open_history(off).on


@pytest.mark.parametrize(
    ("value", "on"), [("true", True), ("1", True), ("YES", True), ("false", False), ("0", False), ("No", False), ("", False)]
)
def test_the_variable_turns_it_on_or_off(tmp_path: Path, value: str, on: bool) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("")
    assert load_config(environment={"CAREGUIDE_CONFIG": str(settings), "CAREGUIDE_HISTORY": value}).history is on


def test_the_variable_comes_before_the_file(tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("history = true\n")
    assert load_config(environment={"CAREGUIDE_CONFIG": str(settings)}).history is True
    assert load_config(environment={"CAREGUIDE_CONFIG": str(settings), "CAREGUIDE_HISTORY": "no"}).history is False


@pytest.mark.parametrize("value", ["maybe", "2", "on"])
def test_a_variable_that_is_neither_is_told(tmp_path: Path, value: str) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("")
    with pytest.raises(ConfigError, match=rf"history is '{value}'; it must be true or false"):
        load_config(environment={"CAREGUIDE_CONFIG": str(settings), "CAREGUIDE_HISTORY": value})
