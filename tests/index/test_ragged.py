"""Tests of rows of numbers in one array: what goes in comes out, and a file that is not whole is told."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import IndexDamaged
from assistant.index.ragged import Ragged

ROWS = [[3, -1, 3], [], [7], [0, 2_147_483_647]]

numbers = st.integers(-(2**31), 2**31 - 1)
many_rows = st.lists(st.lists(numbers, max_size=6), max_size=8)


def listed(ragged: Ragged) -> list[list[int]]:
    """Return the rows as the docstring of the class defines them."""
    return [ragged.flat[ragged.starts[row] : ragged.starts[row + 1]].tolist() for row in range(len(ragged.starts) - 1)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    Ragged.of(ROWS).write(tmp_path / "rows.npy")
    return tmp_path / "rows.npy"


@given(many_rows)
def test_rows_come_back_from_memory_and_from_a_file(rows: list[list[int]]) -> None:
    made = Ragged.of(rows)
    assert listed(made) == rows
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        made.write(file)
        opened = Ragged.open(file, len(rows))
    assert listed(opened) == rows
    assert opened.starts.tolist() == made.starts.tolist()


@given(many_rows.filter(bool), st.data())
def test_rows_are_taken_in_the_order_asked_for_and_as_often(rows: list[list[int]], data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=12))
    taken = Ragged.of(rows).take(np.array(wanted, dtype=np.int64))
    assert listed(taken) == [rows[row] for row in wanted]
    assert taken.starts[0] == 0


@given(many_rows)
def test_each_number_knows_its_row(rows: list[list[int]]) -> None:
    made = Ragged.of(rows)
    assert made.owners().tolist() == [at for at, row in enumerate(rows) for _ in row]


def test_the_same_rows_give_the_same_bytes(file: Path, tmp_path: Path) -> None:
    Ragged.of(ROWS).write(tmp_path / "again.npy")
    assert (tmp_path / "again.npy").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"junk", b"\x93NUMPY\x01\x00"], ids=["missing", "empty", "junk", "head only"])
def test_a_file_that_cannot_be_read_is_named(file: Path, content: bytes | None) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"rows\.npy.*run: careguide index"):
        Ragged.open(file, len(ROWS))


def test_a_file_that_breaks_off_anywhere_is_damage(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(IndexDamaged, match=r"rows\.npy.*run: careguide index"):
            Ragged.open(file, len(ROWS))


@pytest.mark.parametrize("rows", [0, len(ROWS) - 1, len(ROWS) + 1])
def test_another_number_of_rows_is_damage(file: Path, rows: int) -> None:
    with pytest.raises(IndexDamaged, match=rf"rows\.npy holds 4 rows, not {rows}"):
        Ragged.open(file, rows)


@pytest.mark.parametrize(
    "held",
    [
        np.array([1, 2, 5], dtype=np.int32),
        np.array([1, 2, 5, 6, 7], dtype=np.int32),
        np.array([[1, 1], [5, 5]], dtype=np.int32),
        np.array([1.0, 1.0, 5.5]),
        np.array(1, dtype=np.int32),
        np.zeros(0, dtype=np.int32),
    ],
    ids=["too few", "too many", "a table", "fractions", "no row", "nothing"],
)
def test_numbers_that_are_not_rows_are_damage(tmp_path: Path, held: np.ndarray) -> None:
    np.save(tmp_path / "rows.npy", held)
    with pytest.raises(IndexDamaged, match=r"rows\.npy"):
        Ragged.open(tmp_path / "rows.npy", 1)
