"""Tests of writing packs: whole or not at all, and never over anything else."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from assistant.errors import PackError
from assistant.pack.build import DAYS, expiry_at, version_at
from tests.pack.packs import FILES, NOW, generation, packed


def test_version_and_expiry_follow_from_the_time_in_utc() -> None:
    at = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-2)))
    assert version_at(at) == 202701010130
    assert expiry_at(at) == "2027-04-01"
    assert DAYS == 90


def test_a_later_pack_replaces_one_of_the_same_name_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    first = packed(tmp_path).read_bytes()
    file = packed(tmp_path, expires="2027-06-30")
    assert file.read_bytes() != first
    assert file.stat().st_mode & 0o777 == 0o644
    assert sorted(one.name for one in tmp_path.iterdir()) == [file.name, "to-pack"]


def test_nothing_but_a_pack_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "guidance-5.cgpack").write_text("a private key, named by mistake", encoding="utf-8")
    with pytest.raises(PackError, match="is there already and is not a pack"):
        packed(tmp_path)
    assert (tmp_path / "guidance-5.cgpack").read_text(encoding="utf-8").startswith("a private key")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_file_is_not_waited_for_and_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "guidance-5.cgpack"
    os.mkfifo(file)
    with pytest.raises(PackError, match="is there already and is not a pack"):
        packed(tmp_path)
    assert file.is_fifo()


@pytest.mark.parametrize("version", [0, -1, 10**15])
def test_a_version_that_cannot_be_one_is_refused(tmp_path: Path, version: int) -> None:
    with pytest.raises(PackError, match=f"the version {version} cannot be used"):
        packed(tmp_path, version=version)


@pytest.mark.parametrize("content", [b"changed", b"content of the pacK", None])
def test_a_file_that_has_changed_since_it_was_checked_stops_the_build(tmp_path: Path, content: bytes | None) -> None:
    made = generation()
    whole = packed(tmp_path, made).read_bytes()
    spoilt = {**FILES, "b.txt": content or b""}
    with pytest.raises(PackError, match=r"b\.txt.*careguide index --again"):
        packed(tmp_path, made, spoilt)
    assert (tmp_path / "guidance-5.cgpack").read_bytes() == whole
    assert sorted(one.name for one in tmp_path.iterdir()) == ["guidance-5.cgpack", "to-pack"]


def test_an_index_too_large_for_a_pack_is_refused(tmp_path: Path) -> None:
    files = {f"f{number}": b"" for number in range(3)}
    made = generation(files)
    made.files.update({f"g{number}": (2**30, "0" * 64) for number in range(3)})
    with pytest.raises(PackError, match="cannot be put into a pack"):
        packed(tmp_path, made, files)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    from assistant.pack.build import build_pack
    from tests.pack.packs import KEY

    with pytest.raises(PackError, match=r"cannot write the pack .*No such file"):
        build_pack(tmp_path / "nowhere" / "a.cgpack", tmp_path, generation(), KEY, 1, "2027-01-01", NOW)
