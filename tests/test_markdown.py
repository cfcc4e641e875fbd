"""Tests of the structure of Markdown: sections and blocks as spans."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.markdown import parse, slug
from assistant.text import normalise
from assistant.types import Block
from tests.strategies import markdown


def seen_in(spans: list[tuple[int, int]], text: str) -> list[int]:
    """Return for each character that is not white space in how many of the spans it lies."""
    times = [0] * len(text)
    for start, end in spans:
        for at in range(start, end):
            times[at] += 1
    return [count for count, character in zip(times, text, strict=True) if not character.isspace()]


def spans(things: object) -> list[tuple[int, int]]:
    return [(thing.start, thing.end) for thing in things]  # type: ignore[attr-defined]


@given(markdown)
def test_every_character_is_in_one_block_and_one_section(raw: str) -> None:
    text = normalise(raw)
    sections, blocks = parse(text)
    assert set(seen_in(spans(blocks), text)) <= {1}
    assert set(seen_in(spans(sections), text)) <= {1}


@given(markdown)
def test_blocks_and_sections_stand_in_order_without_overlap(raw: str) -> None:
    text = normalise(raw)
    for found in parse(text):
        ends = [0, *(one.end for one in found)]
        assert all(one.start >= before for one, before in zip(found, ends, strict=False))
        assert all(one.start <= one.end <= len(text) for one in found)


@given(markdown)
def test_a_block_lies_in_one_section_and_bears_no_white_space_at_its_ends(raw: str) -> None:
    text = normalise(raw)
    sections, blocks = parse(text)
    for block in blocks:
        assert text[block.start : block.end] == text[block.start : block.end].strip() != ""
        assert sum(section.start <= block.start and block.end <= section.end for section in sections) == 1


@given(markdown)
def test_items_of_a_list_hold_all_of_it(raw: str) -> None:
    text = normalise(raw)
    for block in parse(text)[1]:
        assert (block.kind == "list") == bool(block.items)
        if block.items:
            inside = [(start - block.start, end - block.start) for start, end in block.items]
            assert set(seen_in(inside, text[block.start : block.end])) == {1}


@given(markdown)
def test_anchors_are_unique_and_paths_end_with_the_heading(raw: str) -> None:
    sections, _ = parse(normalise(raw))
    anchors = [section.anchor for section in sections if section.level]
    assert len(set(anchors)) == len(anchors)
    assert all(anchors)
    for section in sections:
        assert section.path[-1:] == ((section.heading,) if section.level else ())
        assert len(section.path) <= max(section.level, 0)


def kinds(text: str) -> list[str]:
    return [block.kind for block in parse(text)[1]]


def quoted(text: str, blocks: tuple[Block, ...]) -> list[str]:
    return [text[block.start : block.end] for block in blocks]


def test_kinds_of_block() -> None:
    text = (
        "# Heading\n\nWords.\n\n- a\n- b\n\n1. c\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\n> said\n\n"
        "```\ncode\n```\n\n    indented"
    )
    assert kinds(text) == ["heading", "paragraph", "list", "list", "table", "quote", "code", "code"]


def test_a_table_is_one_block_with_its_rows() -> None:
    text = "Before\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\nAfter"
    assert quoted(text, parse(text)[1])[1] == "| x | y |\n| --- | --- |\n| 1 | 2 |"


def test_a_nested_list_belongs_to_the_item_above_it() -> None:
    text = "- one\n  - deeper\n  - still\n- two\n\n  more of two"
    (block,) = parse(text)[1]
    assert [text[start:end] for start, end in block.items] == ["- one\n  - deeper\n  - still", "- two\n\n  more of two"]


def test_a_link_definition_is_not_lost() -> None:
    text = "Words [a].\n\n[a]: https://example.org/a\n\nMore."
    assert quoted(text, parse(text)[1]) == ["Words [a].", "[a]: https://example.org/a", "More."]


def test_html_is_plain_words() -> None:
    assert kinds("<script>alert(1)</script>\n\n<div>\n\nx") == ["paragraph", "paragraph", "paragraph"]


def test_sections_nest_by_level() -> None:
    sections, _ = parse("Top.\n\n# A\n\n### B\n\n## C\n\n# D")
    assert [section.path for section in sections] == [(), ("A",), ("A", "B"), ("A", "C"), ("D",)]
    assert [section.level for section in sections] == [0, 1, 3, 2, 1]


def test_an_anchor_of_the_page_is_kept_and_left_out_of_the_heading() -> None:
    sections, _ = parse("## What to *do* first {#do-this.first}\n\nx")
    assert (sections[0].heading, sections[0].anchor) == ("What to do first", "do-this.first")


def test_equal_headings_get_anchors_of_their_own() -> None:
    sections, _ = parse("## Help\n\n## Help\n\n## Other {#help}\n\n## Again {#help}")
    assert [section.anchor for section in sections] == ["help-2", "help-3", "help", "again"]


def test_a_heading_within_a_quote_or_a_list_begins_no_section() -> None:
    sections, _ = parse("> # Said\n\n- # Item\n\nx")
    assert [section.heading for section in sections] == [""]


def test_the_lines_of_an_underlined_heading_are_parted_by_a_space() -> None:
    sections, _ = parse("Lost\nphones\n===\n\nx")
    assert sections[0].heading == "Lost phones"


def test_text_without_headings_is_one_section_and_no_text_is_an_empty_one() -> None:
    assert [(one.start, one.end, one.level) for one in parse("Words.")[0]] == [(0, 6, 0)]
    assert [(one.start, one.end, one.level) for one in parse("")[0]] == [(0, 0, 0)]
    assert parse("")[1] == ()


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("What to do?", "what-to-do"), ("72 hours & counting", "72-hours-counting"), ("\u4e2d\u6587", "section"), ("", "section")],
)
def test_slug(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor
