"""The history: what was asked in this conversation and, if the user wants that kept, in earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.dates import day
from assistant.tui.keybar import KeyBar
from assistant.tui.prose import plain

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.tui.session import Asking

Chosen = tuple[str, "Turn | str | None"]
"""What is to be done (``show`` a turn, ``ask`` a question, ``keep`` questions, ``delete`` them), and with what."""

OFF = "Questions are not kept: when you close Careguide, they are gone. Press k to keep them on this machine from now on."
ON = "Questions are kept in a file on this machine alone. Press x to delete all of them, or run: careguide history --delete"

SURE = "All kept questions will be gone for good. Press x again to delete them, or Escape to keep them."


class HistoryScreen(ModalScreen["Chosen | None"]):
    """Questions asked, newest first; Enter shows one of this conversation, or asks an earlier one again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Show or ask again"),
        Binding("k", "keep", "Keep questions"),
        Binding("x", "delete", "Delete all kept"),
        Binding("f1", "app.help", "Help", show=False),
        Binding("escape,h", "dismiss", "Close"),
    ]

    def __init__(self, turns: Sequence[Turn], kept: Sequence[Asking], on: bool, fault: str = "") -> None:
        """Keep the turns of this conversation, the questions kept, whether they are, and why they cannot be read."""
        super().__init__()
        self._turns = list(reversed(turns))
        self._kept = list(kept)
        self._on, self._fault = on, fault
        self._asked_to_delete = False

    def compose(self) -> ComposeResult:
        """Yield whether questions are kept, and the list."""
        with Vertical(id="history", classes="panel"):
            yield Static(plain(self._fault or (ON if self._on else OFF)), markup=False, id="history-state")
            yield OptionList(*self._options(), id="questions", markup=False)
        yield KeyBar()

    def _options(self) -> list[Option | None]:
        now: list[Option | None] = [Option(_row("in this conversation", turn.query.question)) for turn in self._turns]
        kept: list[Option | None] = [Option(_row(day(one.at), one.question)) for one in self._kept]
        return now + kept or [Option("Nothing was asked yet.", disabled=True)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer to keep questions or to delete them as it fits."""
        return {"keep": not self._on, "delete": self._on, "choose": bool(self._turns or self._kept)}.get(action, True)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        at = event.option_index
        if at < len(self._turns):
            self.dismiss(("show", self._turns[at]))
        else:
            self.dismiss(("ask", self._kept[at - len(self._turns)].question))

    def action_keep(self) -> None:
        """Keep questions from now on."""
        self.dismiss(("keep", None))

    def action_delete(self) -> None:
        """Delete all that are kept, when asked a second time."""
        if self._asked_to_delete:
            self.dismiss(("delete", None))
        else:
            self._asked_to_delete = True
            self.query_one("#history-state", Static).update(plain(SURE))


def _row(when: str, question: str) -> Content:
    return Content("\n").join([plain(question).stylize("bold"), plain(when)])
