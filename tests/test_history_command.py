"""``careguide history``: lists, turns on, deletes, and says which; asking on the command line adds nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.conversation import Turn
from assistant.history import History
from assistant.types import NoAnswer, Query
from tests.conftest import QUESTION, Command
from tests.schema import HistoryJson

OFF = "History is off: no question is kept. To keep those asked in the terminal UI: careguide history --on\n"


@pytest.fixture
def flags(tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path / "data")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


def keep(file: Path, *questions: str) -> None:
    for question in questions:
        query = Query(question)
        History(file).add(Turn(query, NoAnswer(query, "No.")), datetime(2026, 11, 22, 10, 30, tzinfo=UTC))


def shape(out: str) -> HistoryJson:
    return HistoryJson.model_validate_json(out, strict=True)


def test_it_is_off_and_says_how_to_turn_it_on(careguide: Command, flags: list[str], tmp_path: Path):
    done = careguide("history", flags=flags)
    assert (done.code, done.out) == (0, OFF)
    assert not shape(careguide("history", "--json", flags=flags).out).on
    assert not (tmp_path / "data").exists()


def test_it_is_turned_on_listed_and_deleted_with_one_command(careguide: Command, flags: list[str], file: Path):
    on = careguide("history", "--on", flags=flags)
    assert on.code == 0
    assert on.out.startswith(f"History is on: the terminal UI keeps the newest 1,000 questions in {file}.")
    assert "History was on already" in careguide("history", "--on", flags=flags).out
    assert careguide("history", flags=flags).out.startswith(f"History is on: 0 questions in {file}.\n")
    keep(file, "who helps?", "and when?")
    listed = careguide("history", flags=flags).out
    assert f"History is on: 2 questions in {file}, newest first.\n\n2. and when?\n" in listed
    assert "1. who helps?\n   22 November 2026, 10:30 UTC: not found\n" in listed
    deleted = careguide("history", "--delete", flags=flags)
    assert (deleted.code, deleted.out) == (0, f"Deleted: 2 questions, and the file {file}.\n{OFF}")
    assert list(file.parent.iterdir()) == []
    assert careguide("history", "--delete", flags=flags).out == f"There was no history to delete.\n{OFF}"


def test_the_json_has_the_documented_shape(careguide: Command, flags: list[str], file: Path):
    on = shape(careguide("history", "--on", "--json", flags=flags).out)
    assert (on.on, on.file, on.deleted, on.entries) == (True, str(file), False, [])
    keep(file, "who helps?")
    (entry,) = shape(careguide("history", "--json", flags=flags).out).entries
    assert (entry.number, entry.question, entry.outcome) == (1, "who helps?", "not_found")
    gone = shape(careguide("history", "--delete", "--json", flags=flags).out)
    assert (gone.on, gone.deleted, gone.entries) == (False, True, [])


def test_asking_on_the_command_line_adds_nothing(careguide: Command, built: Path):
    history = History(built / "history.sqlite")
    history.start()
    try:
        assert careguide("ask", QUESTION).code == 0
        assert careguide("ask", "--batch", "-", stdin=b'{"id": "a", "turns": ["lost phone"]}').code == 0
        assert history.entries() == []
    finally:
        history.delete()


def test_a_damaged_history_is_one_line_and_is_deleted_all_the_same(careguide: Command, flags: list[str], file: Path):
    file.parent.mkdir()
    file.write_bytes(b"not a database" * 100)
    listed = careguide("history", flags=flags)
    assert (listed.code, listed.out, listed.err.count("\n")) == (1, "", 1)
    assert "careguide history --delete" in listed.err
    assert f"wrong  the history {file} is damaged" in careguide("doctor", flags=flags).out
    assert careguide("history", "--delete", flags=flags).out.startswith(f"Deleted: the file {file}.\n")
    assert "history is off" in careguide("doctor", flags=flags).out


def test_the_doctor_says_whether_it_is_on(careguide: Command, flags: list[str], file: Path, monkeypatch: pytest.MonkeyPatch):
    assert "ok     history is off: no question is kept\n" in careguide("doctor", flags=flags).out
    monkeypatch.setenv("CAREGUIDE_HISTORY", "true")
    assert "turns it on when the terminal UI next opens" in careguide("doctor", flags=flags).out
    assert not file.exists()
    careguide("history", "--on", flags=flags)
    keep(file, "who helps?")
    assert f"ok     history is on: 1 of at most 1,000 questions in {file}" in careguide("doctor", flags=flags).out


def test_deleting_says_when_the_setting_turns_it_on_again(
    careguide: Command, flags: list[str], file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CAREGUIDE_HISTORY", "yes")
    careguide("history", "--on", flags=flags)
    assert "The setting history is true" in careguide("history", "--delete", flags=flags).out
    assert not file.exists()


def test_turning_on_and_deleting_at_once_is_refused(careguide: Command, flags: list[str]):
    assert careguide("history", "--on", "--delete", flags=flags).code == 2


def test_the_help_says_that_only_the_terminal_ui_adds(careguide: Command):
    said = " ".join(careguide("history", "--help").out.split())
    assert "the terminal UI has kept" in said
    assert "careguide ask never adds" in said
