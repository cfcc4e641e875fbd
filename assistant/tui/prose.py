"""Text of documents on the screen: plain content, never markup, with hanging indents under list marks."""

from __future__ import annotations

import re

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from assistant.text import sanitise

_LEAD = re.compile(r" *(?:(?:[-*+]|\d{1,9}[.)]) +)?")


def plain(text: str) -> Content:
    """Return text of any origin as content in which nothing acts: no markup, no escape sequence, no hidden character."""
    return Content(sanitise(text))


def line(text: str, classes: str = "") -> Static:
    """Return a widget that shows the text as it stands."""
    return Static(plain(text), markup=False, classes=classes)


def hung(text: str, width: int) -> Content:
    """Return the text wrapped to ``width`` cells; what follows a list mark stays to the right of it."""
    lines: list[Content] = []
    for source in sanitise(text).split("\n"):
        found = _LEAD.match(source)
        lead = min(found.end() if found else 0, width // 2)
        pieces = Content(source[lead:]).wrap(max(width - lead, 1)) or [Content("")]
        lines += [Content((" " * lead if at else source[:lead]) + piece.plain) for at, piece in enumerate(pieces)]
    return Content("\n").join(lines)


class Prose(Widget):
    """A stretch of a document, word for word."""

    def __init__(self, text: str, classes: str = "") -> None:
        super().__init__(classes=classes, markup=False)
        self.text = text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the lines that the text takes at this width."""
        return len(hung(self.text, width).plain.split("\n")) if width else 0

    def render(self) -> Content:
        """Return the text wrapped to the width at hand."""
        return hung(self.text, self.content_size.width)
