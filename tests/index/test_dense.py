"""Tests of what the FAISS half alone promises; the contract of all searchers is in ``test_searchers``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.index.dense import FILE, VECTORS, DenseSearcher, write_dense
from assistant.types import Query
from tests.fakes import FakeEncoder

TEXTS = ["password manager", "lost phone", "camera policy"]
IDS = ["a", "b", "c"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "index", FakeEncoder().encode_passages(TEXTS))


def written(folder: Path, vectors: np.ndarray) -> Path:
    folder.mkdir()
    write_dense(folder, vectors)
    return folder


def test_scores_are_cosines(folder: Path) -> None:
    hits = DenseSearcher.open(folder, FakeEncoder(), IDS).search(Query("phone"), 3).hits
    assert hits[0].passage_id == "b"
    assert hits[0].score == pytest.approx(1 / np.sqrt(2))
    assert [hit.score for hit in hits[1:]] == pytest.approx([0, 0])


def test_every_passage_can_be_ranked(folder: Path) -> None:
    assert [hit.passage_id for hit in DenseSearcher.open(folder, FakeEncoder(), IDS).search(Query("phone"), 99).hits] == [
        "b",
        "a",
        "c",
    ]


def test_no_passages(tmp_path: Path) -> None:
    none = written(tmp_path / "none", np.zeros((0, 256), dtype=np.float32))
    assert DenseSearcher.open(none, FakeEncoder(), []).search(Query("phone"), 3).hits == ()


def test_the_same_vectors_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again", FakeEncoder().encode_passages(TEXTS))
    assert all((again / name).read_bytes() == (folder / name).read_bytes() for name in (FILE, VECTORS))


@pytest.mark.parametrize("name", [FILE, VECTORS])
@pytest.mark.parametrize("content", [None, b"", b"junk", b"IxFI\0\0"])
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str, content: bytes | None) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(IndexDamaged, match=rf"{name}.*careguide index"):
        DenseSearcher.open(folder, FakeEncoder(), IDS)


@pytest.mark.parametrize("name", [FILE, VECTORS])
def test_a_file_that_breaks_off_is_damage(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-5])
    with pytest.raises(IndexDamaged, match="careguide index"):
        DenseSearcher.open(folder, FakeEncoder(), IDS)


@pytest.mark.parametrize(("ids", "dim"), [(IDS[:2], 256), ([*IDS, "d"], 256), (IDS, 255)])
def test_an_index_of_another_size_is_damage(folder: Path, ids: list[str], dim: int) -> None:
    with pytest.raises(IndexDamaged, match="3 vectors of 256 numbers"):
        DenseSearcher.open(folder, FakeEncoder(dim), ids)


def test_likeness_is_the_score_of_any_passage(folder: Path) -> None:
    searcher = DenseSearcher.open(folder, FakeEncoder(), IDS)
    vector = searcher.vector("a lost phone")
    assert searcher.likeness(vector, np.array([2, 1])) == pytest.approx([0, 1])
    assert searcher.nearest(vector, 1).tolist() == [1]
    assert searcher.nearest(np.zeros(256, dtype=np.float32), 3).tolist() == []
    assert searcher.nearest(vector, 0).tolist() == []
