"""The days that a page gives for itself: as its text labels them, and as its markup names them.

Knows how British and machine-made dates are written, and the words that stand before them; nothing of any one site.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bs4 import Tag
from bs4.element import NavigableString

from assistant.scrape.extract.words import short_words

Field = Literal["published", "updated", "reviewed"]
LONGEST_LINE = 200
"""Characters of an element in which a date stands beside its label; a longer one is prose that happens to hold a date."""
CLIMB = 4
"""Levels between a label and the element that also holds its date, as in a list of terms or a row of facts."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_DAY = (
    rf"{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}}"
    rf"|{_WEEKDAY}{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{1,2}/\d{1,2}/\d{4}"
)
_TIME = r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}\s*(?:am|pm)?)?"
_WORDS: tuple[tuple[Field, str], ...] = (
    ("published", "published|date published|first published|publication date|originally published|posted|date"),
    ("updated", "updated|last updated|date updated|last edited|last modified|last changed"),
    ("reviewed", "reviewed|last reviewed|date reviewed"),
)
_LABELS: dict[str, Field] = {label: field for field, labels in _WORDS for label in labels.split("|")}
_LONGEST_FIRST = "|".join(sorted(_LABELS, key=len, reverse=True)).replace(" ", r"\s+")
_LABEL = rf"(?:this\s+)?(?:page\s+)?({_LONGEST_FIRST})(?:\s+on)?\s*:?"
_BEGINS = re.compile(rf"\W*{_LABEL}(?:\s|$|\d)", re.IGNORECASE)
_LABEL += r"\s+"
_PAIR = re.compile(rf"\b{_LABEL}({_DAY}){_TIME}", re.IGNORECASE)
_ONLY_PAIRS = re.compile(rf"(?:\W*(?:{_LABEL}(?:{_DAY}){_TIME}|version:?\s+[\d.]+))+\W*", re.IGNORECASE)
_ONLY_DAY = re.compile(rf"(?:{_DAY}){_TIME}", re.IGNORECASE)
_WORDED = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

_NAMED: tuple[tuple[Field, str, str], ...] = (
    ("published", '[itemprop="datePublished"]', "content datetime"),
    ("updated", '[itemprop="dateModified"]', "content datetime"),
    ("published", "time.published, time.entry-date", "datetime"),
    ("updated", "time.updated, time.modified", "datetime"),
    ("published", 'meta[property="article:published_time" i]', "content"),
    ("updated", 'meta[property="article:modified_time" i]', "content"),
    ("published", 'meta[name="DCTERMS.issued" i], meta[name="DC.date.issued" i]', "content"),
    ("updated", 'meta[name="DCTERMS.modified" i], meta[name="DC.date.modified" i], meta[name="DC.Date" i]', "content"),
)


class Line(NamedTuple):
    """An element that holds dates beside their labels, and whether it holds nothing else."""

    element: Tag
    days: dict[Field, str]
    alone: bool


def iso_day(words: str) -> str | None:
    """Return the first day named in some words as YYYY-MM-DD; None where they name none. 3/5/2024 is the third of May."""
    if found := _ISO.search(words):
        return _day(found[1], found[2], found[3])
    if found := _WORDED.search(words):
        day, month, year = (found[name] or found[f"{name}2"] for name in ("day", "month", "year"))
        return _day(year, str(_MONTHS.index(month[:3].lower()) + 1), day)
    if found := _SLASHED.search(words):
        return _day(found[3], found[2], found[1])
    return None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def dated_lines(root: Tag) -> Iterator[Line]:
    """Yield each element that gives a date beside a label such as "Last updated", in order of the page."""
    for string in root.find_all(string=_BEGINS):
        if type(string) is NavigableString and (line := _line_of(string)):
            yield line


def _line_of(string: NavigableString) -> Line | None:
    element = string.parent
    for _ in range(CLIMB):
        if element is None or element.name in {"a", "body", "main", "article", "script", "style", "title"}:
            return None
        words = short_words(element, LONGEST_LINE)
        if words is None:
            return None
        days = {_label(found[1]): day for found in _PAIR.finditer(words) if (day := iso_day(found[2]))}
        if days:
            return Line(element, days, _ONLY_PAIRS.fullmatch(words) is not None)
        element = element.parent
    return None


def _label(words: str) -> Field:
    return _LABELS[" ".join(words.lower().split())]


def lone_day(tree: Tag) -> Line | None:
    """Return the line between the title and the first section that is a date and nothing else, as news have it."""
    title = tree.find("h1")
    for element in title.find_all_next(["p", "div", "span", "time", "h2"]) if title else ():
        if element.name == "h2":
            return None
        words = short_words(element, LONGEST_LINE) or ""
        day = iso_day(words) if _ONLY_DAY.fullmatch(words) else None
        if day:
            return Line(element, {"published": day}, True)
    return None


def named_days(tree: Tag) -> dict[Field, str]:
    """Return the days that the markup of a page names: microdata, ``time`` elements, ``meta`` elements; the first of each."""
    days: dict[Field, str] = {}
    for field, selector, attributes in _NAMED:
        for element in tree.select(selector):
            values = [str(element.get(name) or "") for name in attributes.split()] + [element.get_text(" ")]
            day = next(filter(None, map(iso_day, values)), None)
            if day:
                days.setdefault(field, day)
                break
    return days
