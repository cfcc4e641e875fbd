"""The scripts: each says what it is for, and does its small job from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(file for file in (ROOT / "scripts").iterdir() if file.is_file())


def run(script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | more, timeout=60)


HELP = """
import json, os, runpy, sys
import asyncio, numpy, pydantic
for script in sys.argv[1:]:
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.dup2(writer, 1)
        sys.argv = [script, "--help"]
        code = 1
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as done:
            code = done.code
        finally:
            sys.stdout.flush()
            os._exit(code or 0)
    os.close(writer)
    with os.fdopen(reader) as told:
        print(json.dumps([script, told.read(), os.waitstatus_to_exitcode(os.wait()[1])]))
"""
"""Each script has an interpreter that has loaded nothing of ours: a fork, which has what most load sooner than a new one."""


@pytest.fixture(scope="module")
def helped() -> dict[str, tuple[str, int]]:
    """Return what each script says of itself, and its exit code."""
    command = [sys.executable, "-c", HELP, *map(str, SCRIPTS)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
    return {script: (told, code) for script, told, code in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_is_executable_and_says_what_it_is_for(script: Path, helped: dict[str, tuple[str, int]]):
    assert os.access(script, os.X_OK)
    told, code = helped[str(script)]
    assert code == 0
    assert "usage:" in told
    assert len(told.split("\n\n")) >= 2


def test_processes_at_once_on_one_index_answer_alike(built: Path):
    done = run("try_load", "--data", str(built), "--questions", "0", "--processes", "2", "--each", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 failed, 0 with another answer than alone" in done.stdout


def test_build_index_builds_once(corpus_root: Path, tmp_path: Path):
    flags = ("--corpus", str(corpus_root), "--data", str(tmp_path / "data"))
    assert run("build_index", *flags).stdout.startswith("Built index ")
    assert run("build_index", *flags).stdout.startswith("Nothing has changed; kept index ")


def test_train_tokens_writes_ranks_that_count(corpus_root: Path, tmp_path: Path):
    out = tmp_path / "ranks.tiktoken"
    done = run("train_tokens", "--corpus", str(corpus_root), "--out", str(out), "--size", "300")
    assert done.returncode == 0
    assert len(out.read_text().splitlines()) == 300


def corpus_of(tmp_path: Path, note: str, **files: str) -> tuple[str, ...]:
    """Write a corpus of one note, and facts f-0 to f-3 on two addresses; return the flags that name both."""
    facts = tmp_path / "facts.jsonl"
    facts.parent.mkdir(exist_ok=True)
    facts.write_text("\n".join(json.dumps({"id": f"f-{n}", "url": f"https://example.org/{n % 2}"}) for n in range(4)))
    (tmp_path / "corpus" / "starter").mkdir(parents=True)
    (tmp_path / "corpus" / "starter" / "note.md").write_text(note)
    for name, text in files.items():
        (tmp_path / "corpus" / f"{name}.toml").write_text(text)
    return "--facts", str(facts), "--corpus", str(tmp_path / "corpus")


BODY = "## One {#one}\n\nText: with a colon.\n\n## Two {#two}\n\nMore."
NOTE = f"---\ntitle: A note\napplies_to: [UK]\ntopics: [t]\nfacts:\n  one: [f-1, f-3, f-0]\n  two: [f-1]\n---\n\n{BODY}\n"
GLOSSARY = """# A comment.

[[term]]
term = "one"
meaning = "First."
facts = ["f-1", "f-3"]

[[term]]
term = "two"
meaning = "Second."
facts = ["f-0", "f-1"]
sources = ["https://example.org/old"]
"""
AS_PEOPLE_WRITE = """
[[term]]
term = 'one'
meaning = "First."
facts = [
    'f-1',
    "f-3",
]
sources = [
    "https://example.org/old",
]

# Of the second.
[[term]]
term = "two"
meaning = "Second."
facts = ["f-0",]
"""
SOURCES = """
[[source]]
id = "example"
publisher = "Example"
hosts = ["example.org"]
storage = "link"
pages = [{ url = "https://example.org/1", kind = "page", topics = [] }]
"""


def test_trace_notes_fills_addresses_and_leaves_the_text(tmp_path: Path):
    flags = corpus_of(tmp_path, NOTE)
    assert run("trace_notes", *flags).returncode == 0
    _, head, text = (tmp_path / "corpus" / "starter" / "note.md").read_text().split("---\n", 2)
    fields = yaml.safe_load(head)
    assert text.strip() == BODY
    assert fields["based_on"] == ["https://example.org/1", "https://example.org/0"]
    assert fields["url"] == "https://example.org/1"
    assert fields["sources"] == {"one": ["https://example.org/1", "https://example.org/0"], "two": ["https://example.org/1"]}


def test_trace_notes_fills_the_addresses_of_entries_and_does_so_once(tmp_path: Path):
    flags = corpus_of(tmp_path, NOTE, glossary=GLOSSARY)
    for _ in range(2):
        assert run("trace_notes", *flags).returncode == 0
        raw = (tmp_path / "corpus" / "glossary.toml").read_text()
        assert raw.startswith("# A comment.\n")
        assert [term["sources"] for term in tomllib.loads(raw)["term"]] == [
            ["https://example.org/1"],
            ["https://example.org/0", "https://example.org/1"],
        ]
        assert raw.count("sources = ") == 2


def test_trace_notes_bears_with_toml_as_people_write_it(tmp_path: Path):
    flags = corpus_of(tmp_path, NOTE, glossary=AS_PEOPLE_WRITE)
    assert run("trace_notes", *flags).returncode == 0
    raw = (tmp_path / "corpus" / "glossary.toml").read_text()
    assert [term["sources"] for term in tomllib.loads(raw)["term"]] == [["https://example.org/1"], ["https://example.org/0"]]
    assert '# Of the second.\n[[term]]\nterm = "two"' in raw
    broken = corpus_of(tmp_path / "broken", NOTE, glossary="[[term")
    done = run("trace_notes", *broken)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("trace_notes: glossary.toml cannot be read")


def test_trace_notes_names_an_address_that_no_source_has(tmp_path: Path):
    done = run("trace_notes", *corpus_of(tmp_path, NOTE, sources=SOURCES))
    assert done.returncode == 1
    assert done.stderr == "trace_notes: https://example.org/0 stands in no source of sources.toml\n"


def test_trace_notes_names_an_unknown_fact(tmp_path: Path):
    done = run("trace_notes", *corpus_of(tmp_path, NOTE.replace("f-3", "f-9"), glossary=GLOSSARY.replace("f-3", "f-8")))
    assert done.returncode == 1
    assert "note.md names 'f-9'" in done.stderr
    assert "glossary.toml names 'f-8'" in done.stderr
