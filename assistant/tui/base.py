"""What all parts of the application share: the services, the colours, and work in the background that ends in a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.message import Message

from assistant.errors import AssistantError, describe
from assistant.filters import NO_FILTERS
from assistant.text import one_line
from assistant.tui.ask_screen import AskScreen
from assistant.tui.background import Background
from assistant.tui.themes import DARK, LIGHT, themes

if TYPE_CHECKING:
    import datetime

    from assistant.conversation import Turn
    from assistant.tui.session import Services, Session


class Closed(Exception):
    """Ends work in the background that nobody waits for any more."""


class BaseApp(App[None]):
    """An application with the main screen, one thread beside its own, and two sets of colours.

    Attributes:
        desk: the main screen.
        session: what answers; None until the guidance is open.
        only: the filters that are on.
        turns: what was asked and answered in this run.
    """

    CSS_PATH = Path(__file__).with_name("careguide.tcss")
    TITLE = "Careguide"
    COMMAND_PALETTE_DISPLAY = "^p"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", priority=True)]

    def __init__(self, services: Services) -> None:
        """Keep what the application is given."""
        super().__init__()
        self.services = services
        self.desk = AskScreen()
        self.session: Session | None = None
        self.only = NO_FILTERS
        self.turns: list[Turn] = []
        self.answered_by: list[Session] = []  # as long as ``turns``: another index may have been loaded in between
        self._background = Background()
        self._outside = Background()
        self._writing = 0
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.set_class(self.no_color, "-no-colour")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes the colours of lines: with NO_COLOR there are none at all (no-color.org); Textual makes greys."""
        return [NoColor()] if self.no_color else super().get_line_filters()

    def today(self) -> datetime.date:
        """Return the day, where the user is."""
        return self.services.now().astimezone().date()

    def post_safely(self, message: Message) -> None:
        """Post a message from the background; when the application has closed meanwhile, nobody wants it."""
        try:
            self.post_message(message)
        except RuntimeError:
            return

    def in_background(
        self, job: Callable[[], Message | None], failed: Callable[[str], Message | None], outside: bool = False
    ) -> None:
        """Do a job in the background and post what it returns, or what ``failed`` makes of why it failed.

        Args:
            outside: whether it waits for the clipboard, the disk or a browser, so that no search is to wait for it.
        """

        def work() -> None:
            try:
                message = job()
            except Closed:
                return
            except Exception as fault:  # whatever it is, the user is told in one line
                message = failed(one_line(describe(fault)))
            if message is not None:
                self.post_safely(message)

        (self._outside if outside else self._background).do(work)

    def tell_fault(self, action: Callable[[], object], title: str) -> bool:
        """Do something, and tell why where it cannot be done; return whether it was."""
        try:
            action()
        except AssistantError as fault:
            self.notify(one_line(describe(fault)), title=title, severity="error", markup=False, timeout=10)
            return False
        return True

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002
        """Open an address in the browser, off this thread: some browsers take their time, or the terminal."""
        self.in_background(lambda: self.services.browse(url), lambda _: None, outside=True)

    def action_other_colours(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT if self.theme == DARK else DARK
