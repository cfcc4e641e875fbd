"""The bottom line: the keys that matter now, as one widget.

Textual's own footer makes a widget for each key anew whenever the keys change, and keeps a reference to every one it made
(through ``data_bind``), so that its memory grows with each question; docs/DECISIONS.md has the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.binding import ActiveBinding, Binding
    from textual.screen import Screen

GAP = "  "


class KeyBar(Widget, can_focus=False):
    """The keys of the screen that have something to act on, each with what it does; a click presses the key.

    Attributes:
        keys: the key to press, how it is written, and what it does, from left to right.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key"}

    keys: reactive[tuple[tuple[str, str, str], ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.auto_links = False  # the keys are buttons, and are not to look like links
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen and self.app.app_focus:
            self.keys = tuple(self._entry(active.binding) for active in _one_for_each_action(screen.active_bindings))

    def _entry(self, binding: Binding) -> tuple[str, str, str]:
        return binding.key, self.app.get_key_display(binding), binding.description

    def render(self) -> RenderResult:
        """Return the line."""
        mark = self.get_visual_style("keybar--key", partial=True)
        return Content(GAP).join([_key(key, Content.assemble((display, mark), " ", said)) for key, display, said in self.keys])


def _key(key: str, shown: Content) -> Content:
    return shown.stylize(Style.from_meta({"@click": f"app.simulate_key({key!r})"}))


def _one_for_each_action(active: dict[str, ActiveBinding]) -> list[ActiveBinding]:
    """Return the first binding of each action that is to be shown, in their order."""
    first: dict[str, ActiveBinding] = {}
    for one in active.values():
        if one.binding.show and one.enabled:
            first.setdefault(one.binding.action, one)
    return list(first.values())
