"""The page that is read, drawn row by row: a page of 50 KB opens at once, where a widget for each block takes seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from assistant.tui.layout import Row, matches_of, row_at, rows_of

if TYPE_CHECKING:
    from textual.selection import Selection

    from assistant.types import Document

ABOVE = 3
"""Rows left above what is jumped to, so that its heading is seen as well."""
GUTTER = 2
"""Cells left of the text, for the bar beside quoted words."""
USUAL = 80
"""Cells taken for the width of a page that has not been drawn yet."""
BAR = "\u258c "


class PageView(ScrollView, can_focus=True):
    """Shows the text of one page, with a marked span and the places of words that are looked for.

    Attributes:
        matches: spans of the words looked for, in order.
        current: which of them is jumped to; -1 for none.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "page--heading",
        "page--place",
        "page--detail",
        "page--notice",
        "page--quoted",
        "page--match",
        "page--current",
    }

    def __init__(self) -> None:
        super().__init__(id="page")
        self.matches: tuple[tuple[int, int], ...] = ()
        self.current = -1
        self._document: Document | None = None
        self._beside: Sequence[tuple[str, str]] = ()
        self._marked = (0, 0)
        self._rows: list[Row] = []
        self._jump: int | None = None
        self._find_from = 0
        self._drawn: LRUCache[tuple[int, int], Strip] = LRUCache(512)

    @property
    def quoted(self) -> str:
        """The marked words."""
        return self._document.text[slice(*self._marked)] if self._document else ""

    def show(self, document: Document, beside: Sequence[tuple[str, str]], marked: tuple[int, int]) -> None:
        """Show a page with its marked span in view; ``beside`` are (style, text) of what stands above the text."""
        self._document, self._beside, self._marked = document, beside, marked
        self.matches, self.current = (), -1
        self._lay_out()
        self.scroll_home(animate=False, immediate=True)
        if marked != (0, 0):
            self.show_offset(marked[0])
            self._jump = marked[0]  # once more when the page has got its size

    def show_offset(self, offset: int) -> None:
        """Bring the character at an offset into view."""
        row = row_at(self._rows, offset)
        self.scroll_to(y=max(0, row - ABOVE), animate=False, immediate=True, force=True)

    def begin_find(self) -> None:
        """Remember what is in view, from where words are looked for however they are typed on."""
        self._find_from = self._top()

    def _top(self) -> int:
        """Return the offset of the first character in view; -1 where there is none."""
        return next((row.start for row in self._rows[self.scroll_offset.y :] if row.start >= 0), -1)

    def find(self, words: str) -> None:
        """Look for words, and jump to the first place at or below what was in view when the finding began."""
        self.matches = matches_of(self._document, words) if self._document else ()
        below = (number for number, (start, _) in enumerate(self.matches) if start >= self._find_from)
        self.current = next(below, 0) if self.matches else -1
        self._show_current()

    def find_next(self, step: int) -> None:
        """Jump to the next place (1) or the one before (-1), around the ends."""
        if self.matches:
            self.current = (self.current + step) % len(self.matches)
            self._show_current()

    def _show_current(self) -> None:
        self._redraw()
        if self.current >= 0:
            self.show_offset(self.matches[self.current][0])

    def _lay_out(self) -> None:
        width = max(1, (self.scrollable_content_region.width or USUAL) - GUTTER)
        self._rows = rows_of(self._document, width, self._beside) if self._document else []
        self.virtual_size = Size(0, len(self._rows))
        self._redraw()

    def _redraw(self) -> None:
        self._drawn.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Lay the page out anew for another width, with the same words at the top."""
        top = self._top()
        at_head = self.scroll_offset.y == 0
        self._lay_out()
        if self._jump is not None:
            self.show_offset(self._jump)
            self._jump = None
        elif top >= 0 and not at_head:
            self.scroll_to(y=row_at(self._rows, top), animate=False, immediate=True, force=True)

    def notify_style_update(self) -> None:
        """Draw anew in other colours."""
        super().notify_style_update()
        self._drawn.clear()

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002
        """Draw anew what is selected with the mouse."""
        self._redraw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, without the gutter."""
        rows = "\n".join(" " * GUTTER + row.shown for row in self._rows)
        return "\n".join(row.removeprefix(" " * GUTTER) for row in selection.extract(rows).split("\n")), "\n"

    def render_line(self, y: int) -> Strip:
        """Return the row of the page that stands at a line of the screen."""
        number = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if number >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        if (number, width) not in self._drawn:
            filling = self.rich_style + (self._style("quoted") if self._is_marked(number) else Style.null())
            self._drawn[(number, width)] = self._draw(number).extend_cell_length(width, filling).crop(0, width)
        return self._drawn[(number, width)].apply_offsets(0, number)

    def _draw(self, number: int) -> Strip:
        row = self._rows[number]
        base = self.rich_style
        style = base if row.style == "body" else base + self._style(row.style)
        quoted = base + self._style("quoted")
        within = self._is_marked(number)
        lead = Segment(BAR if within else " " * GUTTER, quoted if within else base)
        indent = Segment(" " * row.indent, quoted if within else base)
        parts = [Segment(text, style + extra) for text, extra in self._parts(row)] if row.text else []
        return Strip(self._selected([lead, indent, *parts], number))

    def _is_marked(self, number: int) -> bool:
        """Return whether a row holds marked words, or is an empty one between two that do."""
        row, (low, high) = self._rows[number], self._marked
        if row.start >= 0 and row.text:
            return row.start < high and low < row.end
        before = next((one for one in self._rows[number::-1] if one.text), None)
        after = next((one for one in self._rows[number:] if one.text), None)
        return before is not None and after is not None and low <= before.start < after.start < high

    def _parts(self, row: Row) -> Iterable[tuple[str, Style]]:
        """Yield the row in pieces, each with what the marked span and the matches add to its style."""
        spans = [(self._marked, "quoted")] if row.start >= 0 else []
        near = [(span, number) for number, span in enumerate(self.matches) if span[0] < row.end and row.start < span[1]]
        spans += [(span, "current" if number == self.current else "match") for span, number in near]
        edges = {0, len(row.text)}
        edges |= {min(max(at - row.start, 0), len(row.text)) for span, _ in spans for at in span}
        ordered = sorted(edges)
        for low, high in pairwise(ordered):
            at = row.start + low
            names = [name for (start, end), name in spans if start <= at < end]
            yield row.text[low:high], sum((self._style(name) for name in names), start=Style.null())

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"page--{name}", partial=True)

    def _selected(self, segments: list[Segment], number: int) -> list[Segment]:
        """Return the segments with the part that is selected with the mouse in the colours of a selection."""
        span = self.text_selection.get_span(number) if self.text_selection else None
        if span is None:
            return segments
        strip = Strip(segments)
        start, end = span[0], span[1] if span[1] >= 0 else strip.cell_length
        selected = self.screen.get_component_rich_style("screen--selection", partial=True)
        before, inside, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
        return [*before, *Segment.apply_style(inside, post_style=selected), *after]
