"""Ed25519 keys: making a pair, reading either half, and what a key is called.

The only room that imports ``cryptography``; ``pack_command`` imports it when a pack is built, checked or installed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from assistant.errors import PackError
from assistant.files import NotRegular, open_regular, write_new
from assistant.pack.installed import key_id

OWNER_ALONE = 0o600
PUBLIC_MODE = 0o644
LONGEST_KEY_FILE = 65_536
"""Bytes; a private key's file has about 120."""


def keygen(file: Path) -> str:
    """Make a key pair: the private key in the file (PKCS8, PEM), the public one beside it as ``<file>.pub``.

    Both are there or neither. The public half is named first: a private key whose public half nobody has seen could sign packs
    that nobody can install, while a public half alone, which being killed between the two names leaves, harms nothing.

    Returns:
        The public key, as it goes into the settings of those who trust it: base64 of its 32 raw bytes.

    Raises:
        PackError: either file is there already, which is never written over, or cannot be written.
    """
    if not file.name:
        raise PackError(f"{file} is a folder, and a key needs the name of a file; add one, such as {file / 'key.pem'}")
    key = Ed25519PrivateKey.generate()
    public = public_text(key)
    beside = file.with_name(f"{file.name}.pub")
    try:
        write_new(beside, f"{public}\n".encode(), PUBLIC_MODE)
        try:
            write_new(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), OWNER_ALONE)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except FileExistsError as fault:
        raise PackError(f"the file {fault.filename} is there already, and a key is never written over; name another") from fault
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise PackError(f"cannot write the key to {file} ({why}); name another file") from fault
    return public


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, base64 of its 32 raw bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def private_key(file: Path) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        PackError: the file cannot be read, is no regular file, or holds no Ed25519 key without a password.
    """
    try:
        with open_regular(file) as stream:
            raw = stream.read(LONGEST_KEY_FILE)
    except NotRegular as fault:
        raise PackError(f"{file} is not a file; give the name of a private key, from: careguide pack keygen FILE") from fault
    except (OSError, ValueError) as fault:
        raise PackError(f"cannot read the key {file} ({getattr(fault, 'strerror', None) or fault}); check its name") from fault
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise PackError(f"{file} holds no private key that can sign a pack; make one with: careguide pack keygen FILE")
    return key


def trusted(texts: Iterable[str]) -> dict[str, bytes]:
    """Return raw public keys by id, from base64 as the settings hold it (``config`` has checked it)."""
    return {key_id(raw): raw for raw in map(base64.b64decode, texts)}


def is_signed(message: bytes, signature: bytes, key: str, keys: Mapping[str, bytes]) -> bool:
    """Whether the signature of the message is by the key of that id, which is one of the keys."""
    try:
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
