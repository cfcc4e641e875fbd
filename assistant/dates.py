"""Dates as people write them. Everywhere else a date is ISO text, YYYY-MM-DD, so that dates compare as texts do."""

from __future__ import annotations

import datetime


def day(iso: str | None) -> str:
    """Return an ISO date as people write it, such as ``3 March 2026``; empty for None."""
    if not iso:
        return ""
    date = datetime.date.fromisoformat(iso[:10])
    return f"{date.day} {date:%B %Y}"


def moment(iso: str) -> str:
    """Return an ISO date and time with its zone as people write it, in the zone of this machine: ``3 March 2026, 14:05``."""
    at = datetime.datetime.fromisoformat(iso).astimezone()
    return f"{at.day} {at:%B %Y, %H:%M}"


def written(date: str) -> str:
    """Return a whole or partial ISO date as people write it: ``2025``, ``December 2025`` or ``4 December 2025``."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 3:
        return day(date)
    return f"{datetime.date(parts[0], parts[1], 1):%B %Y}" if len(parts) == 2 else date


def with_zone(at: datetime.datetime) -> str:
    """Return a time with its distance from UTC, as ``24 November 2026 at 14:05 (UTC+00:00)``."""
    offset = at.isoformat(timespec="minutes")[len("2026-11-24T14:05") :]
    return f"{day(at.isoformat())} at {at:%H:%M} (UTC{offset})"


def is_iso_day(text: str) -> bool:
    """Whether a text is a date that there is, written YYYY-MM-DD and in no other way."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
