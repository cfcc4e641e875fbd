"""Writing exports to files: names, permissions, and what is said when it cannot be done."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ExportError
from assistant.export.write import Format, write_export
from tests.dying import dies_at_its_first_sync
from tests.export.given import EXPORT
from tests.export.read import seen


@pytest.mark.parametrize("format_", list(Format))
def test_a_file_is_named_by_the_time_and_is_its_owners_alone(format_: Format, tmp_path: Path):
    folder = tmp_path / "not" / "there"
    file = write_export(EXPORT, folder, format_)
    assert file == folder / f"careguide-2026-11-24-140509.{format_}"
    assert len(seen(file.read_bytes(), format_).quotes) == 2
    assert [one.name for one in folder.iterdir()] == [file.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path):
    first = tmp_path / "careguide-2026-11-24-140509.md"
    first.write_text("mine")
    (tmp_path / "careguide-2026-11-24-140509-2.md").symlink_to(tmp_path / "nowhere")
    names = [write_export(EXPORT, tmp_path, Format.MARKDOWN).name for _ in range(2)]
    assert names == ["careguide-2026-11-24-140509-3.md", "careguide-2026-11-24-140509-4.md"]
    assert first.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to die")
def test_who_dies_while_exporting_leaves_the_name_free(tmp_path: Path):
    dies_at_its_first_sync(lambda: write_export(EXPORT, tmp_path, Format.MARKDOWN))
    assert write_export(EXPORT, tmp_path, Format.MARKDOWN).name == "careguide-2026-11-24-140509.md"


def test_a_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path):
    file = tmp_path / "taken"
    file.write_text("mine")
    for folder in (file, file / "below"):
        with pytest.raises(ExportError, match="cannot write the conversation to") as told:
            write_export(EXPORT, folder, Format.HTML)
        assert "name another folder" in str(told.value)
        assert "\n" not in str(told.value)
    assert file.read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc to write into here")
def test_a_folder_that_may_not_be_written_is_told_in_one_line():
    with pytest.raises(ExportError, match="cannot write the conversation to /proc") as told:
        write_export(EXPORT, Path("/proc"), Format.HTML)
    assert "\n" not in str(told.value)


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal = pytest.importorskip("signal")
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        with pytest.raises(ExportError, match="the disk is not full"):
            write_export(EXPORT, tmp_path, Format.HTML)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, kept)
    assert list(tmp_path.iterdir()) == []


def test_a_conversation_without_turns_is_not_written(tmp_path: Path):
    with pytest.raises(ExportError, match="ask a question first"):
        write_export(replace(EXPORT, turns=()), tmp_path, Format.DOCX)
    assert list(tmp_path.iterdir()) == []
