"""A key, a pack signed with it, and a home that trusts it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.cli import main
from tests.conftest import Command
from tests.pack.homes import Home


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from assistant.pack.keys import keygen

    file = tmp_path_factory.mktemp("keys") / "key.pem"
    keygen(file)
    return file


@pytest.fixture(scope="module")
def signed(built: Path, key: Path) -> Path:
    """Return a pack of the packaged corpus, to be copied."""
    file = key.with_name("guidance.cgpack")
    words = ("pack", "build", str(file), "--key", str(key), "--version", "7", "--expires", "2099-12-31")
    assert main(["--data", str(built), *words]) == 0
    return file


@pytest.fixture
def pack(signed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(signed, tmp_path))


@pytest.fixture
def home(careguide: Command, key: Path, corpus_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CAREGUIDE_TRUSTED_KEYS", key.with_name("key.pem.pub").read_text(encoding="ascii"))
    return Home(careguide, ("--corpus", str(corpus_root), "--data", str(tmp_path / "home")))
