"""Tests of what importing loads: nothing heavy, and every module on its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import QUESTION

HEAVY = ("torch", "sentence_transformers", "faiss", "textual", "scrapy", "pyperclip", "docx", "lxml", "cryptography")
READ_SIDE = (
    *(
        "types",
        "errors",
        "text",
        "markdown",
        "config",
        "dates",
        "filters",
        "facets",
        "choices",
        "instant",
        "asked",
        "corpus",
        "reference",
        "lookup",
        "render",
        "commands",
        "links",
        "matching",
        "receipt_command",
        "retrieve",
        "answer",
        "conversation",
        "clipboard",
        "history",
        "pack.installed",
        "pack_command",
        "wiring",
    ),
    *(f"receipt.{name}" for name in ("model", "read", "write", "library", "closest", "verify", "told", "recall")),
    *(f"export.{name}" for name in ("parts", "licences", "markdown", "html", "docx", "write")),
    *(
        f"index.{name}"
        for name in (
            *("tokens", "words", "context", "chunk", "encode", "lexical", "dense", "store", "reference", "generation", "build"),
            *("ragged", "proximity", "late", "signals", "rerank"),
        )
    ),
)
SCRIPT = """
import json, os, sys, traceback
import markdown_it, numpy, pydantic, yaml
asked = json.loads(sys.argv[1])
for module in asked["modules"]:
    print(module, end=" ", flush=True)
    if os.fork() == 0:
        try:
            __import__(module)
            print(*(name for name in asked["heavy"] if name in sys.modules), flush=True)
        except BaseException:
            print("fails:", traceback.format_exc().splitlines()[-1], flush=True)
        os._exit(0)
    os.wait()
"""
"""Each import has an interpreter that has loaded nothing of ours: a fork, which has what it may load sooner than a new one."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, str]:
    """Return which heavy packages an interpreter loads with each module, or why the module cannot be imported alone."""
    asked = json.dumps({"modules": ["assistant.cli", *(f"assistant.{name}" for name in READ_SIDE)], "heavy": HEAVY})
    done = subprocess.run([sys.executable, "-c", SCRIPT, asked], capture_output=True, text=True, timeout=120, check=True)
    told = (line.partition(" ") for line in done.stdout.splitlines())
    return {module: what for module, _, what in told}


def test_the_command_line_loads_nothing_heavy(loaded: dict[str, str]) -> None:
    assert loaded["assistant.cli"] == ""


@pytest.mark.parametrize("name", READ_SIDE)
def test_each_module_of_the_read_side_imports_alone_and_loads_nothing_heavy(loaded: dict[str, str], name: str) -> None:
    assert loaded[f"assistant.{name}"] == ""


def test_the_values_rest_on_the_standard_library_alone() -> None:
    script = "import sys; before = set(sys.modules); import assistant.types, assistant.errors, assistant.text;" + (
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["assistant"]


ANSWERING = (("ask", QUESTION), ("urgent", "ransomware"), ("contacts", "101"), ("explain", "DSPT"))
ANSWER = """
import json, os, sys
import faiss, numpy
for words in json.loads(sys.argv[1]):
    if os.fork() == 0:
        from assistant.cli import main
        code = main(words)
        print("ended:", code, *sorted({"pydantic", "yaml"} & set(sys.modules)), flush=True)
        os._exit(0)
    os.wait()
"""


def test_answering_loads_neither_pydantic_nor_yaml(built: Path) -> None:
    asked = json.dumps([["--data", str(built), *words] for words in ANSWERING])
    done = subprocess.run([sys.executable, "-c", ANSWER, asked], capture_output=True, text=True, timeout=60, check=True)
    ended = [line for line in done.stdout.splitlines() if line.startswith("ended:")]
    assert ended == ["ended: 0"] * len(ANSWERING), done.stderr


def test_the_first_screen_needs_nothing_that_is_slow_to_import() -> None:
    program = (
        "import sys, assistant.cli, assistant.commands, assistant.desk, assistant.tui.app\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {*sys.argv[1:]}))"
    )
    slow = ("numpy", "faiss", "pydantic", "docx", "lxml", "bm25s", "model2vec", "tiktoken", "symspellpy", "sqlite3")
    done = subprocess.run([sys.executable, "-c", program, *slow], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["sqlite3"], "only the history needs one of them, and opens it later"
