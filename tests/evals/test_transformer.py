"""A transformer as another dense system: scored like the product's own, and refused at once where it is not at hand."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import main
from evals.run import SYSTEMS
from evals.scores import MEASURES
from tests.evals.test_beir import CORPUS, write
from tests.index.tiny import need_transformers, save_tiny

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 2
"""Seconds in which a model that is not there must be told."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of an untrained model that knows the benchmark's words."""
    need_transformers()
    return str(save_tiny(tmp_path_factory.mktemp("models") / "tiny", [f"{row['title']} {row['text']}" for row in CORPUS]))


class Command:
    """The command as a person runs it, with a hub that nobody may call and an empty cache of models."""

    def __init__(self, hub: socket.socket, cache: Path) -> None:
        self._hub = hub
        address = "http://{}:{}".format(*hub.getsockname())
        places = {"HF_HOME": str(cache), "HF_ENDPOINT": address, "NO_PROXY": "*", "CAREGUIDE_DATA": str(cache / "data")}
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "CAREGUIDE_"))}
        self._environment |= places

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "evals", "run", *words],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def called_the_hub(self) -> bool:
        """Whether anything has knocked at the hub's address since it was last asked."""
        try:
            self._hub.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    with socket.create_server(("127.0.0.1", 0)) as hub:
        hub.setblocking(False)
        yield Command(hub, tmp_path / "cache")


def scores(file: Path) -> dict[str, Any]:
    """Return what was written, without the times, which differ from run to run."""
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for row in told["rows"]:
        del row["latency_ms"]
    for index in told["indexes"]:
        del index["seconds"]
    return told


def test_a_transformer_is_scored_beside_the_others_and_calls_nobody(tiny: str, tmp_path: Path, command: Command):
    folder = tmp_path / "set"
    folder.mkdir()
    out = tmp_path / "scores.json"
    done = command("--beir", str(write(folder)), "--transformer", tiny, "--out", str(out))
    assert done.returncode == 0, done.stderr
    told = scores(out)
    assert [row["system"] for row in told["rows"]] == [*SYSTEMS, f"dense {tiny}", f"hybrid {tiny}"]
    assert set(told["encoders"]) == {"static", tiny}
    assert re.fullmatch("[0-9a-f]{64}", told["encoders"][tiny])
    for system in (f"dense {tiny}", f"hybrid {tiny}"):
        assert re.search(rf"^set +{re.escape(system)} +[01]\.\d{{3}} \[", done.stdout, re.MULTILINE)
        assert re.search(rf"^macro +{re.escape(system)} *[01]\.\d{{4}} ", done.stdout, re.MULTILINE)
    assert f"indexed with {tiny} in" in done.stderr
    assert not command.called_the_hub


def test_scores_are_shares_and_the_same_twice(tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write(tmp_path)
    told = []
    for name in ("one.json", "two.json"):
        words = ["run", "--beir", str(folder), "--transformer", tiny, "--out", str(tmp_path / name)]
        monkeypatch.setattr(sys, "argv", ["evals", *words])
        assert main() == 0
        told.append(scores(tmp_path / name))
    assert told[0] == told[1]
    assert len(told[0]["rows"]) == len(SYSTEMS) + 2
    for row in told[0]["rows"]:
        for measure in MEASURES:
            assert 0 <= row[measure]["low"] <= row[measure]["mean"] <= row[measure]["high"] <= 1


@pytest.mark.parametrize("name", ["no-such/model", "no-such-model", "no/such/folder"])
def test_a_model_that_is_not_here_is_told_within_two_seconds_and_before_any_benchmark(
    name: str, tmp_path: Path, command: Command
):
    took = [math.inf]
    while min(took) >= PATIENCE and len(took) <= 3:  # the best of three is its own time, on a machine that does other things
        start = time.perf_counter()
        done = command("--beir", str(tmp_path / "no-benchmark"), "--transformer", name)
        took.append(time.perf_counter() - start)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"evals: the encoder {name!r} ")
    installed = importlib.util.find_spec("sentence_transformers") is not None
    assert ("is not on this machine; give the folder of a saved model" if installed else "careguide[encoders]") in line
    assert min(took) < PATIENCE
    assert not command.called_the_hub


def test_a_folder_that_holds_no_model_is_told_without_reading_the_benchmark(tmp_path: Path, command: Command):
    need_transformers()
    (tmp_path / "notes").mkdir()
    done = command("--beir", str(tmp_path / "no-benchmark"), "--transformer", str(tmp_path / "notes"))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"{tmp_path / 'notes'}' is not on this machine" in line
