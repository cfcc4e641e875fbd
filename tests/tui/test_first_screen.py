"""The first screen: what it says, and questions chosen from it by number, by key and by click."""

from __future__ import annotations

import threading

import pytest

from assistant.facets import count
from assistant.filters import NO_FILTERS
from assistant.tui.cards import Suggestion
from assistant.tui.welcome import EXAMPLES, Welcome, about_lines, emergency_lines
from tests.tui.conftest import Open
from tests.tui.fakes import NOW, FakeAbout, FakeGuidance, FakeSession


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_it_says_what_this_is_how_old_the_guidance_is_and_whom_to_call(desk: Open, size: tuple[int, int]) -> None:
    async with desk(size=size) as at:
        await at.sees("exact words of guidance", "1 official page and 1 starter note in our own words")
        await at.sees("20 November 2026 (2 days ago); corpus c0ffeec0.", *EXAMPLES)
        await at.sees("Please do not type names or personal details", "For example: I lost my work phone")
        await at.sees("If someone is in danger or hurt, call 999 first.", "Money or bank details gone: Call 159")
        assert at.app.focused is at.box


async def test_there_are_six_examples_that_fit_on_the_smallest_screen(desk: Open) -> None:
    async with desk() as at:
        await at.sees("Call 159")
        examples = list(at.app.screen.query(Suggestion))
        assert [example.question for example in examples] == list(EXAMPLES)
        assert [example.region.height for example in examples] == [1] * 6
        assert at.app.screen.query_one(Welcome).region.height <= at.app.screen.query_one("#conversation").region.height


@pytest.mark.parametrize("keys", [("3",), ("escape", "3")])
async def test_an_example_is_asked_by_its_number(desk: Open, keys: tuple[str, ...]) -> None:
    session = FakeSession()
    async with desk(session) as at:
        await at.press(*keys)
        await at.sees(f"You asked: {EXAMPLES[2]}", "2 excerpts, word for word")
        assert session.asked == [EXAMPLES[2]]
        assert at.box.value == ""


async def test_an_example_is_asked_with_tab_and_enter_or_a_click(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        at.app.screen.query(Suggestion).first().focus()
        await at.press("enter")
        await at.sees(f"You asked: {EXAMPLES[0]}")
        assert at.app.focused is at.box
    async with desk(session) as at:
        await at.pilot.click(at.app.screen.query(Suggestion)[4])
        await at.sees(f"You asked: {EXAMPLES[4]}")
    assert session.asked == [EXAMPLES[0], EXAMPLES[4]]


async def test_a_number_without_an_example_or_after_a_space_is_text(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        await at.press("7", "2")
        assert at.box.value == "72"
        at.box.value = ""
        await at.press("space", "2")
        assert at.box.value == " 2"
        assert session.asked == []


async def test_typing_begins_a_question_wherever_the_focus_is(desk: Open) -> None:
    async with desk() as at:
        await at.press("escape", "W", "h", "o")
        assert at.box.value == "Who"
        assert at.app.focused is at.box


async def test_typing_works_before_the_guidance_is_open_and_the_question_waits(desk: Open) -> None:
    gate, session = threading.Event(), FakeSession()
    async with desk(guidance=FakeGuidance(session, gate=gate)) as at:
        await at.sees("Getting the guidance ready. You can type your question now.")
        await at.press("h", "i", "1", "?", "/")
        assert at.box.value == "hi1?/"
        await at.press("enter")
        await at.sees("You asked: hi1?/", "Your question will be answered then.")
        gate.set()
        await at.sees("You asked: hi1?/", "[1] Example Office")
        assert session.asked == ["hi1?/"]


def test_what_is_answered_from_in_words() -> None:
    long, short = about_lines(FakeAbout(documents=0), count((), NO_FILTERS), NOW.date())
    assert long.startswith("It answers from no pages yet. The index was made on 20 November 2026")
    assert short == "0 documents, 2 days ago"


def test_contacts_that_are_not_there_are_left_out() -> None:
    assert emergency_lines(FakeSession().reference) == "- Money or bank details gone: Call 159"
