"""The main screen: the conversation, the question box and, when a citation is opened, the page it cites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from assistant.tui.cards import CitedCard, Suggestion
from assistant.tui.citing import CITING_KEYS, CitingScreen
from assistant.tui.keybar import KeyBar
from assistant.tui.messages import Asked, Cited, IndexWanted, Reworded, SourceWanted
from assistant.tui.prose import line
from assistant.tui.source import FindBox, SourcePane
from assistant.tui.trouble import TroubleCard
from assistant.tui.turn import TurnView, forget_drawn
from assistant.tui.welcome import Welcome
from assistant.tui.widgets import LoadingBar, QuestionBox, StatusLine

if TYPE_CHECKING:
    from textual.widget import Widget

    from assistant.conversation import Turn
    from assistant.types import Document, Query

MOST_TURNS = 12
"""Turns kept on the screen; the history and exports have them all. Each takes memory for its widgets."""

_HIDDEN_SCROLL_KEYS: list[BindingType] = [
    Binding("up", "scroll_by(-1)", show=False),
    Binding("down", "scroll_by(1)", show=False),
    Binding("pageup", "scroll_page(-1)", show=False),
    Binding("pagedown", "scroll_page(1)", show=False),
]


class AskScreen(CitingScreen):
    """Where questions are asked and answers read.

    Attributes:
        outdated: whether an older index is in use, so that a new one can be built.
    """

    AUTO_FOCUS = "#box"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "choose(1)", "Open", key_display="1-9"),
        *(Binding(str(number), f"choose({number})", show=False) for number in range(2, 10)),
        *CITING_KEYS,
        Binding("n", "other_citation(1)", "Next"),
        Binding("p", "other_citation(-1)", "Prev"),
        Binding("escape", "back", "Close"),
        Binding("slash", "to_box", "Ask", key_display="/"),
        Binding("question_mark,f1", "app.help", "Help"),
        Binding("b", "load('build')", "Build"),
        Binding("l", "load('older')", "Older index"),
        Binding("r", "load('again')", "Try again"),
        Binding("s", "app.search", "Search"),
        Binding("f", "app.filters", "Filter"),
        Binding("e", "app.export", "Export"),
        Binding("t", "ask_alone", "By itself", show=False),
        Binding("w", "reword", "Change words", show=False),
        Binding("h", "app.history", "History", show=False),
        Binding("d", "app.other_colours", "Light or dark", show=False),
        *_HIDDEN_SCROLL_KEYS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._among: tuple[Cited, ...] = ()
        self._at_newest = True
        self.outdated = False

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield StatusLine()
        yield LoadingBar()
        with Horizontal(id="desk"):
            with VerticalScroll(id="conversation", can_focus=False):
                yield Welcome()
            yield SourcePane()
        yield QuestionBox(self.choose)
        yield KeyBar()

    @property
    def conversation(self) -> VerticalScroll:
        """The turns so far, below the first-screen text."""
        return self.query_one("#conversation", VerticalScroll)

    @property
    def source(self) -> SourcePane:
        """The page that is being read."""
        return self.query_one(SourcePane)

    @property
    def box(self) -> QuestionBox:
        """Where questions are typed."""
        return self.query_one(QuestionBox)

    # What the application shows here

    async def add_turn(self, number: int, question: str, waiting: str) -> None:
        """Show a question that has just been asked, and make room for its answer."""
        self._close_source()
        await self.query("TurnView .suggestions").remove()
        await self._drop_oldest()
        await self.conversation.mount(TurnView(number, question, waiting))
        self._scroll_to_newest()

    async def _drop_oldest(self) -> None:
        """Take turns away from the top, but none that still waits."""
        old = [view for view in self.turn_views()[: 1 - MOST_TURNS] if not view.query(".waiting")]
        if old and not self.query(".dropped"):
            await self.conversation.mount(line("Your earliest questions are no longer shown.", "dropped"), before=old[0])
        for view in old:
            await view.remove()
        forget_drawn()

    def turn_view(self, number: int) -> TurnView | None:
        """Return the view of a question; None where it is no longer shown."""
        return next(iter(self.query(f"#turn-{number}").results(TurnView)), None)

    def settled(self) -> None:
        """Bring the newest turn into view, unless the user reads elsewhere, and the footer up to date, after a reply came."""
        if self._at_newest:
            self._scroll_to_newest()
        self.refresh_bindings()

    async def show_source(self, wanted: SourceWanted, page: Document | str) -> None:
        """Show a cited page, or why it cannot be shown, and keep the citation in view beside it."""
        await self.source.furnish()
        cited, self._among = wanted.cited, wanted.among
        if isinstance(page, str):
            self.source.show_error(cited, page)
        else:
            self.source.show_page(cited, page)
        if card := self._card_of(cited):
            self.call_after_refresh(self.conversation.scroll_to_widget, card, top=True, animate=False)
        self.refresh_bindings()

    async def show_trouble(self, card: TroubleCard) -> None:
        """Show that the guidance could not be opened, and what can be done."""
        await self.clear_trouble()
        await self.conversation.mount(card, after=self.query_one(Welcome))
        self.add_class("troubled")
        if not self.box.value:  # what is being typed goes on
            card.focus_first()
        self.call_after_refresh(self.conversation.scroll_to_widget, card, animate=False)
        self.refresh_bindings()

    async def clear_trouble(self) -> None:
        """Take that away again."""
        self.remove_class("troubled")
        await self.query(TroubleCard).remove()

    def turn_views(self) -> list[TurnView]:
        """Return the turns on the screen, oldest first."""
        return list(self.query(TurnView))

    def show_turn(self, turn: Turn) -> bool:
        """Bring a turn of this conversation into view; return whether it is still on the screen."""
        view = next((one for one in self.turn_views() if one.turn is turn), None)
        if view is not None:
            self._close_source()
            self._at_newest = False
            self.conversation.scroll_to_widget(view, top=True, animate=False)
            self.set_focus(next(iter(view.query(CitedCard)), None), scroll_visible=False)
        return view is not None

    async def start_afresh(self) -> None:
        """Take all turns away."""
        self._close_source()
        await self.query("TurnView, .dropped").remove()
        self.conversation.scroll_home(animate=False)
        self.box.focus()

    async def show_follow_ups(self, number: int, questions: Sequence[str]) -> None:
        """Put questions to go on with below an answer, unless another has been asked meanwhile."""
        views = self.turn_views()
        if views and views[-1].number == number:
            await views[-1].show_follow_ups(questions)
            if self._at_newest:
                self._scroll_to_newest()

    def _scroll_to_newest(self) -> None:
        self._at_newest = True
        views = self.turn_views()
        if views:
            self.call_after_refresh(self.conversation.scroll_to_widget, views[-1], top=True, animate=False)

    def say_state(self, text: str, short: str, warning: bool = False) -> None:
        """Show the state of the guidance on the first screen, and in short in the status line."""
        self.query_one(Welcome).say(text)
        self.query_one(StatusLine).say(short, warning)

    def say_progress(self, what: str, done: int, of: int) -> None:
        """Show how far the loading is."""
        self.query_one(LoadingBar).say(what, done, of)

    def show_loading(self, loading: bool) -> None:
        """Show or hide the loading bar."""
        bar = self.query_one(LoadingBar)
        bar.begin() if loading else bar.end()

    # What the keys act on

    def _card_of(self, cited: Cited | None) -> CitedCard | None:
        return next((card for card in self.query(CitedCard) if card.cited is cited), None)

    def numbered(self) -> tuple[Cited, ...]:
        """Return what the number keys open: the citations of the turn in focus, else of the newest turn that has any."""
        focused = self.focused
        if isinstance(focused, CitedCard):
            return next(view.cited for view in focused.ancestors if isinstance(view, TurnView))
        if self._among:
            return self._among
        if self.source.cited is not None and (card := self._card_of(self.source.cited)):
            return next(view.cited for view in card.ancestors if isinstance(view, TurnView))
        return next((view.cited for view in reversed(self.turn_views()) if view.cited), ())

    def chosen(self) -> Cited | None:
        """Return what copying and opening act on: the card in focus, else the page shown, else the first citation."""
        if isinstance(self.focused, CitedCard):
            return self.focused.cited
        return self.source.cited or next(iter(self.numbered()), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep keys that have nothing to act on out of the footer."""
        if not self.is_mounted:
            return True
        there: dict[str, Callable[[], bool]] = {
            "choose": lambda: self._stands_for(parameters[0]),
            "copy_citation": lambda: self.chosen() is not None,
            "copy_quote": lambda: (cited := self.chosen()) is not None and cited.excerpt is not None,
            "open_link": lambda: self.chosen() is not None,
            "other_citation": lambda: self.source.cited is not None and len(self.numbered()) > 1,
            "ask_alone": lambda: bool((query := self._newest_query()) and query.topic),
            "reword": lambda: self._newest_query() is not None,
            "back": lambda: self.source.cited is not None,
            "load": lambda: self._offers(str(parameters[0])),
            "to_box": lambda: not isinstance(self.focused, Input),
        }
        return there[action]() if action in there else True

    def _stands_for(self, number: object) -> bool:
        if not self.turn_views():
            return isinstance(number, int) and number <= len(self._examples()) and not self.query(TroubleCard)
        return any(one.citation.number == number for one in self.numbered())

    def _examples(self) -> list[Suggestion]:
        return list(self.query_one(Welcome).query(Suggestion))

    def choose(self, number: int) -> bool:
        """Open a citation by its number or, before anything was asked, ask an example; return whether there is one."""
        if not self._stands_for(number):
            return False
        if not self.turn_views():
            self._examples()[number - 1].action_choose()
        for cited in self.numbered():
            if cited.citation.number == number:
                self.post_message(SourceWanted(cited, self._among if cited in self._among else ()))
        return True

    def action_choose(self, number: int) -> None:
        """Open a citation by its number, or ask an example."""
        self.choose(number)

    def _newest_query(self) -> Query | None:
        views = self.turn_views()
        turn = views[-1].turn if views else None
        return turn.query if turn else None

    def action_ask_alone(self) -> None:
        """Ask the newest question again, by itself."""
        if query := self._newest_query():
            self.post_message(Asked(query.question, alone=True))

    def action_reword(self) -> None:
        """Put what was searched for into the question box, to be changed and asked."""
        if query := self._newest_query():
            self.post_message(Reworded(query.text))

    @on(Reworded)
    def _put_into_box(self, event: Reworded) -> None:
        self.box.value = event.text
        self.box.reworded = True
        self.box.cursor_position = len(event.text)
        self.box.focus()

    def action_other_citation(self, step: int) -> None:
        """Read the source of the next citation, or of the one before, around the ends."""
        every = self.numbered()
        at = next((number for number, one in enumerate(every) if one is self.source.cited), 0)
        self.post_message(SourceWanted(every[(at + step) % len(every)], self._among))

    def _offers(self, how: str) -> bool:
        return (how == "build" and self.outdated) or any(card.offers(how) for card in self.query(TroubleCard))

    def action_load(self, how: str) -> None:
        """Do what was chosen about an index that cannot be opened, or is an older one."""
        self.post_message(IndexWanted(how))

    def action_leave_box(self) -> None:
        """Move to the first citation of the newest turn, so that the keys act on it."""
        if self.source.cited is not None:
            self.source.page.focus()
        else:
            self.set_focus(self._card_in_view(), scroll_visible=False)

    def _card_in_view(self) -> CitedCard | None:
        """Return the first card that begins in what is seen of the conversation, else the first of the newest turn with any."""
        seen = self.conversation.region
        cards = list(self.query(CitedCard))
        newest = next((list(view.query(CitedCard)) for view in reversed(self.turn_views()) if view.cited), [])
        begun = [card for card in cards if card.region.y in seen.line_range]
        return next(iter(begun or newest), None)

    def _in_source(self) -> bool:
        return self.focused is not None and self.source in self.focused.ancestors_with_self

    def may_type(self, keys: set[str]) -> bool:
        """Return whether a character begins a question: not once there are turns and it is a key with nothing to act on now."""
        return not self.turn_views() or keys.isdisjoint(self._bindings.key_to_bindings)

    def action_back(self) -> None:
        """Leave the line for finding, or go back from the page to the citation it was opened from."""
        if self.source.finding:
            self.source.stop_finding()
            self.source.page.focus()
            return
        cited, found = self.source.cited, bool(self._among)
        self._close_source()
        card = self._card_of(cited)
        self.set_focus(card, scroll_visible=card is not None)
        if found:
            self.app.call_later(self.app.run_action, "search")

    def _close_source(self) -> None:
        self.source.close()
        self._among = ()
        self.refresh_bindings()

    def _scroller(self) -> Widget:
        return self.source.page if self._in_source() or isinstance(self.focused, FindBox) else self.conversation

    def action_scroll_by(self, lines: int) -> None:
        """Scroll what is being read by lines."""
        self._at_newest = False
        self._scroller().scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll what is being read by nearly a screenful."""
        self._at_newest = False
        scroller = self._scroller()
        scroller.scroll_relative(y=pages * max(1, scroller.content_size.height - 2), animate=False)

    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    def _scrolled(self) -> None:
        self._at_newest = False

    @on(Asked)
    def _back_to_box(self) -> None:
        """Leave the cursor where the next question is typed."""
        self.box.focus()
