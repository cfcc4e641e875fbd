"""The source pane: a cited page as plain blocks, with the quoted words marked and in view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from assistant.tui.cards import ErrorCard, detail_lines, heading_line, place_line
from assistant.tui.messages import Cited
from assistant.tui.prose import Prose, line, plain
from assistant.types import STARTER_KIND, Document

ABOVE = 3
"""Lines left above the quoted words, so that their heading is seen as well."""


READING = "reading"
"""Class of the screen while a page is shown; the style sheet decides what makes room for it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A block of a page, or the part of one that lies within or outside the quoted words."""

    text: str
    heading: bool
    quoted: bool


def marked_span(document: Document, cited: Cited) -> tuple[int, int]:
    """Return what to mark: the quoted words or, without any, the heading of the section cited; empty if neither is there."""
    excerpt = cited.excerpt
    if excerpt is not None and excerpt.content_hash == document.content_hash:
        return excerpt.start, excerpt.end
    for section in document.sections:
        if section.anchor and section.anchor == cited.citation.anchor:
            return section.start, next((one.end for one in document.blocks if one.end > section.start), section.start)
    return 0, 0


def segments(document: Document, start: int, end: int) -> Iterator[Segment]:
    """Yield the blocks of a page in order, cut where the marked span begins or ends within one."""
    headings = {section.start: section.heading for section in document.sections if section.level}
    for block in document.blocks:
        quoted = start < block.end and block.start < end
        if block.kind == "heading" and block.start in headings:
            yield Segment(headings[block.start], True, quoted)
            continue
        cuts = sorted({block.start, block.end} | {at for at in (start, end) if block.start < at < block.end})
        for low, high in pairwise(cuts):
            yield Segment(document.text[low:high].strip("\n"), False, start < high and low < end)


class SourcePane(Vertical):
    """Shows one cited page; hidden until there is one.

    Attributes:
        cited: what is shown, or None while the pane is closed.
    """

    cited: Cited | None = None

    def compose(self) -> ComposeResult:
        """Yield the title lines and the page."""
        yield Static("", markup=False, id="source-title")
        yield Static("", markup=False, id="source-mark")
        yield VerticalScroll(id="page")

    @property
    def page(self) -> VerticalScroll:
        """The part that scrolls."""
        return self.query_one("#page", VerticalScroll)

    async def show_page(self, cited: Cited, document: Document) -> None:
        """Show the page at the quoted words."""
        await self._show(cited, [*_about(cited, document), *_body(document, *marked_span(document, cited))])
        self.call_after_refresh(self._scroll_to_quoted)

    async def show_error(self, cited: Cited, reason: str) -> None:
        """Show why the page cannot be shown."""
        await self._show(cited, [ErrorCard(reason)])

    async def _show(self, cited: Cited, parts: list[Widget]) -> None:
        self.cited = cited
        self.screen.add_class(READING)
        mark = self.query_one("#source-mark", Static)
        mark.update(plain(heading_line(cited.citation)))
        mark.set_class(cited.citation.kind == STARTER_KIND, "starter")
        self.query_one("#source-title", Static).update(plain(cited.citation.title))
        await self.page.remove_children()
        await self.page.mount_all(parts)
        self.page.scroll_home(animate=False)
        self.page.focus(scroll_visible=False)

    def close(self) -> None:
        """Hide the pane."""
        self.cited = None
        self.screen.remove_class(READING)

    def _scroll_to_quoted(self) -> None:
        for group in self.page.query(".quoted").results(Widget):
            self.page.scroll_to(y=max(0, group.virtual_region.y - ABOVE), animate=False)
            return


def _about(cited: Cited, document: Document) -> Iterator[Widget]:
    """Yield where the page is from; all of it stands above the text, out of the way of the quoted words."""
    citation = cited.citation
    yield line(f"Cited: {place_line(citation)}", "place")
    if document.applies_to:
        yield line(f"Applies to: {', '.join(document.applies_to)}", "detail")
    if document.notice:
        yield line(f"Notice on this page: {document.notice}", "notice")
    yield line(detail_lines(citation), "detail")
    yield Static("", classes="rule")


def _body(document: Document, start: int, end: int) -> Iterator[Widget]:
    """Yield the text, neighbouring blocks of a kind in one widget: a long page has hundreds of blocks."""
    for quoted, group in groupby(segments(document, start, end), key=lambda one: one.quoted):
        runs = groupby(group, key=lambda one: one.heading)
        blocks = [Prose("\n\n".join(one.text for one in run), "heading" if heading else "block") for heading, run in runs]
        yield Vertical(*blocks, classes="quoted" if quoted else "unquoted")
