"""Which packs are trusted: the order in which one is looked at, from the outside in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from assistant.errors import PackError
from assistant.pack.format import Claim, Pack, check_length, parse, read_claim
from assistant.pack.keys import is_signed


def verified(stream: BinaryIO, file: Path, keys: Mapping[str, bytes]) -> Pack:
    """Read a pack up to its first file, and return what its manifest says once its signature is found good.

    The files themselves are compared with their digests while they are copied (``format.copy_entry``).

    Args:
        keys: raw public keys that are trusted, by id.

    Raises:
        PackError: it is no pack, not signed, signed by a key that is not trusted, or changed since; its files do not follow.
    """
    claim = read_claim(stream, file)
    _check_signature(claim, file, keys)
    pack = parse(claim, file)
    check_length(stream, pack, file)
    return pack


def _check_signature(claim: Claim, file: Path, keys: Mapping[str, bytes]) -> None:
    if not claim.signature:
        raise PackError(f"the pack {file} is not signed (it names the key {claim.key}); ask whoever made it for a signed one")
    if claim.key not in keys:
        known = f"trusted are {', '.join(sorted(keys))}" if keys else "no key is trusted yet"
        raise PackError(
            f"the pack {file} is signed with the key {claim.key}, which is not trusted ({known}); if you know who made it, "
            "put their public key into trusted_keys in the settings (or CAREGUIDE_TRUSTED_KEYS)"
        )
    if not is_signed(claim.message, claim.signature, claim.key, keys):
        raise PackError(
            f"the pack {file} is wrongly signed: it was changed after the key {claim.key} signed it, or that key never did; "
            "get it again from whoever supplies it"
        )
