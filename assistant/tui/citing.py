"""The keys that act on a citation, on every screen that has one: copy it, copy the quote with it, open its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.render import citation_line
from assistant.text import sanitise
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
    """A screen with a citation that is chosen; it puts ``CITING_KEYS`` where they fit among its own."""

    def chosen(self) -> Cited | None:
        """Return what the keys act on; None where there is nothing."""
        raise NotImplementedError

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
