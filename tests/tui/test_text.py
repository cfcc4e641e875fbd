"""Text on the screen: wrapping loses nothing, and the segments of a page are its blocks."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from assistant.cite import citation
from assistant.reference import Term
from assistant.text import sanitise
from assistant.tui.citations import age, detail_lines, latest
from assistant.tui.jargon import jargon_in
from assistant.tui.layout import Row, matches_of, row_at, rows_of
from assistant.tui.messages import Cited
from assistant.tui.prose import hung
from assistant.tui.source import marked_span
from tests.fakes import document
from tests.tui.fakes import NOTE, PAGE

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


def body(rows: list[Row]) -> str:
    return "".join("".join(row.text.split()) for row in rows if row.style == "body")


@settings(max_examples=40)
@given(st.lists(st.text(st.sampled_from("ab \u6f22-1."), min_size=1, max_size=60), max_size=5), st.integers(1, 30))
def test_rows_hold_all_words_in_order_where_the_document_has_them(lines: list[str], width: int) -> None:
    page = document(
        "# Top {#top}\n\n" + "\n\n".join(f"Words {line.strip()} end." for line in lines) + "\n\n- one item\n- two items"
    )
    rows = rows_of(page, width, [("place", "Where it is from")])
    blocks = [block for block in page.blocks if block.kind != "heading"]
    assert body(rows) == "".join("".join(page.text[block.start : block.end].split()) for block in blocks)
    assert all(row.text == page.text[row.start : row.end] for row in rows if row.start >= 0)
    assert max(cell_len(row.shown) for row in rows) <= max(width, 4)
    assert "".join(row.text for row in rows if row.style == "heading") == "Top"
    starts = [row.start for row in rows if row.start >= 0 and row.text]
    assert starts == sorted(starts)


def test_a_row_is_found_by_an_offset_within_it() -> None:
    rows = rows_of(PAGE, 30)
    at = PAGE.text.index("where that was")
    assert "where that was" in rows[row_at(rows, at)].shown + rows[row_at(rows, at) + 1].shown
    assert row_at(rows, len(PAGE.text) + 5) == len(rows) - 1


def test_words_are_found_in_any_case_and_across_line_ends() -> None:
    page = document("## Lost PHONES {#phones}\n\nA lost\nphone. No lost\n\nphones here.")
    spans = matches_of(page, "lost  phone")
    assert [page.text[low:high].split() for low, high in spans] == [["Lost", "PHONE"], ["lost", "phone"]]
    assert matches_of(page, "  ") == ()
    assert matches_of(page, "#phones[") == ()
    assert len(matches_of(page, "phones")) == 2, "the name of a heading is not shown, and not found"


def test_jargon_is_found_once_as_the_longest_name_and_never_within_a_word() -> None:
    breach = Term("data breach", ("breach",), "Data gone.", (), ())
    ai = Term("artificial intelligence", ("AI",), "A program.", (), ())
    text = "AI said: a Data  breach is a breach. The databreach of AI's."
    found = jargon_in(text, (breach, ai))
    assert [(text[one.start : one.end], one.term.term) for one in found] == [
        ("AI", "artificial intelligence"),
        ("Data  breach", "data breach"),
    ]
    assert jargon_in("It is said that data protection matters.", (ai,)) == ()
    assert jargon_in(text, ()) == ()


def test_words_of_another_version_of_the_page_are_not_marked_by_place() -> None:
    section = PAGE.section_at(PAGE.text.index("Tell your"))
    other = document("Other text altogether, and long enough.")
    cited = Cited(citation(PAGE, section, 1), other.excerpt(0, 5))
    start, end = marked_span(PAGE, cited)
    assert PAGE.text[start:end].startswith("## Lost phones")


def test_a_section_that_is_gone_marks_nothing() -> None:
    cited = Cited(citation(PAGE, PAGE.section_at(PAGE.text.index("Tell your")), 1))
    assert marked_span(document("No headings here."), cited) == (0, 0)


def test_ages_in_words() -> None:
    day = datetime.date(2026, 11, 22)
    ages = {
        "2026-11-22": "today",
        "2026-11-23T01:00:00+00:00": "today",
        "2026-11-21": "yesterday",
        "2026-10-01": "52 days ago",
        "2026-03-03": "8 months ago",
        "2023-11-22": "3 years ago",
    }
    assert {date: age(date, day) for date in ages} == ages


def test_fetching_a_page_makes_it_no_newer() -> None:
    official = replace(citation(PAGE, PAGE.sections[0], 1), retrieved="2026-11-20")
    assert latest(official) == "2026-03-03"
    assert "(8 months ago)" in detail_lines(official, datetime.date(2026, 11, 22))
    assert latest(citation(NOTE, NOTE.sections[0], 1)) == ""
