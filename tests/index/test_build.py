"""Tests of building: from a corpus to a generation that answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.corpus import Corpus
from assistant.errors import CorpusError, IndexDamaged, RetrievalError
from assistant.index import dense, lexical, store
from assistant.index.build import Built, build, rules_version
from assistant.index.dense import DenseSearcher
from assistant.index.generation import Generations
from assistant.index.lexical import LexicalSearcher
from assistant.index.manifest import MANIFEST
from assistant.index.store import Store
from assistant.types import Query
from tests.conftest import PASSWORDS
from tests.fakes import FakeEncoder, page

BUDGET = 60


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


@pytest.fixture
def built(corpus: Corpus, generations: Generations, encoder: FakeEncoder) -> Built:
    return build(corpus, generations, encoder, BUDGET)


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_manifest_says_what_was_built(built: Built, corpus: Corpus, generations: Generations) -> None:
    manifest = built.manifest
    assert built.changed
    assert generations.check(generations.current()) == manifest
    assert (manifest.corpus, manifest.encoder, manifest.encoder_name, manifest.dim) == (corpus.digest(), "fake-1", "fake", 256)
    assert (manifest.documents, manifest.faults) == (4, ())
    assert manifest.chunker == rules_version(BUDGET)
    assert {store.FILE, dense.FILE, dense.VECTORS} < set(manifest.files)
    assert {*manifest.files, MANIFEST} == set(files_of(generations.folder(manifest.id)))


def test_documents_passages_words_and_vectors_fit_together(built: Built, corpus: Corpus, generations: Generations) -> None:
    folder = generations.folder(built.manifest.id)
    library = Store(folder / store.FILE)
    ids = list(library.passages)
    assert ids == sorted(ids)
    assert len(ids) == built.manifest.passages
    assert [library.document(one.id) for one in corpus.load().documents] == list(corpus.load().documents)
    assert np.load(folder / dense.VECTORS).shape == (len(ids), 256)
    for searcher in (
        LexicalSearcher.open(folder / lexical.FOLDER, ids),
        DenseSearcher.open(folder, FakeEncoder(), ids),
    ):
        best = library.passages[searcher.search(Query("forward a suspicious text message"), 3).hits[0].passage_id]
        assert "Forward a suspicious text" in library.document(best.document_id).text[best.start : best.end]


def test_titles_and_headings_are_put_around_a_passage_but_never_in_it(
    built: Built, generations: Generations, encoder: FakeEncoder
) -> None:
    (text,) = [one for one in encoder.passages_seen if "remembers passwords" in one]
    assert text.startswith("Choosing passwords\n")
    assert "Password managers" in text.split("\n")
    assert "{#" not in text
    library = Store(generations.folder(built.manifest.id) / store.FILE)
    wording = [library.document(one.document_id).text[one.start : one.end] for one in library.passages.values()]
    assert not any("Choosing passwords" in one for one in wording)
    assert sum("## Password managers {#managers}" in one for one in wording) == 1


def test_a_second_build_of_the_same_corpus_does_nothing(built: Built, corpus: Corpus, generations: Generations) -> None:
    before = {name: (generations.folder(built.manifest.id) / name).stat().st_mtime_ns for name in built.manifest.files}
    told: list[str] = []
    second = FakeEncoder()
    again = build(corpus, generations, second, BUDGET, lambda what, done, of: told.append(what))
    assert again == Built(built.manifest, False)
    assert told == second.passages_seen == []
    assert before == {name: (generations.folder(built.manifest.id) / name).stat().st_mtime_ns for name in built.manifest.files}


def test_it_builds_again_when_asked(built: Built, corpus: Corpus, generations: Generations, encoder: FakeEncoder) -> None:
    again = build(corpus, generations, encoder, BUDGET, again=True)
    assert again.changed
    assert again.manifest.id == built.manifest.id
    assert again.manifest.files == built.manifest.files


def test_another_corpus_encoder_or_budget_is_another_generation(built: Built, corpus: Corpus, generations: Generations) -> None:
    ids = [built.manifest.id]
    ids.append(build(corpus, generations, FakeEncoder(fingerprint="fake-2"), BUDGET).manifest.id)
    ids.append(build(corpus, generations, FakeEncoder(), BUDGET + 1).manifest.id)
    (corpus.root / "new.md").write_text(page("New words."), encoding="utf-8")
    ids.append(build(corpus, generations, FakeEncoder(), BUDGET).manifest.id)
    assert len(set(ids)) == 4
    assert generations.current() == ids[-1]
    kept = {folder.name for folder in (generations.root / "generations").iterdir()}
    assert kept == set(ids[1:])


def test_going_back_to_an_older_corpus_points_to_its_generation(built: Built, corpus: Corpus, generations: Generations) -> None:
    (corpus.root / "new.md").write_text(page("New words."), encoding="utf-8")
    build(corpus, generations, FakeEncoder(), BUDGET)
    (corpus.root / "new.md").unlink()
    encoder = FakeEncoder()
    assert build(corpus, generations, encoder, BUDGET) == Built(built.manifest, True)
    assert generations.current() == built.manifest.id
    assert encoder.passages_seen == []


def test_the_same_corpus_gives_the_same_bytes_in_every_place(corpus: Corpus, tmp_path: Path) -> None:
    folders = []
    for name in ("one", "two"):
        generations = Generations(tmp_path / name)
        folders.append(generations.folder(build(corpus, generations, FakeEncoder(), BUDGET).manifest.id))
    one, two = (files_of(folder) for folder in folders)
    made = [files.pop(MANIFEST).decode() for files in (one, two)]
    assert folders[0].name == folders[1].name
    assert one == two
    first, second = (
        [line for line in text.splitlines() if '"created"' not in line and '"digest"' not in line] for text in made
    )
    assert first == second


def test_the_order_in_which_files_were_made_does_not_matter(corpus: Corpus, generations: Generations, tmp_path: Path) -> None:
    other = tmp_path / "other corpus"
    for file in reversed(corpus.files()):
        copy = other / file.relative_to(corpus.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    first = build(corpus, generations, FakeEncoder(), BUDGET).manifest
    assert build(Corpus(other), Generations(tmp_path / "two"), FakeEncoder(), BUDGET).manifest.files == first.files


def test_a_flipped_byte_in_any_file_is_found_and_mended(built: Built, corpus: Corpus, generations: Generations) -> None:
    sound = files_of(generations.folder(built.manifest.id))
    for name in built.manifest.files:
        content = bytearray(sound[name])
        content[len(content) // 2] ^= 1
        (generations.folder(built.manifest.id) / name).write_bytes(content)
        with pytest.raises(IndexDamaged, match=Path(name).name):
            generations.check(built.manifest.id)
        assert build(corpus, generations, FakeEncoder(), BUDGET).changed
        mended = files_of(generations.folder(built.manifest.id))
        assert {one: mended[one] for one in built.manifest.files} == {one: sound[one] for one in built.manifest.files}


@pytest.mark.parametrize(
    "spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"{}")], ids=["missing", "malformed"]
)
def test_a_spoilt_manifest_is_mended(built: Built, corpus: Corpus, generations: Generations, spoil: object) -> None:
    spoil(generations.folder(built.manifest.id) / MANIFEST)  # type: ignore[operator]
    assert build(corpus, generations, FakeEncoder(), BUDGET).changed
    assert generations.check(generations.current()).files == built.manifest.files


@pytest.mark.parametrize("content", [None, b"nonsense", b"0123456789abcdef\n"])
def test_a_bad_pointer_is_mended_without_building(
    built: Built, corpus: Corpus, generations: Generations, content: bytes | None
) -> None:
    (generations.root / "CURRENT").unlink()
    if content is not None:
        (generations.root / "CURRENT").write_bytes(content)
    encoder = FakeEncoder()
    assert build(corpus, generations, encoder, BUDGET) == Built(built.manifest, True)
    assert generations.current() == built.manifest.id
    assert encoder.passages_seen == []


def test_a_bad_file_is_told_of_and_the_rest_is_built(corpus: Corpus, generations: Generations) -> None:
    (corpus.root / "bad.md").write_text("no front matter", encoding="utf-8")
    manifest = build(corpus, generations, FakeEncoder(), BUDGET).manifest
    assert manifest.documents == 4
    assert len(manifest.faults) == 1
    assert manifest.faults[0].startswith("bad.md: ")
    assert generations.check(manifest.id) == manifest


def test_withdrawn_pages_and_notes_that_stepped_aside_are_not_built(corpus: Corpus, generations: Generations) -> None:
    (corpus.root / "phones.md").write_text(page("Official.", url="https://example.org/lost-phone/"), encoding="utf-8")
    (corpus.root / "gone.md").write_text(page("Withdrawn.", more="status: withdrawn"), encoding="utf-8")
    manifest = build(corpus, generations, FakeEncoder(), BUDGET).manifest
    titles = Store(generations.folder(manifest.id) / store.FILE).titles()
    assert set(titles) == {
        "documents/security-office/passwords",
        "documents/security-office/scam-texts",
        "phones",
        "starter/backups",
    }


@pytest.mark.parametrize("files", [{}, {"a.md": "bad"}, {"a.md": PASSWORDS.replace("licence:", "status: withdrawn\nlicence:")}])
def test_a_corpus_without_a_document_is_an_error_and_leaves_no_trace(tmp_path: Path, files: dict[str, str]) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    for name, content in files.items():
        (root / name).write_text(content, encoding="utf-8")
    with pytest.raises(
        CorpusError, match="no document to answer from.*empty" + (r".*a\.md" if "bad" in files.values() else "")
    ):
        build(Corpus(root), Generations(tmp_path / "index"), FakeEncoder(), BUDGET)
    assert not (tmp_path / "index").exists()


def test_progress_is_told_in_order_up_to_the_end(corpus: Corpus, generations: Generations) -> None:
    told: list[tuple[str, int, int]] = []
    build(corpus, generations, FakeEncoder(), BUDGET, lambda *step: told.append(step))
    names = list(dict.fromkeys(what for what, _, _ in told))
    assert names == ["reading documents", "cutting passages", "indexing words", "encoding passages"]
    for name in names:
        steps = [(done, of) for what, done, of in told if what == name]
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1] > 0


def test_a_folder_that_cannot_be_written(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RetrievalError, match=r"cannot write the index.*--data"):
        build(corpus, Generations(tmp_path / "file"), FakeEncoder(), BUDGET)


class Failing(FakeEncoder):
    """An encoder that breaks on the way."""

    def encode_passages(self, texts: object) -> np.ndarray:
        raise KeyboardInterrupt


def test_a_build_that_breaks_off_leaves_the_current_one_and_no_rubbish(
    built: Built, corpus: Corpus, generations: Generations
) -> None:
    (corpus.root / "new.md").write_text(page("New words."), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        build(corpus, generations, Failing(), BUDGET)
    assert generations.check(generations.current()) == built.manifest
    assert [folder.name for folder in (generations.root / "generations").iterdir()] == [built.manifest.id]


class FullDisk(FakeEncoder):
    """Encodes after the words are indexed, and cuts off an array of theirs, as a full disk does without a word."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Cut off what numpy wrote before."""
        (array,) = self._folder.rglob("lexical/indices.csc.index.npy")
        array.write_bytes(array.read_bytes()[:-4])
        return super().encode_passages(texts)


def test_an_array_that_the_disk_did_not_take_whole_is_not_published(
    corpus: Corpus, generations: Generations, built: Built
) -> None:
    with pytest.raises(RetrievalError, match="did not take all of a file"):
        build(corpus, generations, FullDisk(generations.root / "generations" / f".{built.manifest.id}"), BUDGET, again=True)
    assert generations.check(generations.current()) == built.manifest


def test_what_sqlite_says_of_a_full_disk_is_told(
    corpus: Corpus, generations: Generations, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "write_store", full)
    with pytest.raises(RetrievalError, match=r"cannot write the index to .*disk is full.*free some room"):
        build(corpus, generations, encoder, BUDGET)
