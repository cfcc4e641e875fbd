"""The screens: the one on which questions are asked and read, and the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Footer, Static

from assistant.render import citation_line
from assistant.text import sanitise
from assistant.tui.cards import CitedCard, ErrorCard, TurnView, place_line
from assistant.tui.messages import Asked, Cited, SourceWanted
from assistant.tui.prose import line
from assistant.tui.source import SourcePane
from assistant.tui.widgets import LoadingBar, QuestionBox, StatusLine, Welcome
from assistant.types import Document, Query

MOST_TURNS = 40
"""Turns kept on the screen."""

_HIDDEN_SCROLL_KEYS: list[BindingType] = [
    Binding("up", "scroll_by(-1)", show=False),
    Binding("down", "scroll_by(1)", show=False),
    Binding("pageup", "scroll_page(-1)", show=False),
    Binding("pagedown", "scroll_page(1)", show=False),
]


class AskScreen(Screen[None]):
    """The conversation, the question box and, when a citation is opened, the page it cites."""

    AUTO_FOCUS = "#box"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "open_citation(1)", "Source", key_display="1-9"),
        *(Binding(str(number), f"open_citation({number})", show=False) for number in range(2, 10)),
        Binding("c", "copy_citation", "Copy"),
        Binding("o", "open_link", "Web page"),
        Binding("t", "ask_alone", "By itself"),
        Binding("e", "edit_search", "Change"),
        Binding("escape", "close_source", "Close"),
        Binding("r", "app.load_again", "Try again"),
        Binding("slash", "focus_box", "Ask", key_display="/"),
        Binding("question_mark,f1", "help", "Help"),
        *_HIDDEN_SCROLL_KEYS,
    ]

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield StatusLine()
        yield LoadingBar()
        with Horizontal(id="desk"):
            with VerticalScroll(id="conversation", can_focus=False):
                yield Welcome()
            yield SourcePane(id="source")
        yield QuestionBox()
        yield Footer(show_command_palette=False)

    @property
    def conversation(self) -> VerticalScroll:
        """The turns so far, below the first-screen text."""
        return self.query_one("#conversation", VerticalScroll)

    @property
    def source(self) -> SourcePane:
        """The page that is being read."""
        return self.query_one(SourcePane)

    # What the application shows here

    async def add_turn(self, number: int, question: str, waiting: str) -> None:
        """Show a question that has just been asked, and make room for its answer."""
        self._close_source()
        await self.query(".hint").remove()
        await self._drop_oldest()
        view = TurnView(number, question, waiting)
        await self.conversation.mount(view)
        self._scroll_to_newest()

    async def _drop_oldest(self) -> None:
        """Take turns away from the top, but none that still waits; the layout of a very long conversation takes seconds."""
        old = [view for view in self._turns()[: 1 - MOST_TURNS] if not view.query(".waiting")]
        if old and not self.query(".dropped"):
            await self.conversation.mount(line("Your earliest questions are no longer shown.", "dropped"), before=old[0])
        for view in old:
            await view.remove()

    def turn(self, number: int) -> TurnView:
        """Return the view of a question."""
        return self.query_one(f"#turn-{number}", TurnView)

    def settled(self) -> None:
        """Bring the newest turn into view, and the footer up to date, after a reply was put in its place."""
        for view in self._turns()[:-1]:
            view.query(".hint").remove()
        self._scroll_to_newest()
        self.refresh_bindings()

    async def show_source(self, cited: Cited, page: Document | str) -> None:
        """Show a cited page, or why it cannot be shown, and keep the citation in view beside it."""
        if isinstance(page, str):
            await self.source.show_error(cited, page)
        else:
            await self.source.show_page(cited, page)
        if card := self._card_of(cited):
            self.call_after_refresh(self.conversation.scroll_to_widget, card, top=True, animate=False)
        self.refresh_bindings()

    async def show_failure(self, reason: str) -> None:
        """Show that the guidance could not be opened."""
        await self.conversation.mount(ErrorCard(reason), after=self.query_one(Welcome))
        self.refresh_bindings()

    def clear_failure(self) -> None:
        """Take that error away again."""
        self.conversation.query_children(ErrorCard).remove()

    def _turns(self) -> list[TurnView]:
        return list(self.query(TurnView))

    def _scroll_to_newest(self) -> None:
        views = self._turns()
        if views:
            self.call_after_refresh(self.conversation.scroll_to_widget, views[-1], top=True, animate=False)

    # What the keys act on

    def _card_of(self, cited: Cited | None) -> CitedCard | None:
        return next((card for card in self.query(CitedCard) if card.cited is cited), None)

    def _numbered(self) -> tuple[Cited, ...]:
        """Return what the number keys open: the citations of the turn in focus, else of the newest turn that has any."""
        if isinstance(self.focused, CitedCard):
            return next(view.cited for view in self.focused.ancestors if isinstance(view, TurnView))
        return next((view.cited for view in reversed(self._turns()) if view.cited), ())

    def _chosen(self) -> Cited | None:
        """Return what copying and opening act on: the card in focus, else the page shown, else the first citation."""
        if isinstance(self.focused, CitedCard):
            return self.focused.cited
        return self.source.cited or next(iter(self._numbered()), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep keys that have nothing to act on out of the footer."""
        if not self.is_mounted:
            return True
        if action == "open_citation":
            return any(one.citation.number == parameters[0] for one in self._numbered())
        there: dict[str, Callable[[], object]] = {
            "copy_citation": self._chosen,
            "open_link": self._chosen,
            "ask_alone": self._led,
            "edit_search": self._led,
            "close_source": lambda: self.source.cited,
        }
        if action in there:
            return there[action]() is not None
        return not (action == "focus_box" and isinstance(self.focused, QuestionBox))

    def _led(self) -> Query | None:
        """Return what was searched for in the newest turn, if words of earlier turns were."""
        views = self._turns()
        shown = views[-1].query_shown if views else None
        return shown if shown is not None and shown.topic else None

    def action_ask_alone(self) -> None:
        """Ask the newest question again, by itself."""
        if led := self._led():
            self.post_message(Asked(led.question, alone=True))

    def action_edit_search(self) -> None:
        """Put what was searched for into the question box, to be changed and asked."""
        if led := self._led():
            box = self.query_one(QuestionBox)
            box.value = led.text
            box.focus()

    def action_open_citation(self, number: int) -> None:
        """Read the source of a numbered citation."""
        for cited in self._numbered():
            if cited.citation.number == number:
                self.post_message(SourceWanted(cited))

    def action_copy_citation(self) -> None:
        """Put the citation on the clipboard, and say which."""
        if cited := self._chosen():
            self.app.copy_to_clipboard(citation_line(cited.citation))
            what = f"{sanitise(place_line(cited.citation))}, with its publisher, dates and addresses"
            self.notify(what, title=f"Copied citation [{cited.citation.number}]", markup=False)

    def action_open_link(self) -> None:
        """Open the cited page in the browser, and show its address for where no browser opens."""
        if cited := self._chosen():
            address = sanitise(cited.citation.deep_link)
            title = f"Web page of [{cited.citation.number}]; if no browser opens, type this address"
            self.notify(address, title=title, markup=False, timeout=10)
            self.app.open_url(address)

    def action_leave_box(self) -> None:
        """Move to the first citation of the newest turn, so that the keys act on it."""
        views = self._turns()
        card = views[-1].query(CitedCard) if views else None
        if self.source.cited is not None:
            self.source.page.focus()
        else:
            self.set_focus(card.first() if card else None, scroll_visible=False)

    def action_focus_box(self) -> None:
        """Go to the question box."""
        self.query_one(QuestionBox).focus()

    def action_close_source(self) -> None:
        """Go back from the page to the citation it was opened from."""
        cited = self.source.cited
        self._close_source()
        card = self._card_of(cited)
        self.set_focus(card, scroll_visible=card is not None)

    def _close_source(self) -> None:
        self.source.close()
        self.refresh_bindings()

    def action_help(self) -> None:
        """Show the help."""
        self.app.push_screen(HelpScreen())

    def _scroller(self) -> Widget:
        return self.source.page if self.focused is self.source.page else self.conversation

    def action_scroll_by(self, lines: int) -> None:
        """Scroll what is being read by lines."""
        self._scroller().scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll what is being read by nearly a screenful."""
        scroller = self._scroller()
        scroller.scroll_relative(y=pages * max(1, scroller.content_size.height - 2), animate=False)

    @on(Asked)
    def _back_to_box(self) -> None:
        """Leave the cursor where the next question is typed."""
        self.query_one(QuestionBox).focus()

    def say_state(self, text: str, short: str) -> None:
        """Show the state of the guidance on the first screen, and in short in the status line."""
        self.query_one(Welcome).say(text)
        self.query_one(StatusLine).say(short)

    def say_progress(self, what: str, done: int, of: int) -> None:
        """Show how far the loading is."""
        self.query_one(LoadingBar).say(what, done, of)

    def show_loading(self, loading: bool) -> None:
        """Show or hide the loading bar."""
        bar = self.query_one(LoadingBar)
        bar.display = loading
        bar.say("Opening the guidance", 0 if loading else 1, 0 if loading else 1)


KEYS = (
    ("Enter", "ask the question in the box"),
    ("Escape", "leave the box, close the source or this help"),
    ("/", "go to the question box"),
    ("1 to 9", "read the source of that citation"),
    ("Tab", "go to the next citation or example; Enter opens it"),
    ("t", "ask the last question again by itself, without what came before"),
    ("e", "change what was searched for, and ask that"),
    ("c", "copy the citation to the clipboard"),
    ("o", "open the web page in your browser"),
    ("Arrows, Page Up/Down", "scroll"),
    ("? or F1", "this help (F1 also while typing)"),
    ("Ctrl+Q", "quit"),
)
HELP = (
    "Careguide does not write answers. It quotes guidance word for word, and numbers each quote so that you can check it. "
    "Quotes marked as a starter note are our own wording; the pages that they are based on stand beside them."
)


class HelpScreen(ModalScreen[None]):
    """What the keys do, and what an answer is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,enter", "dismiss", "Close help"),
    ]

    def compose(self) -> ComposeResult:
        """Yield the explanation and the keys."""
        with VerticalScroll(id="help"):
            yield line(HELP, "help-text")
            for key, meaning in KEYS:
                with Horizontal(classes="key-row"):
                    yield Static(key, markup=False, classes="key")
                    yield Static(meaning, markup=False, classes="meaning")
            yield line("The number keys, c, o and / work while the box is not in use: press Escape first.", "help-end")
        yield Footer(show_command_palette=False)
