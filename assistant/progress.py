"""How a build tells how far it is, and following it in a terminal; silent where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done so far, all); all is 0 while the length of the work is not known."""


def quiet(what: str, done: int, of: int) -> None:
    """Report nothing."""


@contextmanager
def following() -> Iterator[Progress]:
    """Yield a function that shows (what, done, of) as a bar on stderr, made when it is first called."""
    shown: list[_Bar] = []

    def progress(what: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            if not shown:
                shown.append(_Bar())
            shown[0].show(what, done, of)

    try:
        yield progress
    finally:
        for bar in shown:
            bar.stop()


class _Bar:
    """One rich progress bar that changes its name with the step; rich is imported only when a build is followed."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("starting", total=None)
        self._progress.start()

    def show(self, what: str, done: int, of: int) -> None:
        self._progress.update(self._task, description=what, completed=done, total=of)

    def stop(self) -> None:
        self._progress.stop()
