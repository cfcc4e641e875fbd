"""The benchmark runner: the product's own search, every system in one go, and clear refusals."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path

import pytest

from assistant.retrieve import ranked
from assistant.types import Hit, Query, Ranking
from evals.__main__ import main
from evals.beir import BenchmarkQuery
from evals.run import ranked_documents, searched
from tests.evals.test_beir import write


class Fixed:
    """Gives three passages of two documents."""

    def search(self, query: Query, k: int) -> Ranking:
        """Return the passages, best first."""
        return ranked(query, [Hit("a#0001", 0.9), Hit("b#0000", 0.8), Hit("a#0000", 0.7), Hit("x#y#0000", 0.1)], k)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["evals", *words])
    return main()


def test_a_document_has_the_score_of_its_best_passage():
    assert ranked_documents(Fixed(), Query("x"), 2) == {"a": 0.9, "b": 0.8}
    assert list(ranked_documents(Fixed(), Query("x"), 9)) == ["a", "b", "x#y"]


def test_a_follow_up_is_searched_alone_or_with_its_topic():
    query = BenchmarkQuery("q", "how often?", ("do we need backups of care records",))
    assert searched(query, history=False).text == "how often?"
    assert searched(query, history=True).text == "do we need backups of care records how often?"


def test_all_systems_are_scored_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    folder = write(tmp_path)
    out = tmp_path / "scores.json"
    assert run(monkeypatch, "run", "--beir", str(folder), "--out", str(out)) == 0
    told = json.loads(out.read_text())
    assert [row["system"] for row in told["rows"]] == ["bm25", "dense", "hybrid"]
    best = told["rows"][2]
    assert best["R@100"]["mean"] == 1.0
    assert 0 <= best["p_against_bm25"] <= 1
    assert best["latency_ms"]["p50"] > 0
    printed = capsys.readouterr()
    assert "1 queries have no judgement" in printed.err
    assert "macro" in printed.out


def test_a_malformed_benchmark_is_one_line_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "scores.json"
    folder = write(tmp_path, qrels_tsv="q1\tnowhere\t1")
    assert run(monkeypatch, "run", "--beir", str(folder), "--out", str(out)) == 1
    assert capsys.readouterr().err.startswith("evals: ")
    assert not out.exists()


def test_a_transformer_that_is_not_there_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    start = time.perf_counter()
    words = ("run", "--beir", str(write(tmp_path)), "--transformer", "nobody/nothing")
    assert run(monkeypatch, *words) == 1
    told = capsys.readouterr().err
    assert "nobody/nothing" in told
    if importlib.util.find_spec("sentence_transformers") is None:
        assert time.perf_counter() - start < 2
        assert "careguide[encoders]" in told
