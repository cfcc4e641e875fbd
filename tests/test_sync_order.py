"""What a loss of power can leave: the order in which a build writes, syncs and names, as the system is asked for it.

Stopping processes (``crashes``) does not show it: what the system has taken survives those.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.index.generation import Generations
from assistant.index.manifest import MANIFEST
from tests.crashes import why_not

CALLS = ("write", "pwrite64", "writev", "ftruncate", "fsync", "fdatasync", "rename", "renameat", "renameat2")
CANNOT = why_not()
_OF_A_HANDLE = re.compile(r"(write|pwrite64|writev|ftruncate|fsync|fdatasync)\(\d+<([^>]*)>")
_OF_NAMES = re.compile(r'(?:rename)\w*\((?:[^",]*, )?"([^"]*)", (?:[^",]*, )?"([^"]*)"')


class Step(NamedTuple):
    """What was asked of the system: ``write``, ``sync`` or ``name``, of what, and for ``name`` what it is called then."""

    kind: str
    path: str
    to: str = ""


def steps(traced: str, folder: Path) -> list[Step]:
    """Return the steps below a folder, paths relative to it, in order."""
    found = []
    for line in traced.splitlines():
        if handle := _OF_A_HANDLE.search(line):
            found.append(Step("sync" if "sync" in handle[1] else "write", handle[2]))
        elif names := _OF_NAMES.search(line):
            found.append(Step("name", names[1], names[2]))
    within = (step for step in found if Path(step.path).is_relative_to(folder))
    return [Step(kind, *(one and Path(one).relative_to(folder).as_posix() for one in paths)) for kind, *paths in within]


class Order:
    """Where in a row of steps something is done."""

    def __init__(self, done: list[Step]) -> None:
        self._done = done

    def places(self, kind: str, path: str) -> list[int]:
        return [at for at, step in enumerate(self._done) if (step.kind, step.path) == (kind, path)]

    def synced(self, path: str, after: int = -1) -> int:
        """Return where that is synced for the first time after it was last written, and after a place."""
        written = max([after, *self.places("write", path)])
        later = [at for at in self.places("sync", path) if at > written]
        assert later, f"{path} is not synced after it is written"
        return later[0]

    def named(self, to: str) -> tuple[int, str]:
        """Return where something comes to be called that, and what it was called before."""
        ((at, old),) = [(at, step.path) for at, step in enumerate(self._done) if (step.kind, step.to) == ("name", to)]
        return at, old


@pytest.mark.skipif(bool(CANNOT), reason=f"processes cannot be traced here: {CANNOT}")
def test_a_build_syncs_all_that_it_names_before_it_names_it(corpus_root: Path, tmp_path: Path) -> None:
    data, traced = (tmp_path / "data").resolve(), tmp_path / "calls"
    tracing = ["strace", "-f", "-y", "-s", "0", "-o", str(traced), "-e", f"trace={','.join(f'?{call}' for call in CALLS)}"]
    command = [sys.executable, "-m", "assistant.cli", "--corpus", str(corpus_root), "--data", str(data), "index"]
    subprocess.run([*tracing, *command], check=True, capture_output=True, timeout=60)
    generations = Generations(data / "index")
    manifest = generations.manifest(generations.current())
    order = Order(steps(traced.read_text(errors="replace"), generations.root))

    named, workspace = order.named(f"generations/{manifest.id}")
    listed = order.places("write", f"{workspace}/{MANIFEST}")
    assert listed, "the manifest is written in the workspace"
    folders = {parent.as_posix() for name in manifest.files for parent in Path(name).parents} - {"."}
    for name in (*manifest.files, *folders):
        assert order.synced(f"{workspace}/{name}") < listed[0], f"{name} is synced before the manifest is written"
    whole = order.synced(f"{workspace}/{MANIFEST}")
    current, aside = order.named("CURRENT")
    assert (
        listed[-1]
        < whole
        < order.synced(workspace, whole)
        < named
        < order.synced("generations", named)
        < order.synced(aside)
        < current
        < order.synced(".", current)
    )
