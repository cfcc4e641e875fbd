"""What was installed from packs: ``packs.json`` beside the generations. Needs no ``cryptography``: answering reads it."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.dates import day, is_iso_day
from assistant.errors import PackError
from assistant.files import read_bounded, write_whole
from assistant.index.manifest import Manifest
from assistant.index.pointer import Pointer

DIGITS = 16
"""Hexadecimal digits of a key id, 64 bits: enough to tell keys apart. What is trusted is the whole key, never its id."""
FILE = "packs.json"
LARGEST = 2**20
"""Bytes that are read of it; it has a few hundred for each generation on disk."""


@dataclass(frozen=True)
class Installed:
    """What is remembered of a pack.

    Attributes:
        generation: id of the generation in it.
        version, expires, key: as its manifest said.
        at: when it was installed, ISO 8601, UTC.
    """

    generation: str
    version: int
    expires: str
    key: str
    at: str

    def is_expired(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return today > datetime.date.fromisoformat(self.expires)


@dataclass(frozen=True)
class Record:
    """What is remembered of all packs.

    Attributes:
        version: of the pack that was installed last; 0 before the first.
        packs: by what is in them (``contents``).
    """

    version: int = 0
    packs: Mapping[str, Installed] = field(default_factory=dict)

    def of(self, generation: Manifest) -> Installed | None:
        """Return the pack that a generation came in; else one of the same guidance, which was built again here.

        None where there was none.
        """
        exactly = self.packs.get(contents(generation))
        return exactly or next((one for one in self.packs.values() if one.generation == generation.id), None)


def key_id(public: bytes) -> str:
    """Return what a public key of 32 raw bytes is called."""
    return hashlib.sha256(public).hexdigest()[:DIGITS]


def trusted_ids(texts: Iterable[str]) -> frozenset[str]:
    """Return the ids of public keys, from base64 as the settings hold it."""
    return frozenset(key_id(base64.b64decode(text)) for text in texts)


def contents(generation: Manifest) -> str:
    """Return a digest of a generation's manifest: two builds of one id may differ in their bytes."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(generation), sort_keys=True).encode()).hexdigest()


def read_record(root: Path) -> Record:
    """Return what was installed into the index folder; nothing where no pack ever was.

    Raises:
        PackError: the record cannot be read, or is not as it was written.
    """
    file = root / FILE
    try:
        values = json.loads(read_bounded(file, LARGEST))
        record = Record(values["version"], {name: Installed(**one) for name, one in values["packs"].items()})
        if record_bytes(record) != json.dumps(values, indent=1).encode() or not _is_sound(record):
            raise ValueError("it is not as it was written")
    except (FileNotFoundError, NotADirectoryError):
        return Record()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise PackError(
            f"the record of installed packs, {file}, cannot be read; remove it, then install the newest pack again"
        ) from fault
    return record


def _is_sound(record: Record) -> bool:
    """Whether every value is of its kind; a digest of its own is no proof of that."""
    packs = record.packs.values()
    texts = [text for one in packs for text in (one.generation, one.expires, one.key, one.at)]
    numbers = [record.version, *(one.version for one in packs)]
    if {type(text) for text in texts} - {str} or any(type(number) is not int for number in numbers):
        return False
    return all(is_iso_day(one.expires) for one in packs)


def record_bytes(record: Record) -> bytes:
    """Return the record as it stands on the disk, with a digest of its own: a changed bit must not prolong a pack."""
    values = dataclasses.asdict(record)
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return json.dumps({**values, "digest": digest}, indent=1).encode()


def write_record(root: Path, record: Record) -> None:
    """Write the record, whole or not at all.

    Raises:
        OSError: the disk refuses; the old one is still there.
    """
    write_whole(root / FILE, record_bytes(record))


def has_record(root: Path) -> bool:
    """Whether a pack was ever installed into the index folder, to the end, as far as can be told."""
    try:
        return read_record(root).version > 0
    except PackError:
        return True


def installed_as(root: Path, generation: Manifest) -> Installed | None:
    """Return the pack that a generation came in; None where it came in none.

    Raises:
        PackError: the record cannot be read.
    """
    return read_record(root).of(generation)


def version_of(root: Path, generation: Manifest) -> int:
    """Return the version of the pack that a generation came in; 0 where it came in none, or that cannot be told."""
    try:
        pack = installed_as(root, generation)
    except PackError:
        return 0
    return pack.version if pack else 0


def is_packed(root: Path, pointer: Pointer) -> bool:
    """Whether the current generation stays because it came in a pack, as far as can be told."""
    if pointer.stays != "back":
        return pointer.stays == "packed"
    try:
        return any(one.generation == pointer.id for one in read_record(root).packs.values())
    except PackError:
        return False


def pack_warnings(root: Path, generation: Manifest, today: datetime.date, trusted: Collection[str]) -> tuple[str, ...]:
    """Return what is to be said with every answer from a generation that came in a pack.

    Args:
        trusted: ids of the keys that are trusted now.
    """
    try:
        record = read_record(root)
    except PackError as fault:
        return (f"It cannot be told whether this guidance is out of date: {fault}.",)
    pack = record.of(generation)
    if pack is None:
        return ("It cannot be told whether this guidance pack is out of date; install the newest pack again.",)
    told = []
    if pack.version < record.version:
        told.append(
            f"This guidance is from an earlier pack, version {pack.version}; version {record.version} was installed after it. "
            "Install the newest pack again to go back to that."
        )
    if pack.is_expired(today):
        since = f"This guidance pack expired on {day(pack.expires)} and may be out of date"
        told.append(f"{since}; ask whoever supplies it for a newer one.")
    if pack.key not in trusted:
        told.append(
            f"This guidance pack is signed with the key {pack.key}, which the settings do not trust (any more); "
            "install a pack signed with a trusted key, or ask whoever looks after the settings."
        )
    return tuple(told)
