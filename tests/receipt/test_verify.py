"""What has become of a quote: at each boundary between standing, moved, changed, withdrawn and gone."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.receipt.closest import closest, difference, occurrences
from assistant.receipt.library import Library
from assistant.receipt.verify import NO_LONGER, check
from assistant.types import STARTER_KIND
from tests.fakes import document
from tests.receipt.given import BODY, NOTE, OTHER, PAGE, QUOTED, checked, edited, found, quote, receipt
from tests.strategies import markdown, phrase

MOVED_TO_A_PAGE = replace(document(f"## New\n\n{QUOTED}", "documents/other/new"), url="https://example.org/new")


def test_words_of_a_page_that_is_as_it_was_stand():
    finding = found(PAGE, QUOTED, PAGE, NOTE, OTHER)
    assert (finding.standing, finding.why, finding.difference, finding.elsewhere) == ("stands", "", (), None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Words above all.", "Many more words stand above all now, so that all below is further down."),
        ("Say when you last saw it.", "Say where you saw it last."),
        ("Ring 101", "Ring 999"),
        ("- wipe the phone\n- tell", "- wipe the phone\n\n- tell"),
    ],
)
def test_words_stand_while_only_what_is_around_them_changes(before: str, after: str):
    assert found(PAGE, QUOTED, edited(PAGE, before, after)).standing == "stands"


@pytest.mark.parametrize(
    ("before", "after", "heading"),
    [
        ("## Lost phones {#lost}", "## Phones that are gone", "Phones that are gone"),
        ("## Lost phones {#lost}", "## What not to do {#lost}", "What not to do"),
    ],
)
def test_words_under_another_heading_have_moved_and_it_is_named(before: str, after: str, heading: str):
    finding = found(PAGE, QUOTED, edited(PAGE, before, after))
    assert finding.standing == "moved"
    assert finding.place is not None
    assert finding.place.section == heading


def test_of_words_that_stand_twice_those_of_the_same_section_count():
    twice = edited(PAGE, "## Lost phones {#lost}", f"## Before\n\n{QUOTED}\n\n## Lost phones {{#lost}}")
    assert found(PAGE, QUOTED, twice).standing == "stands"
    first_only = edited(twice, f"{QUOTED}\n\nSay when", "Say when")
    finding = found(PAGE, QUOTED, first_only)
    assert finding.standing == "moved"
    assert finding.place is not None
    assert finding.place.section == "Before"


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("Ring 101 and ask for a number.", "Ring 101", "Only if you were hurt: Ring 101"),
        ("Ring 101 and ask for a number.", "a number.", "a number. That is all wrong."),
        ("Ring 101 and ask for a number.", "a number.", "a number.\nUnless it is night."),
        (QUOTED, "24 hours", "72 hours"),
        (QUOTED, "- wipe the phone\n", ""),
        ("- wipe the phone", "- wipe the phone", "- wipe the phone, but not today"),
    ],
)
def test_words_that_say_something_else_by_a_word_more_or_less_have_changed(words: str, before: str, after: str):
    finding = found(PAGE, words, edited(PAGE, before, after))
    assert finding.standing == "changed"
    assert {piece.kind for piece in finding.difference} & {"removed", "added"}
    assert finding.place is not None


def test_the_difference_is_of_the_words_alone():
    finding = found(PAGE, QUOTED, edited(PAGE, "24 hours", "72 hours"))
    assert [piece for piece in finding.difference if piece.kind != "same"] == [("removed", "24"), ("added", "72")]
    joined = " ".join(piece.text for piece in finding.difference if piece.kind != "added")
    assert joined.split() == QUOTED.split()


def test_a_section_that_is_written_anew_is_what_the_quote_is_compared_with():
    anew = edited(PAGE, "Ring 101 and ask for a number.", "Visit somebody instead!")
    finding = found(PAGE, "Ring 101 and ask for a number.", anew)
    assert finding.standing == "changed"
    assert ("added", "Visit somebody instead!") in finding.difference


def test_nothing_like_the_words_is_told_as_such():
    bare = edited(PAGE, BODY, "Quite another thing.")
    finding = found(PAGE, QUOTED, bare, MOVED_TO_A_PAGE)
    assert (finding.standing, finding.place, finding.difference) == ("changed", None, ())
    assert finding.elsewhere is not None
    assert finding.elsewhere.document_id == "documents/other/new"


def test_words_whose_lines_only_end_elsewhere_stand():
    words = "Use three random words. Do not use names of pets."
    assert found(PAGE, words, edited(PAGE, words, words.replace(". ", ".\n"))).standing == "stands"


def test_a_page_that_its_publisher_withdraws_is_withdrawn():
    finding = found(PAGE, QUOTED, replace(PAGE, status="withdrawn", notice="Out of date."), MOVED_TO_A_PAGE)
    assert finding.standing == "withdrawn"
    assert finding.why == "Its publisher has withdrawn the page. It says: Out of date."
    assert finding.elsewhere is not None
    assert finding.elsewhere.document_id == "documents/other/new"


def test_a_page_that_is_superseded_since_is_withdrawn_and_one_that_was_then_stands():
    later = replace(PAGE, status="superseded", notice="Replaced by another page.")
    assert found(PAGE, QUOTED, later).standing == "withdrawn"
    assert found(later, QUOTED, later, OTHER).standing == "stands", "the answer said so"
    silent = replace(PAGE, status="superseded")
    assert found(PAGE, QUOTED, silent).standing == "withdrawn", "nothing tells whether it was known"
    kept = receipt(quote(silent, QUOTED), documents=(silent,))
    assert checked(kept, silent).findings[0].standing == "stands", "the corpus is the one that answered"


def test_a_note_that_stepped_aside_is_withdrawn_and_says_for_what():
    official = replace(document("## Tablets\n\nOther words.", "documents/e/tablets"), url="https://www.example.org/tablets/")
    finding = found(NOTE, "Charge the tablet at night.", NOTE, official)
    assert finding.standing == "withdrawn"
    assert "the official pages behind it are in the guidance now" in finding.why
    assert "https://example.org/tablets" in finding.why


def test_a_note_that_is_left_out_is_not_said_to_be_replaced():
    """Here by an index that was made without it, while only one of the two pages behind it is there."""
    note = replace(NOTE, based_on=(*NOTE.based_on, OTHER.url))
    kept = receipt(quote(note, "Charge the tablet at night."), documents=(note,))
    without = Library("0" * 64, [OTHER.id], {OTHER.id: OTHER}.__getitem__, lambda: (note, OTHER))
    (finding,) = check(kept, without).findings
    assert (finding.standing, finding.why) == ("withdrawn", "The index in use does not answer from its note.")


def test_a_page_that_is_gone_is_gone_unless_another_has_the_same_words():
    assert found(PAGE, QUOTED, NOTE).standing == "gone"
    finding = found(PAGE, QUOTED, NOTE, MOVED_TO_A_PAGE)
    assert finding.standing == "moved"
    assert finding.place is not None
    assert finding.place.document_id == "documents/other/new"


@pytest.mark.parametrize("old_address", ["url", "aliases"])
def test_a_page_of_another_id_is_found_by_its_address_old_or_new(old_address: str):
    address = {"url": "https://example.org/elsewhere", "aliases": (PAGE.url,)} if old_address == "aliases" else {}
    renamed = replace(PAGE, id="documents/new-name/phones", **address)
    finding = found(PAGE, QUOTED, renamed)
    assert finding.standing == "moved"
    assert "documents/new-name/phones" in finding.why
    assert found(PAGE, QUOTED, replace(renamed, status="withdrawn")).standing == "withdrawn"
    changed = edited(renamed, "24 hours", "72 hours")
    assert found(PAGE, QUOTED, changed).standing == "changed"


def test_the_address_of_a_note_is_not_that_of_its_page():
    official = replace(document("## T\n\nOther.", "documents/e/t", "status: superseded"), url=NOTE.based_on[0])
    assert found(NOTE, "Charge the tablet at night.", official).standing == "gone"


def test_a_note_that_the_page_has_only_since_is_told():
    finding = found(PAGE, QUOTED, replace(PAGE, notice="This page is under review."))
    assert (finding.standing, finding.notice) == ("stands", "This page is under review.")


def test_a_receipt_that_names_the_right_hash_and_other_words_does_not_stand():
    kept = receipt(quote(PAGE, QUOTED))
    (answer,) = kept.answers
    lied = replace(answer.quotes[0], text=QUOTED.replace("24", "96"))
    finding = checked(replace(kept, answers=(replace(answer, quotes=(lied,)),)), PAGE).findings[0]
    assert finding.standing == "changed"


def test_long_texts_with_few_words_are_compared_in_bounded_time():
    words = " ".join("ab"[at % 2] for at in range(20_000))
    page = document(f"## S {{#s}}\n\n{words}", "documents/e/long")
    other = document(f"## S {{#s}}\n\n{words.replace('a b', 'b b a', 3_000)}", "documents/e/long")
    start = time.perf_counter()
    assert found(page, words, other).standing == "changed"
    many = document("\n\n".join(["a"] * 20_000), "documents/e/long")
    assert found(page, words, many).standing == "changed"
    assert time.perf_counter() - start < 10


def test_long_texts_of_other_words_are_compared_in_bounded_time():
    chance = random.Random(3)
    before, after = (" ".join(f"w{chance.randrange(150)}" for _ in range(15_000)) for _ in range(2))
    start = time.perf_counter()
    assert difference(before, after)
    assert time.perf_counter() - start < 5


@st.composite
def quoted(draw: st.DrawFn) -> tuple[str, int, int]:
    """Draw a body and a span of whole blocks of it."""
    body = draw(markdown.filter(lambda text: bool(document_or_none(text))))
    page = document_or_none(body)
    assert page is not None
    first = draw(st.integers(0, len(page.blocks) - 1))
    last = draw(st.integers(first, len(page.blocks) - 1))
    return body, page.blocks[first].start, page.blocks[last].end


def document_or_none(text: str):
    try:
        made = document(text)
    except Exception:
        return None
    return made if made.blocks else None


@given(drawn=quoted(), more=st.lists(phrase, max_size=2), starter=st.booleans())
def test_a_receipt_of_an_unchanged_corpus_always_stands(drawn: tuple[str, int, int], more: list[str], starter: bool):
    body, start, end = drawn
    page = replace(document(body), kind=STARTER_KIND) if starter else document(body)
    others = [replace(document(text, f"documents/o/{at}"), url=f"https://o.org/{at}") for at, text in enumerate(more)]
    kept = receipt(quote_at(page, start, end), documents=(page, *others))
    result = checked(kept, page, *others)
    assert (result.same_guidance, result.no_longer) == (True, ())
    assert [one.standing for one in result.findings] == ["stands"]


def quote_at(page, start: int, end: int):
    made = quote(page, page.text[start:end])
    return replace(made, excerpt=page.excerpt(start, end), citation=replace(made.citation, section=section_of(page, start)))


def section_of(page, start: int) -> str:
    return " > ".join(page.section_at(start).path)


@given(drawn=quoted(), edits=st.data())
def test_once_a_word_of_it_is_gone_a_quote_never_stands(drawn: tuple[str, int, int], edits: st.DataObject):
    body, start, end = drawn
    page = document(body)
    words = page.text[start:end]
    later = document_or_none(edits.draw(edit_of(page.text, start, end)))
    if later is None or " ".join(words.split()) in " ".join(later.text.split()):
        return
    finding = found(page, words, later)
    assert finding.standing in NO_LONGER
    assert page.text[start:end] == finding.quote.text


@st.composite
def edit_of(draw: st.DrawFn, text: str, start: int, end: int) -> str:
    """Draw the text with something of the span taken out, or other words put into it."""
    cut = sorted(draw(st.tuples(st.integers(start, end), st.integers(start, end))))
    return f"{text[: cut[0]]}{draw(st.one_of(st.just(''), phrase))}{text[cut[1] :]}"


@given(before=markdown, after=markdown)
def test_a_difference_holds_all_words_of_both_texts_in_their_order(before: str, after: str):
    pieces = difference(before, after)
    assert " ".join(one.text for one in pieces if one.kind != "added").split() == before.split()
    assert " ".join(one.text for one in pieces if one.kind != "removed").split() == after.split()


@given(drawn=quoted())
def test_whole_blocks_are_found_where_they_stand(drawn: tuple[str, int, int]):
    body, start, end = drawn
    page = document(body)
    assert start in occurrences(page, page.text[start:end])
    near = closest(page, page.text[start:end], None)
    assert near is None or 0 <= near.start < near.end <= len(page.text)
