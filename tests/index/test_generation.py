"""Tests of generations: whole, checked, never changed, named by one pointer."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged, IndexMissing, RetrievalError
from assistant.index.generation import KEPT, Generations
from assistant.index.manifest import FORMAT, MANIFEST, Manifest, file_digest, generation_id, manifest_bytes
from assistant.index.pointer import CURRENT, Pointer


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def published(generations: Generations, corpus: str = "c") -> Manifest:
    """Publish a small generation of two files."""
    identity = generation_id(corpus, "chunker", "encoder")
    workspace = generations.workspace(identity)
    (workspace / "words").mkdir()
    (workspace / "words" / "a.bin").write_bytes(b"\x00\x01" * 50)
    (workspace / "b.txt").write_text(f"content of {corpus}", encoding="utf-8")
    names = ["b.txt", "words/a.bin"]
    files = {name: ((workspace / name).stat().st_size, file_digest(workspace / name)) for name in names}
    manifest = Manifest(
        identity, corpus, "chunker", "encoder", "2026-01-01T00:00:00+00:00", "fake", 3, 1, 2, ("a fault",), files
    )
    generations.publish(workspace, manifest)
    return manifest


def names(generations: Generations) -> set[str]:
    return {folder.name for folder in (generations.root / "generations").iterdir()}


def test_what_is_published_is_current_and_sound(generations: Generations) -> None:
    manifest = published(generations)
    assert generations.current() == manifest.id
    assert generations.manifest(manifest.id) == generations.check(manifest.id) == manifest
    assert names(generations) == {manifest.id}
    assert sorted(one.name for one in generations.root.iterdir()) == [CURRENT, "generations"]


def test_the_id_follows_from_what_it_is_made_of() -> None:
    seen = {
        generation_id(*parts)
        for parts in [("a", "b", "c"), ("b", "b", "c"), ("a", "c", "c"), ("a", "b", "d"), ("a\nb", "c", "")]
    }
    assert len(seen) == 5
    assert generation_id("a", "b", "c") == generation_id("a", "b", "c")
    assert all(len(one) == 16 for one in seen)


def test_nothing_built_is_missing(generations: Generations) -> None:
    with pytest.raises(IndexMissing, match="careguide index"):
        generations.current()


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"../../etc/passwd\n", b"0123456789abcdeg\n", b"0123\n", b"\xff\xfe" * 8, b"0123456789abcdef0\n"]
)
def test_a_bad_pointer_is_damage(generations: Generations, content: bytes) -> None:
    published(generations)
    (generations.root / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"CURRENT.*careguide index"):
        generations.current()


def test_a_pointer_that_is_a_folder_is_damage(generations: Generations) -> None:
    (generations.root / CURRENT).mkdir(parents=True)
    with pytest.raises(IndexDamaged, match="CURRENT"):
        generations.current()


def test_a_pointer_to_a_generation_that_is_gone_is_damage(generations: Generations) -> None:
    manifest = published(generations)
    (generations.root / CURRENT).write_text("0123456789abcdef\n", encoding="ascii")
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        generations.check(generations.current())
    assert generations.check(manifest.id) == manifest


@pytest.mark.parametrize("name", ["b.txt", "words/a.bin"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "missing", "a folder"])
def test_a_damaged_file_is_named(generations: Generations, name: str, damage: str) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / name
    content = bytearray(file.read_bytes())
    file.unlink()
    if damage == "flipped":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage in ("cut", "longer"):
        file.write_bytes(content[:-1] if damage == "cut" else bytes(content) + b"x")
    elif damage == "a folder":
        file.mkdir()
    with pytest.raises(IndexDamaged, match=f"{name}.*careguide index --again"):
        generations.check(manifest.id)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"\xff",
        b'{"files": {}, "faults": []}',
        b'{"files": {"a": 1}, "faults": []}',
        b'{"files": [1]}',
    ],
)
def test_a_manifest_that_is_missing_or_malformed_is_damage(generations: Generations, content: bytes | None) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / MANIFEST
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"manifest\.json.*careguide index --again"):
        generations.check(manifest.id)


def test_a_manifest_with_a_number_for_words_is_damage(generations: Generations) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / MANIFEST
    file.write_bytes(manifest_bytes(dataclasses.replace(manifest, corpus=5)))  # type: ignore[arg-type]
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        generations.manifest(manifest.id)


@pytest.mark.parametrize("field", ["id", "corpus", "chunker", "encoder"])
def test_a_manifest_of_another_generation_is_damage(generations: Generations, field: str) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / MANIFEST
    file.write_bytes(manifest_bytes(dataclasses.replace(manifest, **{field: "other"})))  # type: ignore[arg-type]
    with pytest.raises(IndexDamaged, match="another generation"):
        generations.manifest(manifest.id)


def test_a_manifest_of_another_format_is_damage(generations: Generations) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / MANIFEST
    file.write_bytes(manifest_bytes(dataclasses.replace(manifest, format=FORMAT + 1)))
    with pytest.raises(IndexDamaged, match="careguide index --again"):
        generations.manifest(manifest.id)


def test_publishing_again_puts_the_new_files_in_place_of_the_old(generations: Generations) -> None:
    manifest = published(generations)
    (generations.folder(manifest.id) / "b.txt").write_text("damaged", encoding="utf-8")
    assert published(generations) == generations.check(manifest.id)
    assert names(generations) == {manifest.id}


def test_only_the_current_one_and_two_others_are_kept(generations: Generations) -> None:
    ids = []
    for number in range(6):
        ids.append(published(generations, f"corpus {number}").id)
        os.utime(generations.folder(ids[-1]), (number, number))
    assert KEPT == 3
    assert names(generations) == set(ids[-3:])
    assert generations.current() == ids[-1]


def test_pointing_to_an_older_one_keeps_it(generations: Generations) -> None:
    ids = [published(generations, f"corpus {number}").id for number in range(3)]
    for age, identity in enumerate(reversed(ids)):
        os.utime(generations.folder(identity), (1_000 - age, 1_000 - age))
    generations.point(ids[0])
    assert generations.current() == ids[0]
    newest = published(generations, "corpus 3").id
    assert names(generations) == {newest, ids[0], ids[2]}


def test_a_workspace_is_empty_and_is_no_generation(generations: Generations) -> None:
    manifest = published(generations)
    first = generations.workspace("0123456789abcdef")
    (first / "left over").touch()
    with generations.writing():
        second = generations.workspace("0123456789abcdef")
    assert list(second.iterdir()) == []
    generations.point(manifest.id)
    assert second.exists()
    assert generations.current() == manifest.id


def test_a_file_where_the_folder_must_be(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("in the way", encoding="utf-8")
    generations = Generations(tmp_path / "index")
    with pytest.raises(RetrievalError, match=r"cannot write the index.*--data"):
        generations.workspace("0123456789abcdef")
    with pytest.raises(RetrievalError):
        generations.current()


def test_a_disk_that_refuses_leaves_the_current_one(generations: Generations) -> None:
    manifest = published(generations)
    identity = generation_id("new", "chunker", "encoder")
    workspace = generations.workspace(identity)
    (workspace / MANIFEST).mkdir()
    with pytest.raises(RetrievalError, match="cannot write the index"):
        generations.publish(workspace, dataclasses.replace(manifest, id=identity, corpus="new"))
    assert generations.check(generations.current()) == manifest


def test_a_pointer_that_cannot_be_written(generations: Generations) -> None:
    manifest = published(generations)
    (generations.root / CURRENT).unlink()
    (generations.root / CURRENT / "in the way").mkdir(parents=True)
    with pytest.raises(RetrievalError, match="cannot write the index"):
        generations.point(manifest.id)
    assert sorted(one.name for one in generations.root.iterdir()) == [CURRENT, "generations"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every folder")
def test_a_folder_without_permission(generations: Generations) -> None:
    manifest = published(generations)
    generations.root.chmod(0o500)
    try:
        with pytest.raises(RetrievalError, match="check that it is a folder that may be written"):
            generations.point(manifest.id)
        assert generations.current() == manifest.id
    finally:
        generations.root.chmod(0o755)


def test_a_manifest_that_was_changed_anywhere_is_damage(generations: Generations) -> None:
    manifest = published(generations)
    file = generations.folder(manifest.id) / MANIFEST
    written = file.read_bytes()
    assert generations.manifest(manifest.id) == manifest
    for at in range(len(written)):
        file.write_bytes(written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :])
        with pytest.raises(IndexDamaged):
            generations.check(manifest.id)


def test_a_generation_that_stays_is_told_apart(generations: Generations) -> None:
    first, second = published(generations, "one"), published(generations, "two")
    assert generations.pointer() == Pointer(second.id)
    generations.go_back(first.id)
    assert generations.pointer() == Pointer(first.id, "back")
    generations.point(second.id)
    assert generations.pointer() == Pointer(second.id)


def test_a_clock_that_was_set_back_does_not_change_the_order(generations: Generations) -> None:
    first = published(generations, "one")
    later = time.time() + 1e8
    os.utime(generations.folder(first.id), (later, later))
    second = published(generations, "two")
    assert generations.before(second.id) == [first.id]


def test_a_wait_for_another_writer_is_told(generations: Generations) -> None:
    told: list[str] = []
    waiting = Generations(generations.root).writing(patience=0.1, progress=lambda what, done, of: told.append(what))
    with generations.writing(), pytest.raises(RetrievalError, match="another process has been writing"), waiting:
        pass
    assert told == ["waiting for another process that writes the index"]


def test_one_whose_forerunner_is_gone_is_published(generations: Generations) -> None:
    first = published(generations, "one")
    shutil.rmtree(generations.folder(first.id))
    assert generations.check(published(generations, "two").id)


def test_what_is_no_generation_is_neither_counted_nor_removed(generations: Generations) -> None:
    published(generations, "one")
    beside = generations.root / "generations"
    (beside / "my-notes").mkdir()
    (beside / ".DS_Store").write_bytes(b"x")
    for name in ("two", "three", "four"):
        published(generations, name)
    assert len(generations.ids()) == KEPT
    assert {"my-notes", ".DS_Store"} <= {one.name for one in beside.iterdir()}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(generations: Generations) -> None:
    made = published(generations, "one")
    for file in (generations.folder(made.id) / "manifest.json", generations.root / CURRENT):
        file.unlink()
        os.mkfifo(file)
        with pytest.raises(IndexDamaged, match="cannot be read"):
            generations.check(generations.current())


def test_a_folder_in_place_of_the_pointer_says_that_it_is_to_be_removed(generations: Generations) -> None:
    (generations.root / CURRENT).mkdir(parents=True)
    with pytest.raises(IndexDamaged, match="run: careguide index, once that is removed"):
        generations.pointer()


def test_going_back_again_goes_further_back(generations: Generations) -> None:
    ids = [published(generations, name).id for name in ("one", "two", "three")]
    for number, name in enumerate(ids):
        os.utime(generations.folder(name), (number, number))
    assert generations.before(ids[2]) == [ids[1], ids[0]]
    generations.go_back(ids[1])
    assert generations.before(generations.current()) == [ids[0]]
    generations.go_back(ids[0])
    assert generations.before(generations.current()) == []
    assert names(generations) == set(ids), "none is removed"


def test_a_generation_that_was_being_replaced_answers_from_where_it_was_put_aside(generations: Generations) -> None:
    manifest = published(generations)
    named = generations.folder(manifest.id)
    named.rename(named.with_name(f".{manifest.id}.old"))
    assert generations.check(manifest.id) == manifest
    with generations.writing():
        pass
    assert generations.folder(manifest.id) == named, "the next writer puts it back"
    assert generations.check(manifest.id) == manifest


def test_all_that_is_wrong_with_the_files_is_told(generations: Generations) -> None:
    manifest = published(generations)
    folder = generations.folder(manifest.id)
    first, second, *_ = sorted(manifest.files)
    (folder / first).unlink()
    (folder / second).write_bytes(b"other")
    (folder / "more").touch()
    told = " ".join(generations.faults(manifest))
    assert all(part in told for part in (f"{first} cannot be read", f"{second} is damaged", "its manifest lacks, such as more"))


def test_the_next_writer_clears_up_what_those_that_died_left(generations: Generations) -> None:
    manifest = published(generations)
    (generations.root / ".CURRENT.x1.part").touch()
    for left in (".0123456789abcdef", ".0123456789abcdef.gone"):
        (generations.root / "generations" / left).mkdir()
        (generations.root / "generations" / left / "half").touch()
    with generations.writing():
        assert names(generations) == {manifest.id}
        assert not list(generations.root.glob(".CURRENT*"))


def test_it_is_cleared_up_where_nothing_else_is_to_be_written_unless_somebody_is_writing(generations: Generations) -> None:
    manifest = published(generations)
    left = generations.root / ".CURRENT.x1.part"
    left.touch()
    with Generations(generations.root).writing():
        left.touch()
        generations.tidy()
        assert left.exists()
    generations.tidy()
    assert not left.exists()
    assert generations.current() == manifest.id


def test_generations_that_a_writer_died_before_removing_are_removed_by_the_next(generations: Generations) -> None:
    ids = [published(generations, f"corpus {number}").id for number in range(KEPT)]
    extra = generations.root / "generations" / "0123456789abcdef"
    extra.mkdir()
    os.utime(extra, (0, 0))
    generations.tidy()
    assert names(generations) == set(ids)


def test_a_generation_that_is_being_removed_is_none_any_more(generations: Generations, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [published(generations, f"corpus {number}").id for number in range(KEPT)]
    for number, name in enumerate(ids):
        os.utime(generations.folder(name), (number, number))
    monkeypatch.setattr("shutil.rmtree", lambda folder, ignore_errors: None)  # died at its beginning
    newest = published(generations, "newest").id
    assert generations.ids() == [newest, *ids[:0:-1]]
    assert f".{ids[0]}.gone" in names(generations)
