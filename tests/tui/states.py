"""The states of the screen that are looked at: how to come to each, for the pictures and for the contrast of colours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from assistant.conversation import Turn
from assistant.errors import IndexDamaged, IndexMissing
from assistant.tui.cards import Suggestions
from assistant.tui.widgets import QuestionBox
from assistant.types import Answer, Correction, NoAnswer, Query
from tests.tui.fakes import (
    NOTE,
    PAGE,
    QUOTED,
    FakeGuidance,
    FakeHistory,
    FakeSession,
    Kept,
    RecordingApp,
    cited,
    quote,
    services,
    shown,
    squeezed,
)

Steps = Callable[[Pilot[Any]], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """A state of the screen.

    Attributes:
        app: makes the application.
        keys: pressed one after the other; ``ask ...`` is a question, ``see ...`` a text
            to wait for, and ``answered`` waits for an answer with its follow-ups.
        size: columns and lines.
    """

    app: Callable[[], RecordingApp]
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (100, 36)

    async def reach(self, pilot: Pilot[Any]) -> None:
        """Come to the state, with a cursor that does not blink."""
        app = pilot.app
        for key in self.keys:
            if key.startswith("see "):
                text = key.removeprefix("see ")
                await _until(app, partial(_sees, app, text))
            elif key == ANSWERED:
                await _until(app, lambda: bool(app.screen.query(Suggestions)))
            elif key.startswith("ask "):
                box = app.screen_stack[0].query_one(QuestionBox)
                box.focus()
                box.value = key.removeprefix("ask ")
                await pilot.press("enter")
            else:
                await pilot.press(key)
        for box in app.screen.query(Input):
            box.cursor_blink = False
        await pilot.pause(0.2)


def _sees(app: Any, text: str) -> bool:
    return text in squeezed(shown(app))


async def _until(app: Any, check: Callable[[], bool]) -> None:
    for _ in range(400):
        if check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the state never came; the screen shows:\n{shown(app)}")


def _app(session: FakeSession | None = None, faults: tuple[Exception, ...] = (), older: str | None = None) -> RecordingApp:
    history = FakeHistory(on=True)
    history.kept = [Kept("2026-11-19T10:00:00+00:00", "Can we put CCTV in a care home?")]
    return RecordingApp(services(FakeGuidance(session or _session(), list(faults), older_of=older), history))


def _session() -> FakeSession:
    words = (quote(PAGE, QUOTED, 1), quote(NOTE, "Use three random words.", 2))
    strong = tuple(replace(one, strength=strength) for one, strength in zip(words, ("must", "should"), strict=True))
    led = Query("Where is my phone? and on Sundays", "and on Sundays", topic="Where is my phone?")
    partial = replace(led, corrections=(Correction("sundys", "Sundays", "spelling"),))
    urgent = Query("I clicked a link", urgent="clicked-link", personal=("an NHS number",))
    missing = NoAnswer(Query("hens"), "I found nothing about this.", (cited(PAGE, "Tell your manager", 1),), contacts=("bank",))
    return FakeSession(
        {
            "Where is my phone?": Turn(Query("Where is my phone?"), Answer(Query("Where is my phone?"), strong)),
            "and on Sundays": Turn(partial, Answer(partial, strong[:1], uncovered=("sundays",), differing=(1, 2))),
            "I clicked a link": Turn(urgent, Answer(urgent, strong[:1])),
            "hens": Turn(Query("hens"), missing),
            "boom": ValueError("a hole in the floor"),
        },
        next_questions=("What if a phone is stolen?", "How do you lock a phone?"),
    )


READY, ANSWERED = "see 2 documents", "answered"
OPEN = (READY, "ask Where is my phone?", ANSWERED, "escape")
MISSING = IndexMissing("there is no index in data/index; run: careguide index")
DAMAGED = IndexDamaged("the index file vectors.npy is damaged; run: careguide index --again")
STATES = {
    "first": State(_app, (READY,), (80, 24)),
    "answered": State(_app, OPEN),
    "partial": State(_app, (READY, "ask and on Sundays", ANSWERED)),
    "not-found": State(_app, (READY, "ask hens", "see nearest headings")),
    "urgent": State(_app, (READY, "ask I clicked a link", ANSWERED)),
    "source": State(_app, (*OPEN, "1", "see esc Close"), (120, 36)),
    "finding": State(_app, (*OPEN, "1", "see esc Close", "slash", *"number", "enter", "see 14 of 24"), (120, 36)),
    "search": State(_app, (READY, "escape", "s", "t", "see best 2"), (120, 36)),
    "filters": State(_app, (READY, "escape", "f", "see no filter", "home", "space", "see 1 page:"), (100, 44)),
    "history": State(_app, (*OPEN, "h", "see CCTV")),
    "export": State(_app, (*OPEN, "e", "see Save this")),
    "help": State(_app, (READY, "f1", "see all commands"), (100, 60)),
    "narrow": State(_app, (*OPEN, "1", "see esc Close"), (80, 24)),
    "wide": State(_app, (*OPEN, "1", "see esc Close"), (200, 60)),
    "light": State(_app, (*OPEN, "d")),
    "no-index": State(lambda: _app(faults=(MISSING,)), ("see Build the index now",)),
    "damaged": State(lambda: _app(faults=(DAMAGED,), older="2026-11-20T09:00:00+00:00"), ("see Use the last good",)),
    "error": State(_app, (READY, "ask boom", "see hole in the floor")),
    "copied": State(_app, (*OPEN, "y", "see Copied quote")),
}
