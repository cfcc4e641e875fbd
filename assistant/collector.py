"""Python's garbage collector while the terminal UI runs.

Collecting looks through every object there is, and the guidance, the encoder and Textual make some 200,000 that stay until the
end. Looking through them again and again holds up the first paint and each keystroke (``make bench-ui`` measures both); so it
is off until the guidance is open, and what is there then is left out for good (``gc.freeze``,
https://docs.python.org/3/library/gc.html).
"""

from __future__ import annotations

import gc

THRESHOLDS = (2_000, 10, 10)
"""Objects made between two collections of the youngest, and collections of each age before one of the next; Python's own are
700, 10 and 10, for programs that make fewer objects than a screen does."""


def hold() -> None:
    """Collect nothing until what stays is loaded."""
    gc.disable()


def settle() -> None:
    """Collect again, but not what is there now."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
