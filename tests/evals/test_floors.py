"""Floors: a fallen figure fails, and none is lowered in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.opening import open_assistant
from evals.floors import FLOORS, benchmark_figures, fallen, pin, question_figures, read_floors
from tests.evals.test_beir import write


def test_only_a_figure_that_fell_is_told():
    floors = {"a": 0.5, "b": 0.5, "gone": 0.9}
    assert fallen({"a": 0.5, "b": 0.49, "new": 0.1}, floors) == {"b": (0.49, 0.5)}


def test_pinning_raises_floors_and_keeps_what_was_not_measured(tmp_path: Path):
    file = tmp_path / "floors.json"
    pin({"a": 0.5, "b": 0.4}, "digest-1", file, "")
    pin({"a": 0.6}, "digest-2", file, "")
    assert read_floors(file) == {"corpus_digest": "digest-2", "floors": {"a": 0.6, "b": 0.4}}


def test_a_floor_is_lowered_only_with_a_decision_that_names_it_and_the_value(tmp_path: Path):
    file = tmp_path / "floors.json"
    pin({"a": 0.5}, "digest", file, "")
    for decisions in ("", "floor lowered: a", "floor lowered: b 0.4000", "0.4000"):
        with pytest.raises(ConfigError, match=r"floor of 'a' would fall to 0\.4000"):
            pin({"a": 0.4}, "digest", file, decisions)
        assert read_floors(file)["floors"] == {"a": 0.5}
    pin({"a": 0.4}, "digest", file, "- floor lowered: a to 0.4000, because the labels were wrong")
    assert read_floors(file)["floors"] == {"a": 0.4}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"corpus_digest": "x", "floors": {"a": "high"}}'])
def test_a_malformed_file_is_told(tmp_path: Path, content: str):
    file = tmp_path / "floors.json"
    file.write_text(content)
    with pytest.raises(ConfigError, match="cannot be read as floors"):
        read_floors(file)


def test_figures_are_measured_on_questions_and_benchmarks(config: Config, tmp_path: Path):
    label = {"document": "starter/phones", "anchor": "lose-phone", "quote": "lock the phone from afar"}
    rows = [
        {"id": f"{split}-{kind}", "kind": kind, "split": split, "turns": turns, "gold": gold}
        for split in ("dev", "test")
        for kind, turns, gold in (("plain", ["who locks a lost phone"], [label]), ("unanswerable", ["zebra paint"], []))
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    made = question_figures(open_assistant(config), file)
    assert made["questions labels found"] == 1.0
    assert made["questions test top-3 citation"] == 1.0
    assert made["questions dev declined"] == 1.0
    (tmp_path / "set").mkdir()
    assert benchmark_figures([write(tmp_path / "set")], config)["set nDCG@10"] > 0.5


def test_the_pinned_file_names_every_figure_of_the_questions():
    names = set(read_floors(FLOORS)["floors"])
    shares = ("top-1 citation", "top-3 citation", "answer quoted", "answered", "declined")
    assert {f"questions {split} {share}" for split in ("dev", "test") for share in shares} <= names
