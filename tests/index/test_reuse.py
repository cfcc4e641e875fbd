"""Only passages whose text is new are encoded; the bytes are those of a build from nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.corpus import Corpus
from assistant.index import dense, reuse
from assistant.index.build import Built, build
from assistant.index.generation import Generations
from tests.fakes import FakeEncoder


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def built(corpus: Corpus, generations: Generations, encoder: FakeEncoder) -> Built:
    return build(corpus, generations, encoder, 60)


def test_a_change_of_one_paragraph_encodes_its_passages_alone(corpus: Corpus, corpus_root: Path, generations: Generations):
    encoder = FakeEncoder()
    first = built(corpus, generations, encoder)
    assert first.encoded == first.manifest.passages
    file = next(corpus_root.rglob("backups.md"))
    file.write_text(file.read_text().replace("Restore one file each month", "Restore two files each week"))
    encoder.passages_seen.clear()
    second = built(corpus, generations, encoder)
    assert 1 <= second.encoded < second.manifest.passages / 2
    assert any("two files each week" in text for text in encoder.passages_seen)
    alone = Generations(generations.root.parent / "alone")
    fresh = built(corpus, alone, FakeEncoder())
    for name in (dense.VECTORS, dense.FILE, reuse.TEXTS):
        here, there = (place.folder(one.manifest.id) / name for place, one in ((generations, second), (alone, fresh)))
        assert here.read_bytes() == there.read_bytes(), name


def test_another_encoder_knows_nothing(corpus: Corpus, corpus_root: Path, generations: Generations):
    built(corpus, generations, FakeEncoder())
    other = built(corpus, generations, FakeEncoder(fingerprint="fake-2"))
    assert other.encoded == other.manifest.passages


def test_vectors_of_a_damaged_generation_are_not_taken(corpus: Corpus, corpus_root: Path, generations: Generations):
    first = built(corpus, generations, FakeEncoder())
    file = generations.folder(first.manifest.id) / dense.VECTORS
    vectors = np.load(file)
    np.save(file, vectors * 2)
    assert reuse.known_vectors(generations, FakeEncoder()) == {}


def test_texts_are_told_apart_by_every_letter():
    assert len({reuse.digest(text) for text in ("", " ", "a", "A", "a ")}) == 5
