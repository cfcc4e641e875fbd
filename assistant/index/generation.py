"""Generations: whole indexes that are written aside, never changed, and named by the ``CURRENT`` pointer.

A generation's id follows from what it is made of, so that building the same corpus twice gives the same generation.
Knows files and digests, and nothing of what they mean.

What a crash can leave: a workspace (``.<id>``) that no writer holds, the folder that a rebuilt generation was to replace
(``.<id>.old``), one that was being removed (``.<id>.gone``), a pointer not yet named (``.CURRENT.*.part``), or a whole
generation that nothing points to. The pointer is replaced last, so that it names what is whole. The next writer clears it up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.errors import IndexDamaged, IndexMissing, RetrievalError
from assistant.files import NotRegular, read_bounded, rename, sync, write_whole
from assistant.index.leftovers import ASIDE, GONE, IDENTITY, clear_up, discard, leftovers
from assistant.index.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    file_faults,
    generation_id,
    is_foreign,
    manifest_bytes,
    parsed_manifest,
)
from assistant.index.pointer import CURRENT, Pointer, Stays, parsed_pointer, pointer_bytes
from assistant.progress import Progress, quiet

LOCK = ".lock"
LONGEST_POINTER, LONGEST_MANIFEST = 1_000, 2**23
"""Bytes that are read of a pointer, which has 24, and of a manifest, which has a few hundred for each file."""
STEP = 1_000_000
"""Nanoseconds between the times of two folders at least; some file systems tell them no better apart."""
PATIENCE = 60
"""Seconds to wait for another writer; the starter corpus is indexed in about one."""
MOMENT = 1.0
"""Seconds after which it is told that another writer is waited for."""
KEPT = 3
"""Generations kept: the current one and two older."""


class Generations:
    """The generations below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, generation: str) -> Path:
        """Return where a generation of that id stands or would stand.

        Where a writer died between moving it aside and putting its successor in its place, it still answers from there.
        """
        named, aside = self.root / "generations" / generation, self._aside(generation)
        return aside if aside.exists() and not named.exists() else named

    def _aside(self, generation: str) -> Path:
        return self.root / "generations" / f".{generation}{ASIDE}"

    def current(self) -> str:
        """Return the id that the pointer names.

        Raises:
            IndexMissing: nothing has been built.
            IndexDamaged: the pointer does not hold an id.
        """
        return self.pointer().id

    def pointer(self) -> Pointer:
        """Return which generation is current, and whether it stays.

        Raises:
            IndexMissing: nothing has been built.
            IndexDamaged: the pointer does not hold an id.
        """
        try:
            return parsed_pointer(read_bounded(self.root / CURRENT, LONGEST_POINTER))
        except FileNotFoundError:
            raise IndexMissing(f"there is no index in {self.root}; run: careguide index") from None
        except OSError as fault:
            mend = "careguide index, once that is removed" if isinstance(fault, NotRegular) else "careguide index"
            why = fault.strerror or fault
            raise IndexDamaged(f"the pointer {self.root / CURRENT} cannot be read ({why}); run: {mend}") from fault
        except ValueError as fault:
            raise IndexDamaged(f"the pointer {self.root / CURRENT} does not name a generation; run: careguide index") from fault

    def pointer_or_none(self) -> Pointer | None:
        """Return the same; None where there is none, or it cannot be read."""
        try:
            return self.pointer()
        except RetrievalError:
            return None

    def manifest(self, generation: str) -> Manifest:
        """Return the manifest of a generation.

        Raises:
            IndexDamaged: it is missing or malformed.
        """
        file = self.folder(generation) / MANIFEST
        try:
            manifest = parsed_manifest(read_bounded(file, LONGEST_MANIFEST))
            made_of = generation_id(manifest.corpus, manifest.chunker, manifest.encoder)
        except (OSError, ValueError, TypeError) as fault:
            raise IndexDamaged(f"the manifest {file} cannot be read; run: careguide index --again") from fault
        if manifest.format != FORMAT or not manifest.id == generation == made_of:
            raise IndexDamaged(f"the manifest {file} belongs to another generation; run: careguide index --again")
        return manifest

    def check(self, generation: str) -> Manifest:
        """Compare every file with the manifest, and return the manifest.

        Raises:
            IndexDamaged: a file is missing, of another size, or of another digest; the message names it.
        """
        manifest = self.manifest(generation)
        for fault in self.faults(manifest):
            raise IndexDamaged(f"{fault}; run: careguide index --again")
        return manifest

    def faults(self, manifest: Manifest) -> Iterator[str]:
        """Yield what is wrong with the files of a generation, a line each; they are read as bytes only."""
        return file_faults(self.folder(manifest.id), manifest)

    def ids(self) -> list[str]:
        """Return the ids of the generations on disk, the one that became current last first."""
        if not (self.root / "generations").is_dir():
            return []
        return [folder.name for folder in sorted(self._folders(), key=lambda one: (-_age(one), one.name))]

    def whole(self) -> Iterator[Manifest]:
        """Yield the manifests of the generations on disk whose files are all as they were written, in the order of ``ids``."""
        for name in self.ids():
            with suppress(IndexDamaged):
                yield self.check(name)

    def before(self, generation: str) -> list[str]:
        """Return the ids of those on disk that became current before that one, the last first."""
        every = self.ids()
        return every[every.index(generation) + 1 :] if generation in every else every

    @contextmanager
    def writing(self, patience: float = PATIENCE, progress: Progress = quiet) -> Iterator[None]:
        """Keep every other writer out meanwhile; a process that died holds nothing, and what it left is cleared up first.

        Args:
            patience: seconds to wait for another writer.
            progress: is told of the wait, if it is longer than a moment.

        Raises:
            RetrievalError: the folder cannot be written, or another process writes for longer than anyone waits.
        """
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / LOCK, timeout=patience)
            with suppress(Timeout):
                lock.acquire(timeout=min(MOMENT, patience))
            if not lock.is_locked:
                progress("waiting for another process that writes the index", 0, 0)
                lock.acquire()
        except Timeout as fault:
            raise RetrievalError(
                f"another process has been writing the index in {self.root} for {patience:g} seconds; try again when it is done"
            ) from fault
        except OSError as fault:
            raise self._unwritable(fault) from fault
        try:
            clear_up(self.root)
            yield
        finally:
            lock.release()

    def tidy(self) -> None:
        """Clear up after writers that died where nothing else is to be written; if it cannot be done now, it can wait."""
        if leftovers(self.root) or len(self.ids()) > KEPT:
            with suppress(RetrievalError), self.writing(patience=0):
                self._remove_old(current := self.current(), current)

    def workspace(self, generation: str) -> Path:
        """Make and return an empty folder, beside the generations, in which to write one; call it while ``writing``.

        Raises:
            RetrievalError: the folder cannot be made.
        """
        folder = self.root / "generations" / f".{generation}"
        try:
            folder.mkdir(parents=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault
        return folder

    def _unwritable(self, fault: OSError) -> RetrievalError:
        return RetrievalError(
            f"cannot write the index to {self.root} ({fault.strerror}); "
            "check that it is a folder that may be written, or name another with --data or CAREGUIDE_DATA"
        )

    def is_of_another_format(self, generation: str) -> bool:
        """Whether the manifest of a generation is as it was written, by a version of the program with other files."""
        with suppress(OSError):
            return is_foreign(read_bounded(self.folder(generation) / MANIFEST, LONGEST_MANIFEST))
        return False

    def publish(self, workspace: Path, manifest: Manifest, stays: Stays = "", beside: bool = False) -> None:
        """Sync the files, write the manifest last, name the folder, and point to it; call it while ``writing``.

        Args:
            stays: why it stays current whatever the corpus is; empty where it does not.
            beside: leave the pointer at what it names.

        Raises:
            RetrievalError: the disk refuses; what was current stays so.
        """
        try:
            for file in workspace.rglob("*"):
                sync(file)
            (workspace / MANIFEST).write_bytes(manifest_bytes(manifest))
            sync(workspace / MANIFEST)
            sync(workspace)
            target = workspace.with_name(manifest.id)
            if target.exists():  # damaged, or asked for again
                rename(target, self._aside(manifest.id))
            rename(workspace, target)
            sync(target.parent)
            if beside:
                current = self.pointer_or_none()
                self._remove_old(current.id if current else manifest.id, manifest.id)
            else:
                self.point(manifest.id, stays)
            discard(self._aside(manifest.id))
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def point(self, generation: str, stays: Stays = "") -> None:
        """Make a generation the current one, and remove all but it and the two newest others; call it while ``writing``.

        Args:
            stays: why it stays current whatever the corpus is; empty where it does not.

        Raises:
            RetrievalError: the pointer cannot be written.
        """
        try:
            current = self.pointer_or_none()
            before = current.id if current else generation
            # First: a crash in between must not leave it as the oldest. Later than any, though the clock was set back.
            stamp = max(time.time_ns(), STEP + max(map(_age, self._folders()), default=0))
            with suppress(OSError):  # it may have been gone back to, and may not be there any more
                os.utime(self.folder(before), ns=(stamp, stamp))
            os.utime(self.folder(generation), ns=(stamp + STEP, stamp + STEP))
            self._name(Pointer(generation, stays))
        except OSError as fault:
            raise self._unwritable(fault) from fault
        self._remove_old(generation, before)

    def _remove_old(self, current: str, other: str) -> None:
        """Remove all but the current one, that other one, and the newest besides; each under another name: half it is none.

        Args:
            other: the one that was current before, which may be one that was gone back to.
        """
        kept = {current, other}
        for name in [one for one in self.ids() if one not in kept][KEPT - len(kept) :]:
            gone = self.root / "generations" / f".{name}{GONE}"
            with suppress(OSError):  # held open on Windows: it stays whole until another time
                rename(self.folder(name), gone)
            discard(gone)

    def go_back(self, generation: str) -> None:
        """Make an earlier generation the current one, to stay; its place among the others is as it was, and none is removed.

        Call it while ``writing``.

        Raises:
            RetrievalError: the pointer cannot be written.
        """
        try:
            self._name(Pointer(generation, "back"))
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _name(self, pointer: Pointer) -> None:
        write_whole(self.root / CURRENT, pointer_bytes(pointer))

    def _folders(self) -> Iterable[Path]:
        return (folder for folder in (self.root / "generations").iterdir() if IDENTITY.fullmatch(folder.name))


def _age(folder: Path) -> int:
    """Return when a generation became current, in nanoseconds; 0 for one that is being removed."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
