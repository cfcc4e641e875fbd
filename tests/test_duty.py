"""How strongly words bind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.duty import STRENGTHS, strength_of


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("You must report it within 72 hours.", "must"),
        ("You must not share it.", "must"),
        ("Providers are required to complete it.", "must"),
        ("You have to tell the ICO.", "must"),
        ("It is against the law.", "must"),
        ("You should change it.", "should"),
        ("The NCSC recommends three random words.", "should"),
        ("Tell your manager.", "should"),
        ("1. Stop.\n2. Tell your manager.", "should"),
        ("Do not reply.", "should"),
        ("If it is a work phone, tell IT at once.", "should"),
        ("You may keep a copy.", "may"),
        ("A breach can harm people.", "may"),
        ("There are ten standards.", "information"),
        ("The change of address was late.", "information"),
    ],
)
def test_strength(text: str, strength: str):
    assert strength_of(text) == strength


@given(st.text(max_size=200))
def test_any_text_has_one_and_a_duty_added_to_it_is_the_strongest(text: str):
    assert strength_of(text) in STRENGTHS
    assert strength_of(f"{text} You must act.") == "must"
