"""Receipts on disk: written once, for their owner alone; read whatever stands in them, in one line and bounded time."""

from __future__ import annotations

import datetime
import json
import os
import stat
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import NotAReceipt, ReceiptError
from assistant.filters import Filters
from assistant.receipt.model import MOST_BYTES, MOST_QUOTES, Receipt, ReceiptAnswer, ReceiptIndex, ReceiptQuote
from assistant.receipt.read import STRENGTHS, parse_receipt, read_receipt
from assistant.receipt.told import checked_text
from assistant.receipt.verify import check
from assistant.receipt.write import as_json, receipt_of, save
from assistant.text import normalise, one_line
from assistant.types import NoAnswer, Query
from tests.export.given import HOSTILE
from tests.receipt.given import AT, PAGE, QUOTED, FakeIndex, library, quote, receipt
from tests.receipt.schema import ReceiptJson
from tests.strategies import dirty, markdown, raw

KEPT = receipt(quote(PAGE, QUOTED))
VALUES: dict[str, Any] = json.loads(as_json(KEPT))

lines = st.one_of(raw, dirty).map(one_line)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
days = st.one_of(st.none(), st.dates().map(str))
addresses = st.sampled_from(["https://example.org/a#b", "https://www.gov.uk/x:~:text=a%20b"])
texts = st.one_of(markdown, dirty).map(normalise).filter(bool)
quotes = st.builds(
    lambda text, start, **fields: ReceiptQuote(text=text, start=start, end=start + len(text), **fields),
    texts,
    st.integers(0, 10**6),
    number=st.integers(1, 9),
    document_id=lines.filter(bool),
    content_hash=digests,
    strength=st.sampled_from(STRENGTHS),
    **dict.fromkeys(("title", "section", "anchor", "publisher", "kind", "notice"), lines),
    **dict.fromkeys(("url", "deep_link"), addresses),
    **dict.fromkeys(("published", "updated", "reviewed", "retrieved"), days),
    based_on=st.lists(addresses, max_size=2).map(tuple),
)
answers = st.one_of(
    st.builds(
        ReceiptAnswer,
        lines.filter(bool),
        lines,
        lines,
        st.sampled_from(["answered", "partial"]),
        st.just(""),
        st.lists(quotes, min_size=1, max_size=3).map(tuple),
        st.lists(lines, max_size=2).map(tuple),
    ),
    st.builds(
        ReceiptAnswer,
        lines.filter(bool),
        lines,
        lines,
        st.sampled_from(["not_found", "out_of_scope"]),
        lines,
        st.just(()),
        st.just(()),
    ),
)
zones = st.integers(-720, 720).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
times = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(9000, 1, 1), timezones=zones)
receipts = st.builds(
    Receipt,
    times.map(lambda at: at.replace(microsecond=0)),
    st.builds(ReceiptIndex, lines, digests, lines, st.lists(lines, max_size=2).map(tuple)),
    st.lists(answers, min_size=1, max_size=3).map(tuple),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@given(kept=receipts)
def test_what_is_written_is_read_again(kept: Receipt):
    assert parse_receipt(as_json(kept)) == kept


def test_the_file_has_the_documented_shape_and_no_more():
    shape = ReceiptJson.model_validate_json(as_json(KEPT), strict=True)
    assert (shape.answers[0].quotes[0].text, shape.answers[0].quotes[0].anchor) == (QUOTED, "lost")
    assert (shape.asked_at, shape.index.encoder) == ("2026-11-24T14:05:09+00:00", "fake:ffffffffffff")


def test_what_was_said_of_the_index_and_which_pages_were_looked_at_are_kept_and_told():
    query = Query("where is my phone", filters=Filters(publisher=("NCSC",)))
    kept = receipt_of([NoAnswer(query, "Nothing was found.")], FakeIndex("c" * 64), AT, ["The pack has expired."])
    assert parse_receipt(as_json(kept)) == kept
    told = checked_text(check(kept, library(PAGE)), Path("a.json"))
    assert "It was said then: The pack has expired." in told
    assert "Only these pages were looked at: publisher NCSC." in told


def test_an_answer_that_was_not_found_is_kept_with_why():
    query = Query("hens")
    kept = receipt_of([NoAnswer(query, "This is about hens.", outcome="out_of_scope")], FakeIndex("0" * 64), AT)
    (answer,) = parse_receipt(as_json(kept)).answers
    assert (answer.outcome, answer.reason, answer.quotes) == ("out_of_scope", "This is about hens.", ())
    assert "Nothing was quoted" in checked_text(check(kept, library(PAGE)), Path("a"))


def test_a_file_is_its_owners_alone_and_never_written_over(tmp_path: Path):
    file = tmp_path / "a.receipt.json"
    save(KEPT, file)
    assert read_receipt(file) == KEPT
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    dangling = tmp_path / "b.json"
    dangling.symlink_to(tmp_path / "nowhere")
    for taken in (file, dangling, tmp_path):
        with pytest.raises(ReceiptError, match="is there already"):
            save(KEPT, taken)
    assert file.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.receipt.json", "b.json"]


def test_a_folder_that_is_not_there_or_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path):
    for file in (tmp_path / "no" / "a.json", tmp_path / f"{'a' * 300}.json", tmp_path / f"{'a' * 250}.json", Path("a\0b")):
        with pytest.raises(ReceiptError, match="cannot write the receipt") as told:
            save(KEPT, file)
        assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path):
    (answer,) = KEPT.answers
    for wrong in (replace(answer, quotes=answer.quotes * (MOST_QUOTES + 1)), replace(answer, question="\ud800")):
        with pytest.raises(ReceiptError, match="no receipt can be made of this"):
            save(replace(KEPT, answers=(wrong,)), tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_something_else_is_told_apart_from_a_damaged_one(tmp_path: Path):
    for content, kind in (
        (b"{}", NotAReceipt),
        (b"[1]", NotAReceipt),
        (as_json(KEPT)[:-40], ReceiptError),
        (b"", ReceiptError),
    ):
        with pytest.raises(ReceiptError) as told:
            parse_receipt(content)
        assert type(told.value) is kind
    with pytest.raises(NotAReceipt):
        read_receipt(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_nothing_that_has_no_end_is_waited_for_or_read_whole(tmp_path: Path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    large = tmp_path / "large.json"
    with large.open("wb") as stream:
        stream.truncate(50 * MOST_BYTES)
    tracemalloc.start()
    with pytest.raises(ReceiptError, match="larger than"):
        read_receipt(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MOST_BYTES
    for file in (pipe, Path("/dev/zero"), tmp_path / "nowhere", tmp_path / "a\0b"):
        with pytest.raises(ReceiptError) as told:
            read_receipt(file)
        assert "\n" not in str(told.value)


BOMBS = {
    "nested lists": b"[" * MOST_BYTES,
    "nested objects": b'{"a":' * (MOST_BYTES // 5),
    "many lists": b"[" + b"[]," * (MOST_BYTES // 3 - 2) + b"[]]",
    "a long number": b'{"careguide": "receipt", "format": ' + b"9" * 1_000_000 + b"}",
    "no number": b'{"careguide": "receipt", "format": NaN}',
    "endless": b'{"careguide": "receipt", "format": 1e999}',
    "not UTF-8": b'{"careguide": "\xff"}',
    "an open escape": json.dumps({"careguide": "receipt", "format": 1, "asked_at": "\x1b]" * 100_000}).encode(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_files_are_refused_in_one_line_and_soon(name: str):
    start = time.perf_counter()
    with pytest.raises(ReceiptError) as told:
        parse_receipt(BOMBS[name])
    assert time.perf_counter() - start < 5
    assert len(str(told.value)) < 300
    assert "\n" not in str(told.value)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))] if path or inner else [path]


PLACES = [one for one in places(VALUES) if one]


def changed(path: tuple[Any, ...], put: Callable[[Any, Any], None]) -> bytes:
    copy = json.loads(json.dumps(VALUES))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    put(inner, path[-1])
    return json.dumps(copy).encode()


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_every_field_is_needed_and_of_its_kind(path: tuple[Any, ...]):
    for wrong in ({"x": [{}]}, 10**30, True):
        with pytest.raises(ReceiptError) as told:
            parse_receipt(changed(path, lambda inner, name, wrong=wrong: inner.__setitem__(name, wrong)))
        assert "\n" not in str(told.value)
    if isinstance(path[-1], str):
        optional = path[-1] in ("published", "updated", "reviewed", "retrieved")
        gone = changed(path, lambda inner, name: inner.__delitem__(name))
        if not optional:
            with pytest.raises(ReceiptError):
                parse_receipt(gone)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("asked_at",), "2026-11-24T14:05:09"),
        (("asked_at",), "0001-01-01T00:00:00+23:59"),
        (("asked_at",), "soon"),
        (("answers",), []),
        (("answers", 0, "outcome"), "not_found"),
        (("answers", 0, "question"), "a\x1b[31m question"),
        (("answers", 0, "question"), "a\nquestion"),
        (("answers", 0, "question"), "x" * 30_000),
        (("answers", 0, "quotes", 0, "end"), 5),
        (("answers", 0, "quotes", 0, "start"), -1),
        (("answers", 0, "quotes", 0, "text"), "\x1b]52;c;ZXZpbA==\x07"),
        (("answers", 0, "quotes", 0, "url"), "javascript:alert(1)"),
        (("answers", 0, "quotes", 0, "url"), "https://["),
        (("answers", 0, "quotes", 0, "updated"), "2026-13-01"),
        (("answers", 0, "quotes", 0, "content_hash"), "x" * 64),
        (("answers", 0, "quotes", 0, "strength"), "perhaps"),
        (("answers", 0, "quotes", 0, "based_on"), [7]),
    ],
)
def test_fields_that_no_receipt_has_are_refused(path: tuple[Any, ...], value: object):
    with pytest.raises(ReceiptError):
        parse_receipt(changed(path, lambda inner, name: inner.__setitem__(name, value)))


def test_fields_that_are_not_known_are_passed_over():
    more = json.loads(json.dumps(VALUES))
    more["new"] = more["answers"][0]["new"] = more["answers"][0]["quotes"][0]["new"] = [HOSTILE]
    assert parse_receipt(json.dumps(more).encode()) == KEPT


@given(content=st.one_of(st.binary(max_size=200), values.map(lambda one: json.dumps(one).encode())))
def test_any_content_is_a_receipt_or_an_error_of_ours(content: bytes):
    with pytest.raises(ReceiptError):
        parse_receipt(content)


@given(path=st.sampled_from(PLACES), value=values)
def test_any_value_anywhere_is_read_and_compared_or_an_error_of_ours(path: tuple[Any, ...], value: object):
    try:
        kept = parse_receipt(changed(path, lambda inner, name: inner.__setitem__(name, value)))
    except ReceiptError as fault:
        told = str(fault)
    else:
        told = checked_text(check(kept, library(PAGE)), Path("a.json")).replace("\n", "")
    assert one_line(told) == " ".join(told.split())
