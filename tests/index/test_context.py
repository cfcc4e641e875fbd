"""Tests of what is put around a passage: its headings, and the ways in which people ask for its sections."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import example, given

from assistant.index.build import cut
from assistant.index.context import asked_of, body, dense_text, heading_text, headings, lexical_text
from assistant.index.words import terms
from assistant.text import normalise
from assistant.types import Document, Passage
from tests.fakes import document
from tests.index.small import BUDGET
from tests.strategies import markdown

BODY = "Before.\n\n# One {#one}\n\nFirst words.\n\n## Two {#two}\n\n- Second words.\n\n# Three {#three}\n\nThird words."
ASKED = {"": ("zero",), "one": ("one a", "one b"), "two": ("two",), "three": ("three",), "gone": ("gone",)}


@pytest.fixture
def page() -> Document:
    return dataclasses.replace(document(BODY), asked=ASKED)


def over(page: Document, first: str, last: str) -> Passage:
    """Return the passage from one run of words to the end of another."""
    start, end = page.text.index(first), page.text.index(last) + len(last)
    return Passage(f"{page.id}#0000", page.id, page.sections.index(page.section_at(start)), start, end)


@pytest.mark.parametrize(
    ("first", "last", "questions"),
    [
        ("Before.", "Before.", ["zero"]),
        ("# One", "First words.", ["One", "one a", "one b"]),
        ("First words.", "Second words.", ["One", "one a", "one b", "Two", "two"]),
        ("## Two", "Second words.", ["Two", "two"]),
        ("Before.", "Third words.", ["zero", "One", "one a", "one b", "Two", "two", "Three", "three"]),
    ],
)
def test_a_passage_has_the_questions_of_the_sections_that_it_touches(
    page: Document, first: str, last: str, questions: list[str]
) -> None:
    assert list(asked_of(page, over(page, first, last))) == questions


def test_a_passage_that_is_a_whole_section_has_no_question_of_its_neighbours(page: Document) -> None:
    for number, section in enumerate(page.sections):
        passage = Passage(f"{page.id}#{number:04d}", page.id, number, section.start, section.end)
        assert asked_of(page, passage) == (*filter(None, [section.heading]), *ASKED[section.anchor])


def test_headings_are_indexed_with_the_title_and_without_the_body(page: Document) -> None:
    passage = over(page, "## Two", "Second words.")
    assert headings(page, passage) == ("One", "Two")
    assert heading_text(page, passage) == "A page\nOne\nTwo"
    assert body(page, passage) == "Second words."


def test_what_is_asked_is_no_part_of_any_text_that_is_indexed(page: Document) -> None:
    passage = over(page, "Before.", "Third words.")
    bare = dataclasses.replace(page, asked={})
    for text in (lexical_text, dense_text, heading_text, body):
        assert text(page, passage) == text(bare, passage)


@given(markdown)
@example("# Data\n\n## {#first}Yellow zebra\n\nWords of a section whose heading begins with its anchor.")
def test_every_term_of_headings_and_body_has_a_number_in_the_lexical_index(text: str) -> None:
    made = document(normalise(text) or "Words.")
    for passage in cut([made], BUDGET):
        known = set(terms(lexical_text(made, passage)))
        assert set(terms(heading_text(made, passage))) | set(terms(body(made, passage))) == known
