"""Lining up two sequences of words or lines, in a time that does not grow with the cube of their length."""

from __future__ import annotations

import difflib
from itertools import accumulate


class BoundedMatcher(difflib.SequenceMatcher[str]):
    """Gives up after so many steps: what it has not lined up by then counts as changed."""

    b2j: dict[str, list[int]]

    def __init__(self, before: list[str], after: list[str], steps: int) -> None:
        """Take both sequences.

        Args:
            steps: comparisons of words or lines; thirty million take about a second.
        """
        super().__init__(None, before, after)
        self._cost = list(accumulate((1 + len(self.b2j.get(one, ())) for one in before), initial=0))
        self._left = steps

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> difflib.Match:
        """Return the longest run that both have within the bounds; an empty one where the steps are used up."""
        end = len(self._cost) - 1 if ahi is None else ahi
        self._left -= self._cost[end] - self._cost[alo]
        return super().find_longest_match(alo, ahi, blo, bhi) if self._left >= 0 else difflib.Match(alo, blo, 0)
