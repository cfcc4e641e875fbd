"""Tests of the shared values."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Answer, Document, NoAnswer, Query, Utterance
from tests.fakes import document

PAGE = document("Before.\n\n# One {#one}\n\nFirst.\n\n## Two\n\nSecond.\n\n- a\n- b")


@given(st.integers(-5, 80), st.integers(-5, 80))
def test_an_excerpt_is_the_text_between_its_ends_and_nothing_else(start: int, end: int) -> None:
    if 0 <= start < end <= len(PAGE.text):
        excerpt = PAGE.excerpt(start, end)
        assert excerpt.text == PAGE.text[start:end]
        assert (excerpt.start, excerpt.end) == (start, end)
        assert (excerpt.document_id, excerpt.content_hash) == (PAGE.id, PAGE.content_hash)
    else:
        with pytest.raises(ValueError, match=f"{start}:{end}"):
            PAGE.excerpt(start, end)


@pytest.mark.parametrize(
    ("words", "heading"), [("Before.", ""), ("# One", "One"), ("First.", "One"), ("Second.", "Two"), ("- b", "Two")]
)
def test_section_at_is_the_section_around_the_character(words: str, heading: str) -> None:
    assert PAGE.section_at(PAGE.text.index(words)).heading == heading


def test_blocks_between_are_those_wholly_within() -> None:
    section = PAGE.sections[1]
    kinds = [block.kind for block in PAGE.blocks_between(section.start, section.end)]
    assert kinds == ["heading", "paragraph"]
    assert PAGE.blocks_between(section.start + 1, section.end)[0].kind == "paragraph"


def test_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PAGE.title = "Other"  # type: ignore[misc]


def test_the_question_is_as_the_user_put_it() -> None:
    assert Query("what is a breach and how long", asked="and how long?").question == "and how long?"
    assert Query("what is a breach").question == "what is a breach"


def test_what_each_side_said_is_told_apart_and_in_order() -> None:
    history = (Utterance("user", "a phone"), Utterance("assistant", "Lock it."), Utterance("user", "and then?"))
    query = Query("and then, to whom?", history=history)
    assert query.said("user") == "a phone\nand then?"
    assert query.said("assistant") == "Lock it."
    assert Query("q").said("user") == Query("q").said("assistant") == ""


def test_outcomes_are_values() -> None:
    query = Query("q")
    assert Answer(query, ()).outcome == "answered"
    assert Answer(query, (), uncovered=("word",)).outcome == "partial"
    assert NoAnswer(query, "nothing").outcome == "not_found"


@pytest.mark.parametrize(("kind", "starter"), [("starter note", True), ("guidance", False)])
def test_a_starter_note_is_told_by_its_kind(kind: str, starter: bool) -> None:
    page: Document = dataclasses.replace(PAGE, kind=kind)
    assert page.is_starter is starter
