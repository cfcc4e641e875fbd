"""Tests of index terms."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.index.words import FUNCTION_WORDS, content_words, grams, stem, terms, words
from tests.strategies import markdown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Report the breach!", ["report", "the", "breach"]),
        ("You don't, they\u2019re, the provider's, providers'", ["you", "dont", "theyre", "the", "provider", "providers"]),
        ("multi-factor 72-hour snake_case", ["multi", "factor", "72", "hour", "snake", "case"]),
        ("## What to do {#do-this.first}", ["what", "to", "do"]),
        ("Caf\u00e9 \u4e2d\u6587 1.5", ["caf\u00e9", "\u4e2d\u6587", "1", "5"]),
        ("*** --- ???", []),
        ("", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_function_words_carry_no_meaning() -> None:
    assert content_words("What should I do if the phone is lost or stolen, please?") == ["phone", "lost", "stolen"]


@pytest.mark.parametrize(
    "contraction",
    "it's don't can't won't isn't aren't wasn't weren't doesn't didn't hasn't haven't shouldn't wouldn't couldn't "
    "I'm I've we're we've you're you've you'll they're they've they'll what's who's that's there's".split(),
)
def test_contractions_of_function_words_carry_no_meaning(contraction: str) -> None:
    assert content_words(contraction) == content_words(contraction.replace("'", "\u2019")) == []


def test_words_stand_in_order_and_as_often_as_in_the_text() -> None:
    assert content_words("phone laptop phone") == ["phone", "laptop", "phone"]


@pytest.mark.parametrize(
    ("one", "other"), [("passwords", "password"), ("reporting", "report"), ("breaches", "breach"), ("deleted", "delete")]
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert stem(one) == stem(other)
    assert terms(one) == terms(other)


def test_unlike_words_stay_apart() -> None:
    assert len(set(terms("password phone breach backup scam camera"))) == 6


@given(markdown)
def test_terms_are_stems_of_content_words_in_order(text: str) -> None:
    assert terms(text) == [stem(word) for word in content_words(text)]
    assert not FUNCTION_WORDS.intersection(content_words(text))


@given(markdown)
def test_capitals_make_no_difference(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert terms(plain) == terms(plain.upper())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("password", ["<pas", "pass", "assw", "sswo", "swor", "word", "ord>"]),
        ("USB", ["<usb", "usb>"]),
        ("pc's", ["<pc>"]),
        ("x", ["<x>"]),
        ("the phone of the pc", ["<pho", "phon", "hone", "one>", "<pc>"]),
        ("of the and", []),
        ("???", []),
    ],
)
def test_grams_are_runs_of_four_characters_within_a_word(text: str, found: list[str]) -> None:
    assert grams(text) == found


@given(markdown)
def test_each_word_is_spelt_by_its_grams(text: str) -> None:
    spelt = "".join(gram if gram.startswith("<") else gram[-1] for gram in grams(text))
    assert spelt == "".join(f"<{word}>" for word in content_words(text))
