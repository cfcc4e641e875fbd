"""A driver for the application: what a user does and sees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from assistant.tui.widgets import QuestionBox
from tests.tui.fakes import (
    FakeGuidance,
    FakeHistory,
    FakeOutside,
    FakeSession,
    RecordingApp,
    services,
    shown,
    squeezed,
)


class Desk:
    """The application as someone sits before it."""

    def __init__(self, app: RecordingApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def text(self) -> str:
        """What stands on the screen, on one line."""
        return squeezed(shown(self.app))

    @property
    def footer(self) -> str:
        """The last line of the screen."""
        return shown(self.app).splitlines()[-1]

    @property
    def box(self) -> QuestionBox:
        """The question box."""
        return self.app.screen_stack[0].query_one(QuestionBox)

    async def until(self, check: Callable[[], bool]) -> None:
        """Wait until the check holds, for eight seconds at most, which only a failure takes."""
        for _ in range(400):
            if check():
                await self.pilot.pause(0.02)
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"never came true; the screen shows:\n{shown(self.app)}")

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows all these texts."""
        await self.until(lambda: all(text in self.text for text in texts))

    async def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.box.focus()
        self.box.value = question
        await self.pilot.press("enter")

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the time zone and the colours of no machine in particular."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


Open = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def desk() -> Open:
    """Open the application on a session or on guidance to be opened, at 80x24 unless told."""

    @asynccontextmanager
    async def opened(
        session: FakeSession | None = None,
        guidance: FakeGuidance | None = None,
        size: tuple[int, int] = (80, 24),
        history: FakeHistory | None = None,
        outside: FakeOutside | None = None,
    ) -> AsyncIterator[Desk]:
        app = RecordingApp(services(guidance or FakeGuidance(session or FakeSession()), history, outside))
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            at = Desk(app, pilot)
            if guidance is None:
                await at.until(lambda: "2 documents" in at.text)
            yield at

    return opened
