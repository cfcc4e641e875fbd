"""Rules that the source itself keeps: nothing that runs what a file holds, no shell, no native reader past the digests."""

from __future__ import annotations

import ast
import functools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.index.ragged import load_array

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = [file for file in sorted((ROOT / "scripts").iterdir()) if file.read_bytes().startswith(b"#!/usr/bin/env python")]
FILES = [*sorted((ROOT / "assistant").rglob("*.py")), *sorted((ROOT / "evals").rglob("*.py")), *PROGRAMS]
RUNS_DATA = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "jsonpickle",
    "code",
    "codeop",
}
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint"}
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}
PICKLING = {"load_pickle", "save_pickle", "to_pickle", "read_pickle", "fromfile"}
UNSAFE_YAML = {"unsafe_load", "full_load", "UnsafeLoader", "FullLoader", "Loader", "CLoader", "load_all", "unsafe_load_all"}


def trees() -> Iterator[tuple[str, ast.AST]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield file.relative_to(ROOT).as_posix(), node


@functools.cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Return every node with the name of its file. Not on import, which every worker does: it takes two seconds."""
    return list(trees())


def calls() -> list[tuple[str, ast.Call]]:
    return [(file, node) for file, node in nodes() if isinstance(node, ast.Call)]


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def keyword(node: ast.Call, name: str) -> str:
    return next((ast.unparse(one.value) for one in node.keywords if one.arg == name), "")


def where(found: Iterator[tuple[str, ast.AST]]) -> list[str]:
    return [f"{file}:{getattr(node, 'lineno', 0)}" for file, node in found]


def test_the_rules_see_the_source():
    assert len(FILES) > 100
    assert {file for file, _ in nodes()} >= {"assistant/cli.py", "scripts/import_pages", "evals/run.py"}


def test_nothing_that_can_run_what_a_file_holds_is_imported():
    imported = [
        (file, node, alias.name if isinstance(node, ast.Import) else node.module or "")
        for file, node in nodes()
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    assert where((file, node) for file, node, name in imported if name.split(".")[0] in RUNS_DATA) == []


def test_no_text_is_run_as_a_program():
    assert where((file, node) for file, node in calls() if called(node) in RUNS_TEXT) == []


def test_no_library_is_asked_for_its_pickles():
    named = [(file, node, called(node).split(".")[-1]) for file, node in calls()]
    assert where((file, node) for file, node, name in named if name in PICKLING) == []
    assert where((file, node) for file, node, _ in named if called(node) in ("torch.load", "torch.save")) == []


def test_numpy_says_each_time_that_it_takes_no_pickles():
    files = [(file, node) for file, node in calls() if called(node) in ("np.load", "np.save", "numpy.load", "numpy.save")]
    assert len(files) >= 5
    assert where((file, node) for file, node in files if keyword(node, "allow_pickle") != "False") == []
    every = [one.arg for _, node in calls() for one in node.keywords if one.arg == "allow_pickle"]
    assert len(every) == len(files), "no other library is allowed any either"


def test_yaml_is_read_by_the_safe_kind_of_loader():
    assert where((file, node) for file, node in nodes() if isinstance(node, ast.Attribute) and node.attr in UNSAFE_YAML) == []
    loads = [(file, node) for file, node in calls() if called(node) in ("yaml.load", "yaml.parse")]
    assert {file for file, _ in loads} == {"assistant/frontmatter.py"}
    assert where((file, node) for file, node in loads if keyword(node, "Loader") != "_loader()") == []


def test_no_program_is_started_through_a_shell():
    assert where((file, node) for file, node in calls() if keyword(node, "shell") not in ("", "False")) == []
    assert where((file, node) for file, node in calls() if called(node).split(".")[-1] in SHELLS) == []


def test_no_process_of_ours_runs_a_file_of_the_folder_that_we_stand_in():
    """The programs of ``scripts`` are run in the checkout, whose files are the program; all others in a person's own folder."""
    programs = {file.relative_to(ROOT).as_posix() for file in PROGRAMS}
    started = [(file, node) for file, node in nodes() if file not in programs and is_command(node)]
    assert len(started) >= 4
    assert where((file, node) for file, node in started if [ast.unparse(one) for one in node.elts[1:2]] != ["'-P'"]) == []


def is_command(node: ast.AST) -> TypeGuard[ast.List | ast.Tuple]:
    """Whether these are words that begin with the interpreter."""
    return isinstance(node, ast.List | ast.Tuple) and bool(node.elts) and ast.unparse(node.elts[0]) == "sys.executable"


def test_one_place_gives_bytes_to_faiss():
    readers = {
        (file, called(node)) for file, node in calls() if called(node).split(".")[-1] in ("deserialize_index", "read_index")
    }
    assert readers == {("assistant/index/dense.py", "faiss.deserialize_index")}


@pytest.mark.parametrize("mapped", [False, True])
def test_an_array_that_would_be_unpickled_is_refused(tmp_path: Path, mapped: bool):
    file = tmp_path / "array.npy"
    np.save(file, np.array([Bomb(tmp_path / "gone off")], dtype=object), allow_pickle=True)
    with pytest.raises(IndexDamaged):
        load_array(file, mapped)
    assert not (tmp_path / "gone off").exists()


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


OPENING = """
import sys
from pathlib import Path
import numpy as np
from assistant.config import Config, packaged_corpus
from assistant.desk import Library
from assistant.errors import IndexDamaged
read, load = [], np.load
sys.addaudithook(lambda event, arguments: read.append(event) if event == "sqlite3.connect" else None)
np.load = lambda file, *rest, **more: read.append(str(file)) if isinstance(file, Path) else load(file, *rest, **more)
for data in sys.argv[1:]:
    library = Library(Config(packaged_corpus(), Path(data)))
    try:
        library.open()
    except IndexDamaged as fault:
        print(fault)
    print("older:", library.older(), *read, *sorted({"faiss", "bm25s"} & set(sys.modules)))
"""
"""Opens one index after the other, and says after each which readers of the files of an index have been asked; the encoder
reads its weights from bytes, and not from a file."""


def test_files_of_an_index_that_are_not_what_their_digests_say_reach_no_reader(built: Path, tmp_path: Path):
    damaged = [damage(Path(shutil.copytree(built, tmp_path / name)), name) for name in ("dense.faiss", "documents.sqlite")]
    places = [str(tmp_path / file.name) for file in damaged]
    done = subprocess.run([sys.executable, "-c", OPENING, *places], capture_output=True, text=True, timeout=60, check=True)
    told = done.stdout.splitlines()
    for file, fault in zip(damaged, told[::2], strict=True):
        assert fault.startswith(f"the index file {file} is damaged")
    assert told[1::2] == ["older: None"] * len(damaged)


def damage(data: Path, name: str) -> Path:
    """Change one bit in the file of that name, and return it."""
    (file,) = data.rglob(name)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return file
