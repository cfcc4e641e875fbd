"""The search mode: ranked passages while the words are typed, and the passage that is highlighted beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.text import one_line
from assistant.tui.citations import STARTER_CLASS, detail_lines, is_starter, place_line, voice_line
from assistant.tui.citing import CITING_KEYS, CitingScreen
from assistant.tui.keybar import KeyBar
from assistant.tui.messages import Cited, SearchWanted, SourceWanted
from assistant.tui.prose import GAP, Part, Prose, plain
from assistant.tui.widgets import PlainInput

if TYPE_CHECKING:
    import datetime

    from assistant.tui.messages import Matched
    from assistant.types import Match

NOTHING_TYPED = "Type a word or two. The passages that fit best appear as you type."
NOTHING_FOUND = "Nothing in the guidance has these words."


class SearchBox(PlainInput):
    """Where the words are typed; the arrows move in the list below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.move(1)", "Down", show=False),
        Binding("up", "screen.move(-1)", "Up", show=False),
        Binding("enter", "screen.open", "Read the page"),
        Binding("escape", "screen.leave", "Back"),
        Binding("tab", "screen.to_list", "List"),
    ]

    def __init__(self, words: str) -> None:
        super().__init__(words, placeholder="Words to search for, such as: lost phone", id="search-box")
        self.border_title = "Search the guidance"


class SearchScreen(CitingScreen):
    """Ranked passages for what has been typed so far.

    Attributes:
        matches: the passages on the screen.
        shown: the words that they were found for; None before the first.
    """

    AUTO_FOCUS = "#search-box"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Read the page"),
        *CITING_KEYS,
        Binding("slash", "to_box", "Type", key_display="/"),
        Binding("f", "app.filters", "Filter"),
        Binding("question_mark,f1", "app.help", "Help"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, words: str, only: str, today: datetime.date) -> None:
        """Keep what was typed the last time, which filters are on, and the day."""
        super().__init__()
        self._words, self._only, self._today = words, only, today
        self.matches: tuple[Match, ...] = ()
        self.shown: str | None = None
        self._any = False
        self._said = ""
        self._open_when_found = False

    def compose(self) -> ComposeResult:
        """Yield the box, the list, and the passage."""
        yield SearchBox(self._words)
        yield Static("", markup=False, id="search-state")
        with Horizontal(id="search-body"):
            yield OptionList(id="matches", markup=False)
            with VerticalScroll(id="passage", can_focus=False):
                yield Prose(id="passage-text")
        yield KeyBar()

    def on_mount(self) -> None:
        """Search for what was typed the last time."""
        self.search_again(self._only)

    @property
    def box(self) -> SearchBox:
        """Where the words are typed."""
        return self.query_one(SearchBox)

    @property
    def words(self) -> str:
        """What is typed now."""
        return self.box.value

    @property
    def list(self) -> OptionList:
        """The passages found."""
        return self.query_one("#matches", OptionList)

    def search_again(self, only: str) -> None:
        """Search for the same words under the filters of that description."""
        self._only = only
        self.post_message(SearchWanted(self.words))

    @on(Input.Changed, "#search-box")
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(SearchWanted(event.value))

    def show_matches(self, found: Matched) -> None:
        """Show what was found; a further letter often finds the same."""
        again = found.matches == self.matches and self.shown is not None
        self.matches, self.shown = found.matches, found.text
        if (said := self._state(found)) != self._said:
            self._said = said
            self.query_one("#search-state", Static).update(plain(said))
        if not again:
            self._list_matches()
        if self._open_when_found:
            self.action_open()

    def _list_matches(self) -> None:
        self.list.clear_options()
        self.list.add_options([Option(_row(match, self._today)) for match in self.matches])
        with self.prevent(OptionList.OptionHighlighted):
            self.list.highlighted = 0 if self.matches else None
        self._show_passage(0)
        if bool(self.matches) is not self._any:
            self._any = bool(self.matches)
            self.refresh_bindings()

    def _state(self, found: Matched) -> str:
        count = len(found.matches)
        said = found.reason or (f"The best {count} passages" if count > 1 else "One passage" if count else "")
        if not said:
            said = NOTHING_FOUND if one_line(found.text) else NOTHING_TYPED
        return f"{said}  Only: {self._only}" if self._only else said

    @on(OptionList.OptionHighlighted, "#matches")
    def _show_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_passage(event.option_index)

    def _show_passage(self, at: int) -> None:
        parts = _passage_parts(self.matches[at], self._today) if at < len(self.matches) else ()
        self.query_one("#passage-text", Prose).show(*parts)
        self.query_one("#passage").scroll_home(animate=False)

    def chosen(self) -> Cited | None:
        """Return the passage that is highlighted."""
        at = self.list.highlighted
        if at is None or at >= len(self.matches) or self.shown != self.words:  # not of older words
            return None
        return Cited(self.matches[at].citation, self.matches[at].excerpt)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keep keys that have nothing to act on out of the footer."""
        if not self.is_mounted:
            return True
        if action in {"copy_citation", "copy_quote", "open_link"}:
            return self.chosen() is not None
        return not (action == "to_box" and isinstance(self.focused, Input))

    @on(OptionList.OptionSelected, "#matches")
    def _open_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Read the page of the highlighted passage, beside the conversation, once what is typed has been searched for."""
        self._open_when_found = self.shown != self.words
        if self.chosen():
            self.dismiss()
            among = tuple(Cited(match.citation, match.excerpt) for match in self.matches)
            at = self.list.highlighted or 0
            self.app.screen_stack[0].post_message(SourceWanted(among[at], among))

    def action_move(self, step: int) -> None:
        """Highlight the next passage, or the one before."""
        if self.list.option_count:
            at = self.list.highlighted
            self.list.highlighted = 0 if at is None else min(max(at + step, 0), self.list.option_count - 1)

    def action_to_list(self) -> None:
        """Go to the list, where single keys work."""
        self.list.focus()

    def action_leave(self) -> None:
        """Go back to the conversation."""
        self.dismiss()


def _passage_parts(match: Match, today: datetime.date) -> Iterator[Part]:
    """Yield who says it, the page it stands on, the words, and dates with addresses."""
    citation = match.citation
    yield Part(voice_line(citation), STARTER_CLASS if is_starter(citation) else "publisher")
    yield Part(place_line(citation), "place")
    yield from (GAP, Part(match.excerpt.text), GAP)
    yield Part(detail_lines(citation, today), "detail")


def _row(match: Match, today: datetime.date) -> Content:
    """Return a passage in the list: its heading, whose page it is on, and how old that is."""
    citation = match.citation
    dates = detail_lines(citation, today).split("\n")[0] if citation.reviewed or citation.updated or citation.published else ""
    who = "Starter note" if is_starter(citation) else citation.publisher
    about = f"{who}: {citation.title}{f'. {dates}' if dates else ''}"
    head = f"{citation.number}. {citation.section or citation.title}"
    return Content("\n").join([plain(head).stylize("bold"), plain(about)])
