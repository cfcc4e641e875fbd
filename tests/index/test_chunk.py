"""Tests of the cuts: passages of a document."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.index.chunk import chunk, chunker_version, is_lead_in
from assistant.index.tokens import counter
from assistant.text import normalise
from assistant.types import Document, Passage
from tests.fakes import document
from tests.strategies import markdown

budgets = st.sampled_from([4, 8, 20, 60, 220])


def words_counter(text: str) -> int:
    """Count words: easy to follow by hand."""
    return len(text.split())


def made(raw: str) -> Document:
    text = normalise(raw)
    assume(text)
    return document(text)


def wording(page: Document, passages: tuple[Passage, ...]) -> list[str]:
    return [page.text[passage.start : passage.end] for passage in passages]


@given(markdown, budgets)
def test_every_character_is_in_one_passage_and_passages_stand_in_order(raw: str, budget: int) -> None:
    page = made(raw)
    passages = chunk(page, budget, counter())
    at = 0
    for passage in passages:
        assert page.text[at : passage.start].strip() == ""
        assert at <= passage.start < passage.end <= len(page.text)
        at = passage.end
    assert page.text[at:].strip() == ""


@given(markdown, budgets)
def test_passages_are_numbered_and_know_their_section(raw: str, budget: int) -> None:
    page = made(raw)
    passages = chunk(page, budget, counter())
    assert [passage.id for passage in passages] == [f"{page.id}#{number:04d}" for number in range(len(passages))]
    for passage in passages:
        section = page.sections[passage.section]
        assert section.start <= passage.start < section.end
        assert passage.document_id == page.id
        assert page.excerpt(passage.start, passage.end).text.strip() == page.text[passage.start : passage.end]


@given(markdown, budgets)
def test_only_a_single_block_or_item_is_over_the_budget(raw: str, budget: int) -> None:
    page = made(raw)
    whole = {span for block in page.blocks for span in ((block.start, block.end), *block.items)}
    for passage in chunk(page, budget, counter()):
        over = counter()(page.text[passage.start : passage.end]) > budget
        assert not over or (passage.start, passage.end) in whole


@given(markdown, budgets)
def test_a_lead_in_is_not_parted_from_the_first_item_where_both_fit(raw: str, budget: int) -> None:
    page = made(raw)
    ends = {passage.end for passage in chunk(page, budget, counter())}
    for before, block in pairwise(page.blocks):
        if is_lead_in(page.text, before, block):
            first_end = block.items[0][1] if block.items else block.end
            fits = counter()(page.text[before.start : first_end]) <= budget
            assert not (fits and before.end in ends), page.text[before.start : first_end]


@given(markdown, budgets)
def test_a_list_is_parted_only_where_it_does_not_fit(raw: str, budget: int) -> None:
    page = made(raw)
    ends = {passage.end for passage in chunk(page, budget, counter())}
    for before, block in pairwise((None, *page.blocks)):
        assert block is not None
        led = before is not None and (before.kind == "heading" or is_lead_in(page.text, before, block))
        if block.items and not led and counter()(page.text[block.start : block.end]) <= budget:
            assert not ends.intersection(end for _, end in block.items[:-1])


@given(markdown, budgets)
def test_the_same_text_is_cut_alike_twice(raw: str, budget: int) -> None:
    page = made(raw)
    assert chunk(page, budget, counter()) == chunk(page, budget, counter())


def test_a_short_section_is_one_passage() -> None:
    page = document(f"## One\n\n{'a ' * 20}\n\n## Two\n\n{'b ' * 20}")
    assert wording(page, chunk(page, 30, words_counter)) == [f"## One\n\n{'a ' * 19}a", f"## Two\n\n{'b ' * 19}b"]


def test_tiny_sections_are_joined_with_a_neighbour() -> None:
    page = document("## One\n\na\n\n## Two\n\nb")
    assert wording(page, chunk(page, 60, words_counter)) == [page.text]


def test_a_long_section_is_cut_between_blocks() -> None:
    page = document("\n\n".join(f"{letter} " * 9 + letter for letter in "abcd"))
    cut = wording(page, chunk(page, 20, words_counter))
    assert [one.split("\n\n") for one in cut] == [["a " * 9 + "a", "b " * 9 + "b"], ["c " * 9 + "c", "d " * 9 + "d"]]


def test_a_block_over_the_budget_stays_whole() -> None:
    page = document("a " * 50)
    assert wording(page, chunk(page, 20, words_counter)) == [page.text]


def test_a_lead_in_goes_with_its_list_to_the_next_passage() -> None:
    page = document("a " * 15 + "\n\nDo this:\n\n- one two\n- three four")
    assert wording(page, chunk(page, 20, words_counter)) == ["a " * 14 + "a", "Do this:\n\n- one two\n- three four"]


def test_a_long_list_is_cut_between_items_and_never_within_one() -> None:
    items = [f"- {letter} {letter} {letter}\n  - {letter} {letter}" for letter in "pqrs"]
    page = document("Do this:\n\n" + "\n".join(items))
    cut = wording(page, chunk(page, 16, words_counter))
    assert cut == ["Do this:\n\n" + "\n".join(items[:2]), "\n".join(items[2:])]


def test_a_heading_and_a_lead_in_that_do_not_both_fit_part_above_the_lead_in() -> None:
    page = document("## h h h h h h h h\n\nDo this:\n\n- " + "a " * 12 + "\n- b")
    cut = wording(page, chunk(page, 18, words_counter))
    assert cut == ["## h h h h h h h h", "Do this:\n\n- " + "a " * 11 + "a\n- b"]


def test_a_table_and_a_code_block_stay_whole() -> None:
    table = "| x | y |\n| --- | --- |\n" + "\n".join(f"| {n} | {n} |" for n in range(9))
    code = "```\n" + "\n\n".join("code" for _ in range(12)) + "\n```"
    page = document(f"Words.\n\n{table}\n\n{code}")
    assert wording(page, chunk(page, 10, words_counter)) == ["Words.", table, code]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Do:\n\n- a", True),
        ("Do:\n- a", True),
        ("Do.\n\n- a", False),
        ("Do:\n\n> a", True),
        ("Do:\n\n| a |\n| --- |", True),
        ("Do:\n\nA.", False),
    ],
)
def test_lead_ins(text: str, is_one: bool) -> None:
    page = document(text)
    assert is_lead_in(page.text, *page.blocks) is is_one


def test_the_version_follows_the_budget() -> None:
    assert chunker_version(220) == chunker_version(220)
    assert chunker_version(220) != chunker_version(221)
