"""What "verbatim" means: the one normal form of text, and what never survives into it.

Every document and every question passes through ``normalise`` once, when it comes in. All offsets of the project
count characters of the result, so nothing may change text after that.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPE_SEQUENCES = re.compile(
    # What begins a sequence is not in its body: else a row of openings that nothing ends would take quadratic time.
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c\x9d]*(?:\x07|\x1b\\|\x9c)"  # OSC: titles, links, the clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x90\x98\x9c\x9e\x9f]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|\x1b[ -/]*[0-~]"  # the two- and three-byte ones
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but for the line end, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # fillers and joiners that show nothing
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero-width, bidirectional, invisible operators
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # variation selectors, byte-order mark, interlinear marks
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format marks of shorthand and of music
    "\ud800-\udfff"  # surrogates that stand alone
    "\U000e0000-\U000e0fff"  # tags and the further variation selectors
    "]"
)
_HIDING = re.compile(f"{_UNSEEN.pattern}|[\u2028\u2029]")
LONGEST_QUESTION = 4_000
"""Characters; a question of several hundred words still fits."""
TAB = 4
"""Columns of a tab at the beginning of a line, as CommonMark has it."""
_INDENT = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_TRAILING = re.compile(r"(?<! ) +(?=\n|$)")  # the look-behind keeps a long run of spaces from taking quadratic time


def sanitise(text: str) -> str:
    """Return the text without escape sequences and without characters that act on a terminal or hide.

    Spaces of every width become the plain space, line ends of every kind the line feed; tabs keep the depth of a list.
    """
    text = _ESCAPE_SEQUENCES.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _INDENT.sub(lambda spaces: spaces[0].expandtabs(TAB), text)
    text = _SPACES.sub(" ", text)
    return _UNSEEN.sub("", text)


def inert_json(text: str) -> str:
    """Return JSON in which every character that acts on a terminal or hides is an escape; its values stay the same."""
    return _HIDING.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def normalise(text: str) -> str:
    """Return the normal form: sanitised, NFC, no white space at line ends, none around the whole.

    Applying it twice changes nothing more.
    """
    text = unicodedata.normalize("NFC", sanitise(text))
    return _TRAILING.sub("", text).strip()


def one_line(text: str) -> str:
    """Return the normal form with every run of white space made one space; for titles, headings and questions."""
    return " ".join(normalise(text).split())
