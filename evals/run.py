"""Score systems on benchmarks: the product's own chunking, index and search over each corpus.

python -m evals run --beir DIR [DIR ...] [--system NAME ...] [--transformer NAME] [--k 100] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import Config, load_config
from assistant.errors import ConfigError
from assistant.files import write_whole
from assistant.index.build import cut, write_index
from assistant.index.encode import Encoder, TransformerEncoder, make_encoder
from assistant.index.rerank import HybridSearcher
from assistant.index.signals import SIGNALS
from assistant.retrieve import Searcher, page_of
from assistant.types import Query
from assistant.wiring import open_parts
from evals.beir import Benchmark, BenchmarkQuery, documents_of, read_benchmark
from evals.scores import MEASURES, interval, per_query, percentiles, randomisation

SYSTEMS = ("bm25", "dense", "fused", "hybrid")
BASELINE = "bm25"
FUSED = {name: {"words": 0.7, "vector": 0.3}.get(name, 0.0) for name in SIGNALS}
"""Weights of the plain fusion of the two halves, to see what the other signals add."""
PASSAGES_EACH = 3
"""Passages asked for each document wanted: long documents have several."""


@dataclass(frozen=True)
class Indexed:
    """An index that was built to score systems on.

    Attributes:
        corpus: SHA-256 over ids, titles and texts of the documents, hexadecimal.
        seconds: what building it took.
    """

    benchmark: str
    encoder: str
    documents: int
    passages: int
    corpus: str
    seconds: float


@dataclass(frozen=True)
class Result:
    """What a system came to on a benchmark.

    Attributes:
        values: each measure for each judged query, in order of query id.
        latency: median and 95th percentile, milliseconds a query.
    """

    benchmark: str
    system: str
    values: dict[str, np.ndarray]
    latency: tuple[float, float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--beir", nargs="+", type=Path, required=True, metavar="DIR", help="benchmark folders")
    known = ", ".join(SYSTEMS)
    parser.add_argument(
        "--system",
        nargs="+",
        metavar="NAME",
        default=list(SYSTEMS),
        help=f"{known} (default: all), or a transformer",
    )
    parser.add_argument("--transformer", metavar="NAME", help="add a sentence-transformers model as another dense system")
    parser.add_argument("--no-history", dest="history", action="store_false", help="leave out what was said before a query")
    parser.add_argument("--k", type=int, default=100, help="documents ranked for a query (default: 100)")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write everything as JSON")


def searched(query: BenchmarkQuery, history: bool) -> Query:
    """Return what is searched for: the last turn, with what was said before it where that is wanted."""
    return Query(query.text, history=query.history if history else ())


def ranked_documents(searcher: Searcher, query: Query, k: int) -> dict[str, float]:
    """Return the best score of each of the first ``k`` documents."""
    best: dict[str, float] = {}
    for hit in searcher.search(query, PASSAGES_EACH * k).hits:
        best.setdefault(page_of(hit.passage_id), hit.score)
    return dict(list(best.items())[:k])


def score(name: str, benchmark: Benchmark, searcher: Searcher, k: int, history: bool) -> Result:
    """Run every judged query and score it."""
    run, times = {}, []
    for query in benchmark.queries:
        start = time.perf_counter()
        run[query.id] = ranked_documents(searcher, searched(query, history), k)
        times.append((time.perf_counter() - start) * 1000)
    return Result(benchmark.name, name, per_query(benchmark.qrels, run), percentiles(times))


def evaluate(
    benchmark: Benchmark, config: Config, encoders: dict[str, Encoder], arguments: argparse.Namespace
) -> Iterator[Any]:
    """Yield the index of each encoder, and after it the result of each system over it, the baseline first."""
    documents = documents_of(benchmark)
    passages = cut(documents, config.passage_tokens)
    for label, encoder in encoders.items():
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            write_index(Path(folder), documents, passages, encoder)
            took = time.perf_counter() - start
            parts = open_parts(Path(folder), encoder)
            yield Indexed(benchmark.name, label, len(documents), len(passages), benchmark.digest(), took)
            own = label == config.encoder
            fused = HybridSearcher(parts.signals, [one.id for one in passages], FUSED, page_share=0.0)
            searchers: tuple[Searcher, ...] = (parts.lexical, parts.dense, fused, parts.hybrid)
            systems = dict(zip(SYSTEMS, searchers, strict=True))
            asked = [name for name in SYSTEMS if name in arguments.system]
            for name in asked if own else ("dense", "hybrid"):
                shown = name if own else f"{name} {label}"
                yield score(shown, benchmark, systems[name], arguments.k, arguments.history)
            parts.store.close()


def summary(result: Result, baseline: Result | None) -> dict[str, Any]:
    """Return a result as JSON values: means with intervals, latency, and the test against the baseline."""
    values: dict[str, Any] = {"benchmark": result.benchmark, "system": result.system}
    for name in MEASURES:
        low, high = interval(result.values[name])
        values[name] = {"mean": float(result.values[name].mean()), "low": low, "high": high}
    values["latency_ms"] = {"p50": result.latency[0], "p95": result.latency[1]}
    if baseline is not None and baseline is not result:
        values["p_against_bm25"] = randomisation(result.values["nDCG@10"], baseline.values["nDCG@10"])
    return values


def row(values: dict[str, Any]) -> str:
    """Return a line of the table."""
    cells = [f"{values['benchmark']:<22}{values['system']:<16}"]
    first = values["nDCG@10"]
    cells.append(f"{first['mean']:.3f} [{first['low']:.3f}, {first['high']:.3f}]")
    cells += [f"{values[name]['mean']:.3f}" for name in MEASURES[1:]]
    cells.append(f"{values['latency_ms']['p50']:.1f}/{values['latency_ms']['p95']:.1f}")
    if "p_against_bm25" in values:
        cells.append(f"p={values['p_against_bm25']:.3f}")
    return "  ".join(cells)


def macro(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the mean nDCG@10 over the benchmarks for each system, and how far it is from the baseline."""
    means = {
        system: float(np.mean([one["nDCG@10"]["mean"] for one in rows if one["system"] == system]))
        for system in dict.fromkeys(one["system"] for one in rows)
    }
    for system, mean in means.items():
        against = f"  {100 * (mean / means[BASELINE] - 1):+.1f}% against {BASELINE}" if means.get(BASELINE) else ""
        yield f"{'macro':<22}{system:<16}{mean:.4f}{against}"


def run(arguments: argparse.Namespace) -> int:
    """Print the table, and write the JSON where asked to.

    Raises:
        ConfigError: a benchmark is malformed.
        EncoderUnavailable: the transformer is not on this machine.
    """
    if arguments.k < 1:
        raise ConfigError(f"--k is {arguments.k}; it must be at least 1")
    if arguments.out and not arguments.out.resolve().parent.is_dir():
        raise ConfigError(f"--out is {arguments.out}; its folder does not exist")
    config = load_config()
    encoders: dict[str, Encoder] = {config.encoder: make_encoder(config.encoder)}
    others = [arguments.transformer] if arguments.transformer else []
    for name in [*others, *(name for name in arguments.system if name not in SYSTEMS)]:
        encoders[name] = TransformerEncoder(name)
    benchmarks = [read_benchmark(folder) for folder in arguments.beir]
    print(f"{'benchmark':<22}{'system':<16}  nDCG@10 [95% interval]  {'  '.join(MEASURES[1:])}  ms p50/p95")
    rows, indexes = [], []
    for benchmark in benchmarks:
        if benchmark.unjudged:
            print(f"{benchmark.name}: {benchmark.unjudged} queries have no judgement and are not scored", file=sys.stderr)
        baseline: Result | None = None
        for made in evaluate(benchmark, config, encoders, arguments):
            if isinstance(made, Indexed):
                indexes.append(asdict(made))
                size = f"{made.documents} documents, {made.passages} passages"
                print(f"{made.benchmark}: {size}, indexed with {made.encoder} in {made.seconds:.1f} s", file=sys.stderr)
                continue
            baseline = made if made.system == BASELINE else baseline
            rows.append(summary(made, baseline))
            print(row(rows[-1]), flush=True)
    for line in macro(rows):
        print(line)
    if arguments.out:
        fingerprints = {name: encoder.fingerprint for name, encoder in encoders.items()}
        content = {"encoders": fingerprints, "k": arguments.k, "history": arguments.history, "indexes": indexes, "rows": rows}
        write_whole(arguments.out.resolve(), json.dumps(content, indent=1).encode())
    return 0
