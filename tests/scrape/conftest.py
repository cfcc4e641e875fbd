"""The imitated sites, an extractor and an empty corpus, for every test of a refresh."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.scrape.limits import Extractor
from tests.scrape.refreshed import refreshed
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


@pytest.fixture(scope="session")
def first_refresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a corpus folder after its first refresh. Made once, because a crawl takes a second or more; to be copied."""
    root = tmp_path_factory.mktemp("first") / "corpus"
    root.mkdir()
    with sites() as served, Extractor() as made:
        assert refreshed(Corpus(root), served, made).exit_code == 0
    return root


@pytest.fixture
def filled(first_refresh: Path, tmp_path: Path) -> Corpus:
    """Return a corpus as its first refresh leaves it, with what the refresh remembers."""
    return Corpus(Path(shutil.copytree(first_refresh, tmp_path / "filled")))
