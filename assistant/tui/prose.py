"""Text of documents on the screen: plain content, never markup, with hanging indents under list marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from assistant.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.geometry import Size

    from assistant.tui.jargon import Jargon

_LEAD = re.compile(r" *(?:(?:[-*+]|\d{1,9}[.)]) +)?")
_TERM = "term"
"""Name under which a styled span carries the place of its entry in ``Prose.jargon``."""


def plain(text: str) -> Content:
    """Return text of any origin as content in which nothing acts: no markup, no escape sequence, no hidden character."""
    return Content(sanitise(text))


def line(text: str, classes: str = "") -> Static:
    """Return a widget that shows the text as it stands."""
    return Static(plain(text), markup=False, classes=classes)


def lead_of(source: str, width: int) -> int:
    """Return how many cells the later lines of a wrapped line stand to the right: below the words, not below the list mark."""
    found = _LEAD.match(source)
    return min(found.end() if found else 0, width // 2)


def hung(content: Content, width: int) -> Content:
    """Return sanitised content wrapped to ``width`` cells; what follows a list mark stays to the right of it."""
    lines: list[Content] = []
    for source in content.split("\n", allow_blank=True):
        lead = lead_of(source.plain, width)
        pieces = source[lead:].wrap(max(width - lead, 1)) or [Content("")]
        lines += [(Content(" " * lead) if at else source[:lead]) + piece for at, piece in enumerate(pieces)]
    return Content("\n").join(lines)


class Prose(Widget):
    """A stretch of a document, word for word; words of the glossary are underlined, and explained under the pointer.

    Attributes:
        text: the words.
        jargon: the words of the glossary in it.
    """

    def __init__(self, text: str, classes: str = "", jargon: Sequence[Jargon] = ()) -> None:
        super().__init__(classes=classes, markup=False)
        self.text = sanitise(text)
        self.jargon = tuple(jargon) if self.text == text else ()  # places are those of the text as it came

    def _content(self) -> Content:
        content = Content(self.text)
        for number, one in enumerate(self.jargon):
            content = content.stylize(Style(underline=True) + Style.from_meta({_TERM: number}), one.start, one.end)
        return content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the lines that the text takes at this width."""
        return len(hung(Content(self.text), width).plain.split("\n")) if width else 0

    def render(self) -> Content:
        """Return the text wrapped to the width at hand."""
        return hung(self._content(), self.content_size.width)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the word under the pointer."""
        number = event.style.meta.get(_TERM)
        self.tooltip = None if number is None else meaning_line(self.jargon[number])


def meaning_line(jargon: Jargon) -> Content:
    """Return what a word of the glossary means, in a sentence that names it."""
    return plain(f"{jargon.term.term}: {jargon.term.meaning}")
