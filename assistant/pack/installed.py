"""What was installed from packs: ``packs.json`` beside the generations. Needs no ``cryptography``: answering reads it."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.dates import day, is_iso_day
from assistant.errors import PackError
from assistant.files import write_whole
from assistant.index.manifest import Manifest

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


def contents(generation: Manifest) -> str:
    """Return a digest of a generation's manifest: two builds of one id may differ in their bytes."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(generation), sort_keys=True).encode()).hexdigest()


def read_record(root: Path) -> Record:
    """Return what was installed into the index folder; nothing where no pack ever was.

    Raises:
        PackError: the record cannot be read.
    """
    file = root / FILE
    try:
        with file.open("rb") as stream:
            values = json.loads(stream.read(LARGEST))
        packs = {str(name): Installed(**one) for name, one in values["packs"].items()}
        return Record(_checked(int(values["version"]), packs), packs)
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise PackError(
            f"the record of installed packs, {file}, cannot be read; remove it, then install the newest pack again"
        ) from fault


def _checked(version: int, packs: Mapping[str, Installed]) -> int:
    if not all(is_iso_day(one.expires) and isinstance(one.version, int) for one in packs.values()):
        raise ValueError(packs)
    return version


def write_record(root: Path, record: Record) -> None:
    """Write the record, whole or not at all.

    Raises:
        OSError: the disk refuses; the old one is still there.
    """
    write_whole(root / FILE, json.dumps(dataclasses.asdict(record), indent=1).encode())


def installed_as(root: Path, generation: Manifest) -> Installed | None:
    """Return the pack that a generation came in; None where it came in none.

    Raises:
        PackError: the record cannot be read.
    """
    return read_record(root).packs.get(contents(generation))


def is_packed(root: Path, generation: str) -> bool:
    """Whether a pack with a generation of that id was installed; no, where that cannot be told."""
    try:
        return any(one.generation == generation for one in read_record(root).packs.values())
    except PackError:
        return False


def came_in_pack(root: Path, generation: Manifest) -> bool:
    """Whether a generation came in a pack, or that cannot be told."""
    try:
        return installed_as(root, generation) is not None
    except PackError:
        return True


def pack_warnings(root: Path, generation: Manifest, today: datetime.date) -> tuple[str, ...]:
    """Return what is to be said with every answer from a generation that came in a pack."""
    try:
        record = read_record(root)
    except PackError as fault:
        return (f"It cannot be told whether this guidance is out of date: {fault}.",)
    pack = record.packs.get(contents(generation))
    if pack is None:
        return ()
    told = []
    if pack.version < record.version:
        told.append(
            f"This guidance is from an earlier pack, version {pack.version}; version {record.version} was installed after it. "
            "Install the newest pack again to go back to that."
        )
    if pack.is_expired(today):
        since = f"This guidance pack expired on {day(pack.expires)} and may be out of date"
        told.append(f"{since}; ask whoever supplies it for a newer one.")
    return tuple(told)
