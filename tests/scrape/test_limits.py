"""Extraction in a process of its own: the same document as without one, and an end to what takes too long or too much."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import extract
from assistant.scrape.fetched import Fetched
from assistant.scrape.limits import Extractor
from tests.sites import hostile
from tests.sites.trouble import article
from tests.sites.web import single

URL = "https://www.example.org/a"
SOURCE = single(URL).source[0]
PAGE = SOURCE.pages[0]


def fetched(html: str) -> Fetched:
    return Fetched(URL, 200, "text/html", html.encode(), "2026-01-02T00:00:00+00:00", "utf-8")


def test_a_page_gives_the_same_document_as_in_this_process_whatever_is_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "json.py").write_text("raise SystemExit('a download is run')")
    monkeypatch.chdir(tmp_path)
    page = fetched(article("Lost keys", "Tell the manager caf\u00e9 \u2019 \u4e2d."))
    with Extractor() as reader:
        assert reader.extract(page, SOURCE, PAGE) == extract(page, SOURCE, PAGE)
        assert reader.extract(page, SOURCE, PAGE) == extract(page, SOURCE, PAGE)


def test_a_page_without_text_is_told_and_the_next_one_is_read():
    with Extractor() as reader:
        with pytest.raises(ExtractError):
            reader.extract(fetched("<main></main>"), SOURCE, PAGE)
        assert reader.extract(fetched(article("Keys", "Say so.")), SOURCE, PAGE).title == "Keys"


def test_a_page_that_takes_too_long_is_ended_and_the_next_one_is_read():
    slow = fetched(article("Deep", "x") + "<div>" * hostile.NESTED)
    with Extractor(seconds=0.0001) as reader:
        begun = time.monotonic()
        with pytest.raises(ExtractError, match="seconds to read"):
            reader.extract(slow, SOURCE, PAGE)
        assert time.monotonic() - begun < 5
    with Extractor() as reader, pytest.raises(ExtractError, match="deep"):
        reader.extract(slow, SOURCE, PAGE)


def test_a_process_that_dies_is_told_and_replaced():
    with Extractor() as reader:
        page = fetched(article("Keys", "Say so."))
        reader.extract(page, SOURCE, PAGE)
        assert reader.pid
        os.kill(reader.pid, signal.SIGKILL)
        time.sleep(0.2)
        assert reader.extract(page, SOURCE, PAGE).title == "Keys"


def test_a_process_that_dies_of_something_else_says_of_what():
    with Extractor() as reader:
        page = fetched(article("Keys", "Say so."))
        reader.extract(page, SOURCE, PAGE)
        os.kill(reader.pid, signal.SIGSTOP)  # it will be reading when the other signal comes
        threading.Timer(0.3, lambda: [os.kill(reader.pid, one) for one in (signal.SIGSEGV, signal.SIGCONT)]).start()
        with pytest.raises(ExtractError, match=f"ended the process that read it .signal {signal.SIGSEGV:d}"):
            reader.extract(page, SOURCE, PAGE)
        assert reader.extract(page, SOURCE, PAGE).title == "Keys"


def long_page(paragraphs: int) -> Fetched:
    return fetched(article("Keys", "</p><p>".join(["Say so."] * paragraphs)))


def test_a_process_that_needs_too_much_memory_is_ended():
    with Extractor(memory=120_000_000) as reader, pytest.raises(ExtractError, match="MB to read"):
        reader.extract(long_page(30_000), SOURCE, PAGE)
    with Extractor() as reader:
        assert reader.extract(long_page(3_000), SOURCE, PAGE).title == "Keys"
