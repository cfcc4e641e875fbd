"""The benchmark runner: the product's own search, every system in one go, and clear refusals."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import time
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.errors import EncoderUnavailable
from assistant.index.encode import STATIC
from assistant.retrieve import ranked
from assistant.types import Hit, Query, Ranking, Utterance
from evals.__main__ import main
from evals.beir import BenchmarkQuery, read_benchmark
from evals.run import Result, add_arguments, evaluate, ranked_documents, searched
from evals.run import run as measure
from tests.evals.test_beir import write
from tests.fakes import FakeEncoder


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


HISTORY = (Utterance("user", "do we copy records"), Utterance("assistant", "Copy care records."))


def test_a_follow_up_is_searched_with_or_without_what_was_said_before_it():
    query = BenchmarkQuery("q", "how often?", HISTORY)
    assert searched(query, history=True) == Query("how often?", history=HISTORY)
    assert searched(query, history=False) == Query("how often?")


def follow_up(folder: Path) -> Path:
    """Write a benchmark whose only query is about a document for what was said before it, and for nothing else."""
    texts = {"a": "Lock a lost phone.", "b": "Cameras need consent.", "z": "Copy care records."}
    query = {"_id": "q", "text": "xyzzy?", "history": [{"role": one.role, "text": one.text} for one in HISTORY]}
    return write(
        folder,
        corpus_jsonl="\n".join(json.dumps({"_id": name, "text": text}) for name, text in texts.items()),
        queries_jsonl=json.dumps(query),
        qrels_tsv="q\tz\t1",
    )


@pytest.mark.parametrize(("flags", "rank"), [([], 1), (["--no-history"], 3)])
def test_history_reaches_the_search(tmp_path: Path, config: Config, flags: list[str], rank: int):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["--beir", str(follow_up(tmp_path)), "--system", "hybrid", *flags])
    made = evaluate(read_benchmark(tmp_path), config, {config.encoder: FakeEncoder()}, arguments)
    (result,) = (one for one in made if isinstance(one, Result))
    assert result.values["RR@10"].tolist() == pytest.approx([1 / rank])


@pytest.mark.parametrize(("flags", "history"), [([], True), (["--no-history"], False)])
def test_what_is_written_says_whether_history_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], history: bool
):
    out = tmp_path / "scores.json"
    assert run(monkeypatch, "run", "--beir", str(follow_up(tmp_path)), "--system", "bm25", "--out", str(out), *flags) == 0
    assert json.loads(out.read_text())["history"] is history


def test_a_baseline_that_finds_nothing_is_compared_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "run", "--beir", str(follow_up(tmp_path)), "--system", "bm25", "hybrid") == 0
    assert "macro                 bm25            0.0000\n" in capsys.readouterr().out


def test_all_systems_are_scored_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    folder = write(tmp_path)
    out = tmp_path / "scores.json"
    assert run(monkeypatch, "run", "--beir", str(folder), "--out", str(out)) == 0
    told = json.loads(out.read_text())
    assert [row["system"] for row in told["rows"]] == ["bm25", "dense", "fused", "hybrid"]
    best = told["rows"][3]
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


def test_a_missing_folder_for_what_is_written_is_told_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "nowhere" / "scores.json"
    assert run(monkeypatch, "run", "--beir", str(write(tmp_path)), "--out", str(out)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"evals: --out is {out}; ")
    assert told.err.count("\n") == 1
    assert not out.parent.exists()


@pytest.mark.parametrize("named", [("hybrid", "bm25"), ("bm25", "hybrid")])
def test_the_baseline_is_compared_with_wherever_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: tuple[str, str]
):
    out = tmp_path / "scores.json"
    assert run(monkeypatch, "run", "--beir", str(write(tmp_path)), "--system", *named, "--out", str(out)) == 0
    rows = {row["system"]: row for row in json.loads(out.read_text())["rows"]}
    assert set(rows) == set(named)
    assert 0 <= rows["hybrid"]["p_against_bm25"] <= 1
    assert "p_against_bm25" not in rows["bm25"]


def test_what_is_written_tells_each_index_that_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out, folders = tmp_path / "scores.json", [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    other = {"_id": "d1", "text": "Lock it."}, {"_id": "d#2", "text": "Copy it."}
    write(folders[0])
    write(folders[1], corpus_jsonl="\n".join(map(json.dumps, other)))
    flags = ("--system", "bm25", "dense", "--out", str(out))
    assert run(monkeypatch, "run", "--beir", *map(str, folders), *flags) == 0
    indexes = json.loads(out.read_text())["indexes"]
    assert [set(one) for one in indexes] == [{"benchmark", "encoder", "documents", "passages", "corpus", "seconds"}] * 2
    assert [(one["benchmark"], one["encoder"], one["documents"], one["passages"]) for one in indexes] == [
        ("one", STATIC, 3, 3),
        ("other", STATIC, 2, 2),
    ]
    assert all(re.fullmatch("[0-9a-f]{64}", one["corpus"]) for one in indexes)
    assert [one["corpus"] for one in indexes] == [read_benchmark(folder).digest() for folder in folders]
    assert indexes[0]["corpus"] != indexes[1]["corpus"]
    assert all(one["seconds"] > 0 for one in indexes)


def test_an_unknown_system_is_told_in_one_line_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    words = ("--beir", str(write(tmp_path)), "--system", "bm25", "hybird")
    assert run(monkeypatch, "run", *words) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("evals: the encoder 'hybird' ")
    assert told.err.count("\n") == 1
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(EncoderUnavailable, match="hybird"):
        measure(parser.parse_args(words))
