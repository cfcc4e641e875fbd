"""Stopping an installation at each of its steps on files, and what is there then.

A program of its own, because it forks at each step, and a process of the tests is large: ``stops.py killed FOLDER``.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.errors import AssistantError, IndexMissing
from assistant.index.generation import LOCK, Generations
from assistant.index.manifest import Manifest
from assistant.index.pointer import CURRENT
from assistant.pack.format import Pack
from assistant.pack.install import Program, install_pack
from assistant.pack.installed import FILE, contents, read_record
from tests.pack.packs import FILES, NOW, PROGRAM, TRUSTED, generation, packed, published

NEWER = {**FILES, "b.txt": b"content of a newer pack"}


def install(generations: Generations, file: Path, program: Program = PROGRAM, allow_downgrade: bool = False) -> Pack:
    return install_pack(file, generations, TRUSTED, program, NOW, allow_downgrade)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


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


def stopped_at_each(before: Callable[[Generations, Path], None], act: str, folder: Path) -> int:
    """Stop an installation at each step, look what answers, and install again; return how many steps there were.

    Args:
        before: what is there before.
        act: ``killed``, or ``refused`` by the disk.

    Raises:
        AssertionError: neither the old nor the new one answers, or the next run does not recover.
    """
    ends: list[bool] = []

    def fail() -> None:
        number = (errno.ENOSPC, errno.EIO)[len(ends) % 2]
        raise OSError(number, os.strerror(number))

    made, root = folder / "made", folder / "data" / "index"
    made.mkdir(parents=True)
    before(Generations(made), folder)
    file = packed(folder, NEW, NEWER, version=6)
    shutil.copytree(made, root)
    generations = Generations(root)
    old = answering(generations)
    for status, said in steps(lambda: install(generations, file), root, kill if act == "killed" else fail):
        where = f"{before.__name__}, {act} at step {len(ends) + 1}: {said}"
        assert answering(generations) in (old, NEW), where
        assert status == (-signal.SIGKILL if act == "killed" and not said else 0), where
        assert not said.startswith("UNTOLD"), where
        assert "\n" not in said, where
        ends.append(answering(generations) == NEW)
        # A pack never answers without its last day.
        assert not ends[-1] or contents(NEW) in read_record(root).packs, where
        install(generations, file)
        assert (generations.pointer(), answering(generations)) == ((NEW.id, "packed"), NEW), where
        record = read_record(root)
        assert (record.version, record.packs[contents(NEW)].version) == (6, 6), where
        assert [name for name in names(root / "generations") if name.startswith(".")] == [], where
        assert set(names(root)) <= {CURRENT, FILE, LOCK, "generations"}, where
        shutil.rmtree(root)
        shutil.copytree(made, root)
    assert ends[-1], before.__name__
    return len(ends)


def main(act: str, folder: Path) -> None:
    """Do it from whatever may be there before; print how many steps each had."""
    os.fsync = lambda handle: None  # a killed process loses nothing that it wrote; waiting shows no more
    for before in BEFORE:
        print(before.__name__, stopped_at_each(before, act, folder / before.__name__))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
