"""Tests of the normal form of text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import normalise, one_line, sanitise
from tests.strategies import dirty, markdown

ZERO_WIDTH = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}
"""Letters and marks, by their category, that take no room."""
VISIBLE_FORMAT = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
"""Format characters that show: Arabic, Syriac and Kaithi number marks, and joiners of hieroglyphs."""


def hides(character: str) -> bool:
    """Whether a character acts on a terminal, turns the direction of text, or shows nothing."""
    if character == "\n" or ord(character) in VISIBLE_FORMAT:
        return False
    selector = 0xFE00 <= ord(character) <= 0xFE0F or 0xE0000 <= ord(character) <= 0xE0FFF
    return selector or character in ZERO_WIDTH or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


@given(st.one_of(dirty, markdown))
def test_normal_form_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert one_line(one_line(text)) == one_line(text)


@given(st.one_of(dirty, markdown))
def test_nothing_hidden_survives(text: str) -> None:
    assert [hex(ord(character)) for character in normalise(text) if hides(character)] == []


@given(dirty)
def test_white_space_is_plain_and_not_at_line_ends(text: str) -> None:
    result = normalise(text)
    assert {character for character in result if character.isspace()} <= {" ", "\n"}
    assert all(line == line.rstrip() for line in result.split("\n"))
    assert result == result.strip()


@given(st.text("abc \n.,:-#*[]()'\u00e9\u4e2d", max_size=80))
def test_plain_text_keeps_every_visible_character(text: str) -> None:
    assert "".join(normalise(text).split()) == "".join(text.split())


def test_every_hidden_character_of_unicode_is_removed() -> None:
    survivors = [hex(code) for code in range(0x110000) if hides(chr(code)) and chr(code) in sanitise(f"a{chr(code)}b")]
    assert survivors == []


@pytest.mark.parametrize(
    ("dirty_text", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;31mred", "red"),
        ("\x1b]0;a title\x07shown", "shown"),
        ("\x1b]8;;https://bad.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d52;c;stolen\x9cshown", "shown"),
        ("\x1bPq#0;2\x1b\\shown", "shown"),
        ("\x1bcreset", "reset"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("pass\u200bword", "password"),
        ("a\U000e0061\U000e007fb", "ab"),
        ("one\r\ntwo\rthree\u2028four\u0085five", "one\ntwo\nthree\nfour\nfive"),
        ("wide\u00a0\u2003space\tend", "wide  space end"),
        ("cafe\u0301", "caf\u00e9"),
        ("  around \n kept in \n", "around\n kept in"),
    ],
)
def test_known_cases(dirty_text: str, clean: str) -> None:
    assert normalise(dirty_text) == clean


def test_an_escape_sequence_that_never_ends_takes_no_text_with_it() -> None:
    assert normalise("\x1b]0;title without an end") == "0;title without an end"


def test_one_line_joins_lines_and_runs_of_space() -> None:
    assert one_line(" What is\n\n a   breach?\t") == "What is a breach?"


@pytest.mark.parametrize("unit", [" ", "\x1b", "\x1b]", "\x9d", "\x90", "\x9e\x9f", "\x9b1", "\u200b ", "\x1b["])
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    begin = time.perf_counter()
    normalise(unit * 100_000 + "x")
    assert time.perf_counter() - begin < 5, "a quadratic pattern would take minutes"
