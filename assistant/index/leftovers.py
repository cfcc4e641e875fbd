"""What writers that died leave beside the generations: half written ones, and those that were being put aside or removed."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from assistant.files import PART, rename, sweep

IDENTITY = re.compile(r"[0-9a-f]{16}")
"""The name of a generation's folder."""
ASIDE, GONE = ".old", ".gone"
"""Endings of a folder that was put aside for its successor, and of one that is being removed."""


def leftovers(root: Path) -> list[Path]:
    """Return what writers have left, or are at work in."""
    folders = [one for one in (root / "generations").glob(".*") if IDENTITY.match(one.name, 1)]
    return [*folders, *root.glob(f".*{PART}")]


def clear_up(root: Path) -> None:
    """Remove it, or put it back in its place; call it while nobody else writes. What the disk refuses waits for later."""
    for left in leftovers(root):
        named = left.with_name(left.name[1:].removesuffix(ASIDE))
        if left.suffix == ASIDE and not named.exists():
            with suppress(OSError):
                rename(left, named)
        else:
            discard(left)
    sweep(root)


def discard(folder: Path) -> None:
    """Remove a folder, or a link to one; what the disk refuses waits for later."""
    if folder.is_symlink():
        with suppress(OSError):
            folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
