"""The words of an element of a page, read no further than they matter, so that no page costs the square of its size."""

from __future__ import annotations

from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString

from assistant.text import one_line

MOST_NODES = 500
"""Elements and strings looked at; what holds more is no line of a page, however few its words."""


def words_of(element: Tag) -> str:
    """Return all words of an element, in one line."""
    return one_line(element.get_text(" "))


def short_words(element: Tag, most: int) -> str | None:
    """Return the words of an element in one line; None where they have more than ``most`` characters."""
    held: list[str] = []
    size = 0
    for at, node in enumerate(islice(element.descendants, MOST_NODES + 1)):
        if at == MOST_NODES:
            return None
        if type(node) is NavigableString:
            held.append(one_line(node))
            size += len(held[-1])
            if size > most:
                return None
    words = " ".join(filter(None, held))
    return words if len(words) <= most else None
