"""The contrast of colours, by which the screens are judged where their pictures are compared."""

from __future__ import annotations

import pytest

from tests.tui.contrast import contrasts, ratio


def test_the_ratio_is_that_of_the_definition() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_text_is_compared_with_the_last_rectangle_drawn_under_it() -> None:
    svg = (
        "<style>.terminal-1-r1 { fill: #777777 }</style>"
        '<rect fill="#000000" x="0" y="0" width="90" height="90"/><rect fill="#ffffff" x="0" y="0" width="90" height="20"/>'
        '<text class="terminal-1-r1" x="5" y="10">grey</text>'
    )
    assert contrasts(svg) == {"grey": ratio("#777777", "#ffffff")}
