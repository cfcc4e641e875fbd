"""Links that open a page at the words quoted: the section's anchor and a text fragment."""

from __future__ import annotations

import re
from urllib.parse import quote, urldefrag

_INLINE = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`]+")
"""Marks that a page does not show: of a link all but its words, and those of bold text and code."""
_MARKS = re.compile(r"^\s*(?:[-*+>#]+|\d+[.)])\s+")
_WORDS_EACH = 5
"""Words of each end that a fragment names: enough to be found once in a page, and short enough to survive small edits."""


def _encoded(words: list[str]) -> str:
    """Percent-encode for a text fragment; the dash, the comma and the ampersand have a meaning there."""
    return quote(" ".join(words), safe="").replace("-", "%2D")


def text_fragment(excerpt: str) -> str:
    """Return ``:~:text=start,end`` for the words of an excerpt, list marks left out; empty where it has no words.

    Source: WICG "URL Fragment Text Directives". The two ends are taken from whole lines, because a range may cross
    elements of the page and a single text may not.
    """
    lines = [_INLINE.sub(r"\1", _MARKS.sub("", line)).split() for line in excerpt.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    if len(lines) == 1 and len(lines[0]) <= 2 * _WORDS_EACH:
        return f":~:text={_encoded(lines[0])}"
    return f":~:text={_encoded(lines[0][:_WORDS_EACH])},{_encoded(lines[-1][-_WORDS_EACH:])}"


def deep_link(url: str, anchor: str, excerpt: str = "") -> str:
    """Return the address with anchor and text fragment; either may be empty."""
    page = urldefrag(url).url
    fragment = quote(anchor, safe="") + text_fragment(excerpt)
    return f"{page}#{fragment}" if fragment else page
