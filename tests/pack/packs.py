"""Packs of a small generation, made as the product makes them, and spoilt in ways that it never would."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.index.generation import Generations
from assistant.index.manifest import FORMAT, Manifest, generation_id
from assistant.pack.build import build_pack
from assistant.pack.format import FIRST_LINE, SIGNED_AS
from assistant.pack.install import Program
from assistant.pack.installed import key_id
from assistant.pack.keys import public_text

NOW = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)
PROGRAM = Program("chunker", "encoder", "fake")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FILES = {"b.txt": b"content of the pack", "empty": b"", "words/a.bin": bytes(range(256)) * 4}


def name_of(key: Ed25519PrivateKey) -> str:
    return key_id(base64.b64decode(public_text(key)))


TRUSTED = {name_of(KEY): KEY.public_key().public_bytes_raw()}


def generation(files: Mapping[str, bytes] = FILES, corpus: str = "c", chunker: str = "chunker", encoder: str = "encoder"):
    """Return the manifest of a generation of these files."""
    identity = generation_id(corpus, chunker, encoder)
    told = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
    created = "2026-01-01T00:00:00+00:00"
    return Manifest(identity, corpus, chunker, encoder, created, "fake", 3, 1, 2, ("a fault",), told, FORMAT)


def put(folder: Path, files: Mapping[str, bytes] = FILES) -> None:
    """Write files into a folder."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def published(generations: Generations, made: Manifest, files: Mapping[str, bytes] = FILES) -> Manifest:
    """Make a generation of these files the current one, as a build does."""
    with generations.writing():
        workspace = generations.workspace(made.id)
        put(workspace, files)
        generations.publish(workspace, made)
    return made


def packed(folder: Path, made: Manifest | None = None, files: Mapping[str, bytes] = FILES, **changes: Any) -> Path:
    """Return a sound pack of a generation of these files, in a folder; ``changes`` are arguments of ``build_pack``."""
    source = folder / "to-pack"
    put(source, files)
    told = {"key": KEY, "version": 5, "expires": "2027-01-31", "now": NOW} | changes
    out = folder / f"guidance-{told['version']}.cgpack"
    build_pack(out, source, made or generation(files), **told)
    return out


def values_of(pack: Path) -> dict[str, Any]:
    """Return the manifest of a pack."""
    return json.loads(pack.read_bytes().split(b"\n", 4)[4].split(b"\n}", 1)[0] + b"\n}")


def put_in(values: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    """Put a value into a manifest."""
    inside: Any = values
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value


def forged(pack: Path, change: Callable[[dict[str, Any]], object], key: Ed25519PrivateKey = KEY) -> Path:
    """Change the manifest of a pack and sign it anew, as whoever has the key could."""
    content = pack.read_bytes()
    start = content.index(b"{")
    length = int(content[:start].split()[-1])
    values = json.loads(content[start : start + length])
    change(values)
    return resigned(pack, json.dumps(values).encode(), content[start + length :], key)


def resigned(pack: Path, manifest: bytes, rest: bytes, key: Ed25519PrivateKey = KEY) -> Path:
    """Write a pack of any manifest, signed."""
    signature = key.sign(SIGNED_AS + manifest).hex()
    head = FIRST_LINE + f"key {name_of(key)}\nsignature {signature}\nmanifest {len(manifest)}\n".encode()
    pack.write_bytes(head + manifest + rest)
    return pack
