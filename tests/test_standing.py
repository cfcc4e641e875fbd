"""Tests of which documents may be answered from, and of when two addresses are one page."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.corpus import same_page, standing
from assistant.types import STARTER_KIND, Document
from tests.fakes import document


def official(url: str, status: str = "live") -> Document:
    return dataclasses.replace(document("x", f"documents/{url}"), url=url, status=status)  # type: ignore[arg-type]


def note(*based_on: str) -> Document:
    return dataclasses.replace(document("x", "starter/note"), kind=STARTER_KIND, based_on=based_on)


A, B = "https://www.example.org/a", "https://www.example.org/b"


@pytest.mark.parametrize(
    ("fetched", "stays"),
    [
        ([], True),
        ([official(A)], True),
        ([official(A), official(B)], False),
        ([official(A), official(B, "withdrawn")], True),
        ([official(A, "withdrawn"), official(B, "withdrawn")], True),
        ([official("https://example.org/a/"), official("https://WWW.example.org/b#part")], False),
        ([official("https://example.org/a"), official("https://example.org/b?page=2")], True),
        ([official(A), dataclasses.replace(official(B), kept="excerpt")], True),
        ([official(A), dataclasses.replace(official("https://www.example.org/new"), aliases=(B,))], False),
    ],
    ids=["none", "one", "all", "one withdrawn", "all withdrawn", "other spelling", "other page", "excerpt", "moved"],
)
def test_a_note_steps_aside_once_all_its_pages_are_fetched(fetched: list[Document], stays: bool) -> None:
    left = standing((note(A, B), *fetched))
    assert ("starter/note" in [one.id for one in left]) is stays
    assert [one for one in left if not one.is_starter] == [one for one in fetched if one.status != "withdrawn"]


def test_a_note_does_not_step_aside_for_itself_or_another_note() -> None:
    own = dataclasses.replace(note(A), url=A)
    assert standing((own, dataclasses.replace(own, id="starter/other"))) == (own, dataclasses.replace(own, id="starter/other"))
    assert standing((note(),)) == (note(),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a", "https://EXAMPLE.org/a"),
        ("https://example.org/a", "https://www.example.org/a#part"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a?x=1", "https://example.org/a/?x=1"),
    ],
)
def test_addresses_of_one_page(one: str, other: str) -> None:
    assert same_page(one) == same_page(other)


@pytest.mark.parametrize(
    "other", ["https://example.org/b", "https://example.org/A", "https://example.com/a", "https://example.org/a?x=1"]
)
def test_addresses_of_other_pages(other: str) -> None:
    assert same_page("https://example.org/a") != same_page(other)
