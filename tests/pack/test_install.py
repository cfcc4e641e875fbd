"""Tests of installing packs: verified first, switched all at once, and whole after a crash at any step."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.errors import AssistantError, IndexMissing, PackError
from assistant.index.generation import LOCK, Generations
from assistant.index.manifest import FORMAT, Manifest
from assistant.index.pointer import CURRENT
from assistant.pack.format import Pack
from assistant.pack.install import Program, install_pack
from assistant.pack.installed import FILE, contents, read_record
from tests.pack.packs import FILES, KEY, NOW, PROGRAM, TRUSTED, forged, generation, name_of, packed, published, put_in

NEWER = {**FILES, "b.txt": b"content of a newer pack"}


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "data" / "index")


def install(generations: Generations, file: Path, program: Program = PROGRAM, allow_downgrade: bool = False) -> Pack:
    return install_pack(file, generations, TRUSTED, program, NOW, allow_downgrade)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


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

NEW = generation(NEWER, "newer")


def nothing(generations: Generations, folder: Path) -> None:
    """Nothing is there."""


def local(generations: Generations, folder: Path) -> None:
    """An index of the local corpus."""
    published(generations, generation())


def older_pack(generations: Generations, folder: Path) -> None:
    """An older pack."""
    install(generations, packed(folder))


def other_build(generations: Generations, folder: Path) -> None:
    """The same generation, built elsewhere to other bytes, so that its folder has to be replaced while it answers."""
    published(generations, generation(FILES, "newer"))


def damaged(generations: Generations, folder: Path) -> None:
    """An older pack, and a damaged copy of the new generation beside it."""
    published(generations, NEW, NEWER)
    (generations.folder(NEW.id) / "b.txt").write_bytes(b"damaged")
    install(generations, packed(folder))


def same(generations: Generations, folder: Path) -> None:
    """The same generation, from a pack of an earlier version."""
    install(generations, packed(folder, NEW, NEWER, version=4))


BEFORE = [nothing, local, older_pack, other_build, damaged, same]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.utime", "os.chmod", "fsync"}


def in_child(work: Callable[[], object], step: int, act: Callable[[], object], root: Path) -> tuple[int, str]:
    """Do the work in a process of its own, which calls ``act`` before the given step of what it does to files.

    Returns:
        The signal or exit status that ended it, and the steps taken or the error.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as told:
            said = told.read()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said
    try:
        os.close(reader)
        taken = _counted(step, act, str(root))
        try:
            work()
            said = str(len(taken))
        except AssistantError as fault:
            said = f"{type(fault).__name__}: {fault}"
        except BaseException as fault:
            said = f"UNTOLD {fault!r}"
        os.write(writer, said.encode())
    finally:
        os._exit(0)


def _counted(step: int, act: Callable[[], object], root: str) -> list[str]:
    taken: list[str] = []

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or (event != "fsync" and not str(arguments[0]).startswith(root)):
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITES):
            return
        taken.append(event)
        if len(taken) == step:
            act()

    real = os.fsync

    def fsync(handle: int) -> None:
        count("fsync", (handle,))
        real(handle)

    os.fsync = fsync  # Python has no audit event for it
    sys.addaudithook(count)
    return taken


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def steps(work: Callable[[], object], root: Path, act: Callable[[], object]) -> Iterator[tuple[int, str]]:
    """Yield what became of the work for each of its steps; afterwards the caller puts things back as they were."""
    for step in range(1, 1_000):
        status, said = in_child(work, step, act, root)
        yield status, said
        if status == 0 and said.isdecimal() and int(said) < step:
            return
    raise AssertionError("the work does not end")


def answering(generations: Generations) -> Manifest | None:
    """Return the generation that answers, its files checked; None where there is none."""
    try:
        return generations.check(generations.current())
    except IndexMissing:
        return None


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("act", ["killed", "refused"])
def test_after_a_stop_at_any_step_the_old_or_the_new_one_answers_and_the_next_run_recovers(
    tmp_path: Path, before: Callable[[Generations, Path], None], act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # a killed process loses nothing that it wrote; waiting shows no more
    ends: list[bool] = []

    def fail() -> None:
        number = (errno.ENOSPC, errno.EIO)[len(ends) % 2]
        raise OSError(number, os.strerror(number))

    made, root = tmp_path / "made", tmp_path / "data" / "index"
    before(Generations(made), tmp_path)
    file = packed(tmp_path, NEW, NEWER, version=6)
    if not made.exists():
        made.mkdir()
    shutil.copytree(made, root)
    generations = Generations(root)
    old = answering(generations)
    for status, said in steps(lambda: install(generations, file), root, kill if act == "killed" else fail):
        assert answering(generations) in (old, NEW), said
        assert status == (-signal.SIGKILL if act == "killed" and not said else 0)
        assert "UNTOLD" not in said
        assert "\n" not in said
        ends.append(answering(generations) == NEW)
        if ends[-1]:  # a pack never answers without its last day
            assert contents(NEW) in read_record(root).packs
        install(generations, file)
        assert generations.pointer() == (NEW.id, "packed")
        assert answering(generations) == NEW
        record = read_record(root)
        assert (record.version, record.packs[contents(NEW)].version) == (6, 6)
        assert [name for name in names(root / "generations") if name.startswith(".")] == []
        assert set(names(root)) <= {CURRENT, FILE, LOCK, "generations"}
        shutil.rmtree(root)
        shutil.copytree(made, root)
    assert len(ends) > 8
    assert ends[-1]


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
