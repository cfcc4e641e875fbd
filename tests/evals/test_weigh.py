"""The learning of weights: the signal that tells the relevant page apart is found, and measured as ir_measures does."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.encode import StaticEncoder
from assistant.index.rerank import WEIGHTS
from assistant.index.signals import SIGNALS
from assistant.types import Query
from evals import questions
from evals.__main__ import main
from evals.weigh import MOST, Group, Measured, benchmark_group, learned, mean, measured, ndcg, question_group, report
from tests.evals.test_beir import write
from tests.fakes import FakeEncoder
from tests.index.small import small

COUNT = len(SIGNALS)
ONES = np.ones(COUNT)


def only(name: str) -> np.ndarray:
    return np.array([float(one == name) for one in SIGNALS])


def group_told_by(name: str, seed: int, queries: int = 12, against: str = "") -> Group:
    """Return queries whose wanted candidate stands out in one signal; the other signals are noise, or one is against it."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(queries):
        values = draw.uniform(0, 1, (8, COUNT))
        values[:, SIGNALS.index(name)] = 0.1
        values[0, SIGNALS.index(name)] = 1.0
        if against:
            values[:, SIGNALS.index(against)] = 1.0
            values[0, SIGNALS.index(against)] = 0.0
        gains = np.array([1.0] + [0.0] * 7)
        made.append(Measured(values, gains, np.arange(8), np.array([1.0])))
    return made


@pytest.mark.parametrize("name", ["words", "asked_vector", "earlier_replies"])
def test_the_signal_that_tells_the_wanted_page_apart_gets_the_greatest_weight(name: str) -> None:
    weights = learned([group_told_by(name, 1), group_told_by(name, 2)])
    assert weights.shape == (COUNT,)
    assert (weights >= 0).all()
    assert SIGNALS[int(np.argmax(weights))] == name
    assert mean(group_told_by(name, 3), weights) > mean(group_told_by(name, 3), ONES)


def test_a_signal_against_the_wanted_page_gets_little_weight() -> None:
    weights = learned([group_told_by("near", 1, against="late")])
    assert weights[SIGNALS.index("late")] < weights[SIGNALS.index("near")] / 2


def test_each_set_counts_alike_however_many_queries_it_has() -> None:
    one, other = group_told_by("words", 1, against="near"), group_told_by("near", 2, against="words")
    assert learned([one * 9, other]) == pytest.approx(learned([one, other]), rel=0.02)


def test_queries_without_a_wanted_candidate_teach_nothing() -> None:
    lost = Measured(np.random.default_rng(1).uniform(0, 1, (4, COUNT)), np.zeros(4), np.arange(4), np.array([1.0]))
    nothing = Measured(np.zeros((0, COUNT)), np.zeros(0), np.zeros(0), np.array([1.0]))
    group = group_told_by("grams", 1)
    assert learned([[*group, lost, nothing]]) == pytest.approx(learned([group]))


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[int], list[int], dict[int, int]]:
    """Draw (score of each candidate, page of each, grade of pages, of which some were not found); scores are distinct."""
    count = draw(st.integers(1, 25))
    scores = draw(st.lists(st.integers(0, 999), min_size=count, max_size=count, unique=True))
    pages = draw(st.lists(st.integers(0, 14), min_size=count, max_size=count))
    grades = draw(st.dictionaries(st.integers(0, 19), st.integers(0, 3), min_size=1, max_size=15))
    return scores, pages, grades


@given(rankings())
def test_ndcg_is_that_of_ir_measures(drawn: tuple[list[int], list[int], dict[int, int]]) -> None:
    scores, pages, grades = drawn
    values = np.outer(np.array(scores) / 999, only("words"))
    ideal = np.array(sorted((grade for grade in grades.values() if grade > 0), reverse=True), dtype=np.float64)
    gains = np.array([grades.get(page, 0) for page in pages], dtype=np.float64)
    best: dict[str, float] = {}
    for page, score in zip(pages, scores, strict=True):
        best[str(page)] = max(best.get(str(page), 0.0), float(score))
    qrels = {"q": {str(page): grade for page, grade in grades.items()}}
    wanted = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, {"q": best})[ir_measures.nDCG @ 10]
    assert ndcg(Measured(values, gains, np.array(pages), ideal), only("words")) == pytest.approx(wanted)


def test_a_query_without_candidates_scores_nothing() -> None:
    assert ndcg(Measured(np.zeros((0, COUNT)), np.zeros(0), np.zeros(0), np.array([1.0])), ONES) == 0


def test_candidates_are_measured_with_the_grade_of_their_page_or_their_own(tmp_path: Path) -> None:
    filler = "Lock the trolley beside the door. " * 8
    parts = small(tmp_path / "index", {"a": f"# One {{#one}}\n\n{filler}\n\n# Two {{#two}}\n\n{filler}", "b": "Lock it."})
    ids = list(parts.store.passages)
    by_page = measured(parts.signals, ids, Query("lock the trolley"), {"a": 2, "b": 0, "gone": 1}, True)
    assert by_page.gains.tolist() == [2.0 if name.startswith("a#") else 0.0 for name in ids]
    assert len(set(by_page.pages.tolist())) == 2
    assert by_page.ideal.tolist() == [2, 1]
    assert ((by_page.values >= 0) & (by_page.values <= 1)).all()
    by_passage = measured(parts.signals, ids, Query("lock the trolley"), {ids[1]: 1}, False)
    assert by_passage.gains.tolist() == [float(name == ids[1]) for name in ids]
    assert len(set(by_passage.pages.tolist())) == len(ids)
    assert not len(measured(parts.signals, ids, Query("of the"), {"a": 1}, True).values)


def benchmark(folder: Path, queries: int) -> Path:
    """Write a benchmark in which each query shares its words with the document wanted."""
    folder.mkdir()
    draw = random.Random(1)
    words = [
        f"{first}{last}" for first in ("care", "lock", "door", "phone") for last in ("plan", "book", "wheel", "lamp", "key")
    ]
    texts = {f"d{number}": draw.sample(words, 4) for number in range(12)}
    wanted = [draw.choice(list(texts)) for _ in range(queries)]
    asked = [{"_id": f"q{at}", "text": " ".join(draw.sample(texts[name], 3))} for at, name in enumerate(wanted)]
    return write(
        folder,
        corpus_jsonl="\n".join(json.dumps({"_id": name, "text": f"{' '.join(several)}."}) for name, several in texts.items()),
        queries_jsonl="\n".join(map(json.dumps, asked)),
        qrels_tsv="\n".join(f"q{at}\t{name}\t1" for at, name in enumerate(wanted)),
    )


def test_a_benchmark_is_measured_by_the_products_own_index(tmp_path: Path) -> None:
    group = benchmark_group(benchmark(tmp_path / "set", 5), FakeEncoder(), 60)
    assert len(group) == 5
    assert mean(group, only("words")) > 0.7
    assert mean(group, learned([group])) >= mean(group, only("words"))


@pytest.fixture
def some_questions(tmp_path: Path) -> Path:
    """Return a file of every tenth of the project's own questions: measuring all of them takes seconds."""
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(questions.FILE.read_text(encoding="utf-8").splitlines(keepends=True)[::10]), encoding="utf-8")
    return file


def test_only_answerable_questions_of_the_development_split_are_learned_from(
    built: Path, monkeypatch: pytest.MonkeyPatch, static_encoder: StaticEncoder, some_questions: Path
) -> None:
    monkeypatch.setenv("CAREGUIDE_DATA", str(built))
    group = question_group(static_encoder, some_questions)
    read = questions.read_questions(some_questions)
    assert {(one.split, bool(one.gold)) for one in read} == {
        (split, known) for split in ("dev", "test") for known in (True, False)
    }
    assert len(group) == sum(one.split == "dev" and bool(one.gold) for one in read)
    assert all(set(query.ideal.tolist()) == {1.0} for query in group)
    assert mean(group, ONES) > 0.5


def test_of_a_large_benchmark_the_same_queries_are_taken_each_time(tmp_path: Path) -> None:
    folder = benchmark(tmp_path / "set", MOST + 5)
    one, other = (benchmark_group(folder, FakeEncoder(), 60) for _ in range(2))
    assert len(one) == len(other) == MOST
    assert all(np.array_equal(first.values, second.values) for first, second in zip(one, other, strict=True))


def test_the_report_tells_sets_apart_and_ends_with_the_weights() -> None:
    groups = {"one": group_told_by("words", 1), "two": group_told_by("grams", 2), "own": group_told_by("asked_words", 3)}
    lines = list(report(groups))
    assert [line.split()[0] for line in lines[1:4]] == ["one", "two", "own"]
    in_force = np.array([WEIGHTS[name] for name in SIGNALS])
    weights = (only("words"), in_force, learned([groups["two"], groups["own"]]), learned(list(groups.values())))
    assert lines[1].split()[1:] == [f"{mean(groups['one'], one):.3f}" for one in weights]
    assert len(set(lines[1].split()[1:])) == 4, "no two columns of these sets could be taken for each other"
    assert lines[4].startswith("mean of benchmarks")
    of_benchmarks = np.mean([mean(groups[name], only("words")) for name in ("one", "two")])
    assert lines[4].split()[3] == f"{of_benchmarks:.4f}", "the project's own questions are not in the mean"
    printed = {line.split('"')[1]: float(line.split()[1].rstrip(",")) for line in lines[6:]}
    assert list(printed) == list(SIGNALS)
    assert sum(printed.values()) == pytest.approx(1, abs=0.01)
    assert min(printed.values()) >= 0


def test_the_command_prints_weights(
    tmp_path: Path,
    built: Path,
    some_questions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CAREGUIDE_DATA", str(built))
    words = ["--beir", str(benchmark(tmp_path / "tiny", 6)), "--questions", str(some_questions)]
    monkeypatch.setattr(sys, "argv", ["evals", "weigh", *words])
    assert main() == 0
    told = capsys.readouterr()
    assert told.err == "measuring tiny\n"
    assert [line.split()[0] for line in told.out.splitlines()[1:3]] == ["tiny", "questions"]
    assert [line.split('"')[1] for line in told.out.splitlines()[-COUNT:]] == list(SIGNALS)


def test_a_malformed_benchmark_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evals", "weigh", "--beir", str(write(tmp_path, qrels_tsv="q1\tnowhere\t1"))])
    assert main() == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("evals: ")
