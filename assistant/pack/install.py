"""Install a pack: everything is verified before the generation in it becomes the current one, all at once.

What a crash leaves: before ``CURRENT`` is replaced the old generation answers, after that the new one. The record is
written before (so that the new generation never answers without its expiry) and after (so that a version counts as
installed only once it is), and the next run finishes either.
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.errors import IndexDamaged, PackError
from assistant.index.generation import Generations
from assistant.index.manifest import FORMAT, Manifest
from assistant.pack.format import Pack, belongs_together, copy_entry, opened
from assistant.pack.installed import Installed, Record, contents, read_record, write_record
from assistant.pack.verify import verified
from assistant.progress import Progress, quiet


@dataclass(frozen=True)
class Program:
    """What an index must have been made by to be searched here.

    Attributes:
        chunker: rules of passages and terms (``build.rules_version``).
        encoder: fingerprint (``encode.index_fingerprint``).
        encoder_name: what a person calls it.
    """

    chunker: str
    encoder: str
    encoder_name: str


def install_pack(
    file: Path,
    generations: Generations,
    keys: Mapping[str, bytes],
    program: Program,
    now: datetime.datetime,
    allow_downgrade: bool = False,
    progress: Progress = quiet,
) -> Pack:
    """Verify a pack and make the generation in it the current one, which stays whatever the local corpus is.

    The version that is installed already may be installed again, which mends what is damaged.

    Args:
        keys: raw public keys that are trusted, by id.
        allow_downgrade: whether an older version than the installed one is accepted.
        progress: is told where another process that writes is waited for.

    Raises:
        PackError: the pack is refused, or cannot be written; what answered before still does.
        RetrievalError: the index folder cannot be written; the same holds.
    """
    with opened(file) as stream:
        pack = verified(stream, file, keys)
        check_fits(pack, file, program)
        with generations.writing(progress=progress):
            record = read_record(generations.root)
            if not allow_downgrade:
                _check_not_older(pack, file, record)
            record = _noting(record, pack, now)
            _switch(stream, file, pack, generations, record)
            _close(file, pack, generations, record)
    return pack


def check_fits(pack: Pack, file: Path, program: Program) -> None:
    """Refuse a pack whose index this program cannot search as it was made.

    Raises:
        PackError: it is of another format, other rules or another encoder, or its parts do not belong together.
    """
    made = pack.generation
    if made.format != FORMAT:
        newer = "a newer Careguide" if made.format > FORMAT else "a pack made with this Careguide"
        raise PackError(f"the pack {file} has an index of format {made.format}, and this Careguide reads {FORMAT}; get {newer}")
    if made.encoder != program.encoder:
        raise PackError(
            f"the pack {file} was made with the encoder {made.encoder_name} ({made.encoder[:12]}), and this Careguide uses "
            f"{program.encoder_name} ({program.encoder[:12]}); set --encoder to the former, or ask for a pack made with ours"
        )
    if made.chunker != program.chunker:
        raise PackError(
            f"the pack {file} was made by another version of Careguide, or with another passage_tokens "
            f"({made.chunker}, here {program.chunker}); ask for a pack made with this version"
        )
    if not belongs_together(made):
        raise PackError(f"the index id in the pack {file} does not follow from what it is made of; ask for a new pack")


def _check_not_older(pack: Pack, file: Path, record: Record) -> None:
    if pack.version < record.version:
        raise PackError(
            f"the pack {file} has version {pack.version}, older than the installed {record.version}; "
            "get a newer one, or install it all the same with --allow-downgrade"
        )
    same = [made for made, one in record.packs.items() if one.version == pack.version == record.version]
    if same and contents(pack.generation) not in same:
        raise PackError(
            f"the pack {file} has the version {pack.version} of the installed one and other guidance; "
            "ask for one with a greater version, or install it all the same with --allow-downgrade"
        )


def _noting(record: Record, pack: Pack, now: datetime.datetime) -> Record:
    at = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
    told = Installed(pack.generation.id, pack.version, pack.expires, pack.key, at)
    return dataclasses.replace(record, packs={**record.packs, contents(pack.generation): told})


def _switch(stream: BinaryIO, file: Path, pack: Pack, generations: Generations, record: Record) -> None:
    """Write the record, and make the generation current; its files are written only where they are not there already."""
    workspace = generations.workspace(pack.generation.id)
    try:
        if _is_there(generations, pack.generation):
            for entry in pack.entries:  # else a damaged pack would be told as installed
                copy_entry(stream, entry, file, lambda part: None)
            write_record(generations.root, record)
            generations.point(pack.generation.id, "packed")
        else:
            _unpack(stream, file, pack, workspace)
            write_record(generations.root, record)
            generations.publish(workspace, pack.generation, "packed")
    except OSError as fault:
        raise PackError(
            f"cannot install the pack {file} in {generations.root} ({fault.strerror or fault}); "
            "free some room, or name another folder with --data; what was there before still answers"
        ) from fault
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _close(file: Path, pack: Pack, generations: Generations, record: Record) -> None:
    """Let the version count as installed, and forget packs whose generation is gone."""
    there = {name: one for name, one in record.packs.items() if generations.folder(one.generation).is_dir()}
    try:
        write_record(generations.root, Record(pack.version, there))
    except OSError as fault:
        raise PackError(
            f"the pack {file} answers now, but that it is installed could not be written down in {generations.root} "
            f"({fault.strerror or fault}); free some room, then install it again"
        ) from fault


def _is_there(generations: Generations, wanted: Manifest) -> bool:
    try:
        return generations.check(wanted.id) == wanted
    except IndexDamaged:
        return False


def _unpack(stream: BinaryIO, file: Path, pack: Pack, folder: Path) -> None:
    for entry in pack.entries:
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            copy_entry(stream, entry, file, out.write)
