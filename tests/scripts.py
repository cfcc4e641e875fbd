"""The scripts as modules, for what need not be a process of its own."""

from __future__ import annotations

import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


class Uncompiled(SourceFileLoader):
    """Leaves nothing compiled beside the scripts, which have a folder of their own."""

    def set_data(self, *_: object, **__: object) -> None:
        """Write nothing."""


def script(name: str) -> ModuleType:
    """Return a script as a module."""
    loader = Uncompiled(name, str(SCRIPTS / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
