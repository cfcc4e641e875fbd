"""Pictures of the screens, compared with those that were looked at; make them anew with ``pytest --snapshot-update``.

While a screen is there, every text on it is seen to stand out from what is behind it, in both themes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.tui.themes import DARK, LIGHT
from tests.tui.contrast import LEAST, contrasts
from tests.tui.states import STATES

SEEN_ELSEWHERE = {"narrow", "wide", "light"}
"""States with the texts and colours of another."""


@pytest.mark.parametrize("name", STATES)
def test_the_screen_looks_as_it_did(snap_compare: Callable[..., bool], name: str) -> None:
    state = STATES[name]

    async def reach(pilot: Pilot[Any]) -> None:
        await state.reach(pilot)
        if name not in SEEN_ELSEWHERE:
            await stands_out(pilot)

    assert snap_compare(state.app(), terminal_size=state.size, run_before=reach)


async def stands_out(pilot: Pilot[Any]) -> None:
    """Check the contrast of every text in both themes, the dark one last, which is that of the picture."""
    for theme in (LIGHT, DARK):
        pilot.app.theme = theme
        await pilot.pause()
        found = contrasts(pilot.app.export_screenshot())
        assert len(found) > 5
        assert {words: value for words, value in found.items() if value < LEAST} == {}, theme
