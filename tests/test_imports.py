"""Tests of what importing loads: nothing heavy, and every module on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import QUESTION

HEAVY = ("torch", "sentence_transformers", "faiss", "textual", "scrapy", "pyperclip", "docx", "lxml")
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
        "retrieve",
        "answer",
        "conversation",
        "clipboard",
        "history",
        "wiring",
    ),
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
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def loaded_by(module: str) -> list[str]:
    """Return which heavy packages a fresh interpreter loads with the module."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, module, *HEAVY], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_by("assistant.cli") == []


@pytest.mark.parametrize("name", READ_SIDE)
def test_each_module_of_the_read_side_imports_alone_and_loads_nothing_heavy(name: str) -> None:
    assert loaded_by(f"assistant.{name}") == []


def test_the_values_rest_on_the_standard_library_alone() -> None:
    script = "import sys; before = set(sys.modules); import assistant.types, assistant.errors, assistant.text;" + (
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["assistant"]


@pytest.mark.parametrize("words", [("ask", QUESTION), ("urgent", "ransomware"), ("contacts", "101"), ("explain", "DSPT")])
def test_answering_loads_neither_pydantic_nor_yaml(built: Path, words: tuple[str, ...]) -> None:
    script = "import sys; from assistant.cli import main; main(sys.argv[1:]); print({'pydantic', 'yaml'} & set(sys.modules))"
    command = [sys.executable, "-c", script, "--data", str(built), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_first_screen_needs_nothing_that_is_slow_to_import() -> None:
    program = (
        "import sys, assistant.cli, assistant.commands, assistant.desk, assistant.tui.app\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {*sys.argv[1:]}))"
    )
    slow = ("numpy", "faiss", "pydantic", "docx", "lxml", "bm25s", "model2vec", "tiktoken", "symspellpy", "sqlite3")
    done = subprocess.run([sys.executable, "-c", program, *slow], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["sqlite3"], "only the history needs one of them, and opens it later"
