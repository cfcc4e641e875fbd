"""The source pane: a cited page with the quoted words marked and in view, its outline, and words to find in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.citations import STARTER_CLASS, detail_lines, heading_line, is_starter, place_line
from assistant.tui.page import PageView
from assistant.tui.prose import plain
from assistant.tui.widgets import PlainInput

if TYPE_CHECKING:
    from assistant.tui.messages import Cited
    from assistant.types import Document

READING = "reading"
"""Class of the screen while a page is shown; the style sheet decides what makes room for it."""


def marked_span(document: Document, cited: Cited) -> tuple[int, int]:
    """Return what to mark: the quoted words or, without any, the heading of the section cited; empty if neither is there."""
    excerpt = cited.excerpt
    if excerpt is not None and excerpt.content_hash == document.content_hash:
        return excerpt.start, excerpt.end
    for section in document.sections:
        if section.anchor and section.anchor == cited.citation.anchor:
            return section.start, next((one.end for one in document.blocks if one.end > section.start), section.start)
    return 0, 0


class FindBox(PlainInput):
    """Where words to find in the page are typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "next(1)", "Next", key_display="enter"),
        Binding("up", "next(-1)", "Previous"),
        Binding("escape", "leave", "Back to the page"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="Words to find in this page", id="find", compact=True)

    def action_next(self, step: int) -> None:
        """Jump to the next place, or the one before."""
        self.screen.query_one(SourcePane).find_next(step)

    def action_leave(self) -> None:
        """Go back to the page; what was found stays marked."""
        self.screen.query_one(SourcePane).page.focus()


class SourcePane(Vertical):
    """Shows one cited page; hidden until there is one.

    Attributes:
        cited: what is shown, or None while the pane is closed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "find", "Find", key_display="/")]

    cited: Cited | None = None

    def __init__(self) -> None:
        super().__init__(id="source")
        self._document: Document | None = None

    async def furnish(self) -> None:
        """Put in the title lines, the outline, the page, and the line for finding; the first page that is read needs them."""
        if not self.children:
            outline = OptionList(id="outline", markup=False, compact=True)
            await self.mount(
                Static("", markup=False, id="source-title"),
                Static("", markup=False, id="source-mark"),
                Horizontal(outline, PageView(), id="source-body"),
                Horizontal(FindBox(), Static("", markup=False, id="found"), id="find-bar"),
            )

    @property
    def page(self) -> PageView:
        """The text of the page."""
        return self.query_one(PageView)

    @property
    def outline(self) -> OptionList:
        """The headings of the page."""
        return self.query_one("#outline", OptionList)

    @property
    def finding(self) -> bool:
        """Whether the line for finding is shown."""
        return self.query_one("#find-bar").display

    def show_page(self, cited: Cited, document: Document) -> None:
        """Show the page at the quoted words."""
        self._open(cited, document)
        self.page.show(document, list(_about(cited, document)), marked_span(document, cited))

    def show_error(self, cited: Cited, reason: str) -> None:
        """Show why the page cannot be shown."""
        self._open(cited, None)
        self.query_one("#source-mark", Static).update(plain(f"This page cannot be shown: {reason}"))

    def _open(self, cited: Cited, document: Document | None) -> None:
        self.cited, self._document = cited, document
        self.screen.add_class(READING)
        self._hide_find()
        mark = self.query_one("#source-mark", Static)
        mark.update(plain(heading_line(cited.citation)))
        mark.set_class(is_starter(cited.citation), STARTER_CLASS)
        self.query_one("#source-title", Static).update(plain(cited.citation.title))
        self.query_one("#source-body").display = document is not None
        self._list_headings(cited, document)
        self.page.focus(scroll_visible=False)

    def _list_headings(self, cited: Cited, document: Document | None) -> None:
        sections = [one for one in document.sections if one.level] if document else []
        top = min((one.level for one in sections), default=1)
        self.outline.clear_options()
        rows = (Option(plain(f"{'  ' * (one.level - top)}\u2022 {one.heading}"), one.anchor) for one in sections)
        self.outline.add_options(rows)
        here = (number for number, one in enumerate(sections) if one.anchor == cited.citation.anchor)
        self.outline.highlighted = next(here, None)

    @on(OptionList.OptionSelected, "#outline")
    def _go_to_heading(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        for section in self._document.sections if self._document else ():
            if section.anchor == event.option_id:
                self.page.show_offset(section.start)
        self.page.focus(scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer to find words only where the key is no letter."""
        return not (action == "find" and isinstance(self.screen.focused, FindBox))

    def close(self) -> None:
        """Hide the pane."""
        self.cited = self._document = None
        self.screen.remove_class(READING)

    # Finding

    def action_find(self) -> None:
        """Show the line for finding, and go there."""
        self.page.begin_find()
        self.query_one("#find-bar").display = True
        self.query_one(FindBox).focus()

    def _hide_find(self) -> None:
        self.query_one("#find-bar").display = False
        with self.prevent(Input.Changed):
            self.query_one(FindBox).value = ""
        self.query_one("#found", Static).update("")

    def stop_finding(self) -> None:
        """Hide the line for finding, and unmark what was found."""
        self._hide_find()
        self.page.find("")

    @on(Input.Changed, "#find")
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        self.page.find(event.value)
        self._say_found()

    def find_next(self, step: int) -> None:
        """Jump to the next place of the words, or the one before."""
        self.page.find_next(step)
        self._say_found()

    def _say_found(self) -> None:
        count = len(self.page.matches)
        typed = self.query_one(FindBox).value.strip()
        said = f"{self.page.current + 1} of {count}" if count else "not on this page" if typed else ""
        self.query_one("#found", Static).update(said)

    def on_click(self, event: events.Click) -> None:
        """Take the keys to the page that is clicked on."""
        if isinstance(event.widget, Static):
            self.page.focus(scroll_visible=False)


def _about(cited: Cited, document: Document) -> Iterator[tuple[str, str]]:
    """Yield where the page is from; all of it stands above the text, out of the way of the quoted words."""
    citation = cited.citation
    yield "place", f"Cited: {place_line(citation)}"
    if document.applies_to:
        yield "detail", f"Applies to: {', '.join(document.applies_to)}"
    if document.notice:
        yield "notice", f"Notice on this page: {document.notice}"
    yield "detail", detail_lines(citation)
