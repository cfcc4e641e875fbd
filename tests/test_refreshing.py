"""Readers while generations are published and removed: no answer fails, and none is of two generations."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import CorpusError, IndexDamaged
from assistant.index.build import build
from assistant.index.generation import Generations
from assistant.index.scope import FOLDER as SCOPE
from assistant.index.signals import ASKED
from assistant.opening import open_current
from assistant.wiring import assembled
from tests.fakes import FakeEncoder
from tests.refreshing import BUDGET, Made, publish, settings, write_corpus

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, str(ROOT / "scripts" / "try_readers"), "--readers", "2", "--generations", "12"]


def test_two_readers_under_twelve_generations():
    done = subprocess.run(COMMAND, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "12 generations published" in done.stdout
    assert "0 failed, 0 mixed" in done.stdout


@pytest.mark.parametrize("part", [SCOPE, ASKED])
def test_a_part_that_is_removed_while_the_rest_is_opened_is_not_taken_for_lacking(tmp_path: Path, part: str):
    made = Made.of(tmp_path, 1)
    assert list(publish(tmp_path, made)) == [0]
    config, encoder = settings(tmp_path), FakeEncoder()
    opened = open_current(config, encoder)
    opened.store.close()
    shutil.rmtree(Generations(config.index_root).folder(opened.manifest.id) / part)
    with pytest.raises(IndexDamaged, match="removed while it was opened"):
        assembled(config, opened.manifest, encoder)


@pytest.mark.parametrize("times", [1, 3])
def test_a_corpus_that_changes_while_it_is_read_is_read_again(tmp_path: Path, times: int):
    corpus, changes = write_corpus(tmp_path / "corpus", 0), iter(range(1, times + 1))

    def change(what: str, done: int, of: int) -> None:
        if (what, done) == ("reading documents", of) and (number := next(changes, 0)):
            write_corpus(corpus.root, number)

    generations = Generations(tmp_path / "index")
    manifest = build(corpus, generations, FakeEncoder(), BUDGET, change).manifest
    assert manifest.corpus == corpus.digest()
    again = build(corpus, generations, FakeEncoder(), BUDGET)
    assert (again.changed, again.manifest) == (False, manifest)


def test_a_corpus_that_never_stays_the_same_is_told(tmp_path: Path):
    corpus = write_corpus(tmp_path / "corpus", 0)
    with pytest.raises(CorpusError, match="keep changing while they are read"):
        build(
            corpus, Generations(tmp_path / "index"), FakeEncoder(), BUDGET, lambda *told: _grow(corpus.root / "glossary.toml")
        )


def _grow(file: Path) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write("#\n")
