"""The panels and commands: history, export, command palette, colours, help."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from assistant.conversation import Turn
from assistant.errors import ConfigError, IndexStale
from assistant.tui.export_screen import ExportScreen
from assistant.tui.history_screen import HistoryScreen
from assistant.tui.themes import DARK, LIGHT
from assistant.tui.turn import TurnView
from assistant.types import Answer, Query
from tests.fakes import document
from tests.tui.conftest import Desk, Open
from tests.tui.fakes import FakeGuidance, FakeHistory, FakeOutside, FakeSession, Kept, quote


async def ask_two(at: Desk) -> None:
    for question in ("first question", "second question"):
        await at.ask(question)
        await at.sees(f"You asked: {question}", "word for word")
    await at.press("escape")


async def test_the_history_is_off_until_it_is_wanted_and_keeps_only_what_comes_then(desk: Open) -> None:
    history = FakeHistory()
    async with desk(history=history) as at:
        await at.ask("before")
        await at.sees("word for word")
        await at.press("escape", "h")
        await at.sees("Questions are not kept", "before", "k Keep questions")
        assert "Delete" not in at.footer
        await at.press("k")
        await at.sees("Questions are kept on this machine from now on.")
        await at.ask("after")
        await at.until(lambda: bool(history.kept))
        assert [one.question for one in history.kept] == ["after"]


async def test_a_question_of_this_conversation_is_shown_again_and_an_earlier_one_asked_again(desk: Open) -> None:
    history, session = FakeHistory(on=True), FakeSession()
    history.kept = [Kept("2026-11-01T08:00:00+00:00", "an old question")]
    async with desk(session, history=history, size=(100, 40)) as at:
        await ask_two(at)
        await at.press("h")
        await at.sees(
            "second question in this conversation", "first question in this conversation", "an old question 1 November 2026"
        )
        await at.press("down", "enter")
        await at.until(lambda: not isinstance(at.app.screen, HistoryScreen))
        focused = at.app.screen.focused
        assert focused is not None
        assert next(view.number for view in focused.ancestors if isinstance(view, TurnView)) == 1
        assert session.asked == ["first question", "second question"]
        await at.press("h")
        await at.sees("an old question")
        at.app.screen.query_one(OptionList).highlighted = 4  # two of this conversation are kept as well
        await at.press("enter")
        await at.sees("You asked: an old question")
        assert session.asked[-1] == "an old question"
        assert session.alone == ["an old question"]


async def test_all_that_is_kept_is_deleted_when_asked_twice(desk: Open) -> None:
    history = FakeHistory(on=True)
    async with desk(history=history) as at:
        await ask_two(at)
        await at.until(lambda: len(history.kept) == 2)
        await at.press("h")
        await at.sees("careguide history --delete", "x Delete all kept")
        await at.press("x")
        await at.sees("gone for good. Press x again")
        await at.press("escape", "h")
        assert len(history.kept) == 2, "Escape keeps them"
        await at.press("x", "x")
        await at.sees("All kept questions were deleted")
        assert history.kept == []
        assert not history.on


async def test_a_question_that_cannot_be_kept_is_answered_and_told(desk: Open) -> None:
    async with desk(history=FakeHistory(on=True, fault=ConfigError("the history is locked; try again"))) as at:
        await at.ask("hello")
        await at.sees("word for word", "The question was not kept", "the history is locked; try again")


@pytest.mark.parametrize(
    ("key", "ending"), [("1", "docx"), ("2", "html"), ("3", "md"), ("4", "receipt.json"), ("enter", "docx")]
)
async def test_the_conversation_is_exported(desk: Open, key: str, ending: str) -> None:
    outside = FakeOutside()
    async with desk(outside=outside) as at:
        await ask_two(at)
        await at.press("e")
        await at.sees(
            "Save this conversation (2 questions)", "Word (.docx)", "Web page (.html)", "Markdown (.md)", "Receipt: to see"
        )
        await at.press(key)
        await at.sees("The conversation was exported", f"conversation.{ending}")
        assert outside.exported == [(["first question", "second question"], ending, Path("documents"))]


async def test_what_two_indexes_answered_is_exported_to_two_files(desk: Open) -> None:
    outside, older, newer = FakeOutside(), FakeSession(), FakeSession()
    guidance = FakeGuidance(older, [IndexStale("of another corpus")], lambda progress: newer, "2026-11-01T08:00:00+00:00")
    async with desk(guidance=guidance, outside=outside) as at:
        await at.sees("Use the last good index")
        await at.press("l")
        await at.ask("first question")
        await at.sees("You asked: first question", "word for word")
        await at.press("escape", "b")
        await at.until(lambda: at.app.session is newer)
        await at.ask("second question")
        await at.until(lambda: len(at.app.turns) == 2)
        await at.press("escape", "e")
        await at.sees("Save this conversation (2 questions)")
        await at.press("1")
        await at.sees("The conversation was exported", "Each file holds what one index")
        assert [questions for questions, _, _ in outside.exported] == [["first question"], ["second question"]]
        assert outside.sessions == [older, newer]


async def test_the_folder_of_an_export_can_be_changed_and_an_export_cancelled(desk: Open) -> None:
    outside = FakeOutside()
    async with desk(outside=outside) as at:
        await ask_two(at)
        await at.press("e", "escape")
        assert not isinstance(at.app.screen, ExportScreen)
        await at.press("e", "tab")
        box = at.app.screen.query_one(Input)
        assert at.app.focused is box
        box.value = "elsewhere"
        await at.press("enter", "enter")
        await at.until(lambda: bool(outside.exported))
        assert outside.exported[0][1:] == ("docx", Path("elsewhere"))


async def test_there_is_nothing_to_export_before_a_question_and_a_failure_says_why(desk: Open) -> None:
    async with desk() as at:
        await at.press("escape", "e")
        await at.sees("There is nothing to export yet")
    async with desk(outside=FakeOutside(fault=ConfigError("the folder cannot be written; name another"))) as at:
        await ask_two(at)
        await at.press("e", "1")
        await at.sees("Not exported", "the folder cannot be written; name another")


async def test_the_command_palette_offers_what_the_keys_do_and_does_it(desk: Open) -> None:
    outside = FakeOutside()
    async with desk(outside=outside, size=(100, 50)) as at:
        await at.ask("Where is my phone?")
        await at.sees("word for word")
        await at.press("ctrl+p")
        await at.until(lambda: isinstance(at.app.screen, CommandPalette))
        await at.sees(
            "Read source 1", "Copy the quote", "Export the conversation", "Filters", "History", "Light or dark", "Help", "Quit"
        )
        await at.press(*"copy the quote")
        await at.sees("With its citation, to the clipboard (y)")
        await at.press("enter")
        await at.until(lambda: bool(outside.copied))
        assert "Tell your manager at once" in outside.copied[0]


async def test_the_palette_works_without_an_answer_too(desk: Open) -> None:
    async with desk(size=(100, 50)) as at:
        await at.press("ctrl+p")
        await at.sees("Search as you type", "Help")
        assert "Copy the quote" not in at.text
        assert "Export the conversation" not in at.text


@pytest.mark.parametrize("key", ["h", "f", "s", "e"])
async def test_the_help_opens_from_every_panel(desk: Open, key: str) -> None:
    async with desk(size=(100, 60)) as at:
        await ask_two(at)
        await at.press(key)
        before = at.app.screen
        await at.press("f1")
        await at.sees("all commands by name")
        await at.press("f1")
        await at.until(lambda: at.app.screen is before)


async def test_light_and_dark_change_with_one_key(desk: Open) -> None:
    async with desk() as at:
        assert at.app.theme == DARK
        await at.press("escape", "d")
        assert at.app.theme == LIGHT
        await at.press("d")
        assert at.app.theme == DARK


async def test_a_new_conversation_forgets_what_was_asked(desk: Open) -> None:
    session, outside = FakeSession(), FakeOutside()
    async with desk(session, outside=outside) as at:
        await ask_two(at)
        await at.press("ctrl+n")
        await at.sees("A new conversation", "What should I do first")
        assert not at.app.screen.query(TurnView)
        for question in ("third", "fourth"):
            await at.ask(question)
            await at.sees(f"You asked: {question}", "word for word")
        assert session.asked == ["first question", "second question", "(forgotten)", "third", "fourth"]
        await at.press("escape", "e", "3")
        await at.until(lambda: bool(outside.exported))
        assert outside.exported[0][0] == ["third", "fourth"]


async def test_an_unknown_home_in_the_folder_is_one_line(desk: Open) -> None:
    async with desk() as at:
        await ask_two(at)
        await at.press("e")
        at.app.screen.query_one(Input).value = "~nobody-of-that-name/x"
        await at.press("1")
        await at.sees("Not exported", "choose another")
        await at.ask("still there?")
        await at.sees("You asked: still there?")


async def test_closing_waits_for_a_file_that_is_being_written(desk: Open) -> None:
    gate = threading.Event()

    class Slow(FakeOutside):
        def export(self, *given: object) -> Path:
            assert gate.wait(10)
            return super().export(*given)

    outside = Slow()
    async with desk(outside=outside) as at:
        await ask_two(at)
        await at.press("e", "1")
        await at.sees("Writing the file...")
        await at.press("ctrl+q")
        await at.sees("Closing when the file is written.")
        assert at.app.return_code is None
        gate.set()
        await at.until(lambda: at.app.return_code == 0)
        assert outside.exported


async def test_markup_in_headings_is_text_in_the_palette(desk: Open) -> None:
    page = document("## Head [/b] [@click=app.quit]x[/] {#head}\n\nWords here.")
    reply = Turn(Query("q"), Answer(Query("q"), (quote(page, "Words here.", 1),)))
    async with desk(FakeSession({"q": reply}), size=(100, 50)) as at:
        await at.ask("q")
        await at.sees("word for word")
        await at.press("ctrl+p")
        await at.sees("Read source 1", "Head [/b] [@click=app.quit]x[/]")
