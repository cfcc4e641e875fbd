"""Generations: whole indexes that are written aside, never changed, and named by the ``CURRENT`` pointer.

A generation's id follows from what it is made of, so that building the same corpus twice gives the same generation.
Knows files and digests, and nothing of what they mean.

What a crash can leave: a workspace (``.<id>``) that no writer holds, the folder that a rebuilt generation was to replace
(``.<id>.old``), or a whole generation that nothing points to. The pointer is replaced last, so that it names what is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import IndexDamaged, IndexMissing, RetrievalError
from assistant.files import rename, sync, write_whole

FORMAT = 7
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LOCK = ".lock"
PATIENCE = 60
"""Seconds to wait for another writer; the starter corpus is indexed in about one."""
KEPT = 3
"""Generations kept: the current one and two older."""
_TEXTS = ("id", "corpus", "chunker", "encoder", "created", "encoder_name")
_NUMBERS = ("dim", "documents", "passages", "format")
_NAME = re.compile(r"(?!\.+(?:/|$))[\w.-]+(?:/(?!\.+(?:/|$))[\w.-]+)*", re.ASCII)
"""A path within the generation; no part of it is dots alone."""
STAYS = "kept"
"""Word after the id in ``CURRENT`` when that generation stays whatever the corpus is."""


class Pointer(NamedTuple):
    """What ``CURRENT`` says.

    Attributes:
        kept: whether the generation stays current whatever the corpus is: it came from elsewhere, or was gone back to.
    """

    id: str
    kept: bool


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


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the manifest as it stands on the disk, with a digest of its own."""
    values = asdict(manifest)
    return json.dumps({**values, "digest": _digest(values)}, indent=1).encode()


def parsed_manifest(content: bytes) -> Manifest:
    """Return the manifest that these bytes hold.

    Raises:
        ValueError: they hold none, or not as it was written.
    """
    try:
        values = json.loads(content)
        if values.pop("digest") != _digest(values):
            raise ValueError("the digest of the manifest is not that of its content")
        _check_kinds(values)
        values["files"] = {name: (size, digest) for name, (size, digest) in values["files"].items()}
        values["faults"] = tuple(values["faults"])
        manifest = Manifest(**values)
    except (TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise ValueError(f"no manifest ({fault})") from fault
    if manifest_bytes(manifest) != content:
        raise ValueError("the manifest is not as it was written")
    return manifest


def _check_kinds(values: dict[str, Any]) -> None:
    """Refuse values of other kinds than those of ``Manifest``, and names that are none of files within the generation.

    A digest of its own is no proof: whoever made the manifest made that too.

    Raises:
        ValueError: there is one.
        TypeError, KeyError, AttributeError: the same.
    """
    files, texts = values["files"], [*(values[name] for name in _TEXTS), *values["faults"]]
    numbers = [*(values[name] for name in _NUMBERS), *(size for size, _ in files.values())]
    named = all(_NAME.fullmatch(name) for name in files)
    if not named or {type(text) for text in [*texts, *(digest for _, digest in files.values())]} - {str}:
        raise ValueError("a text or a name of the manifest is none")
    if any(type(number) is not int or number < 0 for number in numbers):
        raise ValueError("a number of the manifest is none")


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
        return self.root / "generations" / f".{generation}.old"

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
            name, _, rest = (self.root / CURRENT).read_text(encoding="ascii").strip().partition(" ")
        except FileNotFoundError:
            raise IndexMissing(f"there is no index in {self.root}; run: careguide index") from None
        except (OSError, ValueError) as fault:
            raise IndexDamaged(f"the pointer {self.root / CURRENT} cannot be read ({fault}); run: careguide index") from fault
        if len(name) != 16 or not all(digit in "0123456789abcdef" for digit in name) or rest not in {"", STAYS}:
            raise IndexDamaged(f"the pointer {self.root / CURRENT} does not name a generation; run: careguide index")
        return Pointer(name, rest == STAYS)

    def manifest(self, generation: str) -> Manifest:
        """Return the manifest of a generation.

        Raises:
            IndexDamaged: it is missing or malformed.
        """
        file = self.folder(generation) / MANIFEST
        try:
            manifest = parsed_manifest(file.read_bytes())
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
        folder = self.folder(manifest.id)
        for name, (size, digest) in manifest.files.items():
            try:
                sound = (folder / name).stat().st_size == size and file_digest(folder / name) == digest
            except OSError as fault:
                yield f"the index file {folder / name} cannot be read ({fault.strerror})"
                continue
            if not sound:
                yield f"the index file {folder / name} is damaged"
        try:
            there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        except OSError as fault:  # a folder is removed while it is listed
            yield f"the index in {folder} cannot be listed ({fault.strerror})"
            return
        if extra := sorted(there - {*manifest.files, MANIFEST}):
            yield f"{folder} holds files that its manifest lacks, such as {extra[0]}"

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

        What writers that died have left there is removed, or put back in its place; call it while ``writing``.

        Raises:
            RetrievalError: the folder cannot be made.
        """
        folder = self.root / "generations" / f".{generation}"
        try:
            for left in (self.root / "generations").glob(".*"):
                named = left.with_name(left.name[1:].removesuffix(".old"))
                if left.suffix == ".old" and not named.exists():
                    rename(left, named)
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

    def publish(self, workspace: Path, manifest: Manifest, kept: bool = False) -> None:
        """Sync the files, write the manifest last, name the folder, and point to it; call it while ``writing``.

        Args:
            kept: whether it stays current whatever the corpus is.

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
            self.point(manifest.id, kept)
            shutil.rmtree(self._aside(manifest.id), ignore_errors=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def point(self, generation: str, kept: bool = False) -> None:
        """Make a generation the current one, and remove all but it and the two newest others; call it while ``writing``.

        Args:
            kept: whether it stays current whatever the corpus is.

        Raises:
            RetrievalError: the pointer cannot be written.
        """
        try:
            os.utime(self.folder(generation))  # first: a crash in between must not leave it as the oldest
            self._name(generation, kept)
        except OSError as fault:
            raise self._unwritable(fault) from fault
        for name in [one for one in self.ids() if one != generation][KEPT - 1 :]:
            shutil.rmtree(self.folder(name), ignore_errors=True)

    def go_back(self, generation: str) -> None:
        """Make an earlier generation the current one, to stay; its place among the others is as it was, and none is removed.

        Call it while ``writing``.

        Raises:
            RetrievalError: the pointer cannot be written.
        """
        try:
            self._name(generation, kept=True)
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _name(self, generation: str, kept: bool) -> None:
        write_whole(self.root / CURRENT, f"{generation} {STAYS}\n".encode() if kept else f"{generation}\n".encode())

    def _folders(self) -> Iterable[Path]:
        return (folder for folder in (self.root / "generations").iterdir() if not folder.name.startswith("."))


def _age(folder: Path) -> float:
    """Return when a generation became current, in nanoseconds; 0 for one that is being removed."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
