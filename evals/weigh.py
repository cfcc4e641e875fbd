"""Learn how much each signal of the default search counts, on development data only.

    python -m evals weigh --beir DIR [DIR ...] [--questions FILE]

Prints nDCG@10 of BM25, of the weights in force, of weights learned on all the other sets (what to expect on a set never seen),
and of weights learned on all; then the latter, for ``assistant.index.rerank.WEIGHTS``. The ``dev`` split of the
project's own questions is one more set, because the benchmarks hold nothing that people ask.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.config import load_config
from assistant.index.build import cut, write_index
from assistant.index.encode import Encoder, make_encoder
from assistant.index.rerank import DEPTH, WEIGHTS, to_unit_range
from assistant.index.signals import SIGNALS, Signals
from assistant.opening import open_assistant
from assistant.retrieve import page_of
from assistant.types import Query
from assistant.wiring import open_parts
from evals import questions
from evals.beir import documents_of, read_benchmark

MOST = 400
"""Queries taken of a set, so that a large one takes no longer than the rest together."""
SEED = 20_261_122
FACTORS = (0.5, 0.75, 1.33, 2.0)
LEAST_GAIN = 3e-4
"""On sets of some hundred queries a smaller gain is less than one query moving a place; it would be noise elsewhere."""
ROUNDS = 4
RANKS = 10


@dataclass(frozen=True)
class Measured:
    """The candidates of a query.

    Attributes:
        values: signals moved to 0..1, float64 of shape (candidates, signals).
        gains: grade of the page of each candidate, 0 where it was not judged.
        pages: number of the page of each candidate.
        ideal: all grades above 0, greatest first.
    """

    values: np.ndarray
    gains: np.ndarray
    pages: np.ndarray
    ideal: np.ndarray


Group = list[Measured]


def measured(signals: Signals, ids: Sequence[str], query: Query, grades: dict[str, int], whole_pages: bool) -> Measured:
    """Return the candidates of a query; ``grades`` is by page, or by passage where ``whole_pages`` is not set."""
    rows, values = signals.measure(query, DEPTH)
    names = [page_of(ids[row]) if whole_pages else ids[row] for row in rows]
    numbers: dict[str, int] = {}
    pages = np.array([numbers.setdefault(name, len(numbers)) for name in names])
    gains = np.array([grades.get(name, 0) for name in names], dtype=np.float64)
    ideal = np.array(sorted((grade for grade in grades.values() if grade > 0), reverse=True), dtype=np.float64)
    return Measured(to_unit_range(values) if len(rows) else values, gains, pages, ideal)


def benchmark_group(folder: Path, encoder: Encoder, budget: int) -> Group:
    """Return the measured queries of a benchmark, at most ``MOST``."""
    benchmark = read_benchmark(folder)
    documents = documents_of(benchmark)
    passages = cut(documents, budget)
    queries = list(benchmark.queries)
    if len(queries) > MOST:
        queries = random.Random(SEED).sample(queries, MOST)
    with tempfile.TemporaryDirectory() as aside:
        write_index(Path(aside), documents, passages, encoder)
        parts = open_parts(Path(aside), encoder)
        ids = [passage.id for passage in passages]
        group = [
            measured(parts.signals, ids, Query(one.text, history=one.history), benchmark.qrels[one.id], True) for one in queries
        ]
        parts.store.close()
    return group


def question_group(encoder: Encoder, file: Path = questions.FILE) -> Group:
    """Return the measured questions of the ``dev`` split that have an answer."""
    config = load_config()
    assistant = open_assistant(config)
    parts = open_parts(config.index_root / "generations" / assistant.manifest.id, encoder)
    passages = list(parts.store.passages.values())
    group = []
    for question in questions.read_questions(file):
        labels = [label for label in questions.resolved(question, assistant).gold if not label.lost]
        if question.split != "dev" or not labels:
            continue
        spans = [(label.document, label.start, label.end) for label in labels]
        grades = {
            one.id: 1 for one in passages for name, start, end in spans
            if one.document_id == name and one.start < end and start < one.end
        }  # fmt: skip
        conversation = assistant.conversation()
        conversation.follow(question.turns[:-1])
        query = conversation.query(question.turns[-1])
        group.append(measured(parts.signals, [one.id for one in passages], query, grades, False))
    return group


def ndcg(query: Measured, weights: np.ndarray) -> float:
    """Return nDCG@10 of the pages by their best candidate (Järvelin and Kekäläinen 2002, linear gains as trec_eval has it)."""
    if not len(query.ideal) or not len(query.values):
        return 0.0
    order = np.argsort(-(query.values @ weights), kind="stable")
    first = np.sort(np.unique(query.pages[order], return_index=True)[1])[:RANKS]
    discount = 1 / np.log2(np.arange(2, RANKS + 2))
    found = query.gains[order][first]
    best = query.ideal[:RANKS]
    return float(found @ discount[: len(found)] / (best @ discount[: len(best)]))


def mean(group: Group, weights: np.ndarray) -> float:
    """Return the mean nDCG@10."""
    return float(np.mean([ndcg(query, weights) for query in group]))


@dataclass(frozen=True)
class _Padded:
    """A group in arrays of one shape, so that many weights can be tried.

    Attributes:
        values: float64 of shape (queries, candidates, signals).
        pages: int64 of shape (queries, candidates); what fills up a row stands for a page of its own, the last.
        gains: float64 of shape (queries, pages).
        ideal: float64 of shape (queries,), the discounted gain of the best order.
    """

    values: np.ndarray
    pages: np.ndarray
    gains: np.ndarray
    ideal: np.ndarray

    @classmethod
    def of(cls, group: Group) -> _Padded:
        """Return the queries of a group that can be scored at all."""
        queries = [query for query in group if len(query.gains) and query.gains.max() > 0]
        most = max((len(query.gains) for query in queries), default=0)
        values = np.zeros((len(queries), most, len(SIGNALS)))
        pages = np.full((len(queries), most), most)
        gains = np.zeros((len(queries), most + 1))
        ideal = np.array([_discounted(query.ideal[:RANKS]) for query in queries])
        for row, query in enumerate(queries):
            values[row, : len(query.gains)] = query.values
            pages[row, : len(query.gains)] = query.pages
            gains[row, query.pages] = query.gains
        return cls(values, pages, gains, ideal)

    def ndcg(self, weights: np.ndarray) -> float:
        """Return the mean nDCG@10, 0 for no queries; pages without a candidate stand last."""
        if not len(self.ideal):
            return 0.0
        best = np.full(self.gains.shape, -np.inf)
        np.maximum.at(best, (np.arange(len(best))[:, np.newaxis], self.pages), self.values @ weights)
        best[:, -1] = -np.inf
        first = np.argsort(-best, axis=1, kind="stable")[:, :RANKS]
        return float((_discounted(np.take_along_axis(self.gains, first, axis=1)) / self.ideal).mean())


def _discounted(gains: np.ndarray) -> np.ndarray:
    """Return the discounted sum of gains along the last axis."""
    discount: np.ndarray = 1 / np.log2(np.arange(2, gains.shape[-1] + 2))
    summed: np.ndarray = gains @ discount
    return summed


def learned(groups: Sequence[Group]) -> np.ndarray:
    """Return weights, none below 0, found by coordinate ascent on nDCG@10 from equal ones (Metzler and Croft 2007).

    Each group counts alike, however many queries it has. A change is kept only if it gains ``LEAST_GAIN``.
    """
    sets = [_Padded.of(group) for group in groups]
    weights = np.ones(len(SIGNALS))
    reached = np.mean([one.ndcg(weights) for one in sets])
    for _ in range(ROUNDS):
        before = reached
        for signal in range(len(SIGNALS)):
            for factor in FACTORS:
                tried = weights.copy()
                tried[signal] *= factor
                if not tried.any():
                    continue
                gained = np.mean([one.ndcg(tried) for one in sets])
                if gained > reached + LEAST_GAIN:
                    reached, weights = gained, tried
        if reached == before:
            break
    return weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--beir", nargs="+", type=Path, required=True, metavar="DIR", help="development benchmarks")
    parser.add_argument(
        "--questions", type=Path, default=questions.FILE, metavar="FILE", help="default: the project's own questions"
    )


def report(groups: dict[str, Group]) -> Iterator[str]:
    """Yield the table and the weights learned on all sets."""
    words = np.array([float(name == "words") for name in SIGNALS])
    in_force = np.array([WEIGHTS[name] for name in SIGNALS])
    everything = learned(list(groups.values()))
    yield f"{'set':<22}{'bm25':>8}{'in force':>10}{'left out':>10}{'on all':>8}"
    rows = []
    for name, group in groups.items():
        apart = learned([other for key, other in groups.items() if key != name])
        rows.append([mean(group, one) for one in (words, in_force, apart, everything)])
        yield f"{name:<22}{rows[-1][0]:8.3f}{rows[-1][1]:10.3f}{rows[-1][2]:10.3f}{rows[-1][3]:8.3f}"
    means = np.mean(rows[: len(groups) - 1], axis=0)
    yield f"{'mean of benchmarks':<22}{means[0]:8.4f}{means[1]:10.4f}{means[2]:10.4f}{means[3]:8.4f}"
    yield "against bm25" + " " * 18 + "".join(f"{100 * (one / means[0] - 1):+9.1f}%" for one in means[1:])
    for name, weight in zip(SIGNALS, everything / everything.sum(), strict=True):
        yield f'    "{name}": {weight:.3f},'


def run(arguments: argparse.Namespace) -> int:
    """Measure, learn and print.

    Raises:
        AssistantError: a benchmark is malformed, or the corpus or the index cannot be used.
    """
    config = load_config()
    encoder = make_encoder(config.encoder)
    groups = {}
    for folder in arguments.beir:
        print(f"measuring {folder.name}", file=sys.stderr)
        groups[folder.resolve().name if folder.resolve().name not in groups else str(folder)] = benchmark_group(
            folder, encoder, config.passage_tokens
        )
    groups["questions (dev)"] = question_group(encoder, arguments.questions)
    for line in report(groups):
        print(line)
    return 0
