"""Floors: figures that must not fall. Pinned in ``floors.json`` with the digest of the corpus they were measured on.

    python -m evals floors [--beir DIR ...] [--pin]

Pinning never lowers a floor unless ``docs/DECISIONS.md`` says so and why, in a line with
``floor lowered: NAME`` and the new value.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.config import Config, load_config
from assistant.errors import ConfigError
from assistant.files import write_whole
from assistant.index.encode import make_encoder
from assistant.opening import open_assistant
from assistant.wiring import Assistant
from evals import questions
from evals.beir import read_benchmark
from evals.run import Result, evaluate

FLOORS = Path(__file__).with_name("floors.json")
DECISIONS = Path(__file__).resolve().parents[1] / "docs" / "DECISIONS.md"
SLACK = 1e-6
"""Below the rounding of the file."""


def question_figures(assistant: Assistant, file: Path = questions.FILE) -> dict[str, float]:
    """Return the figures of the project's own questions, both splits, and the share of labels that are not lost."""
    known = [questions.resolved(question, assistant) for question in questions.read_questions(file)]
    labels = [label for question in known for label in question.gold]
    found = {"questions labels found": sum(not label.lost for label in labels) / max(1, len(labels))}
    for split in questions.SPLITS:
        outcomes = [questions.asked(question, assistant) for question in known if question.split == split]
        found |= {f"questions {split} {name}": value for name, value in questions.figures(outcomes).items()}
    return found


def benchmark_figures(folders: list[Path], config: Config) -> dict[str, float]:
    """Return nDCG@10 of the product's search on each benchmark."""
    wanted = argparse.Namespace(system=["hybrid"], k=100, history=True)
    encoders = {config.encoder: make_encoder(config.encoder)}
    made = (one for folder in folders for one in evaluate(read_benchmark(folder), config, encoders, wanted))
    return {f"{one.benchmark} nDCG@10": float(one.values["nDCG@10"].mean()) for one in made if isinstance(one, Result)}


def read_floors(file: Path) -> dict[str, Any]:
    """Return the pinned floors.

    Raises:
        ConfigError: the file is missing or malformed.
    """
    try:
        pinned: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {"corpus_digest": str(pinned["corpus_digest"]), "floors": {k: float(v) for k, v in pinned["floors"].items()}}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as fault:
        raise ConfigError(f"{file} cannot be read as floors ({type(fault).__name__}: {fault})") from fault


def fallen(measured: Mapping[str, float], floors: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return (measured, floor) of each figure that was measured and fell."""
    return {name: (value, floors[name]) for name, value in measured.items() if value < floors.get(name, value) - SLACK}


def unexplained(lowered: Mapping[str, tuple[float, float]], decisions: str) -> list[str]:
    """Return the figures whose lowering no line of the decisions explains."""
    lines = decisions.splitlines()
    return [
        name
        for name, (value, _) in lowered.items()
        if not any(f"floor lowered: {name}" in line and f"{value:.4f}" in line for line in lines)
    ]


def pin(measured: Mapping[str, float], digest: str, file: Path, decisions: str) -> None:
    """Write the measured figures as floors; those that were not measured stay.

    Raises:
        ConfigError: a floor would be lowered, and the decisions do not say so.
    """
    floors = read_floors(file)["floors"] if file.exists() else {}
    missing = unexplained(fallen(measured, floors), decisions)
    if missing:
        raise ConfigError(
            f"the floor of {missing[0]!r} would fall to {measured[missing[0]]:.4f}; say why in docs/DECISIONS.md, "
            f"in a line with 'floor lowered: {missing[0]}' and that value"
        )
    kept = floors | {name: round(value, 6) for name, value in measured.items()}
    content = json.dumps({"corpus_digest": digest, "floors": dict(sorted(kept.items()))}, indent=1)
    write_whole(file, f"{content}\n".encode())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--beir", nargs="+", type=Path, default=[], metavar="DIR", help="benchmark folders to measure as well")
    parser.add_argument("--pin", action="store_true", help="write what is measured as the floors")


def run(arguments: argparse.Namespace) -> int:
    """Measure, compare and print; exit code 1 where a figure has fallen.

    Raises:
        AssistantError: a file is malformed, or a floor would be lowered without a reason.
    """
    config = load_config()
    assistant = open_assistant(config)
    measured = question_figures(assistant) | benchmark_figures(arguments.beir, config)
    digest = assistant.manifest.corpus
    if arguments.pin:
        pin(measured, digest, FLOORS, DECISIONS.read_text(encoding="utf-8"))
    pinned = read_floors(FLOORS)
    if pinned["corpus_digest"] != digest:
        print("the floors were pinned on another corpus; figures of the questions may have moved for that", file=sys.stderr)
    for name, value in measured.items():
        print(f"{name:<40}{value:.4f}  floor {pinned['floors'].get(name, float('nan')):.4f}")
    low = fallen(measured, pinned["floors"])
    for name, (value, floor) in low.items():
        print(f"evals: {name} has fallen to {value:.4f}, below its floor of {floor:.4f}", file=sys.stderr)
    return 1 if low else 0
