"""Tests of installing packs: verified first, switched all at once, and whole after a crash at any step."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.errors import AssistantError, IndexMissing, PackError
from assistant.index.generation import Generations
from assistant.index.manifest import FORMAT
from assistant.pack.installed import FILE, contents, read_record
from tests.pack.packs import FILES, KEY, forged, generation, name_of, packed, published, put_in
from tests.pack.stops import BEFORE, NEW, NEWER, answering, in_child, install, kill, names

ROOT = Path(__file__).resolve().parents[2]
STOPS = """
import runpy, sys, types
package = types.ModuleType("tests")  # a dependency of the development tools installs a package of the same name
package.__path__ = ["tests"]
sys.modules["tests"] = package
sys.path.insert(0, ".")
runpy.run_module("tests.pack.stops", run_name="__main__", alter_sys=False)
"""


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "data" / "index")


def test_what_is_installed_is_current_stays_and_is_the_same_bytes(generations: Generations, tmp_path: Path) -> None:
    pack = install(generations, packed(tmp_path))
    assert generations.pointer() == (generation().id, "packed")
    assert generations.check(generation().id) == generation()
    folder = generations.folder(generation().id)
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    record = read_record(generations.root)
    told = record.packs[contents(pack.generation)]
    assert (record.version, told.version, told.expires, told.key) == (5, 5, "2027-01-31", name_of(KEY))
    assert told.at == "2026-11-23T09:30:00+00:00"


def test_installing_again_changes_nothing_but_when(generations: Generations, tmp_path: Path) -> None:
    file = packed(tmp_path)
    install(generations, file)
    before = {one: one.stat().st_mtime_ns for one in generations.folder(generation().id).rglob("*") if one.is_file()}
    install(generations, file)
    assert {one: one.stat().st_mtime_ns for one in before} == before
    assert generations.pointer() == (generation().id, "packed")


def test_a_damaged_pack_is_refused_although_what_is_in_it_is_installed(generations: Generations, tmp_path: Path) -> None:
    file = packed(tmp_path)
    install(generations, file)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(PackError, match="is damaged"):
        install(generations, file)
    assert generations.check(generation().id) == generation()


def test_installing_again_mends_what_is_damaged(generations: Generations, tmp_path: Path) -> None:
    file = packed(tmp_path)
    install(generations, file)
    (generations.folder(generation().id) / "b.txt").write_bytes(b"damaged")
    install(generations, file)
    assert generations.check(generation().id) == generation()


def test_a_renewed_pack_of_the_same_generation_has_the_later_expiry(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    install(generations, packed(tmp_path, version=6, expires="2028-01-01"))
    record = read_record(generations.root)
    assert (record.version, [(one.version, one.expires) for one in record.packs.values()]) == (6, [(6, "2028-01-01")])


def test_an_older_version_is_refused_unless_allowed(generations: Generations, tmp_path: Path) -> None:
    older, newer = packed(tmp_path), packed(tmp_path, generation(NEWER, "newer"), NEWER, version=6)
    install(generations, newer)
    with pytest.raises(PackError, match=r"version 5, older than the installed 6; .*--allow-downgrade"):
        install(generations, older)
    assert generations.current() == generation(NEWER, "newer").id
    install(generations, older, allow_downgrade=True)
    assert generations.current() == generation().id
    install(generations, older)  # it is the installed one now
    assert read_record(generations.root).version == 5


def test_the_same_version_with_other_guidance_is_refused_unless_allowed(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    other = packed(tmp_path, generation(NEWER, "other"), NEWER)
    with pytest.raises(PackError, match="has the version 5 of the installed one and other guidance"):
        install(generations, other)
    assert generations.current() == generation().id
    install(generations, other, allow_downgrade=True)
    assert generations.current() == generation(NEWER, "other").id


def test_after_going_back_an_older_version_is_still_refused(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path, version=4))
    install(generations, packed(tmp_path, generation(NEWER, "newer"), NEWER))
    generations.go_back(generation().id)
    with pytest.raises(PackError, match="has version 4, older than the installed 5"):
        install(generations, packed(tmp_path, version=4))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_the_record_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(PackError, match="cannot be read"):
        read_record(tmp_path)


def test_any_changed_bit_of_the_record_is_told(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    file = generations.root / FILE
    written = file.read_bytes()
    for at in range(8 * len(written)):
        changed = bytearray(written)
        changed[at // 8] ^= 1 << at % 8
        file.write_bytes(changed)
        with pytest.raises(PackError, match="cannot be read; remove it, then install the newest pack again"):
            read_record(generations.root)


def test_an_older_version_is_refused_though_the_local_corpus_answers_now(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    published(generations, generation(NEWER, "local"), NEWER)
    with pytest.raises(PackError, match="older than the installed 5"):
        install(generations, packed(tmp_path, version=4))
    assert generations.pointer() == (generation(NEWER, "local").id, "")


def test_only_packs_that_are_on_the_disk_are_remembered(generations: Generations, tmp_path: Path) -> None:
    for number in range(1, 6):
        install(generations, packed(tmp_path, generation(corpus=f"corpus {number}"), version=number))
    record = read_record(generations.root)
    assert sorted(one.version for one in record.packs.values()) == [3, 4, 5]
    assert sorted(one.generation for one in record.packs.values()) == names(generations.root / "generations")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"version": 1, "packs": {"x": {}}}', b"[" * 100_000])
def test_a_damaged_record_is_told_and_nothing_is_installed(generations: Generations, tmp_path: Path, content: bytes) -> None:
    generations.root.mkdir(parents=True)
    (generations.root / FILE).write_bytes(content)
    with pytest.raises(PackError, match=r"packs\.json, cannot be read; remove it"):
        install(generations, packed(tmp_path))
    with pytest.raises(IndexMissing):
        generations.current()


# Packs that do not fit


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"encoder": "other"},
            r"made with the encoder fake \(other\), and this Careguide uses fake \(encoder\); set --encoder",
        ),
        ({"chunker": "other"}, r"another version of Careguide, or with another passage_tokens \(other, here chunker\)"),
    ],
)
def test_a_pack_for_another_program_is_refused(
    generations: Generations, tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    with pytest.raises(PackError, match=says):
        install(generations, packed(tmp_path, generation(**changes)))
    assert not generations.root.exists()


@pytest.mark.parametrize(("difference", "says"), [(1, "get a newer Careguide"), (-1, "get a pack made with this Careguide")])
def test_an_index_of_another_format_is_refused(generations: Generations, tmp_path: Path, difference: int, says: str) -> None:
    made = dataclasses.replace(generation(), format=FORMAT + difference)
    with pytest.raises(PackError, match=says):
        install(generations, packed(tmp_path, made))


def test_an_id_that_does_not_follow_is_refused(generations: Generations, tmp_path: Path) -> None:
    file = forged(packed(tmp_path), lambda values: put_in(values, ("generation", "corpus"), "another"))
    with pytest.raises(PackError, match="does not follow from what it is made of"):
        install(generations, file)


def test_a_damaged_file_leaves_what_was_there_and_nothing_else(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    before = {one: one.read_bytes() for one in generations.root.rglob("*") if one.is_file()}
    newer = packed(tmp_path, generation(NEWER, "newer"), NEWER, version=6)
    newer.write_bytes(newer.read_bytes()[:-1] + b"x")
    with pytest.raises(PackError, match=r"the file words/a\.bin in the pack .* is damaged"):
        install(generations, newer)
    assert {one: one.read_bytes() for one in generations.root.rglob("*") if one.is_file()} == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("in the way", encoding="utf-8")
    with pytest.raises(AssistantError, match="cannot write the index"):
        install(Generations(tmp_path / "index"), packed(tmp_path))


# Crashes and full disks


@pytest.mark.parametrize("act", ["killed", "refused"])
def test_after_a_stop_at_any_step_the_old_or_the_new_one_answers_and_the_next_run_recovers(tmp_path: Path, act: str) -> None:
    command = [sys.executable, "-c", STOPS, act, str(tmp_path)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    steps = dict(line.split() for line in done.stdout.splitlines())
    assert set(steps) == {before.__name__ for before in BEFORE}
    assert all(int(count) > 8 for count in steps.values())


def test_a_disk_that_is_full_within_a_file_leaves_what_was_there(generations: Generations, tmp_path: Path) -> None:
    install(generations, packed(tmp_path))
    large = {"large": bytes(3 * 2**20)}
    file = packed(tmp_path, generation(large, "large"), large, version=6)

    def within_a_megabyte() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
        install(generations, file)

    _, said = in_child(within_a_megabyte, 0, kill, generations.root)
    assert said.startswith(f"PackError: cannot install the pack {file}")
    assert "File too large" in said
    assert answering(generations) == generation()
    assert names(generations.root / "generations") == [generation().id]


def test_two_at_once_wait_for_each_other(generations: Generations, tmp_path: Path) -> None:
    first, second = packed(tmp_path), packed(tmp_path, NEW, NEWER, version=6)
    children = []
    for number in range(6):
        if not (child := os.fork()):
            with suppress(AssistantError):
                install(generations, (first, second)[number % 2])
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert answering(generations) == NEW
    assert json.loads((generations.root / FILE).read_text(encoding="utf-8"))["version"] == 6
