"""The scripts: each says what it is for, and does its small job from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(file for file in (ROOT / "scripts").iterdir() if file.is_file())


def run(script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | more, timeout=60)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_is_executable_and_says_what_it_is_for(script: Path):
    assert os.access(script, os.X_OK)
    done = run(script.name, "--help")
    assert done.returncode == 0
    assert "usage:" in done.stdout
    assert len(done.stdout.split("\n\n")) >= 2


def test_build_index_builds_once(corpus_root: Path, tmp_path: Path):
    flags = ("--corpus", str(corpus_root), "--data", str(tmp_path / "data"))
    assert run("build_index", *flags).stdout.startswith("Built index ")
    assert run("build_index", *flags).stdout.startswith("Nothing has changed; kept index ")


def test_train_tokens_writes_ranks_that_count(corpus_root: Path, tmp_path: Path):
    out = tmp_path / "ranks.tiktoken"
    done = run("train_tokens", "--corpus", str(corpus_root), "--out", str(out), "--size", "300")
    assert done.returncode == 0
    assert len(out.read_text().splitlines()) == 300


def test_trace_notes_fills_addresses_and_leaves_the_text(tmp_path: Path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(json.dumps({"id": f"f-{n}", "url": f"https://example.org/{n % 2}"}) for n in range(4)))
    note = tmp_path / "note.md"
    body = "## One {#one}\n\nText: with a colon.\n\n## Two {#two}\n\nMore."
    note.write_text(
        f"---\ntitle: A note\napplies_to: [UK]\ntopics: [t]\nfacts:\n  one: [f-1, f-3, f-0]\n  two: [f-1]\n---\n\n{body}\n"
    )
    assert run("trace_notes", "--facts", str(facts), "--notes", str(tmp_path)).returncode == 0
    _, head, text = note.read_text().split("---\n", 2)
    fields = yaml.safe_load(head)
    assert text.strip() == body
    assert fields["based_on"] == ["https://example.org/1", "https://example.org/0"]
    assert fields["url"] == "https://example.org/1"
    assert fields["sources"] == {"one": ["https://example.org/1", "https://example.org/0"], "two": ["https://example.org/1"]}


def test_trace_notes_names_an_unknown_fact(tmp_path: Path):
    (tmp_path / "facts.jsonl").write_text("")
    (tmp_path / "note.md").write_text(
        "---\ntitle: x\napplies_to: [UK]\ntopics: [t]\nfacts:\n  a: [f-9]\n---\n\n## A {#a}\n\nx\n"
    )
    done = run("trace_notes", "--facts", str(tmp_path / "facts.jsonl"), "--notes", str(tmp_path))
    assert done.returncode == 1
    assert "note.md" in done.stderr
    assert "f-9" in done.stderr
