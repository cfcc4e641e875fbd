"""What ``careguide verify`` finds: each kind of fault, by a name and with what mends it."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from assistant.cli import main
from assistant.commands import ANSWERED, FAILED
from assistant.config import Config
from assistant.index.encode import StaticEncoder
from assistant.index.generation import Generations
from assistant.index.manifest import MANIFEST, file_digest, manifest_bytes
from assistant.index.scope import Compared, Scope
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


def change_rows(*statements: str) -> Callable[[Path], None]:
    """Return what carries out SQL statements on a file."""

    def alter(file: Path) -> None:
        connection = sqlite3.connect(file)
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return alter


def change_values(old: str, new: str) -> Callable[[Path], None]:
    """Return what puts other words into the documents of a file."""
    assert "'" not in old + new
    return change_rows(f"UPDATE documents SET value = replace(value, '{old}', '{new}')")


def put(content: object) -> Callable[[Path], None]:
    """Return what puts other JSON into a file."""
    return lambda file: file.write_text(json.dumps(content), encoding="utf-8")


def search_others(file: Path) -> None:
    """Put the vectors of other passages into the file that is searched."""
    kept = faiss.deserialize_index(np.fromfile(file, dtype=np.uint8))
    other = faiss.IndexFlatIP(kept.d)
    other.add(kept.reconstruct_n(0, kept.ntotal)[::-1].copy())
    file.write_bytes(faiss.serialize_index(other).tobytes())


def set_last(file: Path) -> None:
    """Make the last number of an array one that stands for nothing."""
    numbers = np.load(file, allow_pickle=False)
    numbers[-1] = -1_000_000
    np.save(file, numbers, allow_pickle=False)


WRONG_TERM = {"term": 5, "aliases": [], "meaning": "x", "facts": ["a"], "sources": ["https://example.org/"]}
UNSOUND = (
    "CREATE INDEX odd ON passages (document_id)",
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_master SET sql = 'CREATE INDEX odd ON passages (start)' WHERE name = 'odd'",
)
"""Make an index within the file that is none of its rows, which no query of ours meets."""


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
        ("documents.sqlite", change_values("Restore one", "Destroy one"), "its text is not that of its digest"),
        ("documents.sqlite", change_values("lose-phone", "lose-bag"), "its sections and anchors are not those of its text"),
        ("documents.sqlite", change_values('"list"', '"quote"'), "its paragraphs and lists are not those of its text"),
        ("documents.sqlite", change_values('"facts": {"how-often"', '"facts": {"facts-gone"'), "anchor 'facts-gone'"),
        ("documents.sqlite", change_values('"sources": {"how-often"', '"sources": {"sources-gone"'), "anchor 'sources-gone'"),
        ("documents.sqlite", change_values('"asked": {}', '"asked": {"asked-gone": ["x"]}'), "anchor 'asked-gone'"),
        ("documents.sqlite", change_rows("UPDATE documents SET title = 'x'"), "its id or title is not that of its row"),
        ("documents.sqlite", change_rows(*UNSOUND), "missing from index odd"),
        ("documents.sqlite", change_rows("DELETE FROM documents WHERE id = 'starter/backups'"), "which its manifest denies"),
        ("vectors.npy", lambda file: np.save(file, np.load(file, allow_pickle=False) * 2), "its vector is not of length 1"),
        ("dense.faiss", search_others, "the vectors of dense.faiss are not those of vectors.npy"),
        # What used to end as a fault in the program, or as nothing at all.
        ("documents.sqlite", change_rows("DROP TABLE documents"), "cannot be read (no such table: documents)"),
        ("documents.sqlite", change_rows("UPDATE passages SET start = 'x'"), "a passage is of another kind than is written"),
        ("documents.sqlite", change_rows("UPDATE documents SET value = '[]'"), "cannot be read (list indices"),
        ("documents.sqlite", change_rows(f"UPDATE documents SET value = '{'[' * 9_000}'"), "maximum recursion depth"),
        ("documents.sqlite", change_values('"text": "', '"text": 5, "title": "'), "document starter/backups cannot be read"),
        ("documents.sqlite", change_values('"sections": [{', '"sections": [], "x": [{'), "cannot be read"),
        ("reference.json", put({}), "the contacts and cards in"),
        ("reference.json", put({"glossary": [WRONG_TERM], "contacts": [], "cards": []}), "the field 'term.0.term'"),
        ("words.json", put({"counts": {}, "common": ["x"]}), "a word of the guidance is counted less than once"),
        ("words.json", put({"counts": {"x": 1}, "common": []}), "there are no common words"),
        ("words.json", put({"counts": [], "common": []}), "the words in"),
        ("lexical/vocab.index.json", put([]), "cannot be read"),
        ("late/pieces.npy", set_last, "what an answer needs cannot be read (IndexError"),
    ],
)
def test_what_contradicts_itself_is_found_although_the_files_are_as_the_manifest_says(
    config: Config, generations: Generations, name: str, alter: Callable[[Path], None], told: str
) -> None:
    forge(generations, name, alter)
    assert any(told in problem.what for problem in examined(config).problems), examined(config).problems


def test_the_questions_that_others_are_compared_with_are_examined() -> None:
    vectors = np.eye(2, 4)
    sound = Compared(["", "everyday"], [["lost"], ["weather"]], {"lost": 1.5})

    def faults(values: Compared, vectors: np.ndarray = vectors) -> list[str]:
        return list(Scope(values, vectors, lambda text: vectors[0], lambda term: 1.0).faults())

    assert faults(sound) == []
    assert "of both kinds" in faults(dataclasses.replace(sound, why=["", ""]))[0]
    assert "of both kinds" in faults(dataclasses.replace(sound, why=["", "a joke"]))[0]
    assert "is no text" in faults(dataclasses.replace(sound, terms=[["lost"], [5]]))[0]
    assert "are no number" in faults(dataclasses.replace(sound, odds={"lost": float("nan")}))[0]
    assert "not of length 1" in faults(sound, vectors * 2)[0]


def test_the_index_of_other_rules_is_told(config: Config, generations: Generations) -> None:
    (problem,) = examined(dataclasses.replace(config, passage_tokens=config.passage_tokens + 1)).problems
    assert "was cut by other rules: of another version of Careguide" in problem.what


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
