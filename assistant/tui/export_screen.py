"""Exporting the conversation: which kind of file, and into which folder."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.keybar import KeyBar
from assistant.tui.widgets import PlainInput

KINDS = (
    ("docx", "Word (.docx)", "to edit, or to send to a colleague"),
    ("html", "Web page (.html)", "to read in a browser, or to print"),
    ("md", "Markdown (.md)", "plain text with marks, for notes and tickets"),
    ("receipt.json", "Receipt", "to see later whether each quote still stands (.json)"),
)
"""Endings, names, and what they are good for."""


class ExportScreen(ModalScreen[tuple[str, Path] | None]):
    """Asks for the kind of file and the folder; gives back both, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"choose({number})", name) for number, (_, name, _) in enumerate(KINDS, start=1)),
        Binding("f1", "app.help", "Help", show=False),
        Binding("escape", "dismiss", "Cancel"),
    ]

    def __init__(self, folder: Path, turns: int) -> None:
        super().__init__()
        self._folder, self._turns = folder, turns

    def compose(self) -> ComposeResult:
        """Yield what is exported, the kinds, and the folder."""
        asked = "1 question" if self._turns == 1 else f"{self._turns} questions"
        with Vertical(id="export", classes="panel"):
            yield Static(
                f"Save this conversation ({asked}) with its quotes, citations, dates and the version of the guidance. "
                "It holds your questions word for word.",
                markup=False,
            )
            rows = [Option(f"{number}  {name}: {use}", ending) for number, (ending, name, use) in enumerate(KINDS, start=1)]
            yield OptionList(*rows, id="kinds", markup=False)
            box = PlainInput(str(self._folder), id="folder", select_on_focus=False)
            box.border_title = "Folder (Tab to change it; made if it is not there)"
            yield box
        yield KeyBar()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self._done(str(event.option_id))

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.query_one(OptionList).focus()

    def action_choose(self, number: int) -> None:
        """Write a file of the kind with that number."""
        self._done(KINDS[number - 1][0])

    def _done(self, ending: str) -> None:
        folder = self.query_one(Input).value.strip()
        self.dismiss((ending, Path(folder) if folder else self._folder))
