"""A conversation as Markdown (CommonMark): quotes in fences, everything else escaped, so that nothing in it acts.

Words of guidance stand in fenced blocks, because only there every renderer shows every character as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.export.parts import Box, Export, Heading, Items, Line, Link, Part, Words, parts
from assistant.text import one_line, sanitise

_ACTING = re.compile(r"[\\`*_\[\]<>&~|$^={}#]")
"""Marks that CommonMark, or one of its common extensions, gives a meaning anywhere in a line."""
_WITHIN = re.compile(r"(?<=\S)[.@](?=[^\s)])|:(?=/)|/(?=/)")
"""Marks that make an address of words, which some renderers turn into a link."""
_AT_START = re.compile(r"^([-+:]|\d{1,9}(?=[.)]))")
_RUN = re.compile("`+")


def as_markdown(export: Export) -> bytes:
    """Return the export as UTF-8 Markdown."""
    return ("\n\n".join(_written(parts(export))) + "\n").encode()


def escaped(text: str) -> str:
    """Return the text on one line, so that Markdown renders it as it is."""
    line = _WITHIN.sub(r"\\\g<0>", _ACTING.sub(r"\\\g<0>", one_line(text)))
    return _AT_START.sub(_started, line)


def _started(found: re.Match[str]) -> str:
    # A digit cannot be escaped; the mark after the digits, which makes them a number of a list, can.
    return f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}"


def fenced(text: str) -> str:
    """Return the text in a fence longer than any run of backticks in it."""
    text = sanitise(text)
    fence = "`" * max(3, 1 + max(map(len, _RUN.findall(text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _written(given: Iterable[Part]) -> Iterator[str]:
    for part in given:
        match part:
            case Heading():
                yield f"{'#' * part.level} {escaped(part.text)}"
            case Line():
                yield f"**{escaped(part.text)}**" if part.strong else escaped(part.text)
            case Link():
                yield _link(part)
            case Items():
                yield "\n".join(_items(part))
            case Words():
                yield fenced(part.text)
            case Box(role="source"):
                # Another mark than that of a list, since two lists of one mark would become one.
                yield "\n".join(f"* {line}" for line in _written(part.parts))
            case Box():
                yield from _written(part.parts)


def _link(link: Link) -> str:
    return f"{_beside(link.before)}{_address(link)}{_beside(link.after)}"


def _address(link: Link) -> str:
    # An ampersand could begin an entity, even in an address; only in the longer form can it be escaped.
    if link.target and link.target == link.shown and "&" not in link.target:
        return f"<{link.target}>"
    shown, target = escaped(link.shown), link.target.replace("&", "\\&")
    return f"[{shown}](<{target}>)" if target else shown


def _beside(text: str) -> str:
    """Return words beside a link; ``escaped`` would take their outer space away."""
    return f"{' ' * text.startswith(' ')}{escaped(text)}{' ' * text.endswith(' ')}"


def _items(part: Items) -> Iterator[str]:
    for number, item in enumerate(part.items, start=1):
        mark = f"{number}." if part.numbered else "-"
        yield f"{mark} {escaped(item.text)}"
        for below in item.under:
            yield f"{' ' * len(mark)} - {_link(below) if isinstance(below, Link) else escaped(below)}"
