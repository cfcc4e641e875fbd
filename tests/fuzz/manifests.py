"""Manifests of generations: bytes are a manifest that is written as just these bytes, or no manifest.

Where the first byte is odd, the rest is given the digest that it should have, so that what is behind the digest is reached.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from assistant.errors import IndexDamaged
from assistant.index.generation import Generations
from assistant.index.manifest import MANIFEST, Manifest, generation_id, manifest_bytes, parsed_manifest

_FILES = {"documents.sqlite": (7, "0" * 64), "lexical/data.csc.index.npy": (9, "f" * 64)}
_ID = generation_id("c", "k", "e")
_WHOLE = Manifest(_ID, "c", "k", "e", "2026-01-01T00:00:00+00:00", "fake", 256, 4, 9, ("a\u00e9: no title",), _FILES)
_BARE = json.dumps({name: value for name, value in json.loads(manifest_bytes(_WHOLE)).items() if name != "digest"}).encode()
SEEDS = (b"\x00" + manifest_bytes(_WHOLE), b"\x01" + _BARE, b'\x01{"files": {"../a": [1e999, "x"]}, "faults": [[]], "id": 1}')
WORDS = (*json.loads(_BARE), "1e999", "NaN", "null", "true", "-1", "[]", "{}", '"../', "\\u0000", "\\ud800", "/etc", '": [')


def check(data: bytes) -> None:
    """Take the bytes as a manifest, and ask of its files.

    Raises:
        AssertionError: they are a manifest that would be written otherwise, or with values of other kinds.
    """
    content = _signed(data[1:]) if data[:1] and data[0] % 2 else data[1:]
    try:
        read = parsed_manifest(content)
    except ValueError:
        return
    assert manifest_bytes(read) == content, "what is read is written the same"
    for name in read.files:
        assert not Path(name).is_absolute()
        assert ".." not in Path(name).parts, "no file is outside the folder"
    with tempfile.TemporaryDirectory() as root:
        _check_files(Path(root), read)


def _check_files(root: Path, read: Manifest) -> None:
    """Assert that a generation whose files are not there is damaged, whatever else its manifest says."""
    generations = Generations(root)
    folder = generations.folder(_ID)
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_bytes(manifest_bytes(read))
    try:
        checked = generations.check(_ID)
    except IndexDamaged:
        return
    assert checked == read
    assert not read.files, "its files are not there"


def _signed(content: bytes) -> bytes:
    """Return an object of JSON with its digest, written as a manifest is; the bytes as they are where they hold none."""
    try:
        values = json.loads(content)
        values = {name: value for name, value in values.items() if name != "digest"}
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
        return json.dumps({**values, "digest": digest}, indent=1).encode()
    except (ValueError, AttributeError, RecursionError):
        return content
