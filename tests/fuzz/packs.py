"""Packs: bytes are a pack that a trusted key signed, every file of it as its digest says, or the error that says why not.

The first byte chooses: even, the rest is a pack; odd, it is the manifest of one, which is then signed by a trusted key, so that
what is behind the signature is reached too.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from pathlib import Path

from assistant.errors import PackError
from assistant.pack.format import MOST_BYTES as MOST
from assistant.pack.format import Claim, Pack, copy_entry, head_bytes, is_safe, manifest_bytes, parse
from assistant.pack.verify import verified
from tests.fuzz.promises import check_line
from tests.pack.packs import FILES, KEY, TRUSTED, name_of, packed

_FILE = Path("guidance.cgpack")


def _made() -> bytes:
    """Return a sound pack."""
    with tempfile.TemporaryDirectory() as folder:
        return packed(Path(folder)).read_bytes()


_PACK = _made()
_MANIFEST = _PACK[_PACK.index(b"{") : _PACK.index(b"\n}") + 2]
_CONTENT = b"".join(content for _, content in sorted(FILES.items()))
SEEDS = (
    b"\x00" + _PACK,
    b"\x00" + head_bytes(name_of(KEY), b"", _MANIFEST) + _MANIFEST,
    b"\x01" + _MANIFEST,
    b"\x01" + json.dumps(json.loads(_MANIFEST)).encode(),
)
WORDS = (
    *json.loads(_MANIFEST),
    *json.loads(_MANIFEST)["generation"],
    "../",
    "con",
    "1e999",
    "NaN",
    "null",
    "true",
    "-1",
    "\\u0000",
    "[]",
)


def check(data: bytes) -> None:
    """Take the bytes as a pack.

    Raises:
        AssertionError: a pack is believed that nobody trusted signed, or that is not as it is written.
    """
    signed = bool(data[:1]) and data[0] % 2 == 1
    content = _signed(data[1:]) if signed else data[1:]
    stream = io.BytesIO(content)
    try:
        pack = verified(stream, _FILE, TRUSTED)
        _check_pack(pack)
        for entry in pack.entries:
            found = hashlib.sha256()
            copy_entry(stream, entry, _FILE, found.update)
            assert found.hexdigest() == entry.digest, "a file is what its digest says"
    except PackError as fault:
        check_line(str(fault))
        return
    assert signed or content == _PACK, "nobody can change or make up a pack without the key"


def _check_pack(pack: Pack) -> None:
    assert all(is_safe(entry.name) for entry in pack.entries)
    assert pack.total <= MOST
    again = parse(Claim(pack.key, b"", manifest_bytes(pack)), _FILE)
    assert again == pack, "what is read is written, and read again the same"


def _signed(manifest: bytes) -> bytes:
    claim = Claim(name_of(KEY), b"", manifest)
    return head_bytes(claim.key, KEY.sign(claim.message), manifest) + manifest + _CONTENT
