"""Writing files so that a reader, or a crash, meets the old content or the new, never a part."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

WINDOWS = os.name == "nt"
PART = ".part"
"""Ending of a file that is being written and is not named yet; whoever writes it may die."""
PATIENCE = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds to wait before each further attempt at a rename on Windows, where a reader, an indexer or a virus scanner that has
the file open keeps it from being replaced for a moment."""


def write_whole(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Write the file so that a reader sees the old content or the new, never a part; synced before and after it is named.

    Args:
        mode: the permission bits of the file, at no moment wider.

    Raises:
        OSError: the disk refuses; the old content is still there.
    """
    write_aside(file, lambda stream: stream.write(content), mode)


def write_aside(file: Path, write: Callable[[BinaryIO], object], mode: int = 0o644) -> None:
    """Do the same for content that is written piece by piece.

    Raises:
        OSError: as above; whatever ``write`` raises leaves the old content too.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        rename(Path(name), file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(file.parent)


def sweep(folder: Path) -> None:
    """Remove what writers that died have left in a folder and below it; call it while nobody else writes there.

    What cannot be removed stays, and harms nothing.
    """
    for left in folder.rglob(f".*{PART}"):
        with suppress(OSError):
            left.unlink()


def rename(old: Path, new: Path, patience: tuple[float, ...] = PATIENCE if WINDOWS else ()) -> None:
    """Name a file or folder anew, in place of a file that has the name.

    Args:
        patience: seconds to wait before each further attempt while it is held open elsewhere.

    Raises:
        OSError: it cannot be done, or is still held open after the last attempt.
    """
    for wait in patience:
        try:
            old.replace(new)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    old.replace(new)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; on Windows, which opens no folders, only a file.

    Raises:
        OSError: the disk refuses.
    """
    if WINDOWS and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY)  # Windows syncs only what may be written to
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_bounded(file: Path, most: int) -> bytes:
    """Return the content of a regular file; one that never ends, such as a pipe, is not waited for.

    Args:
        most: bytes that it may have.

    Raises:
        OSError: it cannot be read, is no regular file, or has more.
    """
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "no regular file", os.fspath(file))
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"over {most:,} bytes", os.fspath(file))
    return content
