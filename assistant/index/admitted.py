"""How a searcher learns which of its passages a search may find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assistant.filters import Filters

Admitted = Callable[[Filters], np.ndarray | None]
"""Tells which passages filters admit, bool of shape (passages,) in row order; None where all are (``Store.admitted``)."""


def unfiltered(filters: Filters) -> np.ndarray | None:
    """Return None: all are admitted. For an index that is opened without its documents.

    Raises:
        ValueError: something is filtered, and nothing is known of the documents here.
    """
    if filters:
        raise ValueError("this index was opened without its documents, and cannot be filtered")
    return None
