"""Asking: the first screen, loading, replies of every kind, and their order."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from textual import events

from assistant.conversation import Turn
from assistant.errors import ConfigError
from assistant.tui.ask_screen import MOST_TURNS, AskScreen
from assistant.tui.cards import QuoteCard, SearchedLine
from assistant.tui.page import PageView
from assistant.tui.turn import TurnView
from assistant.types import Answer, Correction, NoAnswer, Query
from tests.tui.conftest import Open
from tests.tui.fakes import (
    HOSTILE,
    QUOTED,
    FakeSession,
    answered,
    not_found,
    other_answer,
    quote,
    read,
    squeezed,
)


def words_of(card: QuoteCard) -> str:
    return next(part.text for part in card.parts if part.text and not part.style)


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


@SIZES
async def test_an_answer_shows_quotes_and_where_they_are_from(desk: Open, size: tuple[int, int]) -> None:
    async with desk(size=size) as at:
        await at.ask("Where is my phone?")
        await at.sees("You asked: Where is my phone?", "[1] Example Office", squeezed(QUOTED))
        cards = at.app.screen.query(QuoteCard)
        assert [words_of(card) for card in cards] == [QUOTED, "Use three random words."]
        await at.press("escape", "tab")
        await at.sees(
            "[2] Careguide starter note: our own wording, not official text",
            "https://example.org/official-1",
            "https://example.org/official-3",
            "and 2 more, shown with the source",
        )
        assert at.box.value == ""


async def test_dates_section_and_notice_of_an_official_page_are_shown(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await at.ask("Where is my phone?")
        await at.sees(
            "A page > Lost phones", "Updated 3 March 2026", "Notice on this page: This page is being looked at again."
        )
        await at.sees("https://example.org/a-page")


async def test_a_follow_up_shows_what_is_searched_for(desk: Open) -> None:
    session = FakeSession({"and on Sundays": read(LED)})
    async with desk(session) as at:
        await at.ask("and on Sundays")
        await at.sees("You asked: and on Sundays", "Searching for: Where is my phone? and on Sundays")


LED = Query("Where is my phone? and on Sundays", "and on Sundays", topic="Where is my phone?")


async def test_what_came_before_can_be_left_out_with_one_key(desk: Open) -> None:
    session = FakeSession({"and on Sundays": read(LED)})
    async with desk(session) as at:
        await at.ask("Where is my phone?")
        await at.press("escape")
        assert "By itself" not in at.footer, "there is nothing to leave out"
        await at.ask("and on Sundays")
        await at.sees("Searching for:")
        await at.press("escape", "t")
        await at.until(lambda: session.alone == ["and on Sundays"])


async def test_what_was_searched_for_can_be_changed_with_one_key(desk: Open) -> None:
    session = FakeSession({"and on Sundays": read(LED)})
    async with desk(session) as at:
        await at.ask("and on Sundays")
        await at.sees("Searching for:")
        await at.press("escape", "w")
        await at.until(lambda: at.box.value == LED.text)
        assert at.app.screen.focused is at.box
        at.box.value = ""
        await at.pilot.click(SearchedLine)
        await at.until(lambda: at.box.value == LED.text)
        await at.press("x", "enter")
        await at.until(lambda: session.alone == [f"{LED.text}x"])


async def test_first_steps_stand_above_the_answer_when_something_is_happening(desk: Open) -> None:
    session = FakeSession({"I clicked": read(Query("I clicked", urgent="clicked-link"))})
    async with desk(session, size=(100, 50)) as at:
        await at.ask("I clicked")
        await at.sees("If this is happening now, do this first:", "1. Stop.", "2. Tell.", "Your bank (UK)", "Call 159")
        assert at.text.index("2. Tell.") < at.text.index("1 excerpt, word for word")


async def test_how_the_question_was_read_is_told(desk: Open) -> None:
    query = Query("what now", "wot now", corrections=(Correction("wot", "what", "text-speak"),), personal=("an NHS number",))
    async with desk(FakeSession({"wot now": read(query)})) as at:
        await at.ask("wot now")
        await at.sees("I read: wot as what", "personal details (an NHS number)")


async def test_a_quote_says_how_strongly_it_binds(desk: Open) -> None:
    turn = answered("x")
    assert isinstance(turn.reply, Answer)
    quotes = tuple(replace(one, strength=name) for one, name in zip(turn.reply.quotes, ("must", "should"), strict=True))
    session = FakeSession({"x": Turn(turn.query, Answer(turn.query, quotes))})
    async with desk(session, size=(100, 60)) as at:
        await at.ask("x")
        await at.sees("MUST: says what has to be done", "SHOULD: says what is advised")


async def test_a_question_outside_the_field_says_so_and_whom_to_ask(desk: Open) -> None:
    reply = NoAnswer(Query("hens"), "It is about hens.", outcome="out_of_scope", contacts=("bank",))
    async with desk(FakeSession({"hens": Turn(Query("hens"), reply)})) as at:
        await at.ask("hens")
        await at.sees("Not something I can answer. It is about hens.", "Who you can ask:", "Your bank (UK): Money has gone.")
        assert "::" not in at.text


async def test_words_that_no_quote_covers_are_named(desk: Open) -> None:
    reply = answered("carrots").reply
    assert isinstance(reply, Answer)
    session = FakeSession({"carrots": Turn(Query("carrots"), Answer(Query("carrots"), reply.quotes, ("carrots",)))})
    async with desk(session) as at:
        await at.ask("carrots")
        await at.sees("I found nothing about: carrots.")


async def test_not_found_gives_the_reason_whom_to_ask_and_the_nearest_headings(desk: Open) -> None:
    async with desk(FakeSession({"carrots": not_found("carrots")})) as at:
        await at.ask("carrots")
        await at.sees(
            "Not found. I found nothing about this.",
            "Ask your manager or your data protection lead, or try other words. If someone is in danger, call 999.",
        )
        await at.sees("[1] Lost phones")
        await at.press("escape", "1")
        await at.sees("Tell your manager at once:")
        await at.until(lambda: at.app.screen.query_one(PageView).quoted == "## Lost phones {#lost}")


async def test_an_error_of_a_question_is_one_card_and_the_next_is_answered(desk: Open) -> None:
    async with desk(FakeSession({"bad": ConfigError("the question is\n too odd; ask another")})) as at:
        await at.ask("bad")
        await at.sees("Something went wrong", "the question is too odd; ask another")
        assert "Traceback" not in at.text
        await at.ask("good")
        await at.sees("You asked: good", "[1] Example Office")


async def test_an_empty_question_asks_nothing(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        await at.ask("   ")
        await at.sees("Type a question first")
        assert session.asked == []


async def test_pasted_lines_become_one_question(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        at.box.post_message(events.Paste("I lost\nmy \x1b[31mphone"))
        await at.until(lambda: at.box.value == "I lost my phone")
        await at.press("enter")
        await at.until(lambda: session.asked == ["I lost my phone"])


async def test_a_late_answer_stays_with_its_question_and_leaves_the_newer_one_current(desk: Open) -> None:
    gate = threading.Event()
    session = FakeSession({"second": other_answer("second")}, {"first": gate})
    async with desk(session, size=(120, 60)) as at:
        await at.ask("first")
        await at.ask("second")
        await at.sees("You asked: first", "You asked: second", "Searching the guidance...")
        gate.set()
        await at.until(lambda: len(at.app.screen.query(QuoteCard)) == 3)
        first, second = at.app.screen.query(TurnView)
        assert [view.number for view in (first, second)] == [1, 2]
        assert (len(first.cited), len(second.cited)) == (2, 1)
        assert first.region.y < second.region.y
        assert session.asked == ["first", "second"]
        await at.press("escape", "1")
        await at.sees("[1] Careguide starter note", "Use three random words.")
        assert at.app.screen.query_one("#source-title").region.width > 0
        assert "Lost phones and still more" not in at.text


async def test_a_very_long_conversation_lets_go_of_its_oldest_turns(desk: Open) -> None:
    async with desk() as at:
        screen = at.app.screen
        assert isinstance(screen, AskScreen)
        for number in range(1, MOST_TURNS + 3):
            await screen.add_turn(number, f"question {number}", "waiting")
            await screen.turn_view(number).show_error("none")
        assert [view.number for view in at.app.screen.query(TurnView)] == list(range(3, MOST_TURNS + 3))

        def told_at_the_top() -> bool:
            screen.conversation.scroll_home(animate=False)  # again, because the newest turn may still be brought into view
            return "Your earliest questions are no longer shown." in at.text

        await at.until(told_at_the_top)


async def test_markup_and_escapes_in_documents_and_questions_are_inert(desk: Open) -> None:
    hostile = quote(HOSTILE, "Call [bold red]the[/] bank [@click=app.quit]now[/].", 1)
    question = "is [red]this[/] \x1b]0;owned\x07 safe?"
    session = FakeSession({"is [red]this[/] safe?": Turn(Query(question), Answer(Query(question), (hostile,)))})
    async with desk(session, size=(120, 40)) as at:
        await at.ask(question)
        await at.sees("You asked: is [red]this[/] safe?", "Call [bold red]the[/] bank [@click=app.quit]now[/].")
        assert "owned" not in at.text
        await at.press("escape", "1")
        await at.until(lambda: at.text.count("[@click=app.quit]now[/]") == 2)
        await at.press("c")
        await at.sees("Copied citation [1]")


async def test_an_error_that_nobody_foresaw_is_one_line_too(desk: Open) -> None:
    async with desk(FakeSession({"boom": ValueError("a hole\nin the floor")})) as at:
        await at.ask("boom")
        await at.sees("Something went wrong", "a fault in the program (ValueError: a hole in the floor)")
        await at.ask("does it still answer?")
        await at.until(lambda: at.text.count("You asked:") == 2 or "does it still answer?" in at.text)


async def test_enter_is_not_overtaken_by_what_is_typed_behind_it(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        at.box.focus()
        for key in ("o", "n", "e", "enter", "t", "w", "o", "enter"):
            at.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await at.until(lambda: session.asked == ["one", "two"])


async def test_a_question_that_is_too_long_stays_in_the_box(desk: Open) -> None:
    session = FakeSession()
    async with desk(session) as at:
        await at.ask("a" * 4_001)
        await at.sees("This question is too long", "It has 4,001 characters, more than 4,000")
        assert len(at.box.value) == 4_001
        assert session.asked == []


async def test_what_is_pasted_outside_the_box_begins_a_question(desk: Open) -> None:
    async with desk() as at:
        await at.press("escape")
        at.app.post_message(events.Paste("lost\nphone\u202e"))
        await at.until(lambda: at.box.value == "lost phone")
        assert at.app.focused is at.box


async def test_a_page_that_comes_after_a_newer_question_is_not_shown(desk: Open) -> None:
    gate = threading.Event()
    session = FakeSession(gates={"second": gate})
    async with desk(session, size=(120, 40)) as at:
        await at.ask("first")
        await at.sees("word for word")
        await at.ask("second")
        await at.press("escape", "1", "slash", "d")
        await at.ask("third")
        gate.set()
        await at.until(lambda: session.asked[-1:] == ["third"])
        await at.until(lambda: len(at.app.turns) == 3)
        assert not at.app.screen.query_one("#source").display
        assert at.app.focused is at.box
