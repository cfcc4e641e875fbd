"""What is fuzzed: everything that reads bytes which somebody else may have written.

Each target is a module with ``check``, which raises for a finding and returns for what is good or refused as it should be;
``SEEDS``, from which inputs are made; and ``WORDS``, which make more of them mean something.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import fields, lines, manifests, packs, pages, receipts, sites, structure

CASES = Path(__file__).parent / "cases"
"""What was found once, by target; each is tried again by the tests."""
SLOWEST = 2.0
"""Seconds of the processor for one input; more is a finding."""


@dataclass(frozen=True)
class Target:
    """A reader of bytes."""

    name: str
    reads: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...]

    def check(self, data: bytes) -> None:
        """Try one input.

        Raises:
            AssertionError: it breaks a promise, or takes too long.
        """
        start = time.process_time()
        self.reads(data)
        took = time.process_time() - start
        assert took < SLOWEST, f"it took {took:.1f} seconds"

    def cases(self) -> list[Path]:
        """Return the files of the inputs that were findings once."""
        return sorted((CASES / self.name).glob("*"))


TARGETS = {
    name: Target(name, module.check, module.SEEDS, module.WORDS)
    for name, module in {
        "frontmatter": fields,
        "markdown": structure,
        "pages": pages,
        "batch": lines,
        "manifest": manifests,
        "sources": sites,
        "pack": packs,
        "receipt": receipts,
    }.items()
}
