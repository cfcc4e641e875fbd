"""The help: what an answer is, and what every key does."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.keybar import KeyBar
from assistant.tui.prose import line

HELP = (
    "Careguide does not write answers. It quotes guidance word for word, and numbers each quote so that you can check it. "
    "Quotes marked as a starter note are our own wording; the pages that they are based on stand beside them."
)
SCREEN_READER = 'With a screen reader, "careguide ask" in the terminal answers as plain text, one thing after the other.'
FIRST = "While you type, single keys are letters: press Escape first. Ctrl+P, F1, Ctrl+N and Ctrl+Q always work."
KEYS = (
    (
        "Asking",
        (
            ("Enter", "ask the question in the box"),
            ("/", "go to the question box (in a page: find words)"),
            ("Escape", "leave the box, close a page or a panel"),
            ("1 to 6", "on the first screen: ask that example"),
            ("t", "ask again without what came before"),
            ("w", "change the words that were searched for"),
        ),
    ),
    (
        "Reading",
        (
            ("1 to 9", "read the source of that citation (also from the empty box)"),
            ("Tab, Enter", "go to the next citation or suggestion, choose it"),
            ("n, p", "in a page: the next citation, the one before"),
            ("/, Enter, Up", "in a page: find words, the next place, the one before"),
            ("Arrows, Page Up/Down", "scroll"),
        ),
    ),
    (
        "Taking it with you",
        (
            ("c", "copy the citation"),
            ("y", "copy the quote with its citation"),
            ("o", "open the web page in your browser"),
            ("e", "export the conversation (Word, web page, Markdown, receipt)"),
        ),
    ),
    (
        "Finding",
        (
            ("s", "search mode: passages as you type"),
            ("f", "filters: publisher, kind, topic, nation, date"),
            ("h", "history: what was asked"),
        ),
    ),
    (
        "The program",
        (
            ("d", "light or dark"),
            ("Ctrl+N", "a new conversation, as for the next caller"),
            ("Ctrl+P", "all commands by name"),
            ("? or F1", "this help"),
            ("Ctrl+Q", "quit"),
        ),
    ),
)


class HelpScreen(ModalScreen[None]):
    """What the keys do, and what an answer is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,enter", "dismiss", "Close help"),
    ]

    def compose(self) -> ComposeResult:
        """Yield the explanation and the keys."""
        with VerticalScroll(id="help", classes="panel"):
            yield line(HELP, "help-text")
            yield line(FIRST, "help-text")
            for title, keys in KEYS:
                yield Static(title, markup=False, classes="key-group")
                for key, meaning in keys:
                    with Horizontal(classes="key-row"):
                        yield Static(key, markup=False, classes="key")
                        yield Static(meaning, markup=False, classes="meaning")
            yield line("To type a question that begins with a number, type a space first.", "help-end")
            yield line(SCREEN_READER, "help-end")
        yield KeyBar()
