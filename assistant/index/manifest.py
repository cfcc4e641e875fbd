"""The manifest of a generation: what it is made of, and the size and SHA-256 of each of its files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 7
MANIFEST = "manifest.json"
_TEXTS = ("id", "corpus", "chunker", "encoder", "created", "encoder_name")
_NUMBERS = ("dim", "documents", "passages", "format")
_NAME = re.compile(r"(?!\.+(?:/|$))[\w.-]+(?:/(?!\.+(?:/|$))[\w.-]+)*", re.ASCII)
"""A path within the generation; no part of it is dots alone."""


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


def is_foreign(content: bytes) -> bool:
    """Whether these bytes are a manifest with the digest of its content, and of another format than is read here."""
    try:
        values = json.loads(content)
        return bool(values.pop("digest") == _digest(values) and values["format"] != FORMAT)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


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


def file_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield in which way the files of a folder are not those of a manifest, a line each; they are read as bytes only."""
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
