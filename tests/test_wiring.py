"""Tests of opening an index that another encoder built: told, or built again, and never searched with wrong vectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.candidates import current_manifest
from assistant.config import Config
from assistant.corpus import Corpus
from assistant.errors import IndexDamaged, IndexStale
from assistant.index.build import cut, write_index
from assistant.index.encode import StaticEncoder
from assistant.opening import open_assistant
from assistant.types import Answer, Query
from assistant.wiring import Session, build_index, open_parts
from tests.fakes import FakeEncoder

QUESTION = "how often should we make a backup of care plans"
DIM = 64
"""Numbers in a vector of the index; no other encoder here has as many."""


@pytest.fixture
def folder(corpus: Corpus, tmp_path: Path) -> Path:
    """Return a folder with an index of vectors of ``DIM`` numbers."""
    made = tmp_path / "parts"
    made.mkdir()
    documents = corpus.load().documents
    write_index(made, documents, cut(documents, 60), FakeEncoder(DIM))
    return made


def test_an_index_of_this_encoder_opens(folder: Path) -> None:
    parts = open_parts(folder, FakeEncoder(DIM))
    best = parts.dense.search(Query(QUESTION), 3).hits[0]
    assert parts.store.passages[best.passage_id].document_id == "starter/backups"
    parts.store.close()


@pytest.mark.parametrize("dim", [DIM - 1, DIM + 1, 2 * DIM, 1])
def test_vectors_of_another_dimension_are_told_when_the_parts_are_opened(folder: Path, dim: int) -> None:
    with pytest.raises(IndexDamaged, match=rf"vectors of {DIM} numbers, not \d+ of {dim}; run: careguide index"):
        open_parts(folder, FakeEncoder(dim))


def test_the_packaged_encoder_does_not_open_an_index_of_another_dimension(folder: Path, static_encoder: StaticEncoder) -> None:
    with pytest.raises(IndexDamaged, match=rf"vectors of {DIM} numbers, not \d+ of {static_encoder.dim}"):
        open_parts(folder, static_encoder)


@pytest.mark.parametrize("same", [True, False], ids=["the same dimension", "another dimension"])
def test_the_index_of_another_encoder_is_stale_whatever_its_dimension(
    config: Config, static_encoder: StaticEncoder, same: bool
) -> None:
    build_index(config, encoder=FakeEncoder(static_encoder.dim if same else DIM))
    with pytest.raises(IndexStale, match="run: careguide index"):
        current_manifest(config, static_encoder)


@pytest.mark.parametrize(
    ("fingerprint", "told"),
    [
        ("another", "The guidance or the program has changed; building the index again."),
        ("", "The index is damaged; building it again."),
    ],
    ids=["of another encoder", "that passes for this encoder's"],
)
def test_an_index_of_another_dimension_is_built_again_and_answers(
    config: Config, static_encoder: StaticEncoder, fingerprint: str, told: str
) -> None:
    stale = build_index(config, encoder=FakeEncoder(DIM, fingerprint or static_encoder.fingerprint)).manifest
    said: list[str] = []
    assistant = open_assistant(config, say=said.append)
    assert said == [told]
    assert (stale.dim, assistant.manifest.dim) == (DIM, static_encoder.dim)
    reply = assistant.conversation().ask(QUESTION).reply
    assert isinstance(reply, Answer)
    assert "Make a backup of care plans every day" in reply.quotes[0].excerpt.text
    assistant.store.close()
    said.clear()
    open_assistant(config, say=said.append).store.close()
    assert said == [], "the new index is sound"


def test_a_new_conversation_has_neither_topic_nor_history(config: Config) -> None:
    session = Session(open_assistant(config))
    session.ask(QUESTION)
    assert session.ask("and how often?").query.history
    session.forget()
    query = session.ask("and how often?").query
    assert (query.topic, query.history) == ("", ())
