"""What the command palette offers: everything that has a key, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.markup import escape

from assistant.text import one_line

if TYPE_CHECKING:
    from textual.screen import Screen

    from assistant.tui.app import CareguideApp
    from assistant.tui.ask_screen import AskScreen


def commands(app: CareguideApp, desk: AskScreen, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Yield the commands that do something now.

    Args:
        desk: the main screen.
        screen: the one that is shown.
    """
    yield SystemCommand("Ask a question", "Go to the question box", app.action_ask)
    yield SystemCommand("New conversation", "Start afresh, as for the next caller (Ctrl+N)", app.action_new_conversation)
    yield SystemCommand("Search as you type", "Ranked passages for a few words (s)", app.action_search)
    yield SystemCommand("Filters", "Search only some publishers, kinds, topics, nations or years (f)", app.action_filters)
    if screen is desk:
        yield from _citing(desk)
        yield from _loading(desk)
    if app.turns:
        yield SystemCommand("Export the conversation", "Word, web page, Markdown or receipt (e)", app.action_export)
    yield SystemCommand("History", "What was asked, and whether it is kept (h)", app.action_history)
    yield SystemCommand("Light or dark", "Change the colours (d)", app.action_other_colours)
    yield SystemCommand("Help", "All keys (?)", app.action_help)
    yield SystemCommand("Quit", "Close Careguide (Ctrl+Q)", app.action_quit)


def _citing(desk: AskScreen) -> Iterator[SystemCommand]:
    for cited in desk.numbered():
        number = cited.citation.number
        about = escape(one_line(cited.citation.section or cited.citation.title))  # the palette reads markup in its help
        yield SystemCommand(f"Read source {number}", f"{about} ({number})", lambda number=number: desk.choose(number))
    if desk.chosen() is not None:
        yield SystemCommand("Copy the citation", "To the clipboard (c)", desk.action_copy_citation)
        yield SystemCommand("Copy the quote", "With its citation, to the clipboard (y)", desk.action_copy_quote)
        yield SystemCommand("Open the web page", "In your browser (o)", desk.action_open_link)
    if desk.check_action("reword", ()):
        yield SystemCommand("Change the words searched for", "Put them into the question box (w)", desk.action_reword)
    if desk.check_action("ask_alone", ()):
        yield SystemCommand("Ask again by itself", "Without what came before (t)", desk.action_ask_alone)


def _loading(desk: AskScreen) -> Iterator[SystemCommand]:
    if desk.check_action("load", ("build",)):
        yield SystemCommand("Build the index", "Of the guidance as it is now (b)", lambda: desk.action_load("build"))
    if desk.check_action("load", ("older",)):
        yield SystemCommand("Use the older index", "For now (l)", lambda: desk.action_load("older"))
