"""What is shown when the guidance cannot be opened: why, and what can be done about it with one key or a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from assistant.dates import day
from assistant.tui.cards import Choice
from assistant.tui.citations import age
from assistant.tui.messages import IndexWanted
from assistant.tui.prose import Part, Prose, line

if TYPE_CHECKING:
    import datetime

    from assistant.tui.messages import LoadFailed

TITLES = {
    "missing": "There is no index of the guidance yet",
    "stale": "The guidance or the program has changed since the index was made",
    "damaged": "The index is damaged",
    "error": "The guidance could not be opened",
}
MEANINGS = {
    "missing": "Careguide needs one before it can answer. Building it takes some seconds, and needs no network.",
    "stale": "Answers from the old index may be out of date. Building a new one takes some seconds, and needs no network.",
    "damaged": "Nothing is answered from damaged files. Building the index again takes some seconds, and needs no network.",
    "error": "",
}


class LoadChoice(Choice):
    """One thing that can be done."""

    KEYS: ClassVar[dict[str, str]] = {"build": "b", "older": "l", "again": "r"}

    def __init__(self, how: str, text: str) -> None:
        super().__init__(f"{self.KEYS[how]}  {text}", "load")
        self.how = how

    def action_choose(self) -> None:
        """Do it."""
        self.post_message(IndexWanted(self.how))


class TroubleCard(Vertical):
    """Why the guidance cannot be opened, and what can be done."""

    def __init__(self, fault: LoadFailed, today: datetime.date) -> None:
        super().__init__(classes=f"trouble {fault.state}")
        self._fault = fault
        self._choices = list(_choices(fault, today))

    def compose(self) -> ComposeResult:
        """Yield the state, what it means, and the choices."""
        yield Static(TITLES[self._fault.state], markup=False, classes="error-title")
        if meaning := MEANINGS[self._fault.state]:
            yield line(meaning)
        yield Prose(Part(self._fault.reason, "detail"))
        yield from self._choices

    def offers(self, how: str) -> bool:
        """Return whether something can be done."""
        return any(choice.how == how for choice in self._choices)

    def focus_first(self) -> None:
        """Go to the first choice, so that Enter takes it."""
        self._choices[0].focus(scroll_visible=False)


def _choices(fault: LoadFailed, today: datetime.date) -> Sequence[LoadChoice]:
    choices = []
    if fault.state != "error":
        choices.append(LoadChoice("build", "Build the index now"))
    if fault.older:
        made = f"{day(fault.older)}, {age(fault.older, today)}"
        choices.append(LoadChoice("older", f"Use the last good index for now (made on {made})"))
    choices.append(LoadChoice("again", "Try again to open it"))
    return choices
