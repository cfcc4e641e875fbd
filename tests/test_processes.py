"""Whole processes: odd terminals, full disks, and several writers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command

COMMAND = [sys.executable, "-m", "assistant.cli"]


def flags(corpus: Path, data: Path) -> list[str]:
    return ["--corpus", str(corpus), "--data", str(data)]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], check=False, capture_output=True, text=True, env=os.environ | environment, timeout=60
    )


def test_json_stays_json_where_the_terminal_knows_ascii_alone(corpus_root: Path, tmp_path: Path):
    words = ["ask", "caf\u00e9 lost phone manager", "--json", *flags(corpus_root, tmp_path)]
    told = json.loads(run(*words, PYTHONIOENCODING="ascii").stdout)
    assert told["question"] == "caf\u00e9 lost phone manager"


def test_the_answer_is_the_same_bytes_from_another_build_in_another_process(tmp_path: Path, careguide: Command):
    questions = ("someone clicked a link in a dodgy email, what now?", "how long do we keep records of staff and residents")
    batch = tmp_path / "questions.jsonl"
    batch.write_text("".join(json.dumps({"id": one, "turns": [one]}) + "\n" for one in questions))
    words = ("ask", "--batch", str(batch))
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    here, there = careguide(*words).out, run(*words, "--data", str(tmp_path / "data"), PYTHONHASHSEED=seed).stdout
    told = [[{**json.loads(line), "took_ms": 0} for line in out.splitlines()] for out in (here, there)]
    assert json.dumps(told[0]) == json.dumps(told[1])
    assert [bool(answer["quotes"]) for answer in told[0]] == [True] * len(questions)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line(corpus_root: Path, tmp_path: Path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "ask", "lost phone manager", *flags(corpus_root, tmp_path)],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert "careguide: No space left on device; check the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


def test_a_closed_standard_input_is_told(corpus_root: Path, tmp_path: Path):
    line = " ".join([*COMMAND, "ask", *flags(corpus_root, tmp_path), "<&-"])
    done = subprocess.run(["/bin/sh", "-c", line], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "the question is missing" in done.stderr


def test_four_first_questions_at_once_are_all_answered(corpus_root: Path, tmp_path: Path):
    words = [*COMMAND, "ask", "lost phone manager", "--json", *flags(corpus_root, tmp_path)]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, told
    answers = [json.loads(out) for out, _ in told]
    assert len({answer["index"]["id"] for answer in answers}) == 1
    assert [path.name for path in (tmp_path / "index" / "generations").iterdir()] == [answers[0]["index"]["id"]]


def test_what_a_killed_build_left_behind_is_removed_by_the_next(corpus_root: Path, tmp_path: Path):
    left = tmp_path / "index" / "generations" / ".0123456789abcdef"
    left.mkdir(parents=True)
    (left / "documents.sqlite").write_text("half")
    assert run("index", *flags(corpus_root, tmp_path)).returncode == 0
    assert not left.exists()
