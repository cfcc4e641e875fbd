"""Writing whole files, and names that are held for a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.files import PATIENCE, WINDOWS, rename, sweep, sync, write_whole


class Held(type(Path())):  # type: ignore[misc]
    """A file that another program has open for the first attempts, as on Windows."""

    attempts = 0

    def replace(self, target: Path) -> Path:
        """Refuse twice."""
        type(self).attempts += 1
        if type(self).attempts <= 2:
            raise PermissionError(13, "held open")
        moved: Path = super().replace(target)
        return moved


def test_a_rename_is_tried_again_while_the_file_is_held_open(tmp_path: Path) -> None:
    Held.attempts = 0
    (tmp_path / "new").write_text("words", encoding="utf-8")
    rename(Held(tmp_path / "new"), tmp_path / "file", patience=(0.0, 0.0, 0.0))
    assert (tmp_path / "file").read_text(encoding="utf-8") == "words"
    assert Held.attempts == 3


def test_a_rename_is_not_tried_for_ever(tmp_path: Path) -> None:
    Held.attempts = -10
    (tmp_path / "new").touch()
    with pytest.raises(PermissionError):
        rename(Held(tmp_path / "new"), tmp_path / "file", patience=(0.0, 0.0))
    assert Held.attempts == -7
    assert sum(PATIENCE) < 2


def test_without_another_program_it_is_tried_once(tmp_path: Path) -> None:
    Held.attempts = 0
    (tmp_path / "new").touch()
    with pytest.raises(PermissionError):
        rename(Held(tmp_path / "new"), tmp_path / "file", patience=())
    assert Held.attempts == 1
    assert not (tmp_path / "file").exists()


def test_what_was_there_stays_when_the_new_cannot_be_named(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "within").touch()
    with pytest.raises(OSError, match="irectory"):
        write_whole(tmp_path / "file", b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["file"], "nothing is left beside it"


def test_a_file_and_a_folder_can_be_synced(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"words")
    sync(tmp_path / "file")
    sync(tmp_path)
    if not WINDOWS:
        with pytest.raises(FileNotFoundError):
            sync(tmp_path / "missing")


def test_what_a_writer_that_died_left_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    for kept in ("file", ".hidden", "a.part"):
        write_whole(tmp_path / kept, b"words")
    (tmp_path / "folder").mkdir()
    for left in (tmp_path / ".file.x1.part", tmp_path / "folder" / ".page.md.x2.part"):
        left.touch()
    sweep(tmp_path)
    assert sorted(one.name for one in tmp_path.rglob("*")) == [".hidden", "a.part", "file", "folder"]
