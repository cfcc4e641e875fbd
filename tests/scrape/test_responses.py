"""Responses on disk: what is put is got, by run; a damaged file is set aside."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import FetchError
from assistant.scrape.fetched import Fetched
from assistant.scrape.responses import FILE, ResponseStore

A, B = "https://www.example.org/a", "https://www.example.org/b"
PAGE = Fetched(B, 200, "text/html", b"<p>x</p>", "2026-01-02T03:04:05+00:00", "utf-8", '"1"', "yesterday", (A,))


def test_what_is_put_is_got_and_survives(tmp_path: Path):
    store = ResponseStore(tmp_path)
    assert store.get(A) is None
    store.put(A, PAGE, "1")
    store.close()
    again = ResponseStore(tmp_path)
    assert again.get(A) == PAGE
    assert again.get(B) is None
    changed = dataclasses.replace(PAGE, status=410, body=b"", aliases=())
    again.put(A, changed, "2")
    assert again.get(A) == changed


@given(st.binary(max_size=2_000), st.lists(st.sampled_from([A, B]), max_size=3))
def test_any_body_and_aliases_are_got_as_they_were_put(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, aliases: list[str]
):
    store = ResponseStore(tmp_path_factory.getbasetemp() / "responses")
    page = dataclasses.replace(PAGE, body=body, aliases=tuple(aliases))
    store.put(A, page, "1")
    assert store.get(A) == page
    store.close()


def test_what_a_run_answered_is_known(tmp_path: Path):
    store = ResponseStore(tmp_path)
    store.put(A, PAGE, "1")
    store.put(B, PAGE, "1")
    store.confirm(A, "2026-02-02T00:00:00+00:00", "2")
    assert store.fetched_in("1") == {B}
    assert store.fetched_in("2") == {A}
    assert store.get(A) == dataclasses.replace(PAGE, fetched_at="2026-02-02T00:00:00+00:00")


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"not a database at all, " * 100)
    store = ResponseStore(tmp_path)
    store.put(A, PAGE, "1")
    assert store.get(A) == PAGE
    assert (tmp_path / FILE).with_suffix(".damaged").exists()


def test_a_response_that_is_damaged_says_what_to_do(tmp_path: Path):
    store = ResponseStore(tmp_path)
    store.put(A, PAGE, "1")
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE responses SET body = x'00'")
    with pytest.raises(FetchError, match="remove that file"):
        store.get(A)


def test_what_was_put_stands_after_a_process_is_killed(tmp_path: Path):
    script = (
        "import os, signal, sys; from pathlib import Path; from assistant.scrape.responses import ResponseStore;"
        "from assistant.scrape.fetched import Fetched; store = ResponseStore(Path(sys.argv[1]));"
        "store.put('a', Fetched('a', 200, '', b'x' * 100_000, ''), '1'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, timeout=30)
    kept = ResponseStore(tmp_path).get("a")
    assert kept is not None
    assert kept.body == b"x" * 100_000
