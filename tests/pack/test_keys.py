"""Tests of keys: made once, kept to their owner, never written over."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from assistant.errors import PackError
from assistant.pack.installed import key_id
from assistant.pack.keys import is_signed, keygen, private_key, public_text, trusted
from tests.dying import dies_at_its_first_sync


def test_a_key_that_was_made_signs_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    public = keygen(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key.pem.pub").read_text(encoding="ascii") == f"{public}\n"
    keys = trusted([public])
    (name,) = keys
    signature = private_key(file).sign(b"message")
    assert is_signed(b"message", signature, name, keys)
    assert not is_signed(b"massage", signature, name, keys)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["key.pem", "key.pem.pub"]


def test_the_id_is_the_beginning_of_the_digest_of_the_raw_public_key() -> None:
    raw = bytes(range(32))
    assert key_id(raw) == hashlib.sha256(raw).hexdigest()[:16]


@pytest.mark.parametrize("there", ["key.pem", "key.pem.pub"])
def test_neither_file_is_ever_written_over(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious", encoding="utf-8")
    with pytest.raises(PackError, match=f"{there} is there already"):
        keygen(tmp_path / "key.pem")
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ["precious"]


@pytest.mark.parametrize("name", [".", "", "/", "..", "a/.."])
def test_what_names_no_file_is_told_in_one_line(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PackError) as told:
        keygen(Path(name))
    assert "\n" not in str(told.value)
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to die")
def test_who_dies_while_making_a_key_leaves_no_private_key_and_its_name_free(tmp_path: Path) -> None:
    dies_at_its_first_sync(lambda: keygen(tmp_path / "key.pem"))
    public = keygen(tmp_path / "key.pem")
    assert public_text(private_key(tmp_path / "key.pem")) == public


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"cannot write the key to .*No such file"):
        keygen(tmp_path / "nowhere" / "key.pem")


def test_the_umask_cannot_make_a_key_readable_to_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keygen(tmp_path / "key.pem")
    finally:
        os.umask(before)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key.pem.pub").stat().st_mode & 0o777 == 0o644


def bad_keys() -> dict[str, bytes]:
    pem = Encoding.PEM, PrivateFormat.PKCS8
    return {
        "empty": b"",
        "no text": bytes(range(256)),
        "a public key": public_text(Ed25519PrivateKey.generate()).encode(),
        "cut short": Ed25519PrivateKey.generate().private_bytes(*pem, NoEncryption())[:60],
        "with a password": Ed25519PrivateKey.generate().private_bytes(*pem, BestAvailableEncryption(b"secret")),
        "of another kind": ec.generate_private_key(ec.SECP256R1()).private_bytes(*pem, NoEncryption()),
    }


@pytest.mark.parametrize("kind", bad_keys())
def test_a_file_that_holds_no_signing_key_is_told(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(bad_keys()[kind])
    with pytest.raises(PackError, match=r"key\.pem holds no private key .*careguide pack keygen"):
        private_key(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_has_no_end_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for endless in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(PackError, match="is not a file; give the name of a private key"):
            private_key(endless)


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot read the key"):
        private_key(tmp_path / "key.pem")


def test_a_trusted_key_that_is_no_point_of_the_curve_signs_nothing() -> None:
    keys = trusted([base64.b64encode(b"\xff" * 32).decode()])
    assert not is_signed(b"message", bytes(64), next(iter(keys)), keys)
