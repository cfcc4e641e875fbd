"""Saving a receipt that cannot be saved, and what is said of one that is damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import ReceiptError
from assistant.receipt.read import read_receipt
from assistant.receipt.write import as_json, refuse_taken, save
from tests.dying import dies_at_its_first_sync
from tests.receipt.given import PAGE, QUOTED, quote, receipt

KEPT = receipt(quote(PAGE, QUOTED))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to die")
def test_who_dies_while_writing_leaves_the_name_free(tmp_path: Path):
    dies_at_its_first_sync(lambda: save(KEPT, tmp_path / "a.json"))
    save(KEPT, tmp_path / "a.json")
    assert read_receipt(tmp_path / "a.json") == KEPT


def test_what_is_told_of_a_folder_is_not_told_of_a_name(tmp_path: Path):
    (tmp_path / "file").touch()
    for refuse in (refuse_taken, lambda file: save(KEPT, file)):
        for file in (tmp_path / "no" / "a.json", tmp_path / "file" / "a.json"):
            with pytest.raises(ReceiptError, match="check that its folder is there"):
                refuse(file)
        with pytest.raises(ReceiptError, match=r"File name too long.*; give it a shorter name"):
            refuse(tmp_path / f"{'a' * 300}.json")
    refuse_taken(tmp_path / "a.json")
    refuse_taken(Path("a-name-in-this-folder.json"))


def test_what_is_damaged_is_to_be_restored_because_no_new_one_is_the_same(tmp_path: Path):
    for content in (as_json(KEPT)[:-40], as_json(KEPT).replace(b'"format": 1', b'"format": "1"')):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(ReceiptError, match=r"; restore it from a copy$"):
            read_receipt(tmp_path / "a.json")
