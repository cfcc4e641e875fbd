"""What ``careguide verify`` finds: each kind of fault, by a name and with what mends it."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.cli import main
from assistant.commands import ANSWERED, FAILED
from assistant.config import Config
from assistant.index.encode import StaticEncoder
from assistant.index.generation import Generations
from assistant.index.manifest import MANIFEST, file_digest, manifest_bytes
from assistant.opening import open_assistant
from assistant.verify import document_faults, examined, passage_faults
from assistant.wiring import build_index
from tests.fakes import FakeEncoder
from tests.test_desk import change


@pytest.fixture
def generations(config: Config, static_encoder: StaticEncoder) -> Generations:
    """Return a data folder with one index."""
    build_index(config, encoder=static_encoder)
    return Generations(config.index_root)


def forge(generations: Generations, name: str, alter: Callable[[Path], None]) -> None:
    """Change a file of the current index, and the manifest with it, as no accident would."""
    manifest = generations.manifest(generations.current())
    file = generations.folder(manifest.id) / name
    alter(file)
    files = {**manifest.files, name: (file.stat().st_size, file_digest(file))}
    (generations.folder(manifest.id) / MANIFEST).write_bytes(manifest_bytes(dataclasses.replace(manifest, files=files)))


def change_rows(statement: str) -> Callable[[Path], None]:
    """Return what carries out an SQL statement on a file."""

    def alter(file: Path) -> None:
        connection = sqlite3.connect(file)
        with connection:
            connection.execute(statement)
        connection.close()

    return alter


def test_a_sound_index_is_told_as_such(config: Config, generations: Generations, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--corpus", str(config.corpus), "--data", str(config.data)]) == ANSWERED
    told = capsys.readouterr().out
    assert told.endswith("All is as it should be.\n")
    assert all(name in told for name in (" files", " documents", " passages", " anchors", " vectors"))


def test_every_damaged_file_is_named_with_what_mends_it(
    config: Config, generations: Generations, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = generations.folder(generations.current())
    (folder / "words.json").write_bytes(b"{}")
    (folder / "vectors.npy").unlink()
    assert main(["verify", "--json", "--corpus", str(config.corpus), "--data", str(config.data)]) == FAILED
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {one["mend"] for one in problems} == {"careguide index --again"}
    told = " ".join(one["what"] for one in problems)
    assert "words.json is damaged" in told
    assert "vectors.npy cannot be read" in told


def test_no_index_and_a_bad_pointer_are_problems_not_errors(config: Config, generations: Generations) -> None:
    (config.index_root / "CURRENT").write_text("nonsense", encoding="ascii")
    (problem,) = examined(config).problems
    assert "does not name a generation" in problem.what
    assert problem.mend == "careguide index"
    (config.index_root / "CURRENT").unlink()
    (problem,) = examined(config).problems
    assert "there is no index" in problem.what


@pytest.mark.parametrize(
    ("name", "alter", "told"),
    [
        ("documents.sqlite", change_rows("UPDATE passages SET end = 100000 WHERE row = 0"), "does not stand in the text"),
        ("documents.sqlite", change_rows("UPDATE passages SET section = 77 WHERE row = 0"), "has no such section"),
        ("documents.sqlite", change_rows("UPDATE passages SET section = section + 1 WHERE row = 0"), "in another section"),
        ("documents.sqlite", change_rows("UPDATE passages SET document_id = 'x' WHERE row = 0"), "its document is not there"),
        (
            "documents.sqlite",
            change_rows("UPDATE documents SET value = replace(value, 'Restore one', 'Destroy one')"),
            "its text is not that of its digest",
        ),
        (
            "documents.sqlite",
            change_rows("UPDATE documents SET value = replace(value, 'lose-phone', 'lose-bag')"),
            "its sections and anchors are not those of its text",
        ),
        ("documents.sqlite", change_rows("DELETE FROM documents WHERE id = 'starter/backups'"), "which its manifest denies"),
        ("vectors.npy", lambda file: np.save(file, np.load(file, allow_pickle=False) * 2), "its vector is not of length 1"),
    ],
)
def test_what_contradicts_itself_is_found_although_the_files_are_as_the_manifest_says(
    config: Config, generations: Generations, name: str, alter: Callable[[Path], None], told: str
) -> None:
    assert not examined(config).wrong
    forge(generations, name, alter)
    assert any(told in problem.what for problem in examined(config).problems), examined(config).problems


def test_the_index_of_another_encoder_is_told(config: Config, static_encoder: StaticEncoder) -> None:
    build_index(config, encoder=FakeEncoder(static_encoder.dim))
    (problem,) = examined(config).problems
    assert "was made by another encoder" in problem.what


def test_an_index_of_another_corpus_is_sound_and_told_as_stale(
    config: Config, generations: Generations, static_encoder: StaticEncoder
) -> None:
    first = generations.current()
    change(config)
    report = examined(config)
    assert not report.wrong
    assert any("as it is now; run: careguide index" in note for note in report.notes)
    build_index(config, encoder=static_encoder)
    assert any(f"index {first}" in note and "is whole" in note for note in examined(config).notes)
    (generations.folder(first) / "words.json").unlink()
    assert any(f"index {first} could not answer instead" in note for note in examined(config).notes)


def test_documents_and_passages_of_an_index_are_sound(config: Config, generations: Generations) -> None:
    store = open_assistant(config).store
    for passage in store.passages.values():
        document = store.document(passage.document_id)
        assert list(document_faults(document)) == []
        assert list(passage_faults(passage, document)) == []
