"""Pictures of the screens, compared with those that were looked at; make them anew with ``pytest --snapshot-update``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.states import STATES


@pytest.mark.parametrize("name", STATES)
def test_the_screen_looks_as_it_did(snap_compare: Callable[..., bool], name: str) -> None:
    state = STATES[name]
    assert snap_compare(state.app(), terminal_size=state.size, run_before=state.reach)
