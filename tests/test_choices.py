"""Filters from what somebody typed."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.choices import chosen
from assistant.errors import ConfigError
from assistant.filters import NO_FILTERS, NOT_SAID, Filters
from tests.fakes import document

PAGE = document("## Locks\n\nLock the door.\n")
CORPUS = [
    dataclasses.replace(PAGE, publisher="NCSC", kind="guidance", topics=("passwords", "mfa"), applies_to=("UK",)),
    dataclasses.replace(PAGE, publisher="ICO", kind="collection", topics=("cctv",), applies_to=("England",)),
]


def test_values_are_known_in_any_case_and_counted_once():
    typed = {"publisher": ["ncsc", "NCSC", " Ico "], "topic": ["CCTV"], "applies_to": ["scotland", "Not Said"]}
    assert chosen(CORPUS, typed, "2025") == Filters(
        publisher=("NCSC", "ICO"), topic=("cctv",), applies_to=("Scotland", NOT_SAID), updated_since="2025-01-01"
    )
    assert chosen(CORPUS, {}) == NO_FILTERS


@pytest.mark.parametrize(
    ("field", "typed", "near"),
    [
        ("publisher", "NCSCC", "NCSC"),
        ("kind", "guide", "guidance"),
        ("topic", "password", "passwords"),
        ("applies_to", "Englnd", "England"),
        ("topic", "", "mfa"),
    ],
)
def test_an_unknown_value_is_told_with_the_nearest(field: str, typed: str, near: str):
    with pytest.raises(ConfigError, match=f"no page has the {field.replace('_', ' ')} '{typed}'.*{near}"):
        chosen(CORPUS, {field: [typed]})


def test_a_guidance_without_topics_says_so():
    with pytest.raises(ConfigError, match="no page of this guidance names a topic; leave 'cctv' out"):
        chosen([PAGE], {"topic": ["cctv"]})


@pytest.mark.parametrize("wrong", ["", "25", "2025-1", "2025-02-30", "0000", "last year", "\u0662\u0660\u0662\u0665"])
def test_a_date_that_is_none_is_told(wrong: str):
    with pytest.raises(ConfigError, match="is not a date; write a year such as 2025"):
        chosen(CORPUS, {}, wrong)
