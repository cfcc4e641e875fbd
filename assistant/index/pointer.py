"""The pointer: which generation is current, and why it stays so where it does."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

CURRENT = "CURRENT"
Stays = Literal["", "packed", "back"]
"""Why a generation stays current whatever the corpus is: it came in a guidance pack, or was gone back to. No two of the words
are one changed bit apart."""
_WRITTEN = re.compile(r"([0-9a-f]{16})(?: (packed|back))?")


class Pointer(NamedTuple):
    """What ``CURRENT`` says.

    Attributes:
        stays: why the generation stays current whatever the corpus is; empty where it does not.
    """

    id: str
    stays: Stays = ""


def parsed_pointer(content: bytes) -> Pointer:
    """Return the pointer that the content of a file holds.

    Raises:
        ValueError: it holds none.
    """
    found = _WRITTEN.fullmatch(content.decode("ascii").strip())
    if found is None:
        raise ValueError("it does not name a generation")
    stays: Stays = "packed" if found[2] == "packed" else "back" if found[2] else ""
    return Pointer(found[1], stays)


def pointer_bytes(pointer: Pointer) -> bytes:
    """Return the content of the file that holds a pointer."""
    return f"{' '.join(filter(None, pointer))}\n".encode()
