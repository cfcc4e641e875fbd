"""What holds of more than one target."""

from __future__ import annotations

from assistant.text import one_line


def check_line(told: str) -> None:
    """Assert that an error is one line that can be shown."""
    assert told == one_line(told), "an error is one line that can be shown"
