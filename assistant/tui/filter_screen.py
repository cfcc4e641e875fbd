"""Choosing what to search in: publishers, kinds of page, topics, nations and years, each with the number of pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from assistant.dates import day
from assistant.filters import NO_FILTERS, Filters
from assistant.tui.keybar import KeyBar
from assistant.tui.messages import CountsWanted
from assistant.tui.prose import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.facets import Counts, Facets

FIELDS = {
    "publisher": "Publisher",
    "kind": "Kind of page",
    "topic": "Topic",
    "applies_to": "Applies to",
    "updated_since": "Updated or reviewed since",
}


class FilterList(OptionList):
    """The values of one field; Space or a click chooses one or lets it go.

    Attributes:
        field: its name in ``Filters``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Choose"),
        Binding("enter", "screen.apply", "Apply", priority=True),
    ]

    def __init__(self, field: str) -> None:
        super().__init__(id=f"filter-{field}", markup=False, compact=True)
        self.field = field
        self.border_title = FIELDS[field]

    def show(self, counts: Counts, chosen: Sequence[str]) -> None:
        """Show the values with their counts; the mark of those chosen is read without colours too."""
        at = self.highlighted
        self.clear_options()
        for value, count in counts:
            name = day(value) if self.field == "updated_since" else value.replace("-", " ")
            self.add_option(Option(plain(f"[{'x' if value in chosen else ' '}] {name} ({count:,})"), value))
        self.highlighted = at
        self.display = bool(counts)


class FilterScreen(ModalScreen[Filters | None]):
    """The filters; gives back those chosen, or None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Apply"),
        Binding("x", "clear", "Clear all"),
        Binding("f1", "app.help", "Help", show=False),
        Binding("escape", "dismiss", "Cancel"),
    ]

    def __init__(self, filters: Filters) -> None:
        super().__init__()
        self.filters = filters

    def compose(self) -> ComposeResult:
        """Yield a list for each field, and what is chosen."""
        with Vertical(id="filters", classes="panel"):
            yield Static("Search only in some of the guidance. Space chooses, Enter applies.", markup=False)
            yield Static("", markup=False, id="filter-total")
            with VerticalScroll(id="filter-lists", can_focus=False):
                for field in FIELDS:
                    yield FilterList(field)
            with Horizontal(classes="buttons"):
                yield Button("Apply", id="apply", variant="primary", compact=True)
                yield Button("Clear all", id="clear", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the counts."""
        self.post_message(CountsWanted(self.filters))

    def show_counts(self, filters: Filters, facets: Facets) -> None:
        """Show how many pages there are, unless the choice has changed meanwhile."""
        if filters != self.filters:
            return
        for lists in self.query(FilterList):
            lists.show(getattr(facets, lists.field), _values(filters, lists.field))
        pages = f"{facets.total:,} {'page' if facets.total == 1 else 'pages'}"
        said = self.filters.said()
        self.query_one("#filter-total", Static).update(plain(f"{pages}: {said}" if said else f"{pages}: no filter"))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        lists, value = event.option_list, str(event.option_id)
        assert isinstance(lists, FilterList)
        chosen = _values(self.filters, lists.field)
        if lists.field == "updated_since":  # one date leaves out all that an earlier one does
            self.filters = replace(self.filters, updated_since="" if value in chosen else value)
        else:
            fields: dict[str, Any] = {lists.field: tuple(sorted({*chosen} ^ {value}))}
            self.filters = replace(self.filters, **fields)
        self.post_message(CountsWanted(self.filters))

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        {"apply": self.action_apply, "clear": self.action_clear}.get(event.button.id or "", lambda: self.dismiss(None))()

    def action_apply(self) -> None:
        """Search under these filters from now on."""
        self.dismiss(self.filters)

    def action_clear(self) -> None:
        """Take all filters away."""
        self.filters = NO_FILTERS
        self.post_message(CountsWanted(self.filters))


def _values(filters: Filters, field: str) -> tuple[str, ...]:
    """Return what is chosen of a field."""
    chosen = getattr(filters, field)
    return ((chosen,) if chosen else ()) if isinstance(chosen, str) else tuple(chosen)
