"""The parts around the conversation: the status line, the loading bar, and the question box."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, ProgressBar, Static

from assistant.text import LONGEST_QUESTION, one_line
from assistant.tui.messages import Asked
from assistant.tui.prose import plain
from assistant.tui.welcome import EXAMPLES

DIGITS = tuple("123456789")
BAR_AFTER = 0.5
"""Seconds of loading after which a bar is shown although it is not known how far the loading is."""
REMINDER = "Please do not type names or personal details"


class StatusLine(Horizontal):
    """The name of the application and the state of the guidance, on one line; warnings stay there."""

    def compose(self) -> ComposeResult:
        """Yield the name and the state."""
        yield Static("Careguide", markup=False, id="name")
        yield Static("", markup=False, id="only")
        yield Static("", markup=False, id="state")

    def say(self, text: str, warning: bool = False) -> None:
        """Show the state of the guidance."""
        state = self.query_one("#state", Static)
        state.update(plain(text))
        state.set_class(warning, "warning")

    def say_filters(self, said: str) -> None:
        """Show which filters are on; nothing for none."""
        self.query_one("#only", Static).update(plain(f"Only: {said}" if said else ""))


class LoadingBar(Horizontal):
    """How far the opening or the building of the index is."""

    _progress: tuple[int | None, int] = (None, 0)

    def compose(self) -> ComposeResult:
        """Yield what is being done; the bar comes when it takes long, as most openings are over before it would be seen."""
        yield Static("", markup=False, id="step")

    def begin(self) -> None:
        """Show that the guidance is being opened."""
        self.display = True
        self.say("opening the guidance", 0, 0)
        self.set_timer(BAR_AFTER, self._furnish)

    def end(self) -> None:
        """Hide it."""
        self.display = False

    def say(self, what: str, done: int, of: int) -> None:
        """Show the step, and how far it is; a bar without end for an unknown length (``of`` is 0)."""
        self.query_one("#step", Static).update(plain(what[:1].upper() + what[1:]))
        self._progress = (of or None, done)
        if of or self.query(ProgressBar):
            self.call_later(self._furnish)

    async def _furnish(self) -> None:
        """Show the bar as it stands now."""
        if self.display and not self.query(ProgressBar):
            await self.mount(ProgressBar(show_eta=False, id="progress"))
        total, done = self._progress
        for bar in self.query(ProgressBar):
            bar.update(total=total, progress=done)


class PlainInput(Input):
    """A line to type on, into which only plain characters can be pasted."""

    def _on_paste(self, event: events.Paste) -> None:
        """Put pasted lines in as one; the plain input would drop all but the first without a word."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)


class QuestionBox(PlainInput):
    """Where the question is typed; a number typed first chooses what has that number, if anything has.

    Attributes:
        reworded: whether words that were searched for are being changed; they are then asked by themselves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask"),
        Binding("escape", "screen.leave_box", "Keys", tooltip="Leave the box, so that single keys work"),
    ]

    def __init__(self, choose: Callable[[int], bool]) -> None:
        """Keep ``choose``, which does what a number stands for, and says whether it stands for anything."""
        super().__init__(placeholder=f"For example: {EXAMPLES[1]}", select_on_focus=False, id="box")
        self.border_title = "Your question"
        self.border_subtitle = REMINDER
        self._choose = choose
        self.reworded = False

    async def _on_key(self, event: events.Key) -> None:
        """Take a digit in the empty box for a choice; one question in four hundred begins with one, and a space lets it.

        Enter is taken here too: as a key binding it would come after what is typed quickly behind it.
        """
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.submit()
        digit = event.character if event.character in DIGITS else None
        if digit and not self.value and self._choose(int(digit)):
            event.prevent_default()
            event.stop()

    async def action_submit(self) -> None:
        """Ask what stands in the box, and empty it."""
        self.submit()

    def submit(self) -> None:
        """Ask what stands in the box, and empty it; a question that is too long stays there."""
        question = one_line(self.value)
        if not question:
            self.app.notify("Type a question first, then press Enter.", markup=False)
        elif len(question) > LONGEST_QUESTION:
            said = f"It has {len(question):,} characters, more than {LONGEST_QUESTION:,}: ask the main point."
            self.app.notify(said, title="This question is too long", markup=False)
        else:
            self.post_message(Asked(question, alone=self.reworded))
            self.value, self.reworded = "", False

    def watch_value(self, value: str) -> None:
        """Forget that words searched for were being changed, once they are all gone."""
        self.reworded = self.reworded and bool(value)
