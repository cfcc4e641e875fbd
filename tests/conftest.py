"""Fixtures: a small corpus of the tests' own wording, and settings on temporary folders."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from assistant.cli import main
from assistant.config import Config
from assistant.corpus import Corpus
from assistant.index.encode import StaticEncoder, embedded
from tests.fakes import FakeEncoder

settings.register_profile(
    "default", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("wide", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
"""Half of Hypothesis's own number of examples, which are whole documents mostly: 10 to 30 milliseconds each to draw. They are
the same each time; ``--hypothesis-profile=wide`` looks for others."""


MEMORY = Path("/dev/shm")
ROOM = 2**30
"""Bytes that have to be free there; the tests fill a tenth of them at once, as what passed is removed."""


def pytest_configure() -> None:
    """Let the folders of tests be in memory, where there is room: the calls are the same, and a sync takes no time.

    Whoever names a folder, by ``--basetemp`` or in the environment, has it there.
    """
    if MEMORY.is_dir() and has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def has_room(folder: Path) -> bool:
    """Whether the tests can be there: some write programs and run them."""
    runs = not os.statvfs(folder).f_flag & os.ST_NOEXEC
    return runs and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def pytest_collection_finish() -> None:
    """Spare the collector what was collected, which stays until the end, and run it less often: that is a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


FACTS = Path(__file__).resolve().parents[2] / "shared" / "facts" / "facts.jsonl"

BACKUPS = """---
title: Keeping copies of care records
publisher: Careguide starter notes
url: https://www.example.org/backups
kind: starter note
reviewed: 2026-01-15
applies_to: [UK]
licence: MIT
topics: [backups]
based_on: [https://www.example.org/backups, https://www.example.org/restore]
facts:
  how-often: [backups-01, backups-02]
sources:
  how-often: [https://www.example.org/restore]
---

Copies of records save a home that loses its computers.

## How often should you copy records? {#how-often}

Make a backup of care plans every day. Keep one copy away from the building:

1. Plug in the drive.
2. Copy the folder of care plans.
3. Unplug the drive and lock it away.

## How do you test a backup?

Restore one file each month and open it.
"""

PHONES = """---
title: Lost phones and tablets
publisher: Careguide starter notes
url: https://www.example.org/lost-phone
kind: starter note
reviewed: 2026-02-01
applies_to: [England]
licence: MIT
topics: [lost-device]
based_on: [https://www.example.org/lost-phone]
---

## What if you lose a work phone? {#lose-phone}

Tell your manager at once. The manager can:

- lock the phone from afar
- wipe it
- tell the insurer.
"""

PASSWORDS = """---
title: Choosing passwords
publisher: Example Security Office
url: https://www.example.org/passwords
kind: guidance
published: 2024-03-01
updated: 2025-06-30
retrieved: 2026-02-02
applies_to: [UK]
licence: OGL-UK-3.0
topics: [passwords]
notice: This page is under review.
---

Passwords keep strangers out of accounts.

## Three words {#three-words}

Join three random words to make a password. Do not use names of pets.

## Password managers {#managers}

A password manager remembers passwords for you, so that each account can have its own.

| Account | Who keeps it |
| --- | --- |
| Rota | Manager |
| Payroll | Owner |
"""

SCAMS = """---
title: Scam texts
publisher: Example Security Office
url: https://www.example.org/scam-texts
kind: guidance
published: 2023-09-09
updated: 2023-10-10
retrieved: 2026-02-02
applies_to: [UK]
licence: OGL-UK-3.0
---

# Scam texts

Forward a suspicious text message to the reporting number. It costs nothing.

> Never tap a link in a message that you did not expect.

## After the report

Delete the message.
"""

FILES: Mapping[str, str] = {
    "starter/backups.md": BACKUPS,
    "starter/phones.md": PHONES,
    "documents/security-office/passwords.md": PASSWORDS,
    "documents/security-office/scam-texts.md": SCAMS,
}


@pytest.fixture(scope="session")
def facts() -> dict[str, dict[str, str]]:
    """The facts that the starter notes rest on, by id; they stand beside the project, and where they do not, the test skips."""
    if not FACTS.is_file():
        pytest.skip("the facts file stands beside the project and is absent here")
    return {fact["id"]: fact for fact in map(json.loads, FACTS.read_text(encoding="utf-8").splitlines())}


@pytest.fixture
def corpus_root(tmp_path: Path) -> Path:
    """Return a folder with two starter notes and two official documents."""
    root = tmp_path / "corpus"
    for name, content in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return root


@pytest.fixture
def corpus(corpus_root: Path) -> Corpus:
    """Return the corpus of that folder."""
    return Corpus(corpus_root)


@pytest.fixture
def config(corpus_root: Path, tmp_path: Path) -> Config:
    """Return settings that point to that folder and to an empty data folder."""
    return Config(corpus=corpus_root, data=tmp_path / "data")


@pytest.fixture
def encoder() -> FakeEncoder:
    """Return an encoder that needs no weights."""
    return FakeEncoder()


@pytest.fixture(scope="session")
def static_encoder() -> StaticEncoder:
    """Return the encoder of the package."""
    return embedded()


QUESTION = "someone clicked a link in a dodgy email, what now?"
FOREIGN = "who won the football match in Leeds?"


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the index of the packaged corpus; built once."""
    data = tmp_path_factory.mktemp("built")
    assert main(["--data", str(data), "index"]) == 0
    return data


@pytest.fixture
def careguide(built: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs a command in this process, over the packaged corpus unless told otherwise."""

    def command(*arguments: str, stdin: bytes = b"", flags: Sequence[str] | None = None) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([*(["--data", str(built)] if flags is None else flags), *arguments])
        except SystemExit as done:  # argparse ends the process itself
            code = int(done.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    return command
