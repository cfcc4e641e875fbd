"""Receipts: bytes are a receipt that comes back the same from its own file and can be checked, or the error that says why."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.errors import ReceiptError
from assistant.receipt.read import parse_receipt
from assistant.receipt.told import checked_json, checked_text
from assistant.receipt.verify import check as checked
from assistant.receipt.write import as_json, receipt_of
from assistant.types import NoAnswer, Query
from tests.fuzz.promises import check_line
from tests.receipt.given import AT, NOTE, OTHER, PAGE, QUOTED, FakeIndex, library, quote, receipt

_FILE = Path("receipt.json")
_LIBRARY = library(PAGE, NOTE, OTHER)
_NONE = receipt_of([NoAnswer(Query("may I feed the cat"), "Nothing.")], FakeIndex("0" * 64), AT)
SEEDS = (as_json(receipt(quote(PAGE, QUOTED))), as_json(receipt(quote(PAGE, "Ring 101 and ask for a number."))), as_json(_NONE))
WORDS = (
    *json.loads(SEEDS[0]),
    *json.loads(SEEDS[0])["answers"][0]["quotes"][0],
    "null",
    "1e999",
    "NaN",
    "-1",
    "\\u202e",
    "\\ud800",
    "https://[",
)


def check(data: bytes) -> None:
    """Take the bytes as a receipt, and compare it with the guidance.

    Raises:
        AssertionError: what is read is not what is written of it, or a line that is told is none.
    """
    try:
        read = parse_receipt(data)
    except ReceiptError as fault:
        check_line(str(fault))
        return
    assert parse_receipt(as_json(read)) == read, "what is written is read again"
    found = checked(read, _LIBRARY)
    assert len(found.findings) == len(read.quotes), "every quote is looked at"
    json.dumps(checked_json(found, _FILE), allow_nan=False).encode()
    assert "\x1b" not in checked_text(found, _FILE), "nothing acts on a terminal"
