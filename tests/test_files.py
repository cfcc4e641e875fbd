"""Writing whole files, and names that are held for a moment."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.files import PATIENCE, WINDOWS, NotRegular, open_regular, rename, sweep, sync, write_new, write_whole
from tests.dying import dies_at_its_first_sync

Link = Callable[[Path, Path], None]


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


def refused(_old: Path, _new: Path) -> None:
    """Be a disk that knows no links."""
    raise OSError(errno.EPERM, "no links here")


def taken_meanwhile(_old: Path, new: Path) -> None:
    """Be a disk on which somebody else has just taken the name."""
    new.write_bytes(b"theirs")
    raise FileExistsError(errno.EEXIST, "taken", str(_old), None, str(new))


links = pytest.mark.parametrize("link", [os.link, refused])


@links
def test_a_new_file_is_whole_and_of_its_mode_and_nothing_is_left_beside_it(tmp_path: Path, link: Link) -> None:
    write_new(tmp_path / "file", b"words", 0o600, link)
    assert (tmp_path / "file").read_bytes() == b"words"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    if not WINDOWS:
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
        assert (tmp_path / "file").stat().st_nlink == 1


@links
def test_a_new_file_is_never_written_over_another(tmp_path: Path, link: Link) -> None:
    (tmp_path / "file").write_bytes(b"precious")
    (tmp_path / "folder").mkdir()
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere")
    before = sorted(one.name for one in tmp_path.iterdir())
    for name in before:
        with pytest.raises(FileExistsError) as told:
            write_new(tmp_path / name, b"words", link=link)
        assert told.value.filename == str(tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b"precious"
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_a_name_that_somebody_takes_meanwhile_stays_theirs(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError) as told:
        write_new(tmp_path / "file", b"words", link=taken_meanwhile)
    assert told.value.filename == str(tmp_path / "file")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"theirs")]


def test_a_new_file_that_cannot_be_named_leaves_nothing(tmp_path: Path) -> None:
    def gone(old: Path, new: Path) -> None:
        old.unlink()
        refused(old, new)

    with pytest.raises(FileNotFoundError):
        write_new(tmp_path / "file", b"words", link=gone)
    with pytest.raises(FileNotFoundError):
        write_new(tmp_path / "nowhere" / "file", b"words")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to die")
def test_who_dies_while_writing_a_new_file_leaves_its_name_free(tmp_path: Path) -> None:
    dies_at_its_first_sync(lambda: write_new(tmp_path / "file", b"words"))
    assert not (tmp_path / "file").exists()
    write_new(tmp_path / "file", b"other words")
    sweep(tmp_path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"other words")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for other in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(NotRegular):
            open_regular(other)
    (tmp_path / "file").write_bytes(b"words")
    with open_regular(tmp_path / "file") as stream:
        assert stream.read() == b"words"


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
