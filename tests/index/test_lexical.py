"""Tests of what BM25 alone promises; the contract of all searchers is in ``test_searchers``."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import IndexDamaged
from assistant.index.lexical import K1, B, Bags, LexicalSearcher, best_rows, write_bags
from assistant.index.words import stem, terms
from assistant.types import Query

TEXTS = ["password password manager", "password phone", "phone camera phone phone", "camera policy and retention of recordings"]
IDS = ["a", "b", "c", "d"]
BAGS = [terms(text) for text in TEXTS]


@pytest.fixture
def searcher(tmp_path: Path) -> LexicalSearcher:
    write_bags(tmp_path / "lexical", BAGS)
    return LexicalSearcher.open(tmp_path / "lexical", IDS)


def found(searcher: LexicalSearcher, text: str) -> dict[str, float]:
    return {hit.passage_id: hit.score for hit in searcher.search(Query(text), 10).hits}


def test_only_passages_that_share_a_term_are_found(searcher: LexicalSearcher) -> None:
    assert set(found(searcher, "password")) == {"a", "b"}
    assert set(found(searcher, "cameras and passwords")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("text", ["zyxwv", "the and of", "", "???", "zyxwv the \u2603"])
def test_unknown_and_function_words_find_nothing(searcher: LexicalSearcher, text: str) -> None:
    assert found(searcher, text) == {}


def test_scores_are_those_of_bm25(searcher: LexicalSearcher) -> None:
    lengths = [3, 2, 4, 4]
    mean = sum(lengths) / len(lengths)
    frequency = 2 / (2 + K1 * (1 - B + B * lengths[0] / mean))
    assert found(searcher, "password")["a"] == pytest.approx(searcher.rarity("password") * frequency, rel=1e-5)


def test_a_word_asked_twice_counts_twice(searcher: LexicalSearcher) -> None:
    once, twice = found(searcher, "password"), found(searcher, "password password")
    assert twice == pytest.approx({name: 2 * score for name, score in once.items()}, rel=1e-5)


def test_rarity_falls_with_the_number_of_passages(searcher: LexicalSearcher) -> None:
    assert searcher.rarity("password") == pytest.approx(math.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))
    assert searcher.rarity(stem("retention")) > searcher.rarity("phone")
    assert searcher.rarity("zyxwv") > searcher.rarity(stem("retention"))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("texts", [["", ""], ["the of", "???"], []])
def test_a_corpus_without_terms_finds_nothing(tmp_path: Path, texts: list[str]) -> None:
    write_bags(tmp_path / "none", [terms(text) for text in texts])
    searcher = LexicalSearcher.open(tmp_path / "none", IDS[: len(texts)])
    assert found(searcher, "password") == {}


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_bags(tmp_path / name, BAGS)
    files = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert files
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="nowhere"):
        LexicalSearcher.open(tmp_path / "nowhere", IDS)


def test_each_missing_file_is_damage(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    write_bags(folder, BAGS)
    for name in sorted(file.name for file in folder.iterdir()):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(IndexDamaged, match="careguide index"):
            LexicalSearcher.open(folder, IDS)
        (folder / name).write_bytes(content)
    assert found(LexicalSearcher.open(folder, IDS), "retention")


@pytest.mark.parametrize("ids", [IDS[:3], [*IDS, "e"]])
def test_an_index_of_another_number_of_passages_is_damage(tmp_path: Path, ids: list[str]) -> None:
    write_bags(tmp_path / "lexical", BAGS)
    with pytest.raises(IndexDamaged):
        LexicalSearcher.open(tmp_path / "lexical", ids)


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]), max_size=12), st.integers(0, 14))
def test_the_best_rows_are_those_that_no_kth_row_beats(scores: list[float], k: int) -> None:
    wanted = [row for row, score in enumerate(scores) if score > 0 and sum(other > score for other in scores) < k]
    assert best_rows(np.array(scores, dtype=np.float32), k).tolist() == wanted


def test_without_the_share_of_length_a_long_bag_scores_like_a_short_one(tmp_path: Path) -> None:
    bags = [["phone"], ["phone", *["camera"] * 9]]
    for name, b in (("level", 0.0), ("by length", B)):
        write_bags(tmp_path / name, bags, b)
    level, by_length = (Bags.open(tmp_path / name, 2).scores(["phone"]) for name in ("level", "by length"))
    assert level[0] == level[1] > 0
    assert by_length[0] > by_length[1] > 0
