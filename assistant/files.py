"""Writing files so that a reader, or a crash, meets the old content or the new, never a part."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    with _aside(file, write, mode) as part:
        rename(part, file)
    sync(file.parent)


def write_new(file: Path, content: bytes, mode: int = 0o644, link: Callable[[Path, Path], None] = os.link) -> None:
    """Write a file that is not there yet, and never over one that is; synced before and after it is named.

    The name is taken at the end, by a link to what was written aside, so that whoever dies before leaves it free. Where there
    are no links (FAT, some shares) the name is reserved with an empty file first, and dying in that moment leaves that.

    Args:
        mode: the permission bits of the file, at no moment wider.
        link: gives a file a second name, if nothing has that.

    Raises:
        FileExistsError: something has the name, a link that leads nowhere too; ``filename`` says which.
        OSError: the disk refuses; the name is free as before.
    """
    if os.path.lexists(file):
        raise _taken(file)  # without writing all of it first
    with _aside(file, lambda stream: stream.write(content), mode) as part:
        try:
            link(part, file)
        except FileExistsError as fault:
            raise _taken(file) from fault
        except OSError:
            _name_reserved(part, file, mode)
        try:
            sync(file.parent)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _taken(file: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))


def _name_reserved(part: Path, file: Path, mode: int) -> None:
    """Name a file anew, in place of an empty one that is made for it."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    try:
        rename(part, file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


@contextmanager
def _aside(file: Path, write: Callable[[BinaryIO], object], mode: int) -> Iterator[Path]:
    """Write what is to be named as the file beside it, synced; it is removed if naming it fails."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        yield Path(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class NotRegular(OSError):
    """A folder, a pipe or a device where a file should be; reading it may never end."""


def open_regular(file: Path) -> BinaryIO:
    """Open a file for reading; a pipe is not waited for.

    Raises:
        NotRegular: it is something else than a file.
        OSError: it cannot be opened.
        ValueError: no file can have that name.
    """
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotRegular(errno.EINVAL, "not a regular file", str(file))
    return os.fdopen(handle, "rb")


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
    """Return the content of a regular file.

    Args:
        most: bytes that it may have.

    Raises:
        OSError: it cannot be read, is no regular file, or has more.
    """
    with open_regular(file) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"over {most:,} bytes", os.fspath(file))
    return content
