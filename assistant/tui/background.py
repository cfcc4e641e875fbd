"""Work off the application's thread: one job after the other, and none that keeps the process alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

Job = Callable[[], None]


class Background:
    """Does jobs in the order in which they are given, one at a time.

    Textual's own thread workers are waited for when the application ends, so that a long search would hold up closing.
    """

    def __init__(self) -> None:
        """Begin to wait for jobs."""
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        threading.Thread(target=self._work, name="careguide-background", daemon=True).start()

    def do(self, job: Job) -> None:
        """Do a job when those before it are done; it must not raise."""
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            with suppress(Exception):  # a job tells of its own faults; the next one is done whatever happened
                self._jobs.get()()
