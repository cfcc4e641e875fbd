"""What the screens share that have a box to type into and a citation that is chosen: typing anywhere, copying, opening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from assistant.render import citation_line
from assistant.text import one_line, sanitise
from assistant.tui.citations import place_line
from assistant.tui.messages import CopyWanted

if TYPE_CHECKING:
    from assistant.tui.messages import Cited


CITING_KEYS: tuple[BindingType, ...] = (
    Binding("c", "copy_citation", "Copy"),
    Binding("y", "copy_quote", "Quote"),
    Binding("o", "open_link", "Web"),
)


class CitingScreen(Screen[None]):
    """A screen with a box and a citation that is chosen; it puts ``CITING_KEYS`` where they fit among its own."""

    @property
    def box(self) -> Input:
        """Where one types: what has the focus when the screen opens."""
        return self.query_one(str(self.AUTO_FOCUS), Input)

    def chosen(self) -> Cited | None:
        """Return what the keys act on; None where there is nothing, as on a screen that does not say."""
        return None

    # Typing

    def may_type(self, keys: set[str]) -> bool:  # noqa: ARG002
        """Return whether a character typed outside the box goes into it; these are the names of its key."""
        return True

    def on_key(self, event: events.Key) -> None:
        """Take a character that is typed outside the box into it, unless the character is a key."""
        typed = event.character if event.is_printable and not isinstance(self.focused, Input) else None
        keys = {event.key, *event.aliases}
        if not typed or not keys.isdisjoint(self.active_bindings):
            return
        event.stop()
        if self.may_type(keys):
            self.insert(typed)
        else:
            self.app.bell()

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted outside the box into it."""
        self.insert(one_line(event.text))

    def insert(self, text: str) -> None:
        """Go to the box and put text in at the cursor."""
        self.box.focus()
        self.box.insert_text_at_cursor(text)

    def action_to_box(self) -> None:
        """Go to the box."""
        self.box.focus()

    # The citation

    def action_copy_citation(self) -> None:
        """Put the citation on the clipboard."""
        if cited := self.chosen():
            number = cited.citation.number
            self.post_message(CopyWanted(citation_line(cited.citation), f"citation [{number}], {place_line(cited.citation)}"))

    def action_copy_quote(self) -> None:
        """Put the quoted words on the clipboard, with their citation below."""
        if (cited := self.chosen()) and cited.excerpt:
            text = f"{sanitise(cited.excerpt.text)}\n\n{citation_line(cited.citation)}"
            self.post_message(CopyWanted(text, f"quote [{cited.citation.number}] with its citation"))

    def action_open_link(self) -> None:
        """Open the cited page in the browser, and show its address for where no browser opens."""
        if cited := self.chosen():
            address = sanitise(cited.citation.deep_link)
            title = f"Web page of [{cited.citation.number}]; if no browser opens, type this address"
            self.notify(address, title=title, markup=False, timeout=10)
            self.app.open_url(address)
