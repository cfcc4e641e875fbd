"""Text of documents on the screen: plain content, never markup, with hanging indents under list marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from assistant.text import sanitise

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from assistant.tui.jargon import Jargon

_LEAD = re.compile(r" *(?:(?:[-*+]|\d{1,9}[.)]) +)?")
NARROWEST = 2
"""Cells of a row at least: in one cell, characters of two have no room and would be lost."""
_TERM = "term"
"""Name under which a styled span carries the place of its entry in ``Part.jargon``."""


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
        pieces = source[lead:].wrap(max(width - lead, NARROWEST)) or [Content("")]
        lines += [(Content(" " * lead) if at else source[:lead]) + piece for at, piece in enumerate(pieces)]
    return Content("\n").join(lines)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text in one style.

    Attributes:
        style: one of ``STYLES``; empty for that of the widget.
        jargon: words of the glossary in the text.
    """

    text: str
    style: str = ""
    jargon: tuple[Jargon, ...] = ()


STYLES = ("publisher", "starter", "place", "must", "should", "detail", "notice", "alarm", "strong")
"""Styles of a part; the style sheet has ``prose--`` before their names."""
GAP = Part("")
"""An empty line."""


class Prose(Widget):
    """Stretches of text one below the other, word for word; words of the glossary are underlined, and explained when hovered.

    One widget for a whole card: a widget for each line made long conversations slow and large.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"prose--{name}" for name in STYLES}

    def __init__(self, *parts: Part | str, id: str | None = None, classes: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes, markup=False)
        self._parts: tuple[Part, ...] = ()
        self._wrapped: tuple[int, list[Content]] = (-1, [])
        self.show(*parts)

    def show(self, *parts: Part | str) -> None:
        """Show these parts, each sanitised, instead of those before."""
        self._parts = tuple(_safe(part if isinstance(part, Part) else Part(part)) for part in parts)
        self._forget()

    def _forget(self) -> None:
        self._wrapped = (-1, [])
        self.refresh(layout=True)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is shown."""
        return self._parts

    def shown_parts(self) -> tuple[Part, ...]:
        """Return what is shown now; a card shows more while it has the focus."""
        return self._parts

    def _lines(self, width: int) -> list[Content]:
        """Return the parts, each wrapped to the width; kept, because height and drawing both ask for it."""
        if self._wrapped[0] != width:
            self._wrapped = (width, [hung(self._content(part), width) for part in self.shown_parts()])
        return self._wrapped[1]

    def _content(self, part: Part) -> Content:
        content = Content(part.text)
        if part.style:
            content = content.stylize(self.get_visual_style(f"prose--{part.style}", partial=True))
        for number, one in enumerate(part.jargon):
            content = content.stylize(Style(underline=True) + Style.from_meta({_TERM: number}), one.start, one.end)
        return content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the lines that the text takes at this width."""
        return sum(one.plain.count("\n") + 1 for one in self._lines(width)) if width else 0

    def render(self) -> Content:
        """Return the text wrapped to the width at hand."""
        return Content("\n").join(self._lines(self.content_size.width))

    def part_at(self, y: int) -> Part | None:
        """Return the part that stands in a line of the widget, counted from 0; None beyond the last."""
        for part, lines in zip(self.shown_parts(), self._lines(self.content_size.width), strict=True):
            y -= lines.plain.count("\n") + 1
            if y < 0:
                return part
        return None

    def notify_style_update(self) -> None:
        """Draw anew in other colours."""
        super().notify_style_update()
        self._wrapped = (-1, [])

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the word under the pointer."""
        number = event.style.meta.get(_TERM, -1)
        part = self.part_at(event.y - self.gutter.top)
        known = part.jargon if part else ()
        self.tooltip = plain(meaning_line(known[number])) if 0 <= number < len(known) else None


def _safe(part: Part) -> Part:
    text = sanitise(part.text)
    return replace(part, text=text, jargon=part.jargon if text == part.text else ())  # places are those of the text as it came


def meaning_line(jargon: Jargon) -> str:
    """Return what a word of the glossary means, in a sentence that names it."""
    return f"{jargon.term.term}: {jargon.term.meaning}"
