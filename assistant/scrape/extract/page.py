"""A page of a site as a document: the way that all adapters of HTML have in common.

An adapter says in a ``Layout`` where its site keeps what; the rest is the same for all: bytes to a tree under limits, the
title, the dates, the banners, what stands around the text taken out, what is left written as Markdown, and the checks that
it is a page of guidance with nothing lost.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag

from assistant.corpus import same_page
from assistant.errors import ExtractError
from assistant.scrape.extract import furniture, notices
from assistant.scrape.extract.charset import decoded
from assistant.scrape.extract.dates import Field, Line, dated_lines, lone_day, named_days
from assistant.scrape.extract.html import markdown, parse
from assistant.scrape.extract.plain import filed
from assistant.scrape.extract.words import short_words, words_of
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.text import one_line
from assistant.types import Document

HTML_TYPES = ("text/html", "application/xhtml+xml", "")
LONGEST_TITLE = 300

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ANYWHERE = ("main", "[role=main]", "#main-content", "article", "#content", "body")
_NO_PAGE = re.compile(
    r"(?:error:?\s*)?(?:403|404|410|500|502|503)\b.*"
    r"|.{0,40}\bpage (?:not|cannot be|could not be|can['\u2019]t be|was not) found\b.*"
    r"|not found|.{0,20}can['\u2019]?(?:no)?t find (?:that|this|the) page.*|access denied|forbidden|just a moment.*"
    r"|attention required.*|(?:site|service|page) (?:temporarily )?unavailable.*|gone"
    r"|sorry, there is a problem with (?:the|this) (?:service|page).*",
    re.IGNORECASE,
)
"""Titles of pages that a site or a wall before it gives with status 200 in place of the one asked for."""
_SITE_NAME = re.compile(r"\s+[|\u2013\u2014\u00b7-]\s+")
_APPLIES = re.compile(
    r"applies to:?\s*((?:(?:England|Scotland|Wales|Northern Ireland|UK|United Kingdom)(?:,|\s|\band\b|&)*)+)", re.IGNORECASE
)
_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland", "UK")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the pages of a site keep what, as CSS selectors.

    Attributes:
        content: the text, tried in order; all outermost matches of the first that has words, and after these the elements
            that hold the text of most pages.
        title: the title, tried in order before the first h1.
        summary: what introduces the text; put before it where it stands outside.
        headings: elements that are headings though their names do not say so.
        furniture: what else on this site is none of the text.
        call_outs: what else is set apart from the text to warn or to stress.
        errors: what only an error page has.
        banner: how a banner begins that nothing but its words tells from the text.
        lines: words of lines that are part of no text, from their beginning.
    """

    content: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    summary: str = ""
    headings: str = ""
    furniture: str = ""
    call_outs: str = ""
    errors: str = ""
    banner: re.Pattern[str] | None = None
    lines: re.Pattern[str] | None = None


def to_document(fetched: Fetched, source: Source, page: Page, layout: Layout) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: it is no HTML, over the limits, an error page in disguise, has no text, or has lost its headings.
    """
    try:
        tree = parse(html_of(fetched))
        heading = _heading(tree, layout)
        title = _title(tree, heading)
        _refuse_errors(tree, title, layout)
        days = _days(tree)
        nations = _nations(tree)
        notice = notices.take(tree, layout.banner)
        furniture.drop(tree, heading, layout.furniture)
        body = _body(tree, heading, layout)
    except ExtractError as fault:
        raise ExtractError(f"{fetched.url}: {fault}", fetched.url) from fault
    fields: dict[str, object] = {"title": title, "notice": notice, "status": notices.status_of(notice), "applies_to": nations}
    return filed(body, common(fetched, source, page) | fields | dict(days))


def common(fetched: Fetched, source: Source, page: Page) -> dict[str, object]:
    """Return the fields that do not depend on what is in the page."""
    return {
        "title": "",
        "publisher": source.publisher,
        "url": fetched.url,
        "kind": page.kind,
        "retrieved": fetched.day,
        "licence": source.licence,
        "topics": list(page.topics),
        "aliases": aliases(fetched.url, (*fetched.aliases, *page.also)),
    }


def aliases(url: str, others: Iterable[str]) -> list[str]:
    """Return the other addresses of a page, each once and without its own; only https addresses can be cited."""
    known = {same_page(url)}
    kept = []
    for other in others:
        address = urldefrag(other).url
        if address.startswith("https://") and same_page(address) not in known:
            known.add(same_page(address))
            kept.append(address)
    return kept


def html_of(fetched: Fetched) -> str:
    """Return the text of a page that is HTML.

    Raises:
        ExtractError: it is something else.
    """
    if fetched.content_type not in HTML_TYPES:
        raise ExtractError(f'it is {one_line(fetched.content_type)[:80]}, which is not read; give it storage = "link"')
    text = decoded(fetched)
    if text.lstrip()[:1] in {"{", "["} or "<" not in text:
        raise ExtractError("it is called HTML and is none; look at the address in a browser")
    return text


def _heading(tree: BeautifulSoup, layout: Layout) -> Tag | None:
    """Return the element that is the title of the page."""
    for selector in (*layout.title, "main h1", "[role=main] h1", "article h1", "h1"):
        for element in tree.select(selector):
            if words_of(element):
                return element
    return None


def _title(tree: BeautifulSoup, heading: Tag | None) -> str:
    """Return the words of the title; where no heading has them, those that the page has for other sites or for its window."""
    if heading is not None:
        return one_line(markdown(heading).lstrip("# ") or heading.get_text(" "))[:LONGEST_TITLE]
    shared = tree.select_one('meta[property="og:title"]')
    window = one_line(str(shared["content"]) if shared and shared.get("content") else _window(tree))
    return _SITE_NAME.split(window)[0][:LONGEST_TITLE]


def _window(tree: BeautifulSoup) -> str:
    named = tree.find("title")
    return named.get_text(" ") if named else ""


def _refuse_errors(tree: BeautifulSoup, title: str, layout: Layout) -> None:
    told = next(filter(_NO_PAGE.fullmatch, (title, one_line(_SITE_NAME.split(one_line(_window(tree)))[0]))), "")
    if told or (layout.errors and tree.select_one(layout.errors)):
        raise ExtractError(
            f"the site gave an error page for it ({told or title or 'no title'}); check the address in a browser"
        )
    if not title:
        raise ExtractError('it has no title; check the address in a browser, it may need render = "browser"')


def _days(tree: BeautifulSoup) -> Mapping[Field, str]:
    """Return the dates of a page, what its text says before what its markup says; lines of nothing but dates are taken out."""
    days: dict[Field, str] = {}
    for line in [line for line in dated_lines(tree) if not _is_aside(line)]:
        for field, day in line.days.items():
            days.setdefault(field, day)
        if line.alone and not line.element.decomposed:
            line.element.decompose()
    named = named_days(tree) | days
    lone = None if "published" in named else lone_day(tree)
    if lone:
        named["published"] = lone.days["published"]
        lone.element.decompose()
    return named


def _is_aside(line: Line) -> bool:
    """Whether a dated line belongs to something else, such as a card that links to another page."""
    return any(above.name == "a" or furniture.is_furniture(above) for above in line.element.parents)


def _nations(tree: BeautifulSoup) -> list[str]:
    for block in furniture.blocks(tree, re.compile(r"applies to", re.IGNORECASE)):
        if found := _APPLIES.fullmatch(short_words(block, LONGEST_TITLE) or ""):
            block.decompose()
            named = found[1].lower().replace("united kingdom", "uk")
            return [nation for nation in _NATIONS if nation.lower() in named]
    return []


def _body(tree: BeautifulSoup, heading: Tag | None, layout: Layout) -> str:
    """Return the text of a page whose furniture is gone."""
    for block in furniture.blocks(tree, layout.lines) if layout.lines else ():
        block.decompose()
    for one in tree.select(layout.headings) if layout.headings else ():
        if one.name not in _HEADINGS and not one.find(_HEADINGS):
            one.name = "h2"
    _unwrap_buttons(tree)
    _name_headings(tree)
    _mark_call_outs(tree, layout)
    summary = next(iter(tree.select(layout.summary)), None) if layout.summary else None
    if heading is not None and not heading.decomposed:
        heading.decompose()
    roots = _content(tree, layout)
    body = "\n\n".join(filter(None, map(markdown, roots)))
    if not body:
        raise ExtractError('it has no text; if the site fills it in by script, give the source render = "browser"')
    _refuse_lost_headings(tree, body)
    if summary is not None and not summary.decomposed and not _within(summary, {id(root) for root in roots}):
        body = _introduced(markdown(summary), body)
    return body


def _unwrap_buttons(tree: BeautifulSoup) -> None:
    """Make words of the buttons within headings, which open and close the sections below them."""
    for button in tree.select("h1 button, h2 button, h3 button, h4 button, h5 button, h6 button"):
        button.unwrap()


def _name_headings(tree: BeautifulSoup) -> None:
    """Give headings without an anchor that of the section which they begin."""
    for heading in tree.find_all(["h2", "h3", "h4", "h5", "h6"]):
        around = heading.parent
        if around is None or around.name not in {"div", "section"} or not around.get("id") or heading.find(id=True):
            continue
        if not heading.get("id") and not any(one_line(str(before.get_text())) for before in heading.previous_siblings):
            heading["id"] = around["id"]
            del around["id"]


def _mark_call_outs(tree: BeautifulSoup, layout: Layout) -> None:
    """Mark what is set apart; the one heading with which such a box may begin becomes its first line."""
    marked = [element for element in tree.find_all(["div", "section", "aside", "p"]) if furniture.is_call_out(element)]
    for element in [*marked, *(tree.select(layout.call_outs) if layout.call_outs else ())]:
        element["role"] = "note"
        headings = element.find_all(_HEADINGS)
        if len(headings) == 1 and not headings[0].get("id"):
            headings[0].name = "p"


def _content(tree: BeautifulSoup, layout: Layout) -> list[Tag]:
    """Return the elements that hold the text, none within another."""
    for selector in (*layout.content, *_ANYWHERE):
        found: list[Tag] = []
        known: set[int] = set()
        for element in tree.select(selector):
            if not _within(element, known) and words_of(element):
                found.append(element)
                known.add(id(element))
        if found:
            return found if selector in layout.content else found[:1]
    return []


def _within(element: Tag, known: Container[int]) -> bool:
    """Whether an element, or one around it, is among those known by their ``id``."""
    return any(id(one) in known for one in (element, *element.parents))


def _refuse_lost_headings(tree: BeautifulSoup, body: str) -> None:
    whole = tree.find("main") or tree.find("body") or tree
    lost = next((words for one in whole.find_all("h2") if (words := words_of(one))), "")
    if lost and not re.search(r"^#{1,6} ", body, re.MULTILINE):
        raise ExtractError(
            f"its headings are lost (such as {lost[:60]!r}); the layout of the site has changed, mend its adapter"
        )


def _introduced(summary: str, body: str) -> str:
    return body if not summary or body.startswith(summary) else f"{summary}\n\n{body}"
