"""A home that answers from packs, for tests."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import Command, Done


@dataclass(frozen=True)
class Home:
    """A data folder beside a corpus of its own, which trusts one key."""

    careguide: Command
    flags: tuple[str, ...]

    def __call__(self, *words: str) -> Done:
        return self.careguide(*words, flags=self.flags)
