"""Tests of the file of documents and passages."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.errors import DocumentNotFound, IndexDamaged
from assistant.filters import NO_FILTERS, Filters
from assistant.index.chunk import chunk
from assistant.index.store import FILE, Store, write_store
from assistant.index.tokens import counter
from assistant.types import Passage


@pytest.fixture
def passages(corpus: Corpus) -> list[Passage]:
    return [passage for one in corpus.load().documents for passage in chunk(one, 40, counter())]


@pytest.fixture
def file(corpus: Corpus, passages: list[Passage], tmp_path: Path) -> Path:
    write_store(tmp_path / FILE, corpus.load().documents, passages)
    return tmp_path / FILE


def test_documents_come_back_equal(file: Path, corpus: Corpus) -> None:
    store = Store(file)
    for one in corpus.load().documents:
        assert store.document(one.id) == one


def test_what_is_asked_comes_back_with_its_section(tmp_path: Path, corpus: Corpus) -> None:
    asked = {"": ("before any heading",), "lose-phone": ("mobile gone", 'odd "\u00e9\U0001f600\\'), "empty": ()}
    phones = dataclasses.replace(corpus.read("starter/phones"), asked=asked)
    write_store(tmp_path / FILE, [phones], [])
    assert Store(tmp_path / FILE).document(phones.id) == phones


def test_passages_come_back_equal_and_in_order(file: Path, passages: list[Passage]) -> None:
    assert list(Store(file).passages.values()) == passages
    assert list(Store(file).passages) == [passage.id for passage in passages]


def test_passages_keep_an_order_that_is_not_of_their_ids(tmp_path: Path, corpus: Corpus, passages: list[Passage]) -> None:
    write_store(tmp_path / "reversed", corpus.load().documents, passages[::-1])
    assert list(Store(tmp_path / "reversed").passages.values()) == passages[::-1]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(publisher=("Example Security Office",)),
        Filters(kind=("starter note",), applies_to=("Wales",)),
        Filters(topic=("passwords", "backups")),
        Filters(updated_since="2025-06-30"),
        Filters(publisher=("Nobody",)),
    ],
)
def test_the_rows_that_filters_admit_are_those_of_the_documents_that_they_admit(file: Path, filters: Filters) -> None:
    store = Store(file)
    rows = store.admitted(filters)
    assert rows is not None
    assert rows.tolist() == [filters.admits(store.document(one.document_id)) for one in store.passages.values()]
    assert store.admitted(filters) is rows, "worked out once"
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = True


def test_where_every_document_is_admitted_no_rows_are_named(file: Path) -> None:
    assert Store(file).admitted(NO_FILTERS) is None
    assert Store(file).admitted(Filters(kind=("starter note", "guidance"))) is None


def test_a_description_is_what_filters_ask_of_its_document(file: Path, corpus: Corpus) -> None:
    descriptions = Store(file).descriptions
    assert [one.id for one in descriptions] == sorted(one.id for one in corpus.load().documents)
    for one in descriptions:
        whole = corpus.read(one.id)
        for name in ("publisher", "kind", "topics", "applies_to", "last_date"):
            assert getattr(one, name) == getattr(whole, name)


def test_titles_stand_in_order_of_id(file: Path) -> None:
    titles = Store(file).titles()
    assert list(titles) == sorted(titles)
    assert titles["starter/phones"] == "Lost phones and tablets"


def test_an_unknown_id_is_named_with_the_nearest_or_where_to_look(file: Path) -> None:
    with pytest.raises(DocumentNotFound, match="did you mean 'starter/phones'") as caught:
        Store(file).document("Phones")
    assert caught.value.document_id == "Phones"
    with pytest.raises(DocumentNotFound, match="careguide search"):
        Store(file).document("no-such-page")


@pytest.mark.parametrize("content", [None, b"", b"not a database, but long enough to be looked at" * 40])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"documents\.sqlite.*careguide index"):
        Store(tmp_path / FILE)


def test_a_file_of_another_version_is_damage(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE documents SET value = '{\"id\": 1}'")
    connection.close()
    with pytest.raises(IndexDamaged, match="careguide index"):
        Store(file).document("starter/phones")


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE passages SET start = 'x'", lambda store: store.passages),
        ("UPDATE passages SET id = x'00' WHERE row = 0", lambda store: store.passages),
        ("DROP TABLE documents", lambda store: store.titles()),
        ("DROP TABLE documents", lambda store: store.document("starter/phones")),
        ("DROP TABLE documents", lambda store: store.descriptions),
        ("DROP TABLE passages", lambda store: store.passages),
    ],
)
def test_content_that_was_never_written_so_is_damage(file: Path, statement: str, read: Callable[[Store], object]) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(IndexDamaged, match="careguide index"):
        read(Store(file))


@pytest.mark.parametrize("name", ["with space", "100%", "a?b#c", "caf\u00e9"])
def test_folders_of_any_name(corpus: Corpus, passages: list[Passage], tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    write_store(folder / FILE, corpus.load().documents, passages)
    assert len(Store(folder / FILE).passages) == len(passages)
    assert [one.name for one in folder.iterdir()] == [FILE]


def test_threads_may_share_a_store(file: Path, corpus: Corpus) -> None:
    store = Store(file)
    ids = [one.id for one in corpus.load().documents] * 25
    with ThreadPoolExecutor(8) as pool:
        assert [one.id for one in pool.map(store.document, ids)] == ids


def test_a_closed_store_says_so_in_our_own_words(file: Path) -> None:
    store = Store(file)
    store.close()
    with pytest.raises(IndexDamaged):
        store.document("starter/phones")


def test_the_same_documents_give_the_same_bytes(file: Path, corpus: Corpus, passages: list[Passage], tmp_path: Path) -> None:
    write_store(tmp_path / "again", corpus.load().documents, passages)
    assert (tmp_path / "again").read_bytes() == file.read_bytes()
