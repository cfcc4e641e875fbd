"""The parts around the conversation: the status line, the loading bar, the first-screen text and the question box."""

from __future__ import annotations

import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, ProgressBar, Static

from assistant.render import day
from assistant.text import one_line
from assistant.tui.messages import Asked
from assistant.tui.prose import line, plain
from assistant.tui.session import About

PURPOSE = (
    "Careguide answers questions about cyber security and data protection in adult social care with "
    "the exact words of guidance, and shows where they are from."
)
EXAMPLES = (
    "What should I do first if I clicked a bad link?",
    "I lost my work phone. Who do I tell?",
    "How soon must we report a data breach?",
    "Can I put care notes into ChatGPT?",
)
LOADING = "Getting the guidance ready. You can type your question now."
REMINDER = "Please do not type names or personal details"


def age(created: str, today: datetime.date) -> str:
    """Return how long ago an ISO date was in words, such as ``3 days ago``; a date to come counts as today."""
    days = (today - datetime.date.fromisoformat(created[:10])).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days:,} days ago"


def about_lines(about: About, today: datetime.date) -> tuple[str, str]:
    """Return how much there is to answer from and how old it is, as a sentence and in short."""
    documents = f"{about.documents:,} {'document' if about.documents == 1 else 'documents'}"
    old = age(about.created, today)
    long = f"It answers from {documents}. Index made on {day(about.created)} ({old})."
    return long, f"{documents}, index made {old}"


class StatusLine(Horizontal):
    """The name of the application and the state of the guidance, on one line."""

    def compose(self) -> ComposeResult:
        """Yield the name and the state."""
        yield Static("Careguide", markup=False, id="name")
        yield Static("", markup=False, id="state")

    def say(self, text: str) -> None:
        """Show the state."""
        self.query_one("#state", Static).update(plain(text))


class LoadingBar(Horizontal):
    """How far the opening or the building of the index is."""

    def compose(self) -> ComposeResult:
        """Yield what is being done, and a bar."""
        yield Static("Opening the guidance", markup=False, id="step")
        yield ProgressBar(show_eta=False, id="progress")

    def say(self, what: str, done: int, of: int) -> None:
        """Show the step, and how far it is; a bar without end for an unknown length (``of`` is 0)."""
        self.query_one("#step", Static).update(plain(what[:1].upper() + what[1:]))
        self.query_one(ProgressBar).update(total=of or None, progress=done)


class Example(Static, can_focus=True):
    """A question to begin with; Enter or a click asks it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "ask", "Ask this")]

    def __init__(self, question: str) -> None:
        super().__init__(plain(question), markup=False, classes="example")
        self._question = question

    def action_ask(self) -> None:
        """Ask the question."""
        self.post_message(Asked(self._question))

    def on_click(self) -> None:
        """Ask the question."""
        self.action_ask()


class Welcome(Vertical):
    """What this is, what it answers from, and questions to begin with."""

    def compose(self) -> ComposeResult:
        """Yield the text of the first screen."""
        yield line(PURPOSE, "purpose")
        yield Static(LOADING, markup=False, id="about")
        yield line("Type a question below, or choose one of these with Tab and Enter:", "try")
        for question in EXAMPLES:
            yield Example(question)

    def say(self, text: str) -> None:
        """Show what the guidance is, or why it is not there."""
        self.query_one("#about", Static).update(plain(text))


class QuestionBox(Input):
    """Where the question is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask"),
        Binding("escape", "screen.leave_box", "Leave the box"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=f"For example: {EXAMPLES[1]}", select_on_focus=False, id="box")
        self.border_title = "Your question"
        self.border_subtitle = REMINDER

    def _on_paste(self, event: events.Paste) -> None:
        """Put pasted lines in as one; the plain input would drop all but the first without a word."""
        event.prevent_default()
        event.stop()
        self.replace(one_line(event.text), *self.selection)

    async def action_submit(self) -> None:
        """Ask what stands in the box, and empty it."""
        question = one_line(self.value)
        if not question:
            self.app.notify("Type a question first, then press Enter.", markup=False)
            return
        self.value = ""
        self.post_message(Asked(question))
