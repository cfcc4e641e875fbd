"""How far the texts of a screenshot stand out from what is behind them."""

from __future__ import annotations

import re

from textual.color import Color

LEAST = 4.5
"""Contrast of text, from WCAG 2.2, success criterion 1.4.3 (AA)."""


def contrasts(svg: str) -> dict[str, float]:
    """Return the contrast of each text of a screenshot with the rectangle that it stands on."""
    styles = dict(re.findall(r"\.(terminal-\d+-r\d+) \{ fill: (#[0-9a-f]{6})", svg))
    boxes = [(float(x), float(y), float(w), float(h), fill) for fill, x, y, w, h in _RECTANGLE.findall(svg)]
    found = {}
    for name, x, y, text in _TEXT.findall(svg):
        words = re.sub(r"&#160;|[\u2500-\u259f\s]", "", text)
        if words:
            behind = [
                fill for left, top, w, h, fill in boxes if left - 1 <= float(x) < left + w and top <= float(y) < top + h + 4
            ]
            found[words] = min(found.get(words, 99.0), ratio(styles[name], behind[-1]))
    return found


_RECTANGLE = re.compile(r'<rect fill="(#[0-9a-f]{6})" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"')
_TEXT = re.compile(r'<text class="(terminal-\d+-r\d+)" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2, 0 to 1."""
    channels = (value / 255 for value in Color.parse(colour).rgb)
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
