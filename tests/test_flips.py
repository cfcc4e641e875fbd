"""Every damage to a file of an index is seen when it is opened. ``scripts/try_flips`` tries more, on the whole corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Config
from assistant.index.manifest import MANIFEST
from assistant.index.pointer import CURRENT
from assistant.wiring import build_index
from tests.fakes import FakeEncoder
from tests.flips import Index, bits, flip, spoil
from tests.refreshing import BUDGET, QUESTION, write_corpus


@pytest.fixture
def index(tmp_path: Path) -> Index:
    config = Config(write_corpus(tmp_path / "corpus", 0).root, tmp_path / "data", passage_tokens=BUDGET)
    build_index(config, encoder=FakeEncoder())
    return Index(config, FakeEncoder(), QUESTION)


def test_flipped_bits_are_seen(index: Index):
    outcome = flip(index, bits(index.files, 60, seed=7))
    assert outcome.missed == []
    assert {Path(name).name for name in outcome.tried} >= {CURRENT, MANIFEST, "documents.sqlite", "words.json", "vectors.npy"}
    assert outcome.seen.total() + outcome.same == outcome.tried.total() >= 60


def test_the_last_byte_of_the_pointer_may_be_other_white_space(index: Index):
    file = index.files[-1]
    end = 8 * (file.stat().st_size - 1)
    outcome = flip(index, iter([(file, end + bit) for bit in range(8)]))
    assert (outcome.same, outcome.seen.total(), outcome.missed) == (1, 7, [])


def test_files_cut_emptied_exchanged_and_removed_are_seen(index: Index):
    outcome = spoil(index)
    assert outcome.missed == []
    assert outcome.same == 1, "the pointer without its line end"
    assert outcome.seen.total() == outcome.tried.total() - 1
