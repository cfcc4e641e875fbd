"""What becomes of a page: every case, what holds one back, and that nothing is lost or taken for new without a word."""

from __future__ import annotations

import dataclasses
import difflib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.scrape.decide import (
    LONGEST_LINE,
    MOST_CHANGED,
    MOST_DIFF,
    Added,
    Changed,
    Decision,
    Failed,
    Gone,
    Missing,
    Moved,
    Quarantined,
    Unchanged,
    Withdrawn,
    changed_share,
    decide,
    kept,
    shrunk,
    unified_diff,
)
from assistant.text import normalise
from assistant.types import Document
from tests import strategies
from tests.fakes import document

BODY = """# Backups {#backups}

Keep a copy of the rota and of every care plan away from the office.

## How often {#how-often}

Copy what you could not work without every day, and try once a month to get it back.

## Who {#who}

One person looks after the copies and another one knows how.
"""
OTHER = """# Sorry {#sorry}

## Nothing here {#nothing}

## Try again {#again}

Our website has been rebuilt; use the search box above, or return to our home page and begin anew.
"""
PAGE = document(BODY, more="updated: 2026-01-01\nretrieved: 2026-02-02\nnotice: Under review")
CHANGED = document(BODY.replace("once a month", "once a week"), more="updated: 2026-03-03")
FLAT = document(BODY.replace("## ", "").replace("# ", ""))
TAKEN_OVER = document(OTHER)


def like(page: Document, **fields: object) -> Document:
    return dataclasses.replace(page, **fields)  # type: ignore[arg-type]


WITHDRAWN = like(PAGE, status="withdrawn", notice="Withdrawn on 4 April 2026.")
ELSEWHERE = like(PAGE, id="documents/example/elsewhere", url="https://example.org/elsewhere")


@pytest.mark.parametrize(
    ("old", "new", "missed", "outcome"),
    [
        (None, PAGE, 0, Added),
        (None, PAGE, 1, Added),
        (None, WITHDRAWN, 0, Withdrawn),
        (PAGE, PAGE, 0, Unchanged),
        (PAGE, like(PAGE, retrieved="2026-05-05"), 0, Unchanged),
        (PAGE, like(PAGE, retrieved=None), 0, Unchanged),
        (PAGE, like(PAGE, asked={"who": ("who does it",)}), 0, Unchanged),
        (PAGE, like(PAGE, updated="2026-05-05"), 0, Changed),
        (PAGE, like(PAGE, title="Copies"), 0, Changed),
        (PAGE, like(PAGE, status="superseded"), 0, Changed),
        (PAGE, like(PAGE, aliases=("https://example.org/old",)), 0, Changed),
        (PAGE, CHANGED, 0, Changed),
        (PAGE, TAKEN_OVER, 0, Quarantined),
        (PAGE, FLAT, 0, Quarantined),
        (PAGE, ELSEWHERE, 0, Moved),
        (PAGE, like(PAGE, id="documents/new-name/a-page", publisher="New Name"), 0, Moved),
        (PAGE, like(TAKEN_OVER, url="https://example.org/"), 0, Quarantined),
        (PAGE, WITHDRAWN, 0, Withdrawn),
        (PAGE, like(TAKEN_OVER, status="withdrawn"), 0, Withdrawn),
        (PAGE, like(ELSEWHERE, status="withdrawn"), 0, Withdrawn),
        (WITHDRAWN, like(WITHDRAWN, retrieved="2026-05-05"), 0, Unchanged),
        (WITHDRAWN, like(WITHDRAWN, notice="Withdrawn; see another page."), 0, Withdrawn),
        (WITHDRAWN, PAGE, 0, Changed),
        (WITHDRAWN, TAKEN_OVER, 0, Quarantined),
        (PAGE, None, 0, Missing),
        (PAGE, None, 1, Gone),
        (PAGE, None, 7, Gone),
        (WITHDRAWN, None, 0, Missing),
        (PAGE, PAGE, 1, Unchanged),
        (PAGE, CHANGED, 1, Changed),
    ],
)
def test_every_case(old: Document | None, new: Document | None, missed: int, outcome: type[Decision]):
    assert type(decide(old, new, missed)) is outcome


def test_of_nothing_nothing_is_decided():
    with pytest.raises(ValueError, match="Failed"):
        decide(None, None)


def test_only_dates_is_told_of_dates_alone():
    dates = {"published": "2026-01-01", "updated": "2026-05-05", "reviewed": "2026-05-06", "retrieved": "2026-05-07"}
    assert decide(PAGE, like(PAGE, **dates)) == Changed(PAGE, like(PAGE, **dates), diff="", only_dates=True)
    for new in (like(PAGE, **dates, notice=""), like(CHANGED, **dates), like(PAGE, title="Copies")):
        decision = decide(PAGE, new)
        assert isinstance(decision, Changed)
        assert not decision.only_dates


def test_a_change_shows_the_lines_before_and_after():
    decision = decide(PAGE, CHANGED)
    assert isinstance(decision, Changed)
    assert "-Copy what you could not work without every day, and try once a month to get it back." in decision.diff
    assert "+Copy what you could not work without every day, and try once a week to get it back." in decision.diff


def test_a_page_that_moved_keeps_every_address_that_led_to_it():
    old = like(PAGE, aliases=("https://example.org/first", ELSEWHERE.url))
    decision = decide(old, like(ELSEWHERE, aliases=("https://example.org/short",)))
    assert isinstance(decision, Moved)
    assert decision.new.aliases == ("https://example.org/first", PAGE.url, "https://example.org/short")
    assert decision.old is old
    again = decide(decision.new, ELSEWHERE)
    assert again == Unchanged(decision.new)


def test_what_is_held_back_says_why_and_passes_when_accepted():
    decision = decide(PAGE, FLAT)
    assert isinstance(decision, Quarantined)
    assert decision.why == "of 3 headings none are left"
    decision = decide(PAGE, TAKEN_OVER)
    assert isinstance(decision, Quarantined)
    assert "% of its words changed, more than 50%" in decision.why
    assert decision.diff
    assert isinstance(decide(PAGE, TAKEN_OVER, accepted=True), Changed)
    assert isinstance(decide(PAGE, like(TAKEN_OVER, url=ELSEWHERE.url), accepted=True), Moved)


def test_a_page_of_which_less_may_be_kept_is_not_held_back():
    excerpt = document("Keep a copy of the rota.", more="kept: excerpt")
    assert isinstance(decide(PAGE, excerpt), Changed)
    assert isinstance(decide(excerpt, PAGE), Changed)


def headed(count: int) -> Document:
    parts = [f"Words that stay as they were, part {number}." for number in range(9)]
    return document("\n\n".join(f"## Part {at} {{#p{at}}}\n\n{part}" if at < count else part for at, part in enumerate(parts)))


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [(2, 0, False), (3, 2, False), (3, 1, True), (4, 2, False), (5, 2, True), (9, 5, False), (9, 4, True), (0, 9, False)],
)
def test_headings_lost(before: int, after: int, held: bool):
    assert isinstance(decide(headed(before), headed(after)), Quarantined) is held


def words(count: int, mark: str = "w") -> str:
    return " ".join(f"{mark}{number}" for number in range(count))


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("", "", 0),
        ("a b c d", "a b c d", 0),
        ("a b c d", "e f g h", 1),
        ("a b c d", "a b x y", 0.5),
        ("one\n\ntwo", "two\n\none", 0),
        ("## Part {#old}\n\n- Some *words*.", "### Part {#new}\n\n* some words", 0),
        (words(30), words(10), 0.5),
        ("\u2014", "***", 0),
    ],
)
def test_changed_share(before: str, after: str, share: float):
    assert changed_share(before, after) == pytest.approx(share)


def test_a_name_changed_throughout_is_a_small_change():
    before = "\n\n".join(f"Ask the Office about part {number}, and tell it what you know." for number in range(50))
    assert changed_share(before, before.replace("Office", "Commission")) == pytest.approx(1 / 12)


def test_half_the_words_pass_and_more_are_held_back():
    old, half, more = (
        document(text) for text in (words(100), f"{words(50)} {words(50, 'x')}", f"{words(49)} {words(51, 'x')}")
    )
    assert changed_share(old.text, half.text) == pytest.approx(MOST_CHANGED)
    assert isinstance(decide(old, half), Changed)
    assert isinstance(decide(old, more), Quarantined)


def test_a_diff_is_that_of_difflib():
    before, after = BODY, BODY.replace("rota", "roster").replace("another one", "a second one")
    theirs = list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm=""))[2:]
    ours = unified_diff(before, after).split("\n")
    assert [line for line in ours if line[0] != "@"] == [line for line in theirs if line[0] != "@"]
    assert unified_diff("", "a") == "@@ -1,1 +1,1 @@\n-\n+a"
    assert unified_diff(before, before) == ""


def test_a_long_diff_is_cut_and_says_so():
    lines = unified_diff("\n".join(map(str, range(500))), "x").split("\n")
    assert len(lines) == MOST_DIFF + 1
    assert lines[-1] == "... and 302 more lines, not shown"
    long = unified_diff("a", "b" * (LONGEST_LINE + 99)).split("\n")[-1]
    assert long.endswith(" ... and 100 more characters, not shown")
    assert len(long) < LONGEST_LINE + 99


@pytest.mark.parametrize("end", ["\n", " "])
def test_texts_made_to_be_slow_take_no_more_than_seconds(end: str):
    before = end.join(f"w{number * number % 101}" for number in range(25_000))
    after = end.join(f"w{number * number % 103}" for number in range(25_000))
    start = time.process_time()
    assert 0 <= changed_share(before, after) <= 1
    assert unified_diff(before, after)
    assert time.process_time() - start < 5, "difflib alone takes most of a minute"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (0, 0, False),
        (1, 0, False),
        (4, 3, False),
        (4, 0, True),
        (4, 2, True),
        (5, 4, False),
        (5, 3, True),
        (5, 0, True),
        (10, 8, False),
        (10, 7, True),
        (10, 20, False),
    ],
)
def test_shrunk(before: int, after: int, told: bool):
    assert shrunk(before, after) is told


DAYS = st.sampled_from([None, "2025-01-01", "2026-02-02"])
ADDRESSES = st.sampled_from([f"https://example.org/{name}" for name in ("a", "b", "c")])


@st.composite
def pages(draw: st.DrawFn) -> Document:
    """Draw a document: any text, dates, status and addresses."""
    text = normalise(draw(strategies.markdown)) or "words"
    url = draw(ADDRESSES)
    more = {name: draw(DAYS) for name in ("published", "updated", "reviewed", "retrieved")}
    page = document(text, document_id=f"documents/example/{url[-1]}")
    return like(
        page,
        **more,
        url=url,
        status=draw(st.sampled_from(["live", "withdrawn", "superseded"])),
        kept=draw(st.sampled_from(["full", "full", "excerpt"])),
        aliases=tuple(draw(st.lists(ADDRESSES, max_size=3))),
        notice=draw(st.sampled_from(["", "Under review"])),
    )


@given(pages(), st.integers(0, 3), st.booleans())
def test_a_page_as_it_was_is_unchanged(page: Document, missed: int, accepted: bool):
    assert decide(page, page, missed, accepted) == Unchanged(page)


@given(pages(), pages(), st.integers(0, 3))
def test_what_is_accepted_is_never_held_back(old: Document, new: Document, missed: int):
    decision = decide(old, new, missed, accepted=True)
    assert not isinstance(decision, Quarantined)
    assert isinstance(decision, Unchanged) or kept(decision) != old


@given(pages(), st.none() | pages(), st.integers(0, 3), st.booleans())
def test_nothing_is_lost(old: Document, new: Document | None, missed: int, accepted: bool):
    decision = decide(old, new, missed, accepted)
    assert not isinstance(decision, Added | Failed)
    assert decision.old is old
    stands = kept(decision)
    if isinstance(decision, Gone):
        assert new is None
        assert missed
    else:
        assert stands is not None
        assert {old.url, *old.aliases} <= {stands.url, *stands.aliases}
    if stands is not None and stands is not old:
        assert new is not None
        assert (stands.text, stands.status, stands.notice, stands.url) == (new.text, new.status, new.notice, new.url)


@given(pages(), pages())
def test_a_decision_taken_is_not_taken_again(old: Document, new: Document):
    stands = kept(decide(old, new, accepted=True))
    assert isinstance(decide(stands, new), Unchanged)


@given(st.none() | pages(), pages())
def test_a_withdrawn_page_is_never_left_standing_as_live(old: Document | None, new: Document):
    stands = kept(decide(old, like(new, status="withdrawn")))
    assert stands is not None
    assert stands.status == "withdrawn"


@given(strategies.markdown, strategies.markdown)
def test_shares_are_shares(before: str, after: str):
    assert changed_share(before, before) == 0
    assert 0 <= changed_share(before, after) <= 1


@given(pages(), st.text(max_size=9))
def test_a_failure_keeps_what_was_there(page: Document, why: str):
    assert kept(Failed(page.url, why, page)) is page
    assert kept(Failed(page.url, why)) is None
