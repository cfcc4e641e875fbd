"""Text on the screen: wrapping loses nothing, and the segments of a page are its blocks."""

from __future__ import annotations

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from assistant.cite import citation
from assistant.text import sanitise
from assistant.tui.messages import Cited
from assistant.tui.prose import hung
from assistant.tui.source import marked_span, segments
from assistant.tui.widgets import about_lines, age
from tests.fakes import document
from tests.tui.fakes import PAGE, FakeAbout

TEXTS = st.text(st.sampled_from("ab  -1.*#[]/\n漢é\x1b\u200b"), max_size=120)


@settings(max_examples=50)
@given(TEXTS, st.integers(4, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    wrapped = hung(Content(sanitise(text)), width).plain
    assert "".join(wrapped.split()) == "".join(sanitise(text).split())
    assert max(map(cell_len, wrapped.split("\n"))) <= width


def test_the_lines_of_an_item_stand_right_of_its_mark() -> None:
    assert hung(Content("Do this:\n\n- one two three\n10. four five six"), 12).plain.split("\n") == [
        "Do this:",
        "",
        "- one two",
        "  three",
        "10. four",
        "    five six",
    ]


def test_brackets_stay_as_they_stand() -> None:
    assert hung(Content("[bold]x[/bold]"), 40).plain == "[bold]x[/bold]"


@given(st.data())
def test_segments_are_the_blocks_in_order_and_mark_exactly_the_span(data: st.DataObject) -> None:
    page = document("# Top {#top}\n\nFirst words here.\n\n- one item\n- two items\n\nLast words.")
    start = data.draw(st.integers(0, len(page.text) - 1))
    end = data.draw(st.integers(start + 1, len(page.text)))
    parts = list(segments(page, start, end))
    body = [part for part in parts if not part.heading]
    squashed = "".join("".join(page.text[block.start : block.end].split()) for block in page.blocks if block.kind != "heading")
    assert "".join("".join(part.text.split()) for part in body) == squashed
    marked = "".join("".join(part.text.split()) for part in body if part.quoted)
    inside = "".join(
        "".join(page.text[max(b.start, start) : min(b.end, end)].split()) for b in page.blocks if b.kind != "heading"
    )
    assert marked == inside
    assert [part.text for part in parts if part.heading] == ["Top"]


def test_words_of_another_version_of_the_page_are_not_marked_by_place() -> None:
    section = PAGE.section_at(PAGE.text.index("Tell your"))
    other = document("Other text altogether, and long enough.")
    cited = Cited(citation(PAGE, section, 1), other.excerpt(0, 5))
    start, end = marked_span(PAGE, cited)
    assert PAGE.text[start:end].startswith("## Lost phones")


def test_a_section_that_is_gone_marks_nothing() -> None:
    cited = Cited(citation(PAGE, PAGE.section_at(PAGE.text.index("Tell your")), 1))
    assert marked_span(document("No headings here."), cited) == (0, 0)


def test_the_age_of_the_index_in_words() -> None:
    day = datetime.date(2026, 11, 22)
    assert age("2026-11-22", day) == "today"
    assert age("2026-11-23T01:00:00+00:00", day) == "today"
    assert age("2026-11-21", day) == "yesterday"
    assert age("2023-11-22", day) == "1,096 days ago"
    assert about_lines(FakeAbout(documents=1), day)[1] == "1 document, index made 2 days ago"
