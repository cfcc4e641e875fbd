"""Generations: whole indexes that are written aside, never changed, and named by the ``CURRENT`` pointer.

A generation's id follows from what it is made of, so that building the same corpus twice gives the same generation.
Knows files and digests, and nothing of what they mean.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import IndexDamaged, IndexMissing, RetrievalError
from assistant.files import sync, write_whole

FORMAT = 7
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LOCK = ".lock"
PATIENCE = 60
"""Seconds to wait for another writer; the starter corpus is indexed in about one."""
KEPT = 3
"""Generations kept: the current one and two older."""


@dataclass(frozen=True)
class Manifest:
    """What a generation is made of.

    Attributes:
        id: first 16 hexadecimal digits of the SHA-256 over the four that follow and the format.
        corpus: digest of the corpus files (``Corpus.digest``).
        chunker: version of the cuts and of the words (``chunk.chunker_version`` and others).
        encoder: fingerprint of the encoder.
        created: when it was built, ISO 8601, UTC.
        encoder_name, dim: what a person calls the encoder, and how many numbers its vectors have.
        documents, passages: how many it holds.
        faults: one line for each document file that could not be read.
        files: size in bytes and SHA-256 of every file, by path within the generation.
    """

    id: str
    corpus: str
    chunker: str
    encoder: str
    created: str
    encoder_name: str
    dim: int
    documents: int
    passages: int
    faults: tuple[str, ...]
    files: dict[str, tuple[int, str]]
    format: int = FORMAT


def generation_id(corpus: str, chunker: str, encoder: str) -> str:
    """Return the id of the generation that these make."""
    return hashlib.sha256("\n".join((str(FORMAT), corpus, chunker, encoder)).encode()).hexdigest()[:16]


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Generations:
    """The generations below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, generation: str) -> Path:
        """Return where a generation of that id stands or would stand."""
        return self.root / "generations" / generation

    def current(self) -> str:
        """Return the id that the pointer names.

        Raises:
            IndexMissing: nothing has been built.
            IndexDamaged: the pointer does not hold an id.
        """
        try:
            name = (self.root / CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise IndexMissing(f"there is no index in {self.root}; run: careguide index") from None
        except (OSError, ValueError) as fault:
            raise IndexDamaged(f"the pointer {self.root / CURRENT} cannot be read ({fault}); run: careguide index") from fault
        if len(name) != 16 or not all(digit in "0123456789abcdef" for digit in name):
            raise IndexDamaged(f"the pointer {self.root / CURRENT} does not name a generation; run: careguide index")
        return name

    def manifest(self, generation: str) -> Manifest:
        """Return the manifest of a generation.

        Raises:
            IndexDamaged: it is missing or malformed.
        """
        file = self.folder(generation) / MANIFEST
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            values["files"] = {str(name): (int(size), str(digest)) for name, (size, digest) in values["files"].items()}
            values["faults"] = tuple(values["faults"])
            manifest = Manifest(**values)
            made_of = generation_id(manifest.corpus, manifest.chunker, manifest.encoder)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
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
        for name, (size, digest) in manifest.files.items():
            file = self.folder(generation) / name
            try:
                sound = file.stat().st_size == size and file_digest(file) == digest
            except OSError as fault:
                raise IndexDamaged(f"the index file {file} cannot be read; run: careguide index --again") from fault
            if not sound:
                raise IndexDamaged(f"the index file {file} is damaged; run: careguide index --again")
        folder = self.folder(generation)
        there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        if there != {*manifest.files, MANIFEST}:
            raise IndexDamaged(f"{folder} holds files that its manifest lacks; run: careguide index --again")
        return manifest

    def whole(self) -> Iterator[Manifest]:
        """Yield the manifests of the generations on disk whose files are all as they were written, in order of id."""
        if not (self.root / "generations").is_dir():
            return
        for folder in sorted(self._folders()):
            with suppress(IndexDamaged):
                yield self.check(folder.name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep every other writer out meanwhile; a process that died holds nothing.

        Raises:
            RetrievalError: the folder cannot be written, or another process writes for longer than anyone waits.
        """
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / LOCK, timeout=PATIENCE)
            lock.acquire()
        except Timeout as fault:
            raise RetrievalError(
                f"another process has been writing the index in {self.root} for {PATIENCE} seconds; try again when it is done"
            ) from fault
        except OSError as fault:
            raise self._unwritable(fault) from fault
        try:
            yield
        finally:
            lock.release()

    def workspace(self, generation: str) -> Path:
        """Make and return an empty folder, beside the generations, in which to write one.

        What writers that died have left there is removed; call it while ``writing``.

        Raises:
            RetrievalError: the folder cannot be made.
        """
        folder = self.root / "generations" / f".{generation}"
        try:
            for left in (self.root / "generations").glob(".*"):
                shutil.rmtree(left, ignore_errors=True)
            folder.mkdir(parents=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault
        return folder

    def _unwritable(self, fault: OSError) -> RetrievalError:
        return RetrievalError(
            f"cannot write the index to {self.root} ({fault.strerror}); "
            "check that it is a folder that may be written, or name another with --data or CAREGUIDE_DATA"
        )

    def publish(self, workspace: Path, manifest: Manifest) -> None:
        """Sync the files, write the manifest last, name the folder, and point to it; call it while ``writing``.

        Raises:
            RetrievalError: the disk refuses; what was current stays so.
        """
        try:
            (workspace / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
            for file in workspace.rglob("*"):
                sync(file)
            target = self.folder(manifest.id)
            if target.exists():  # damaged, or asked for again
                target.rename(workspace.with_name(f"{workspace.name}.old"))
            workspace.rename(target)
            sync(target.parent)
            self.point(manifest.id)
            shutil.rmtree(workspace.with_name(f"{workspace.name}.old"), ignore_errors=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def point(self, generation: str) -> None:
        """Make a generation the current one, and remove all but it and the two newest others.

        Raises:
            RetrievalError: the pointer cannot be written.
        """
        try:
            write_whole(self.root / CURRENT, f"{generation}\n".encode())
            os.utime(self.folder(generation))
        except OSError as fault:
            raise self._unwritable(fault) from fault
        others = [folder for folder in self._folders() if folder.name != generation]
        for folder in sorted(others, key=lambda one: (-one.stat().st_mtime, one.name))[KEPT - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Iterable[Path]:
        return (folder for folder in (self.root / "generations").iterdir() if not folder.name.startswith("."))
