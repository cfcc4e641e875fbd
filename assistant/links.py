"""Links that open a page at the words quoted: the section's anchor and a text fragment."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urldefrag

_WORDS_EACH = 5
"""Words of each end that a fragment names: enough to be found once in a page, and short enough to survive small edits."""

_UNSHOWN_LINE = re.compile(r"\s*(?:[-*_=]{3,}|[-:| ]*-[-:| ]*\|[-:| ]*|\[[^\]]+\]:\s.*|`{3}.*|~{3}.*)\s*")
"""Lines that a page does not show as words: rules, the rule of a table, link definitions, code fences."""
_LINE_MARKS = re.compile(r"^\s*(?:(?:[-*+>#]+|\d+[.)])\s+)+")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^>\s]+)>")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*+|`+|(?<!\w)_+|_+(?!\w))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _shown(line: str) -> list[list[str]]:
    """Return the words that a page shows of a line of Markdown, each table cell by itself; empty where it shows none."""
    if _UNSHOWN_LINE.fullmatch(line):
        return []
    line = _LINK.sub(r"\1", _IMAGE.sub("", _LINE_MARKS.sub("", line)))
    line = _EMPHASIS.sub("", _AUTOLINK.sub(r"\1", line))
    cells = line.strip().strip("|").split(" | ") if line.lstrip().startswith("|") else [line]
    words = (html.unescape(_ESCAPED.sub(r"\1", cell)).split() for cell in cells)
    return [cell for cell in words if cell]


def _encoded(words: list[str]) -> str:
    """Percent-encode for a text fragment; the dash, the comma and the ampersand have a meaning there."""
    return quote(" ".join(words), safe="").replace("-", "%2D")


def text_fragment(excerpt: str) -> str:
    """Return ``:~:text=start,end`` for the words of an excerpt as its page shows them; empty where it has none.

    Source: WICG "URL Fragment Text Directives". The two ends are taken from whole lines, because a range may cross
    elements of the page and a single text may not.
    """
    pieces = [piece for line in excerpt.splitlines() for piece in _shown(line)]
    if not pieces:
        return ""
    if len(pieces) == 1 and len(pieces[0]) <= 2 * _WORDS_EACH:
        return f":~:text={_encoded(pieces[0])}"
    return f":~:text={_encoded(pieces[0][:_WORDS_EACH])},{_encoded(pieces[-1][-_WORDS_EACH:])}"


def deep_link(url: str, anchor: str, excerpt: str = "") -> str:
    """Return the address with anchor and text fragment; either may be empty."""
    page = urldefrag(url).url
    fragment = quote(anchor, safe="=") + text_fragment(excerpt)
    return f"{page}#{fragment}" if fragment else page
