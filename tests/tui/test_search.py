"""The search mode and the filters: passages as the words are typed, in all of the guidance or a part of it."""

from __future__ import annotations

import threading

from assistant.filters import Filters
from assistant.render import citation_line
from assistant.tui.filter_screen import FilterList, FilterScreen
from assistant.tui.page import PageView
from assistant.tui.search_screen import SearchScreen
from tests.tui.conftest import Desk, Open
from tests.tui.fakes import FakeOutside, FakeSession


async def search(at: Desk, words: str) -> SearchScreen:
    await at.press("escape", "s")
    await at.until(lambda: isinstance(at.app.screen, SearchScreen))
    await at.press(*words)
    screen = at.app.screen
    assert isinstance(screen, SearchScreen)
    return screen


async def test_passages_appear_as_the_words_are_typed(desk: Open) -> None:
    session = FakeSession()
    async with desk(session, size=(120, 40)) as at:
        await search(at, "words")
        await at.sees("One passage", "1. Passwords", "Starter note: A page", "Use three random words.")
        assert session.searched[-1] == "words"
        assert session.searched[0] == "", "what is there without a word is asked for as well"
        await at.press(*["backspace"] * 5)
        await at.sees("Type a word or two.")
        assert "Use three random words." not in at.text
        await at.press(*"xyz")
        await at.sees("Nothing in the guidance has these words.")


async def test_the_highlighted_passage_is_shown_whole_and_its_page_opens(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        screen = await search(at, "a")
        await at.sees("The best 2 passages", "Example Office: official wording")
        await at.press("down")
        await at.sees("Careguide starter note: our own wording", "Use three random words.")
        await at.press("up", "enter")
        await at.until(lambda: at.app.screen is not screen)
        await at.until(lambda: at.app.screen.query_one("#source").display)
        assert at.app.screen.query_one(PageView).quoted
        await at.sees("[1] Example Office: official wording", "n Next")
        await at.press("n")
        await at.sees("[2] Careguide starter note")
        await at.press("escape")
        await at.until(lambda: isinstance(at.app.screen, SearchScreen))
        await at.sees("The best 2 passages")


async def test_a_passage_is_copied_and_its_page_opened_from_the_list(desk: Open) -> None:
    outside = FakeOutside()
    async with desk(size=(120, 40), outside=outside) as at:
        screen = await search(at, "words")
        await at.sees("One passage")
        await at.press("tab", "c", "y", "o")
        await at.until(lambda: len(outside.copied) == 2)
        citation = screen.matches[0].citation
        assert outside.copied[0] == citation_line(citation)
        assert outside.copied[1].startswith("Use three random words.\n\n")
        assert at.app.opened == (citation.deep_link,)
        await at.press("P")
        assert screen.words == "wordsP", "a character that is no key goes on with the words"


async def test_results_for_words_that_are_no_longer_there_are_not_shown(desk: Open) -> None:
    gate = threading.Event()
    session = FakeSession(gates={"wo": gate})
    async with desk(session, size=(120, 40)) as at:
        screen = await search(at, "words")
        gate.set()
        await at.sees("One passage")
        assert screen.matches[0].excerpt.text == "Use three random words."
        assert session.searched == ["", "w", "wo", "words"], "what was typed meanwhile was not searched for letter by letter"


async def test_filters_show_counts_and_hold_for_answers_and_searches(desk: Open) -> None:
    session = FakeSession()
    async with desk(session, size=(120, 50)) as at:
        await at.press("escape", "f")
        await at.sees("2 pages: no filter", "[ ] Example Office (1)", "[ ] Careguide starter notes (1)", "Applies to")
        publishers = at.app.screen.query_one("#filter-publisher", FilterList)
        publishers.focus()
        await at.press("home", "space")
        await at.sees("1 page: publisher Careguide starter notes", "[x] Careguide starter notes (1)")
        await at.press("enter")
        await at.until(lambda: not isinstance(at.app.screen, FilterScreen))
        await at.sees("Only: publisher Careguide starter notes")
        await at.ask("Where is my phone?")
        await at.sees("Only: publisher Careguide starter notes (f changes this)")
        assert session.filters == [Filters(publisher=("Careguide starter notes",))]
        await search(at, "a")
        await at.sees("One passage Only: publisher Careguide starter notes")


async def test_filters_can_be_cleared_and_cancelled(desk: Open) -> None:
    async with desk(size=(120, 50)) as at:
        await at.press("escape", "f")
        await at.sees("2 pages: no filter")
        at.app.screen.query_one("#filter-updated_since", FilterList).focus()
        await at.press("home", "space")
        await at.sees("1 page: updated since 1 January 2026", "[x] 1 January 2026 (1)")
        await at.press("x")
        await at.sees("2 pages: no filter")
        await at.press("space")
        await at.sees("1 page: updated since")
        await at.press("escape")
        await at.until(lambda: not isinstance(at.app.screen, FilterScreen))
        assert "Only:" not in at.text


async def test_filters_work_by_mouse(desk: Open) -> None:
    async with desk(size=(120, 50)) as at:
        await at.press("escape", "f")
        await at.sees("2 pages: no filter")
        await at.pilot.click("#filter-kind", offset=(5, 1))
        await at.sees("1 page: kind")
        await at.pilot.click("#apply")
        await at.sees("Only: kind")


async def test_enter_waits_for_the_results_of_what_is_typed(desk: Open) -> None:
    gate = threading.Event()
    async with desk(FakeSession(gates={"three": gate}), size=(120, 40)) as at:
        await search(at, "t")
        await at.sees("The best 2 passages")
        await at.press(*"hree", "enter")
        gate.set()
        await at.until(lambda: [one.quoted for one in at.app.screen_stack[0].query(PageView)] == ["Use three random words."])
        assert not isinstance(at.app.screen, SearchScreen)
