"""Which receipts of a folder are to be put right: oldest first, others told and passed over."""

from __future__ import annotations

import datetime
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.errors import ConfigError
from assistant.receipt.library import library_of
from assistant.receipt.model import MOST_BYTES
from assistant.receipt.recall import check_folder, passed_over_lines, recall, recall_text
from assistant.receipt.write import as_json, save
from tests.receipt.given import AT, OTHER, PAGE, QUOTED, edited, library, quote, receipt

LATER = library(edited(PAGE, "24 hours", "72 hours"), OTHER)
ROTA = "Pin the rota to the wall."


def kept(folder: Path) -> None:
    """Write three receipts, the second the oldest and the third of words that stand, among other files."""
    (folder / "below").mkdir()
    save(receipt(quote(PAGE, QUOTED), quote(OTHER, ROTA, 2)), folder / "a.json")
    save(replace(receipt(quote(PAGE, QUOTED)), asked_at=AT - datetime.timedelta(days=40)), folder / "below" / "b.json")
    save(receipt(quote(OTHER, ROTA)), folder / "c.json")
    (folder / "other.json").write_text("{}")
    (folder / "broken.json").write_text('{"careguide": "receipt", ')
    (folder / "notes.txt").write_text("nothing")
    (folder / ".a.json.x1.part").write_text('{"careguide": "receipt", ')
    (folder / "round").symlink_to(folder)


def test_what_no_longer_stands_is_listed_oldest_first_with_a_count(tmp_path: Path):
    kept(tmp_path)
    found = recall(tmp_path, LATER)
    assert [one.file.name for one in found.recalled] == ["b.json", "a.json"]
    assert (found.checked, len(found.strangers), len(found.unreadable), found.others) == (3, 2, 1, 1)
    text = recall_text(found)
    assert text.index("b.json, of 15 October 2026") < text.index("a.json, of 24 November 2026")
    assert text.count("Question: where is my phone") == 2
    assert 'Quote 1, from "Lost phones" (Example Office: A page): changed.' in text
    assert "Quote 2" not in text, "what stands is not listed"
    assert "Compared 3 receipts with the guidance: 2 have quotes that no longer stand." in text


def test_where_all_stands_only_the_count_is_told(tmp_path: Path):
    kept(tmp_path)
    found = recall(tmp_path, library(PAGE, OTHER))
    assert recall_text(found) == "Compared 3 receipts with the guidance: none has a quote that no longer stands."


@pytest.mark.parametrize("name", ["march", "march.txt", "march.JSON", "march.json.bak", ".march"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n  "])
def test_a_receipt_is_one_whatever_its_name_and_what_stands_before_it(tmp_path: Path, name: str, before: bytes):
    (tmp_path / name).write_bytes(before + as_json(receipt(quote(PAGE, QUOTED))))
    found = recall(tmp_path, LATER)
    assert [one.file.name for one in found.recalled] == [name]
    assert list(passed_over_lines(found)) == []


def test_a_receipt_of_another_name_that_was_cut_off_is_told_as_one(tmp_path: Path):
    (tmp_path / "march").write_bytes(as_json(receipt(quote(PAGE, QUOTED)))[:-40])
    found = recall(tmp_path, LATER)
    assert found.unreadable == (f"{tmp_path / 'march'}: not JSON: no receipt, or one that was cut off; restore it from a copy",)
    assert recall_text(found) == f"There is no receipt that can be read in {tmp_path}."


def test_files_that_are_no_receipts_are_only_counted_and_never_read_whole(tmp_path: Path):
    (tmp_path / "list.txt").write_text('["careguide"]')
    (tmp_path / "other").write_text('{"name": "another program"}')
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    else:
        (tmp_path / "pipe").touch()
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(50 * MOST_BYTES)
    tracemalloc.start()
    found = recall(tmp_path, LATER)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_BYTES
    assert list(passed_over_lines(found)) == ["passed over 5 other files that are no receipts"]
    assert (found.unreadable, recall_text(found)) == ((), f"There is no receipt in {tmp_path}.")


def test_a_link_to_a_folder_is_not_followed_and_is_told(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    save(receipt(quote(PAGE, QUOTED)), tmp_path / "elsewhere" / "a.json")
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "old").symlink_to(tmp_path / "elsewhere")
    found = recall(tmp_path / "receipts", LATER)
    assert found.checked == 0
    assert list(passed_over_lines(found)) == [
        f"passed over: {tmp_path / 'receipts' / 'old'} is a link to a folder; name that folder itself"
    ]
    assert recall(tmp_path / "receipts" / "old", LATER).checked == 1


def test_the_corpus_on_disk_is_what_receipts_are_compared_with(corpus: Corpus, corpus_root: Path, tmp_path: Path):
    page = corpus.read("documents/security-office/passwords")
    folder = tmp_path / "receipts"
    folder.mkdir()
    save(receipt(quote(page, "Join three random words to make a password. Do not use names of pets.")), folder / "a.json")
    assert recall(folder, library_of(corpus)).recalled == ()
    file = corpus_root / "documents" / "security-office" / "passwords.md"
    file.write_text(file.read_text().replace("three random", "four random"))
    assert len(recall(folder, library_of(corpus)).recalled) == 1
    file.write_text(file.read_text().replace("licence: OGL", "status: withdrawn\nlicence: OGL"))
    (one,) = recall(folder, library_of(corpus)).recalled
    assert "withdrawn. Its publisher has withdrawn the page. It says: This page is under review." in one.text
    file.write_bytes(b"\xff")
    (one,) = recall(folder, library_of(corpus)).recalled
    assert "page gone. The file of its page cannot be read" in one.text
    assert "security-office/passwords.md: not UTF-8 text" in one.text


def test_a_page_that_is_left_out_of_every_index_does_not_stand(corpus: Corpus, corpus_root: Path, tmp_path: Path):
    page = corpus.read("documents/security-office/passwords")
    folder = tmp_path / "receipts"
    folder.mkdir()
    save(receipt(quote(page, "Join three random words to make a password. Do not use names of pets.")), folder / "a.json")
    (corpus_root / "sources.toml").write_text('[[source]]\nhosts = ["www.example.org"]\n')
    assert recall(folder, library_of(corpus)).recalled == ()
    (corpus_root / "sources.toml").write_text('[[source]]\nhosts = ["www.example.com"]\n')
    (one,) = recall(folder, library_of(corpus)).recalled
    assert "The index in use does not answer from its page: documents/security-office/passwords.md: it has an" in one.text


def test_a_folder_that_is_none_is_told_before_anything_is_done(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    for wrong in (tmp_path / "nowhere", tmp_path / "file", Path("a\0b")):
        with pytest.raises(ConfigError, match="the folder of receipts"):
            check_folder(wrong)
    check_folder(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder")
def test_what_may_not_be_read_is_told(tmp_path: Path):
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "secret").touch(mode=0)
    assert len(recall(tmp_path, LATER).unreadable) == 2
