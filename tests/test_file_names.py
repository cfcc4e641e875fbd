"""Names of files: no title, address or question of whatever kind decides where anything is written."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import Corpus
from assistant.errors import CorpusError, ReceiptError
from assistant.export.write import Format, write_export
from assistant.scrape.extract.plain import document_id, to_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.responses import ResponseStore
from tests.export.given import AT, HOSTILE, quoting
from tests.fakes import document
from tests.strategies import dirty

NASTY = (
    *(
        "../../etc/passwd",
        "..",
        ".",
        "/etc/passwd",
        "C:\\Windows\\x",
        "a\0b",
        "CON",
        "nul.md",
        "LPT1",
        "-rf",
        "~",
        "$(id)",
        "a" * 5_000,
    ),
    *(
        "\u202egnp.exe",
        "\uff0e\uff0e\uff0f",
        "caf\u00e9",
        "\u4e2d\u6587",
        "a\nb",
        "\x1b]0;x\x07",
        "reports",
        "_hidden",
        ".hidden",
        "",
    ),
)
PLACE = re.compile(r"documents/[a-z0-9]+(?:-[a-z0-9]+)*/[0-9a-f]{12}")
DEVICES = {"con", "prn", "aux", "nul", "reports", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}


def is_safe(name: str) -> bool:
    """Whether a document's id is one that every file system takes, and leads out of no folder."""
    return bool(PLACE.fullmatch(name)) and len(name) < 100 and not DEVICES & set(name.split("/"))


@pytest.mark.parametrize("nasty", NASTY)
def test_no_title_address_or_publisher_decides_a_file_name(nasty: str, tmp_path: Path):
    assert is_safe(document_id(nasty, nasty))
    address = "https://www.example.org/" + "".join(
        one for one in nasty if (one.isascii() and one.isalnum()) or one in "./~$()-_%"
    )
    made = to_document("Some words.", url=address, title=f"A {nasty}", publisher=f"B {nasty}")
    assert is_safe(made.id)
    corpus = Corpus(tmp_path / "corpus")
    assert corpus.write(made) == tmp_path / "corpus" / f"{made.id}.md"
    assert [corpus.id_of(file) for file in corpus.files()] == [made.id]
    assert [one.name for one in tmp_path.iterdir()] == ["corpus"]


@given(st.one_of(st.text(max_size=200), dirty), st.one_of(st.text(max_size=200), dirty))
def test_any_words_give_a_safe_name(publisher: str, url: str):
    assert is_safe(document_id(publisher, "".join(one for one in url if not "\ud800" <= one <= "\udfff")))


def test_the_name_of_a_file_follows_from_the_address_alone():
    one = to_document("Words.", url="https://www.example.org/a", title="One", publisher="An Office")
    assert to_document("Others.", url=one.url, title="Two", publisher="An Office").id == one.id
    assert to_document("Words.", url="https://www.example.org/b", title="One", publisher="An Office").id != one.id


@pytest.mark.parametrize(
    "name", ["../outside", "documents/../../outside", "/outside", "a//b", "documents/./x", "", "a\0b", "a\\..\\b", "C:x"]
)
def test_an_id_that_leads_out_of_the_corpus_is_neither_written_nor_removed(name: str, tmp_path: Path):
    corpus = Corpus(tmp_path / "corpus")
    outside = tmp_path / "outside.md"
    outside.write_text("stays")
    with pytest.raises(CorpusError, match="names no document"):
        corpus.write(replace(document("Words."), id=name))
    with pytest.raises(CorpusError, match="names no document"):
        corpus.remove(name)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("outside.md", "stays")]


def test_a_receipt_of_words_that_no_document_can_hold_is_refused(tmp_path: Path):
    with pytest.raises(ReceiptError):
        write_export(quoting(HOSTILE), tmp_path, Format.RECEIPT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", [one for one in Format if one is not Format.RECEIPT])
def test_an_export_is_named_by_its_time(format_: Format, tmp_path: Path):
    file = write_export(quoting(HOSTILE), tmp_path, format_)
    assert file == tmp_path / f"careguide-2026-11-24-140509.{format_}"
    assert datetime.datetime(2026, 11, 24, 14, 5, 9, tzinfo=datetime.UTC) == AT


@pytest.mark.parametrize("nasty", NASTY)
def test_responses_are_kept_in_one_file_whatever_their_addresses(nasty: str, tmp_path: Path):
    store = ResponseStore(tmp_path)
    store.put(nasty, Fetched(nasty, 200, "text/html", b"x", "2026-11-24T00:00:00+00:00"), nasty)
    assert store.get(nasty) is not None
    store.close()
    assert {one.name for one in tmp_path.iterdir()} == {"responses.sqlite"}
