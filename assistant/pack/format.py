"""The pack file: what it looks like, and reading one that may have been made to do harm.

    careguide pack 1
    key <id of the key that signed it, 16 hexadecimal digits>
    signature <128 hexadecimal digits, or nothing>
    manifest <length in bytes>
    <the manifest, JSON>
    <the files that the manifest lists, one after the other, as they are>

There are no entries, flags or compression, so that nothing can be told twice, unpack to more than it is, or be a link.
Before the signature is verified, nothing is read but these four lines of fixed shape and a manifest of bounded length; and
each byte of a pack is either of fixed shape, signed, or part of a file whose SHA-256 is signed.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from assistant.dates import is_iso_day
from assistant.errors import PackError
from assistant.files import NotRegular, open_regular
from assistant.index.manifest import MANIFEST, Manifest, generation_id
from assistant.text import one_line

FORMAT = 1
MAGIC = b"careguide pack "
FIRST_LINE = b"careguide pack 1\n"
SIGNED_AS = FIRST_LINE
"""Stands before the manifest in what is signed, so that a signature made for anything else never fits a pack."""
HEAD = re.compile(
    FIRST_LINE + rb"key ([0-9a-f]{16})\nsignature ([0-9a-f]{128}|)\nmanifest ([1-9][0-9]{0,7})\n"
)  # one spelling for each value: no byte can be changed without meaning something else
LONGEST_HEAD = 195
"""Bytes of the four lines with a manifest of eight digits."""
LONGEST_MANIFEST = 8 * 2**20
"""Bytes. 10,000 files take about 1.5 MB; the rest is room for what could not be read (``Manifest.faults``)."""
MOST_FILES = 10_000
"""A generation has about forty."""
MOST_BYTES = 2 * 2**30
"""Of all files together. The index of 527 passages has 12 MB, so that this is room for some 90,000."""
LATEST_VERSION = 10**15
"""Versions are below this; the time of a build, which is the default, has twelve digits."""
CHUNK = 2**20
"""Bytes that are held at once while files are copied."""

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?"
NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,7}}")
"""A path below the folder on every system: no root, drive, backslash, blank, ``..`` or name that begins or ends with a dot."""
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
"""Names that are devices where Windows is."""


@dataclass(frozen=True)
class Entry:
    """A file of the generation: its path below the folder, its size in bytes, and its SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True)
class Pack:
    """What the signed manifest of a pack says.

    Attributes:
        version: a later pack has a greater one.
        created: when it was built, ISO 8601, UTC.
        expires: the last day on which it is not out of date, ISO.
        key: id of the key that signed it.
        generation: the manifest of the generation in it.
        entries: its files, in the order in which they stand in the pack.
    """

    version: int
    created: str
    expires: str
    key: str
    generation: Manifest
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.entries)


@dataclass(frozen=True)
class Claim:
    """What a pack says of itself before anything is verified.

    Attributes:
        key: id of the key that it names.
        signature: 64 bytes; empty where it is not signed.
        manifest: the bytes that the signature must fit.
    """

    key: str
    signature: bytes
    manifest: bytes

    @property
    def message(self) -> bytes:
        """What is signed."""
        return SIGNED_AS + self.manifest


def entries_of(generation: Manifest) -> tuple[Entry, ...]:
    """Return the files of a generation in the order in which they stand in a pack."""
    return tuple(Entry(name, size, digest) for name, (size, digest) in sorted(generation.files.items()))


def manifest_bytes(pack: Pack) -> bytes:
    """Return the bytes that are signed and written."""
    generation = dataclasses.asdict(pack.generation)
    del generation["files"]
    values = {
        "format": FORMAT,
        "version": pack.version,
        "created": pack.created,
        "expires": pack.expires,
        "key": pack.key,
        "total": pack.total,
        "generation": generation,
        "files": [dataclasses.astuple(entry) for entry in pack.entries],
    }
    return json.dumps(values, indent=1, ensure_ascii=True).encode()


def head_bytes(key: str, signature: bytes, manifest: bytes) -> bytes:
    """Return the four lines before the manifest."""
    return FIRST_LINE + f"key {key}\nsignature {signature.hex()}\nmanifest {len(manifest)}\n".encode()


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a pack for reading.

    Raises:
        PackError: it cannot be read, is no regular file (a pipe or a device would be read for ever), or is too large.
    """
    try:
        stream = open_regular(file)
    except NotRegular as fault:
        raise PackError(f"{file} is not a file; give the name of a pack (a file that ends with .cgpack)") from fault
    except (OSError, ValueError) as fault:
        raise PackError(f"cannot read the pack {file} ({getattr(fault, 'strerror', None) or fault}); check its name") from fault
    with stream:
        size = os.fstat(stream.fileno()).st_size
        if size > MOST_BYTES + LONGEST_MANIFEST + LONGEST_HEAD:
            raise PackError(f"{file} has {size:,} bytes, more than a pack can have; check its name")
        yield stream


def read_claim(stream: BinaryIO, file: Path) -> Claim:
    """Read the first lines and the manifest, and nothing of what it means.

    Raises:
        PackError: this is no pack, it is of another format, or it ends before its manifest does.
    """
    start = _read(stream, LONGEST_HEAD, file)
    if start.startswith(MAGIC) and not start.startswith(FIRST_LINE):
        raise PackError(f"the pack {file} has a format that this Careguide does not know; install a newer Careguide")
    found = HEAD.match(start)
    if found is None:
        raise PackError(f"{file} is not a Careguide pack, or its beginning is damaged; get it again from whoever supplies it")
    length = int(found[3])
    if length > LONGEST_MANIFEST:
        raise PackError(f"the manifest of the pack {file} is longer than {LONGEST_MANIFEST:,} bytes; nothing was installed")
    stream.seek(found.end())
    manifest = _read(stream, length, file)
    if len(manifest) < length:
        raise PackError(f"the pack {file} ends too early; get it again from whoever supplies it")
    return Claim(found[1].decode(), bytes.fromhex(found[2].decode()), manifest)


def parse(claim: Claim, file: Path) -> Pack:
    """Return what a manifest says; its signature must have been verified, yet nothing of it is believed unseen.

    Raises:
        PackError: it is not as this program writes it; the message says what is wrong.
    """
    try:
        values = json.loads(claim.manifest)
        pack = _pack(values)
        _check(values["format"] == FORMAT, "its format")
        _check(pack.key == claim.key, "the key that it names")
        _check(values["total"] == pack.total, "its total size")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        reason = str(fault) if isinstance(fault, WrongField) else "its fields"
        raise PackError(
            f"the manifest of the pack {file} (key {claim.key}) is not as it should be: {reason}; ask for a new pack"
        ) from fault
    return pack


class WrongField(ValueError):
    """What is wrong with a manifest, in words."""


def _check(right: object, what: str) -> None:
    if not right:
        raise WrongField(what)


def _pack(values: dict[str, Any]) -> Pack:
    entries = tuple(_entries(values["files"]))
    pack = Pack(
        version=values["version"],
        created=values["created"],
        expires=values["expires"],
        key=values["key"],
        generation=_generation(values["generation"], entries),
        entries=entries,
    )
    _check(is_version(pack.version), "its version")
    _check(is_moment(pack.created), "when it was created")
    _check(isinstance(pack.expires, str) and is_iso_day(pack.expires), "when it expires")
    return pack


def is_moment(value: object) -> bool:
    """Whether a value is a date and time, ISO 8601, with its offset from UTC, that UTC has too."""
    try:
        at = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
        return at is not None and at.tzinfo is not None and bool(at.astimezone(datetime.UTC))
    except (ValueError, OverflowError):  # one on the first or the last day of all may have none in UTC
        return False


def is_version(value: object) -> bool:
    """Whether a value can be the version of a pack."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < LATEST_VERSION


def _entries(rows: list[list[Any]]) -> Iterator[Entry]:
    _check(isinstance(rows, list) and 0 < len(rows) <= MOST_FILES, f"its files, which must be 1 to {MOST_FILES:,}")
    seen: set[str] = set()
    folders: set[str] = set()
    total = 0
    for name, size, digest in rows:
        _check(is_safe(name), f"the file name {one_line(str(name))[:80].strip()!r}")
        _check(isinstance(size, int) and not isinstance(size, bool) and size >= 0, f"the size of {name}")
        total += size
        _check(total <= MOST_BYTES, f"the size of its files, which must be at most {MOST_BYTES:,} bytes together")
        _check(isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest), f"the digest of {name}")
        folded = name.casefold()
        above = {folded.rsplit("/", depth)[0] for depth in range(1, folded.count("/") + 1)}
        clash = folded in seen | folders or above & seen
        _check(not clash, f"the file name {name!r}, which is there twice for some systems")
        seen.add(folded)
        folders |= above
        yield Entry(name, size, digest)


def is_safe(name: object) -> bool:
    """Whether a name is a path below a folder on every system, and not that of the generation's own manifest."""
    return (
        isinstance(name, str)
        and NAME.fullmatch(name) is not None
        and not any(RESERVED.match(part) for part in name.split("/"))
        and name.casefold() != MANIFEST
    )


_KINDS: dict[str, type] = {
    **dict.fromkeys(("id", "corpus", "chunker", "encoder", "created", "encoder_name"), str),
    **dict.fromkeys(("dim", "documents", "passages", "format"), int),
}


def _generation(values: dict[str, Any], entries: tuple[Entry, ...]) -> Manifest:
    for name, kind in _KINDS.items():
        _check(type(values[name]) is kind, f"{name} of its index")
    _check(re.fullmatch(r"[0-9a-f]{16}", values["id"]), "the id of its index")
    _check(is_moment(values["created"]), "when its index was created")
    _check(isinstance(values["faults"], list) and all(isinstance(one, str) for one in values["faults"]), "its faults")
    files = {entry.name: (entry.size, entry.digest) for entry in entries}
    return Manifest(**values | {"faults": tuple(values["faults"]), "files": files})


def belongs_together(generation: Manifest) -> bool:
    """Whether the id of a generation of this program's format follows from what it says that it is made of."""
    return generation.id == generation_id(generation.corpus, generation.chunker, generation.encoder)


def check_length(stream: BinaryIO, pack: Pack, file: Path) -> None:
    """Compare what is left of a pack with what its manifest lists; the stream stands at the first file, before and after.

    Raises:
        PackError: the pack ends too early, or goes on after its last file.
    """
    here = stream.tell()
    left = stream.seek(0, os.SEEK_END) - here
    stream.seek(here)
    if left < pack.total:
        raise PackError(f"the pack {file} ends too early; get it again from whoever supplies it")
    if left > pack.total:
        raise PackError(f"the pack {file} goes on after its end; get it again from whoever supplies it")


def copy_entry(stream: BinaryIO, entry: Entry, file: Path, write: Callable[[bytes], object]) -> None:
    """Hand the bytes of one file to ``write`` as they come, at most ``CHUNK`` at once.

    Raises:
        PackError: the pack cannot be read, ends too early, or the digest is another; what was written is then worthless.
    """
    digest = hashlib.sha256()
    left = entry.size
    while left:
        chunk = _read(stream, min(CHUNK, left), file)
        if not chunk:
            raise PackError(f"the pack {file} ends too early; get it again from whoever supplies it")
        digest.update(chunk)
        write(chunk)
        left -= len(chunk)
    if digest.hexdigest() != entry.digest:
        raise PackError(f"the file {entry.name} in the pack {file} is damaged; get the pack again from whoever supplies it")


def _read(stream: BinaryIO, size: int, file: Path) -> bytes:
    try:
        return stream.read(size)
    except OSError as fault:
        raise PackError(
            f"cannot read the pack {file} ({fault.strerror or fault}); copy it anew, or use another disk"
        ) from fault
