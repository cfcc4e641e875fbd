"""Damage to the files of an index: bits, and whole files cut, emptied, exchanged, removed; each must be seen on opening."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from assistant.batch import answered
from assistant.config import Config
from assistant.errors import IndexDamaged, IndexMissing, IndexStale
from assistant.index.encode import Encoder
from assistant.index.generation import Generations
from assistant.index.pointer import CURRENT
from assistant.opening import open_current

FEWEST = 5
"""Bits of even the smallest file."""
SEEN = (IndexDamaged, IndexMissing, IndexStale)


@dataclass
class Outcome:
    """What the damage came to.

    Attributes:
        tried: how often each file was damaged, by its path.
        seen: how often opening told of it, by the name of the error.
        same: how often the pointer was damaged in its white space alone, and the answers were the same.
        missed: a line for each that was neither.
    """

    tried: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    same: int = 0
    missed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Index:
    """An index that is damaged and mended again, and what it answers while it is whole."""

    config: Config
    encoder: Encoder
    question: str

    @property
    def files(self) -> list[Path]:
        """The files of the current generation, its manifest, and the pointer."""
        generations = Generations(self.config.index_root)
        within = (file for file in generations.folder(generations.current()).rglob("*") if file.is_file())
        return [*sorted(within), self.config.index_root / CURRENT]

    def answer(self) -> str:
        """Open the index, ask, and return the answer.

        Raises:
            IndexDamaged, IndexStale, IndexMissing: it cannot be opened.
        """
        assistant = open_current(self.config, self.encoder)
        try:
            values = answered(assistant, [self.question])[1]
        finally:
            assistant.store.close()
        return json.dumps({**values, "took_ms": 0})


def bits(files: list[Path], count: int, seed: int) -> Iterator[tuple[Path, int]]:
    """Yield files and numbers of bits: in proportion to the sizes, with some of each file, about ``count`` in all."""
    chance = random.Random(seed)
    sizes = {file: 8 * file.stat().st_size for file in files}
    whole = sum(sizes.values())
    for file, size in sizes.items():
        wanted = min(size, max(FEWEST, round(count * size / whole)))
        yield from ((file, bit) for bit in sorted(chance.sample(range(size), wanted)))


def flip(index: Index, chosen: Iterator[tuple[Path, int]]) -> Outcome:
    """Flip each bit by itself, and open the index each time."""
    outcome, whole = Outcome(), index.answer()
    for file, bit in chosen:
        with _instead(file, lambda content, bit=bit: _flipped(content, bit)):
            _try(index, file, f"bit {bit} of {file.name}", whole, outcome)
    return outcome


def spoil(index: Index) -> Outcome:
    """Cut, empty, lengthen, remove and exchange each file, and open the index each time."""
    outcome, whole, files = Outcome(), index.answer(), index.files
    for at, file in enumerate(files):
        other = files[at - 1].read_bytes()
        for name, make in _spoilt(other).items():
            with _instead(file, make):
                _try(index, file, f"{file.name} {name}", whole, outcome)
    return outcome


def _spoilt(other: bytes) -> dict[str, Callable[[bytes], bytes | None]]:
    return {
        "cut in half": lambda content: content[: len(content) // 2],
        "without its last byte": lambda content: content[:-1],
        "empty": lambda content: b"",
        "longer": lambda content: content + b"x",
        "of zeros": lambda content: bytes(len(content)),
        "missing": lambda content: None,
        "exchanged": lambda content: other,
    }


def _flipped(content: bytes, bit: int) -> bytes:
    at = bit // 8
    return content[:at] + bytes([content[at] ^ 1 << bit % 8]) + content[at + 1 :]


@contextmanager
def _instead(file: Path, make: Callable[[bytes], bytes | None]) -> Iterator[None]:
    """Put other content in the place of a file meanwhile."""
    content = file.read_bytes()
    damaged = make(content)
    file.unlink()  # never written over: whoever has the file open keeps it as it was
    if damaged is not None:
        file.write_bytes(damaged)
    try:
        yield
    finally:
        file.write_bytes(content)


def _try(index: Index, file: Path, what: str, whole: str, outcome: Outcome) -> None:
    outcome.tried[str(file)] += 1
    try:
        told = index.answer()
    except SEEN as fault:
        outcome.seen[type(fault).__name__] += 1
    except Exception as fault:
        outcome.missed.append(f"{what}: {type(fault).__name__}: {fault}")
    else:
        if told == whole and file.name == CURRENT:
            outcome.same += 1
        else:
            outcome.missed.append(f"{what}: opened, and the answer was {'the same' if told == whole else 'another'}")
