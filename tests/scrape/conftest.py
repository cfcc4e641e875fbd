"""The imitated sites, an extractor and an empty corpus, for every test of a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.scrape.limits import Extractor
from tests.sites.web import Web, sites


@pytest.fixture
def web() -> Iterator[Web]:
    with sites() as served:
        yield served


@pytest.fixture(scope="module")
def reader() -> Iterator[Extractor]:
    with Extractor() as made:
        yield made


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "corpus").mkdir()
    return Corpus(tmp_path / "corpus")
