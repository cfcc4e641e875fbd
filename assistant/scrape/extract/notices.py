"""Banners that readers must see and that are no guidance: that a page is under review, superseded or withdrawn."""

from __future__ import annotations

import re

from bs4 import Tag

from assistant.scrape.extract.furniture import blocks
from assistant.scrape.extract.words import short_words, words_of
from assistant.types import Status

LONGEST_BANNER = 600
"""Characters of a banner; a longer element is text that speaks of reviews, withdrawals and the like."""

_BANNERS = re.compile(
    r"(?:^|[-_])(?:banner|alert|notification|notice|message|archived?|withdrawn|superseded|status)(?:[-_]|$)", re.I
)
_SAYS = re.compile(
    r"\bunder review\b|\b(?:page|guidance|guide|document|publication|content|advice|collection)\b.{0,60}\b(?:has been|was|is)"
    r" (?:now )?(?:withdrawn|superseded|archived|replaced|out of date|no longer (?:current|maintained|updated))\b",
    re.I,
)
_WITHDRAWN = re.compile(
    r"\b(?:page|guidance|guide|document|publication|content|advice)\b.{0,30}\b(?:has been|was|is) (?:now )?withdrawn\b", re.I
)
_SUPERSEDED = re.compile(r"\bsuperseded\b|\b(?:has been|was) (?:now )?replaced\b", re.I)


def take(tree: Tag, opening: re.Pattern[str] | None = None) -> str:
    """Take the banners out of a page and return their words, joined; empty where there are none.

    Args:
        tree: the page; it is changed.
        opening: how a banner of this site begins, where nothing but its words tells it from the text.
    """
    found = [element for element in tree.find_all(True) if _is_banner(element)]
    if opening:
        found += [block for block in blocks(tree, opening) if short_words(block, LONGEST_BANNER) is not None]
    said: list[str] = []
    for element in found:
        if not element.decomposed:
            said.append(words_of(element))
            element.decompose()
    return " ".join(dict.fromkeys(said))


def status_of(notice: str) -> Status:
    """Return what a banner says of its page."""
    if _WITHDRAWN.search(notice):
        return "withdrawn"
    return "superseded" if _SUPERSEDED.search(notice) else "live"


def _is_banner(element: Tag) -> bool:
    if element.name in {"html", "body", "main", "article", "script", "style"}:
        return False
    named = element.get("role") in {"alert", "status"} or any(_BANNERS.search(name) for name in element.get("class") or ())
    words = short_words(element, LONGEST_BANNER) if named else None
    return words is not None and _SAYS.search(words) is not None and not element.find(["h1", "main"])
