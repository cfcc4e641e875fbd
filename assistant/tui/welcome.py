"""The first screen: what this is, what it answers from and how old that is, questions to begin with, and emergencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from assistant.dates import day
from assistant.render import way_line
from assistant.tui.cards import Suggestion
from assistant.tui.citations import age
from assistant.tui.prose import Prose, line, plain
from assistant.types import STARTER_KIND

if TYPE_CHECKING:
    import datetime

    from assistant.facets import Facets
    from assistant.reference import Reference
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
    "What is the DSPT, and do we have to do it?",
    "Is it OK to send care photos on WhatsApp?",
)
LOADING = "Getting the guidance ready. You can type your question now."
DANGER = "If someone is in danger or hurt, call 999 first."
EMERGENCY = (("bank", "Money or bank details gone"), ("live-attack", "A cyber attack now"), ("ico-breach", "A data breach"))
"""Ids of the contacts on the first screen, and for what in a few words."""


def about_lines(about: About, facets: Facets, today: datetime.date) -> tuple[str, str]:
    """Return what there is to answer from and how old it is, as a sentence and in short."""
    notes = sum(count for kind, count in facets.kind if kind == STARTER_KIND)
    pages = about.documents - notes
    old = age(about.created, today)
    kinds = [_many(pages, "official page"), f"{_many(notes, 'starter note')} in our own words"]
    parts = [kind for kind, count in zip(kinds, (pages, notes), strict=True) if count]
    made = f"The index was made on {day(about.created)} ({old}); corpus {about.corpus[:8]}."
    return f"It answers from {' and '.join(parts) or 'no pages yet'}. {made}", f"{_many(about.documents, 'document')}, {old}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def emergency_lines(reference: Reference) -> str:
    """Return whom to call in an emergency, each on its own line; the phone numbers alone."""
    known = {contact.id: contact for contact in reference.contacts}
    lines = []
    for name, when in EMERGENCY:
        ways = [way for way in known[name].ways if way.kind == "phone"] if name in known else []
        lines += [f"- {when}: {way_line(ways[0])}"] if ways else []
    return "\n".join(lines)


class Welcome(Vertical):
    """What this is, what it answers from, questions to begin with, and whom to call in an emergency."""

    def compose(self) -> ComposeResult:
        """Yield the text of the first screen."""
        yield line(PURPOSE, "purpose")
        yield Static(LOADING, markup=False, id="about")
        yield line("Type a question below, or choose one of these by its number:", "try")
        for number, question in enumerate(EXAMPLES, start=1):
            yield Suggestion(question, number)
        yield line(DANGER, "danger")
        yield Prose(classes="emergency")

    def say(self, text: str) -> None:
        """Show what the guidance is, or why it is not there."""
        self.query_one("#about", Static).update(plain(text))

    def show_emergency(self, reference: Reference) -> None:
        """Show whom to call."""
        self.query_one(".emergency", Prose).show(emergency_lines(reference))
