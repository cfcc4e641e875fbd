"""The terminal application: loads the guidance, takes questions, and puts each answer to its question.

Loading, answering, searching and reading of pages run on one thread beside this one, which only posts messages; every
change of the screen is made here. Nothing here knows how an answer is found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from assistant.errors import IndexDamaged, IndexMissing, IndexStale, describe
from assistant.filters import NO_FILTERS
from assistant.text import one_line
from assistant.tui.base import Closed
from assistant.tui.messages import (
    Answered,
    Asked,
    AskFailed,
    Failed,
    FollowUpsFound,
    IndexWanted,
    Loaded,
    LoadFailed,
    Loading,
    SourceFailed,
    SourceFound,
    SourceWanted,
)
from assistant.tui.panels import PanelsApp
from assistant.tui.trouble import TITLES, TroubleCard
from assistant.tui.welcome import LOADING, Welcome, about_lines

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.filters import Filters
    from assistant.progress import Progress
    from assistant.tui.session import Services, Session

SEARCHING = "Searching the guidance..."
NOT_READY = "Getting the guidance ready. Your question will be answered then."
NO_INDEX = "Your question will be answered when there is an index. See above for what can be done."
STATES = {IndexMissing: "missing", IndexStale: "stale", IndexDamaged: "damaged"}
"""What is wrong with the index, by the error that says so."""


class CareguideApp(PanelsApp):
    """Asks a session and shows what it answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new_conversation", "New conversation", show=False, priority=True)
    ]

    def __init__(self, services: Services) -> None:
        """Keep what the application is given; the guidance is opened in the background once the screen is there."""
        super().__init__(services)
        self._opening = False
        self._failure: LoadFailed | None = None
        self._asked = 0
        self._waiting: deque[tuple[int, str, bool, Filters]] = deque()
        self._forgotten = 0
        self._busy = False
        self._wanted: SourceWanted | None = None

    def get_default_screen(self) -> Screen[None]:
        """Return the screen on which questions are asked."""
        return self.desk

    def on_ready(self) -> None:
        """Begin to load."""
        if self.services.warning:
            self.notify(self.services.warning, severity="warning", markup=False, timeout=10)
        self._load(self.services.guidance.open)

    # Loading

    def _load(self, opening: Callable[[], Session], older: bool = False) -> None:
        self._failure = None
        self._opening = True
        self.desk.show_loading(True)
        self.desk.say_state(LOADING, "getting ready")
        self._background.do(partial(self._open, opening, older))

    def _open(self, opening: Callable[[], Session], older: bool) -> None:
        """Open the guidance; runs in the background."""
        try:
            session = opening()
            self.post_safely(Loaded(session, session.facets(NO_FILTERS), session.reference, older))
        except Closed:
            return
        except Exception as fault:  # as above
            state = next((name for kind, name in STATES.items() if isinstance(fault, kind)), "error")
            self.post_safely(LoadFailed(one_line(describe(fault)), state, self._older(state)))

    def _older(self, state: str) -> str | None:
        """Return when the index was made that can be opened instead; runs in the background."""
        try:
            return self.services.guidance.older() if state != "missing" else None
        except Exception:  # it is only an offer, beside a fault that is told
            return None

    def _report(self) -> Progress:
        """Return what follows a build from the background."""
        last = ("", -1)

        def report(what: str, done: int, of: int) -> None:
            nonlocal last
            if not self.is_running:
                raise Closed
            step = (what, 100 * done // of if of else -1)
            if step != last:
                last = step
                self.post_safely(Loading(what, done, of))

        return report

    @on(Loading)
    def _show_progress(self, event: Loading) -> None:
        self.desk.say_progress(event.what, event.done, event.of)

    @on(Loaded)
    async def _take_session(self, event: Loaded) -> None:
        self.session, self._opening = event.session, False
        await self.desk.source.furnish()  # now, so that the first page opens as quickly as the others
        self.services.settled()
        self.desk.show_loading(False)
        await self.desk.clear_trouble()
        long, short = about_lines(event.session.about, event.facets, self.today())
        if event.older:
            short = f"OLDER INDEX, may be out of date: {short}"
            why = " ".join(event.session.warnings) or "This index is not of the guidance as it is now."
            long = f"{why} Press b to build one of the guidance as it is now. {long}"
        elif warnings := event.session.warnings:
            short = f"MAY BE OUT OF DATE: {short}"
            long = f"{' '.join(warnings)} {long}"
        self.desk.outdated = event.older
        self.desk.say_state(long, short, event.older or bool(event.session.warnings))
        self.desk.query_one(Welcome).show_emergency(event.reference)
        self.desk.refresh_bindings()
        self._answer_next()

    @on(LoadFailed)
    async def _show_load_failure(self, event: LoadFailed) -> None:
        self._failure, self._opening = event, False
        self.desk.show_loading(False)
        self.desk.say_state(f"{TITLES[event.state]}. See below.", "no index in use", warning=True)
        await self.desk.show_trouble(TroubleCard(event, self.today()))

    @on(IndexWanted)
    async def _load_as_chosen(self, event: IndexWanted) -> None:
        if self._opening:
            return
        guidance = self.services.guidance
        await self.desk.clear_trouble()
        self.desk.box.focus()
        if event.how == "build":
            self._load(lambda: guidance.build(self._report()))
        else:
            self._load(guidance.open_older if event.how == "older" else guidance.open, event.how == "older")

    # Asking: one question at a time, in the order asked, because a follow-up leans on the turn before it

    @on(Asked)
    async def _take_question(self, event: Asked) -> None:
        self._asked += 1
        waiting = SEARCHING if self.session else NO_INDEX if self._failure else NOT_READY
        await self.desk.add_turn(self._asked, event.question, waiting)
        self._waiting.append((self._asked, event.question, event.alone, self.only))
        self._wanted = None  # a page that comes late is wanted no more
        self._answer_next()

    def _answer_next(self) -> None:
        if self.session is None or self._busy or not self._waiting:
            return
        self._busy = True
        session, (number, question, alone, only) = self.session, self._waiting.popleft()

        def answer() -> Message:
            return Answered(number, session.ask(question, alone, only), session, session.reference)

        self.in_background(answer, lambda reason: AskFailed(number, reason))

    @on(Answered)
    async def _show_answer(self, event: Answered) -> None:
        self._keep(event.turn)
        if event.number > self._forgotten:
            self.turns.append(event.turn)
            self.answered_by.append(event.session)
        if view := self.desk.turn_view(event.number):
            await view.show_reply(event.turn, event.reference, self.today())
        self._settle()
        if self.session and event.number == self._asked:
            follow_ups = partial(self.session.follow_ups, event.turn)
            self.in_background(lambda: FollowUpsFound(event.number, follow_ups()), lambda _: FollowUpsFound(event.number, ()))

    @on(FollowUpsFound)
    async def _show_follow_ups(self, event: FollowUpsFound) -> None:
        await self.desk.show_follow_ups(event.number, event.questions)

    @on(AskFailed)
    async def _show_ask_failure(self, event: AskFailed) -> None:
        if view := self.desk.turn_view(event.number):
            await view.show_error(event.reason)
        self._settle()

    def _settle(self) -> None:
        self._busy = False
        self.desk.settled()
        self._answer_next()

    def _keep(self, turn: Turn) -> None:
        """Add a question to the history, if there is one."""
        history, now = self.services.history, self.services.now()
        told = partial(Failed, "The question was not kept")
        self.in_background(lambda: history.add(turn, now), told, outside=True)

    def action_ask(self) -> None:
        """Go to the question box, from wherever."""
        while self.screen is not self.desk:
            self.pop_screen()
        self.desk.box.focus()

    async def action_new_conversation(self) -> None:
        """Start afresh, as for the next caller: nothing that was asked leads the next question or is exported with it."""
        self.action_ask()
        self.turns.clear()
        self.answered_by.clear()
        self._waiting.clear()
        self._forgotten, self._wanted = self._asked, None
        if self.session:
            self._background.do(self.session.forget)  # after what is being answered, before what is asked next
        await self.desk.start_afresh()
        self.notify("A new conversation: what was asked before is forgotten.", markup=False)

    # Reading a source

    @on(SourceWanted)
    def _find_source(self, event: SourceWanted) -> None:
        if self.session is None:
            return
        self._wanted = event
        read = partial(self.session.document, event.cited.citation.document_id)
        self.in_background(lambda: SourceFound(event, read()), lambda reason: SourceFailed(event, reason))

    @on(SourceFound)
    async def _show_source(self, event: SourceFound) -> None:
        if event.wanted is self._wanted:
            await self.desk.show_source(event.wanted, event.document)

    @on(SourceFailed)
    async def _show_source_failure(self, event: SourceFailed) -> None:
        if event.wanted is self._wanted:
            await self.desk.show_source(event.wanted, event.reason)
