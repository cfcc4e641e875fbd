"""The panels and what leaves the screen: copying, the search mode, filters, the history, the export, and the help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.app import SystemCommand
from textual.message import Message
from textual.screen import Screen

from assistant.errors import AssistantError, ConfigError, describe
from assistant.text import one_line, sanitise
from assistant.tui.base import BaseApp
from assistant.tui.messages import (
    Asked,
    Copied,
    CopyWanted,
    Counted,
    CountsWanted,
    Exported,
    ExportFailed,
    Failed,
    Matched,
    SearchWanted,
)
from assistant.tui.widgets import StatusLine

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.filters import Filters
    from assistant.tui.app import CareguideApp
    from assistant.tui.history_screen import Chosen
    from assistant.tui.session import Services, Session


MOST_MATCHES = 10
"""Passages listed in the search mode; a list of twenty took longer to draw than to find."""


class PanelsApp(BaseApp):
    """Opens the panels, and does what was chosen there."""

    def __init__(self, services: Services) -> None:
        """Keep what the application is given."""
        super().__init__(services)
        self._typed: SearchWanted | None = None
        self._quitting = False
        self._searched = ""
        self._began = services.now().isoformat(timespec="seconds")

    # Copying

    @on(CopyWanted)
    def _copy(self, event: CopyWanted) -> None:
        def copy() -> Message:
            sent: list[str] = []
            said = self.services.copy(event.text, sent.append)
            return Copied(event.what, said, tuple(sent))

        self.in_background(copy, lambda reason: Failed("Not copied", reason), outside=True)

    @on(Copied)
    def _tell_copied(self, event: Copied) -> None:
        for text in event.sent:
            self.copy_to_clipboard(text)
        self.clear_notifications()
        self.notify(event.said, title=sanitise(f"Copied {event.what}"), markup=False)

    @on(Failed)
    def _tell_failed(self, event: Failed) -> None:
        self.notify(event.reason, title=event.title, severity="error", markup=False, timeout=10)

    # Searching as the words are typed

    def action_search(self) -> None:
        """Open the search mode."""
        from assistant.tui.search_screen import SearchScreen

        if self.session is None:
            self.notify("The guidance is not open yet.", markup=False)
        elif not isinstance(self.screen, SearchScreen):
            self.push_screen(SearchScreen(self._searched, self.only.said(), self.today()))

    @on(SearchWanted)
    def _search(self, event: SearchWanted) -> None:
        if self.session is None:
            return
        self._typed, self._searched = event, event.text
        session, only = self.session, self.only

        def search() -> Message | None:
            if event is not self._typed:  # more has been typed meanwhile
                return None
            return Matched(event.text, session.search(event.text, only, MOST_MATCHES))

        self.in_background(search, lambda reason: Matched(event.text, (), reason))

    @on(Matched)
    def _show_matches(self, event: Matched) -> None:
        from assistant.tui.search_screen import SearchScreen

        if self._typed and event.text == self._typed.text:
            for screen in self.screen_stack:
                if isinstance(screen, SearchScreen):
                    screen.show_matches(event)

    # Filters

    def action_filters(self) -> None:
        """Choose filters."""
        from assistant.tui.filter_screen import FilterScreen

        if self.session is None:
            self.notify("The guidance is not open yet.", markup=False)
        elif not isinstance(self.screen, FilterScreen):
            self.push_screen(FilterScreen(self.only), self._take_filters)

    @on(CountsWanted)
    def _count(self, event: CountsWanted) -> None:
        if self.session:
            facets = partial(self.session.facets, event.filters)
            told = partial(Failed, "The pages could not be counted")
            self.in_background(lambda: Counted(event.filters, facets()), told)

    @on(Counted)
    def _show_counts(self, event: Counted) -> None:
        from assistant.tui.filter_screen import FilterScreen

        if isinstance(self.screen, FilterScreen):
            self.screen.show_counts(event.filters, event.facets)

    def _take_filters(self, filters: Filters | None) -> None:
        from assistant.tui.search_screen import SearchScreen

        if filters is None:
            return
        self.only = filters
        self.desk.query_one(StatusLine).say_filters(filters.said())
        for screen in self.screen_stack:
            if isinstance(screen, SearchScreen):
                screen.search_again(filters.said())

    # History, export, help, colours

    def action_history(self) -> None:
        """Show what was asked."""
        from assistant.tui.history_screen import HistoryScreen

        history, fault = self.services.history, ""
        try:
            kept = [one for one in history.entries() if one.at < self._began]
        except AssistantError as error:
            kept, fault = [], one_line(describe(error))
        self.push_screen(HistoryScreen(self.turns, kept, history.on, fault), self._take_from_history)

    def _take_from_history(self, chosen: Chosen | None) -> None:
        what, value = chosen or ("", None)
        history = self.services.history
        if what == "show":
            turn = cast("Turn", value)
            if not self.desk.show_turn(turn):  # only the newest are on the screen
                self.desk.post_message(Asked(turn.query.question, alone=True))
        elif what == "ask":
            self.desk.post_message(Asked(str(value), alone=True))
        elif what == "keep" and self.tell_fault(history.start, "Questions are not kept"):
            self.notify("Questions are kept on this machine from now on.", markup=False)
        elif what == "delete" and self.tell_fault(history.delete, "Not deleted"):
            self.notify("All kept questions were deleted, and none are kept for now.", markup=False)

    def action_export(self) -> None:
        """Choose a file to export the conversation to."""
        from assistant.tui.export_screen import ExportScreen

        if not self.turns:
            self.notify("There is nothing to export yet: ask a question first.", markup=False)
            return
        self.push_screen(ExportScreen(self.services.folder, len(self.turns)), self._export)

    def _export(self, chosen: tuple[str, Path] | None) -> None:
        if chosen is None or self.session is None:
            return
        ending, folder = chosen
        parts = _by_index(self.turns, self.answered_by)
        self._writing += 1
        self.notify("Writing the file...", markup=False, timeout=2)

        def write() -> Message:
            try:
                where = folder.expanduser()
                return Exported(tuple(self.services.export(turns, session, ending, where) for session, turns in parts))
            except RuntimeError as fault:  # "~somebody" who is not known
                raise ConfigError(f"there is no folder {folder} ({fault}); choose another") from fault

        self.in_background(write, lambda reason: ExportFailed("Not exported", reason), outside=True)

    @on(Exported)
    def _tell_exported(self, event: Exported) -> None:
        self._wrote()
        title = "The conversation was exported. Only you can read the file; it holds your questions."
        if len(event.files) > 1:
            title = f"{title} Each file holds what one index answered."
        self.clear_notifications()
        self.notify(sanitise("\n".join(map(str, event.files))), title=title, markup=False, timeout=10)

    @on(ExportFailed)
    def _tell_not_exported(self, event: ExportFailed) -> None:
        self._wrote()
        self._tell_failed(event)

    def _wrote(self) -> None:
        self._writing -= 1
        if self._quitting and not self._writing:
            self.exit()

    async def action_quit(self) -> None:
        """Close; a file that is being written is finished first, which takes a moment."""
        if self._writing and not self._quitting:
            self._quitting = True
            self.notify("Closing when the file is written. Press Ctrl+Q again to close at once.", markup=False)
        else:
            self.exit()

    def action_help(self) -> None:
        """Show the help."""
        from assistant.tui.help_screen import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Yield what the command palette offers: everything that has a key, by name."""
        from assistant.tui.palette import commands

        yield from commands(cast("CareguideApp", self), self.desk, screen)


def _by_index(turns: Sequence[Turn], sessions: Sequence[Session]) -> list[tuple[Session, tuple[Turn, ...]]]:
    """Return the turns by what answered them, in order: a file of them names one version of the guidance."""
    pairs = groupby(zip(sessions, turns, strict=True), key=lambda pair: id(pair[0]))
    return [(part[0][0], tuple(turn for _, turn in part)) for part in (list(several) for _, several in pairs)]
