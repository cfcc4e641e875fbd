"""Folders that may not be read or written: a clear line, an exit code, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.unprivileged import careguide


@contextmanager
def mode(bits: int, *folders: Path) -> Iterator[None]:
    """Give folders these permission bits for a while."""
    for folder in folders:
        folder.chmod(bits)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o755)


def flags(corpus: Path, data: Path) -> list[str]:
    return ["--corpus", str(corpus), "--data", str(data)]


def test_an_index_in_a_folder_that_may_not_be_written_still_answers(corpus_root: Path, tmp_path: Path):
    data = tmp_path / "data"
    assert careguide("index", *flags(corpus_root, data)).returncode == 0
    with mode(0o555, data, *(path for path in data.rglob("*") if path.is_dir())):
        assert careguide("ask", "lost phone manager", *flags(corpus_root, data)).returncode == 0


def test_a_data_folder_that_may_not_be_written_is_told(corpus_root: Path, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    with mode(0o555, data):
        done = careguide("ask", "lost phone manager", *flags(corpus_root, data))
        examined = careguide("doctor", *flags(corpus_root, data))
    assert done.returncode == 1
    assert "cannot write the index" in done.stderr
    assert "--data" in done.stderr
    assert list(data.iterdir()) == []
    assert f"the data folder {data} cannot be written" in examined.stdout


def test_a_data_folder_behind_a_closed_one_is_told_by_the_doctor(corpus_root: Path, tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir()
    with mode(0o000, closed):
        examined = careguide("doctor", *flags(corpus_root, closed / "data"))
    assert examined.returncode == 1
    assert "cannot be written" in examined.stdout
    assert "fault in the program" not in examined.stdout + examined.stderr


def test_a_corpus_folder_that_may_not_be_read_is_told(corpus_root: Path, tmp_path: Path):
    with mode(0o000, corpus_root / "starter"):
        done = careguide("ask", "lost phone manager", *flags(corpus_root, tmp_path / "data"))
    assert done.returncode == 1
    assert "starter cannot be read" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_document_that_may_not_be_read_is_left_out_and_told(corpus_root: Path, tmp_path: Path):
    (corpus_root / "starter" / "backups.md").chmod(0o000)
    built = careguide("index", *flags(corpus_root, tmp_path / "data"))
    assert built.returncode == 0
    assert "left out: starter/backups.md: cannot be read" in built.stderr
    assert careguide("ask", "lost phone manager", *flags(corpus_root, tmp_path / "data")).returncode == 0


def test_settings_behind_a_closed_folder_are_told(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir()
    with mode(0o000, closed):
        done = careguide("ask", "x", HOME=str(closed), XDG_CONFIG_HOME=str(closed / "config"))
    assert done.returncode == 2
    assert "settings file" in done.stderr


def test_a_history_that_may_not_be_made_or_deleted_is_told(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    with mode(0o555, data):
        made = careguide("history", "--on", "--data", str(data))
    assert (made.returncode, made.stderr.count("\n")) == (1, 1)
    assert "history.sqlite cannot be made (Permission denied); name another folder" in made.stderr
    assert careguide("history", "--on", "--data", str(data)).returncode == 0
    with mode(0o555, data):
        deleted = careguide("history", "--delete", "--data", str(data))
    assert (deleted.returncode, deleted.stdout, deleted.stderr.count("\n")) == (1, "", 1)
    assert "cannot be deleted (Permission denied)" in deleted.stderr
    with mode(0o000, data):
        assert careguide("history", "--data", str(data)).stdout.startswith("History is off")
