"""The terminal application: loads the guidance, takes questions, and puts each answer to its question.

Loading, answering and reading of pages run in threads that only post messages; every change of the screen is made here,
on the application's own thread. Nothing here knows how an answer is found.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from assistant.errors import describe
from assistant.text import one_line
from assistant.tui.messages import (
    Answered,
    Asked,
    AskFailed,
    Cited,
    Loaded,
    LoadFailed,
    Loading,
    SourceFailed,
    SourceFound,
    SourceWanted,
)
from assistant.tui.screens import AskScreen
from assistant.tui.session import Loader, Session
from assistant.tui.widgets import LOADING, about_lines

SEARCHING = "Searching the guidance..."
NOT_READY = "Getting the guidance ready. Your question will be answered then."
FAILED = "The guidance could not be opened"


class _Stopped(Exception):
    """Ends a build that nobody waits for any more."""


class CareguideApp(App[None]):
    """Asks a session and shows what it answers."""

    CSS_PATH = Path(__file__).with_name("careguide.tcss")
    TITLE = "Careguide"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", priority=True)]

    def __init__(self, loader: Loader, today: Callable[[], datetime.date] = datetime.date.today) -> None:
        """Keep the loader, which is run in a thread once the screen is there; ``today`` dates the index."""
        super().__init__()
        self._loader = loader
        self._today = today
        self._desk = AskScreen()
        self._session: Session | None = None
        self._failure = ""
        self._asked = 0
        self._wanted = 0
        self._waiting: deque[tuple[int, str, bool]] = deque()
        self._busy = False

    def get_default_screen(self) -> Screen[None]:
        """Return the screen on which questions are asked."""
        return self._desk

    def on_ready(self) -> None:
        """Begin to load."""
        self._begin_loading()

    # Loading

    def _begin_loading(self) -> None:
        self._failure = ""
        self._desk.show_loading(True)
        self._desk.say_state(LOADING, "getting ready")
        self.run_worker(self._load, thread=True, group="load")

    def _load(self) -> None:
        """Make the session; runs in a thread."""
        worker = get_current_worker()
        last = ("", -1)

        def report(what: str, done: int, of: int) -> None:
            nonlocal last
            if worker.is_cancelled:
                raise _Stopped
            step = (what, 100 * done // of if of else -1)
            if step != last:
                last = step
                self.post_message(Loading(what, done, of))

        try:
            self.post_message(Loaded(self._loader(report)))
        except _Stopped:
            return
        except Exception as fault:  # whatever it is, the user is told in one line
            self.post_message(LoadFailed(one_line(describe(fault))))

    @on(Loading)
    def _show_progress(self, event: Loading) -> None:
        self._desk.say_progress(event.what, event.done, event.of)

    @on(Loaded)
    def _take_session(self, event: Loaded) -> None:
        self._session = event.session
        self._desk.show_loading(False)
        self._desk.say_state(*about_lines(event.session.about, self._today()))
        self._answer_next()

    @on(LoadFailed)
    async def _show_load_failure(self, event: LoadFailed) -> None:
        self._failure = event.reason
        self._desk.show_loading(False)
        self._desk.say_state(f"{FAILED}. Press Escape, then r to try again.", "not opened")
        await self._desk.show_failure(event.reason)
        for number, *_ in self._waiting:
            await self._desk.turn(number).show_error(f"{FAILED}.")
        self._waiting.clear()
        self._desk.settled()

    def action_load_again(self) -> None:
        """Try once more to open the guidance."""
        self._desk.clear_failure()
        self._begin_loading()
        self._desk.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer to load again only after a failure."""
        return bool(self._failure) if action == "load_again" else True

    # Asking: one question at a time, in the order asked, because a follow-up leans on the turn before it

    @on(Asked)
    async def _take_question(self, event: Asked) -> None:
        self._asked += 1
        number = self._asked
        await self._desk.add_turn(number, event.question, SEARCHING if self._session else NOT_READY)
        if self._failure:
            await self._desk.turn(number).show_error(f"{FAILED}: {self._failure}")
            self._desk.settled()
            return
        self._waiting.append((number, event.question, event.alone))
        self._answer_next()

    def _answer_next(self) -> None:
        if self._session is None or self._busy or not self._waiting:
            return
        self._busy = True
        session, (number, question, alone) = self._session, self._waiting.popleft()
        self.run_worker(lambda: self._answer(session, number, question, alone), thread=True, group="ask")

    def _answer(self, session: Session, number: int, question: str, alone: bool) -> None:
        """Answer a question; runs in a thread."""
        try:
            turn = session.ask(question, alone)
            self.post_message(Answered(number, turn, session.reference))
        except Exception as fault:  # as above
            self.post_message(AskFailed(number, one_line(describe(fault))))

    @on(Answered)
    async def _show_answer(self, event: Answered) -> None:
        await self._desk.turn(event.number).show_reply(event.turn, event.reference)
        self._settle()

    @on(AskFailed)
    async def _show_ask_failure(self, event: AskFailed) -> None:
        await self._desk.turn(event.number).show_error(event.reason)
        self._settle()

    def _settle(self) -> None:
        self._busy = False
        self._desk.settled()
        self._answer_next()

    # Reading a source

    @on(SourceWanted)
    def _find_source(self, event: SourceWanted) -> None:
        if self._session is None:
            return
        self._wanted += 1
        session, number, cited = self._session, self._wanted, event.cited
        self.run_worker(lambda: self._read(session, number, cited), thread=True, group="source")

    def _read(self, session: Session, number: int, cited: Cited) -> None:
        """Read a page; runs in a thread."""
        try:
            self.post_message(SourceFound(number, cited, session.document(cited.citation.document_id)))
        except Exception as fault:  # as above
            self.post_message(SourceFailed(number, cited, one_line(describe(fault))))

    @on(SourceFound)
    async def _show_source(self, event: SourceFound) -> None:
        if event.number == self._wanted:
            await self._desk.show_source(event.cited, event.document)

    @on(SourceFailed)
    async def _show_source_failure(self, event: SourceFailed) -> None:
        if event.number == self._wanted:
            await self._desk.show_source(event.cited, event.reason)
