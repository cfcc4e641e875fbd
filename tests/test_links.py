"""Tests of deep links: anchors and text fragments."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.links import deep_link, text_fragment
from assistant.text import normalise
from tests.strategies import documents, raw

PAGE = "https://example.org/page"


@pytest.mark.parametrize(
    ("excerpt", "fragment"),
    [
        ("Tell your manager.", ":~:text=Tell%20your%20manager."),
        ("Use multi-factor log-in", ":~:text=Use%20multi%2Dfactor%20log%2Din"),
        ("Names, dates & notes", ":~:text=Names%2C%20dates%20%26%20notes"),
        ("Caf\u00e9 \u00a35", ":~:text=Caf%C3%A9%20%C2%A35"),
        ("100% sure? #1 = yes/no", ":~:text=100%25%20sure%3F%20%231%20%3D%20yes%2Fno"),
        ("- one\n- two\n- three", ":~:text=one,three"),
        ("1. Stop.\n2. Tell the lead at once.", ":~:text=Stop.,Tell%20the%20lead%20at%20once."),
        ("> A quote", ":~:text=A%20quote"),
        ("**Stop** and [call 159](https://example.org/x)", ":~:text=Stop%20and%20call%20159"),
        (
            "_Stop_ snake_case `run` \\_ &amp; <https://a.org>",
            ":~:text=Stop%20snake_case%20run%20_%20%26%20https%3A%2F%2Fa.org",
        ),
        ("![logo](https://a.org/x.png) Words", ":~:text=Words"),
        ("| Who | What |\n| --- | --- |\n| unicorn | manager |", ":~:text=Who,manager"),
        ("First\n\n---\n\n[ref]: https://a.org", ":~:text=First"),
        ("```\ncode here\n```", ":~:text=code%20here"),
        ("- > 1. deep", ":~:text=deep"),
        ("a b c d e f g h i j k", ":~:text=a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        ("a b c d e f g h i j", ":~:text=a%20b%20c%20d%20e%20f%20g%20h%20i%20j"),
        ("", ""),
        (" \n\n ", ""),
    ],
)
def test_text_fragments(excerpt: str, fragment: str) -> None:
    assert text_fragment(excerpt) == fragment


@given(st.one_of(documents, raw, st.text("-,&= a\n", max_size=40)))
def test_a_fragment_has_no_mark_with_a_meaning_but_the_one_comma(text: str) -> None:
    fragment = text_fragment(normalise(text))
    if fragment:
        ends = fragment.removeprefix(":~:text=").split(",")
        assert len(ends) <= 2
        assert all(re.fullmatch(r"(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+", end) for end in ends)


@given(documents)
def test_the_letters_of_a_fragment_stand_in_the_excerpt_in_their_order(text: str) -> None:
    excerpt = normalise(text).replace("&", "")  # a character reference stands for another letter
    for end in text_fragment(excerpt).removeprefix(":~:text=").split(","):
        letters = iter(letter for letter in excerpt if letter.isalnum())
        assert all(letter in letters for letter in unquote(end) if letter.isalnum())


@pytest.mark.parametrize(
    ("url", "anchor", "excerpt", "link"),
    [
        (PAGE, "", "", PAGE),
        (PAGE, "part", "", f"{PAGE}#part"),
        (PAGE, "", "Words", f"{PAGE}#:~:text=Words"),
        (PAGE, "part", "Words", f"{PAGE}#part:~:text=Words"),
        (f"{PAGE}#old", "new", "", f"{PAGE}#new"),
        (f"{PAGE}?a=1", "\u00e9 &", "", f"{PAGE}?a=1#%C3%A9%20%26"),
    ],
)
def test_deep_links(url: str, anchor: str, excerpt: str, link: str) -> None:
    assert deep_link(url, anchor, excerpt) == link
