"""Arrays in files, and many short rows of numbers in one flat array: the terms or word pieces of each passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamaged


def load_array(file: Path, mapped: bool = False) -> np.ndarray:
    """Return the array of an ``.npy`` file.

    Args:
        mapped: leave it on the disk, and read what is used.

    Raises:
        IndexDamaged: it is missing or is not such a file.
    """
    try:
        array: np.ndarray = np.load(file, mmap_mode="r" if mapped else None, allow_pickle=False)
    except Exception as fault:  # numpy takes a damaged head for other formats, whose readers raise errors of many kinds
        raise IndexDamaged(f"{file} cannot be read ({type(fault).__name__}); run: careguide index") from fault
    if not isinstance(array, np.ndarray):
        raise IndexDamaged(f"{file} does not hold one array; run: careguide index")
    return array


@dataclass(frozen=True)
class Ragged:
    """Row ``i`` is ``flat[starts[i]:starts[i + 1]]``.

    Attributes:
        flat: int32 of shape (numbers,).
        starts: int64 of shape (rows + 1,), beginning with 0.
    """

    flat: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, rows: Iterable[Sequence[int] | np.ndarray]) -> Ragged:
        """Return the rows as one."""
        parts = [np.asarray(row, dtype=np.int32) for row in rows]
        starts = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=starts[1:])
        return cls(np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32), starts)

    def write(self, file: Path) -> None:
        """Write one ``.npy`` file: number of rows, lengths, numbers."""
        lengths = np.diff(self.starts).astype(np.int32)
        head = np.array([len(lengths)], dtype=np.int32)
        np.save(file, np.concatenate([head, lengths, self.flat]), allow_pickle=False)

    @classmethod
    def open(cls, file: Path, rows: int) -> Ragged:
        """Read what ``write`` wrote.

        Args:
            rows: how many there must be.

        Raises:
            IndexDamaged: the file is missing, or does not hold so many rows.
        """
        whole = load_array(file)
        if whole.ndim != 1 or whole.dtype != np.int32 or not len(whole):
            raise IndexDamaged(f"{file} does not hold a row of whole numbers; run: careguide index")
        held = int(whole[0])
        starts = np.concatenate([[0], np.cumsum(whole[1 : held + 1], dtype=np.int64)])
        flat = whole[held + 1 :]
        if held != rows or len(flat) != starts[-1]:
            raise IndexDamaged(f"{file} holds {held} rows, not {rows}, or is cut off; run: careguide index")
        return cls(flat, starts)

    def take(self, rows: np.ndarray) -> Ragged:
        """Return only these rows, in this order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        at = np.arange(starts[-1]) - np.repeat(starts[:-1] - self.starts[rows], lengths)
        return Ragged(self.flat[at], starts)

    def owners(self) -> np.ndarray:
        """Return, for each number of ``flat``, the row that it stands in."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
