"""Tests of what the FAISS half alone promises; the contract of all searchers is in ``test_searchers``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.index.dense import DenseSearcher, write_dense
from assistant.types import Query
from tests.fakes import FakeEncoder

TEXTS = ["password manager", "lost phone", "camera policy"]
IDS = ["a", "b", "c"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_dense(tmp_path / "dense.faiss", FakeEncoder().encode_passages(TEXTS))
    return tmp_path / "dense.faiss"


def test_scores_are_cosines(file: Path) -> None:
    hits = DenseSearcher.open(file, FakeEncoder(), IDS).search(Query("phone"), 3).hits
    assert hits[0].passage_id == "b"
    assert hits[0].score == pytest.approx(1 / np.sqrt(2))
    assert [hit.score for hit in hits[1:]] == pytest.approx([0, 0])


def test_every_passage_can_be_ranked(file: Path) -> None:
    assert [hit.passage_id for hit in DenseSearcher.open(file, FakeEncoder(), IDS).search(Query("phone"), 99).hits] == [
        "b",
        "a",
        "c",
    ]


def test_no_passages(tmp_path: Path) -> None:
    write_dense(tmp_path / "none", np.zeros((0, 256), dtype=np.float32))
    assert DenseSearcher.open(tmp_path / "none", FakeEncoder(), []).search(Query("phone"), 3).hits == ()


def test_the_same_vectors_give_the_same_bytes(file: Path, tmp_path: Path) -> None:
    write_dense(tmp_path / "again", FakeEncoder().encode_passages(TEXTS))
    assert (tmp_path / "again").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"junk", b"IxFI\0\0"])
def test_a_file_that_cannot_be_read_is_named(file: Path, content: bytes | None) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"dense\.faiss.*careguide index"):
        DenseSearcher.open(file, FakeEncoder(), IDS)


def test_a_file_that_breaks_off_is_damage(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(IndexDamaged, match="careguide index"):
        DenseSearcher.open(file, FakeEncoder(), IDS)


@pytest.mark.parametrize(("ids", "dim"), [(IDS[:2], 256), ([*IDS, "d"], 256), (IDS, 255)])
def test_an_index_of_another_size_is_damage(file: Path, ids: list[str], dim: int) -> None:
    with pytest.raises(IndexDamaged, match="3 vectors of 256 numbers"):
        DenseSearcher.open(file, FakeEncoder(dim), ids)
