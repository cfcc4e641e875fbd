"""Put a generation into one signed file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.errors import PackError
from assistant.files import NotRegular, open_regular, write_aside
from assistant.index.manifest import Manifest
from assistant.pack.format import (
    LATEST_VERSION,
    LONGEST_MANIFEST,
    MAGIC,
    MOST_BYTES,
    MOST_FILES,
    SIGNED_AS,
    Entry,
    Pack,
    copy_entry,
    entries_of,
    head_bytes,
    is_safe,
    is_version,
    manifest_bytes,
)
from assistant.pack.installed import key_id

DAYS = 90
"""Days until a pack is out of date, unless told otherwise. Guidance changes several times a year, and a home that has had no
pack for a quarter should know; a shorter time would teach people to pass over the warning."""
READABLE = 0o644


def version_at(now: datetime.datetime) -> int:
    """Return the version that a pack has unless told otherwise: the time of its build as YYYYMMDDHHMM, in UTC."""
    return int(f"{now.astimezone(datetime.UTC):%Y%m%d%H%M}")


def expiry_at(now: datetime.datetime) -> str:
    """Return the last day of a pack unless told otherwise."""
    return (now.astimezone(datetime.UTC).date() + datetime.timedelta(days=DAYS)).isoformat()


def build_pack(
    out: Path, folder: Path, generation: Manifest, key: Ed25519PrivateKey, version: int, expires: str, now: datetime.datetime
) -> Pack:
    """Write a generation into a pack; the same arguments give the same bytes.

    Args:
        out: the file to write; an older pack of that name is replaced once the new one is whole.
        folder: where the files of the generation are.
        generation: its manifest; the files are compared with it as they are copied.
        expires: the last day on which it is not out of date, ISO.

    Raises:
        PackError: the version cannot be one, the generation is too large or damaged, or the file cannot be written.
    """
    if not is_version(version):
        raise PackError(f"the version {version} cannot be used; give a whole number from 1 to {LATEST_VERSION - 1:,}")
    key_named = key_id(key.public_key().public_bytes_raw())
    created = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
    pack = Pack(version, created, expires, key_named, generation, entries_of(generation))
    manifest = manifest_bytes(pack)
    _check_limits(pack, manifest)
    signature = key.sign(SIGNED_AS + manifest)

    def write(stream: BinaryIO) -> None:
        stream.write(head_bytes(key_named, signature, manifest))
        stream.write(manifest)
        for entry in pack.entries:
            _copy(folder, entry, stream)

    _write_pack(out, write)
    return pack


def _check_limits(pack: Pack, manifest: bytes) -> None:
    names = [entry.name for entry in pack.entries if not is_safe(entry.name)]
    if names or len(pack.entries) > MOST_FILES or pack.total > MOST_BYTES or len(manifest) > LONGEST_MANIFEST:
        raise PackError(
            f"the index {pack.generation.id} cannot be put into a pack, which holds up to {MOST_FILES:,} files of "
            f"{MOST_BYTES:,} bytes together; make the corpus smaller"
        )


def _copy(folder: Path, entry: Entry, stream: BinaryIO) -> None:
    source = folder / entry.name
    try:
        opened = source.open("rb")
    except OSError as fault:
        raise PackError(f"cannot read the index file {source} ({fault.strerror}); run: careguide index --again") from fault
    with opened as content:
        try:
            copy_entry(content, entry, source, stream.write)
        except PackError as fault:  # it was whole a moment ago
            raise PackError(f"the index file {source} cannot be read, or has changed; run: careguide index --again") from fault


def _write_pack(out: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file beside ``out``, and give it that name once it is whole and on the disk."""
    _check_free(out)
    try:
        write_aside(out, write, READABLE)
    except OSError as fault:
        raise PackError(f"cannot write the pack {out} ({fault.strerror or fault}); free some room, or name another") from fault


def _check_free(out: Path) -> None:
    """Refuse to write over anything but a pack: a key named in its place would be gone."""
    try:
        with open_regular(out) as stream:
            is_pack = stream.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return
    except NotRegular:
        is_pack = False
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise PackError(f"cannot write the pack {out} ({why}); name another file") from fault
    if not is_pack:
        raise PackError(f"{out} is there already and is not a pack; name another file")
