"""How a citation reads on the screen: who says it, where it stands, how old it is, and the addresses behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.render import dates_line
from assistant.types import STARTER_KIND

if TYPE_CHECKING:
    import datetime

    from assistant.types import Citation

STARTER_MARK = "Careguide starter note: our own wording, not official text"
STARTER_CLASS = "starter"
MOST_ADDRESSES = 3
"""Addresses shown under a quote; the source pane shows all. Nine notes in ten have no more than these."""


def is_starter(citation: Citation) -> bool:
    """Return whether the words are the project's own."""
    return citation.kind == STARTER_KIND


def heading_line(citation: Citation) -> str:
    """Return the number and who says it; a starter note is never given as a publisher's words."""
    return f"[{citation.number}] {voice_line(citation)}"


def voice_line(citation: Citation) -> str:
    """Return whose words they are: a publisher's, or our own."""
    return STARTER_MARK if is_starter(citation) else f"{citation.publisher}: official wording"


def place_line(citation: Citation) -> str:
    """Return the page and, where it has one, the section."""
    return f"{citation.title} > {citation.section}" if citation.section else citation.title


def addresses(citation: Citation) -> tuple[str, ...]:
    """Return the addresses behind a citation, the page's own for official wording."""
    return (citation.based_on or (citation.url,)) if is_starter(citation) else (citation.url,)


def detail_lines(citation: Citation, today: datetime.date | None = None, most: int | None = None) -> str:
    """Return the dates and the addresses (``most`` of them, and how many more there are), each on its own line."""
    every = addresses(citation)
    dates = dates_line(citation)
    old = f" ({age(latest(citation), today)})" if today and latest(citation) else ""
    lines = [f"{dates[:1].upper()}{dates[1:]}{old}"] if dates else []
    lines += ["Based on:"] if is_starter(citation) else []
    lines += every[:most]
    if most is not None and len(every) > most:
        lines.append(f"and {len(every) - most} more, shown with the source")
    return "\n".join(lines)


def latest(citation: Citation) -> str:
    """Return the last ISO date on which somebody worked on the words, not that of fetching them; empty where none is told."""
    dates = (citation.reviewed,) if is_starter(citation) else (citation.published, citation.updated, citation.reviewed)
    return max((date for date in dates if date), default="")


def age(date: str, today: datetime.date) -> str:
    """Return how long ago an ISO date was in words, such as ``3 days ago``; a date to come counts as today."""
    days = (today - today.fromisoformat(date[:10])).days
    if days <= 0:
        return "today"
    if days < 61:
        return "yesterday" if days == 1 else f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"
