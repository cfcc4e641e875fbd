"""Work that is cut off: a fork of this process that dies in the middle of it."""

from __future__ import annotations

import os
from collections.abc import Callable

DIED = 9


def dies_at_its_first_sync(work: Callable[[], object]) -> None:
    """Carry out the work in a fork that is gone, without any clean-up, once it would sync a file."""
    child = os.fork()
    if child == 0:
        try:
            os.fsync = lambda _: os._exit(DIED)
            work()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == DIED
