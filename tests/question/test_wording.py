"""The words that people type: corrected where nobody knows them, left alone where somebody does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.wording import TEXT_SPEAK, Wording
from assistant.reference import Term
from tests.fakes import FakeVocabulary

MFA = Term("2-step verification", ("MFA", "two-factor authentication"), "A second check.", (), ())
WORDING = Wording(
    FakeVocabulary(["password", "receive", "centre", "organise", "manager", "phishing"], ["printer", "center", "organize"]),
    [MFA],
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("wot do i do pls", "what do i do please"),
        ("my pasword", "my password"),
        ("I PASWORD", "I password"),
        ("the data center", "the data centre"),
        ("printer", "printer"),
        ("NHSmial PASSworddd", "NHSmial PASSworddd"),
        ("mrs okonkwo", "mrs okonkwo"),
        ("abc xyzzy", "abc xyzzy"),
    ],
)
def test_words_are_read_as_they_are_meant(typed: str, read: str):
    reading = WORDING.read(typed)
    assert reading.text == read
    assert bool(reading.corrections) == (typed != read)


def test_each_correction_is_told_once_and_why():
    told = WORDING.read("wot pasword, wot center").corrections
    assert [(one.typed, one.read, one.why) for one in told] == [
        ("wot", "what", "text-speak"),
        ("pasword", "password", "spelling"),
        ("center", "centre", "British spelling"),
    ]


def test_other_names_are_found_in_both_directions_and_not_where_they_stand_already():
    short, long = WORDING.read("what is MFA?").synonyms, WORDING.read("turn on 2-step verification").synonyms
    assert [one.other for one in short] == ["2-step verification", "two-factor authentication"]
    assert {(one.said, one.other) for one in long} == {
        ("2 step verification", "MFA"),
        ("2 step verification", "two-factor authentication"),
    }
    assert "MFA" not in {one.other for one in WORDING.read("2-step verification (MFA)").synonyms}
    assert [one.other for one in WORDING.read("a dodgy text").synonyms] == ["suspicious"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("what is MFA", True),
        ("two-factor authentications?", True),
        ("a dodgy two factor", False),
        ("phishing", False),
        ("", False),
    ],
)
def test_a_name_of_the_glossary_is_found_whole_and_whatever_its_ending(text: str, named: bool):
    assert WORDING.names_a_term(text) is named


def test_no_short_form_stands_for_itself():
    assert not [short for short, long in TEXT_SPEAK.items() if short == long or " " in short]


@given(st.text(max_size=200))
def test_any_text_is_read_and_a_second_time_the_same(text: str):
    once = WORDING.read(text)
    assert WORDING.read(text) == once
    assert WORDING.read(once.text).text == WORDING.read(WORDING.read(once.text).text).text
