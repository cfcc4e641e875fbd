"""Tests of what importing loads: nothing heavy, and every module on its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "sentence_transformers", "faiss", "textual", "scrapy")
READ_SIDE = (
    *(
        "types",
        "errors",
        "text",
        "markdown",
        "config",
        "asked",
        "corpus",
        "links",
        "retrieve",
        "answer",
        "conversation",
        "wiring",
    ),
    *(
        f"index.{name}"
        for name in (
            *("tokens", "words", "context", "chunk", "encode", "lexical", "dense", "store", "generation", "build"),
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
