"""What else there is to fetch, told from a response: pure functions from bytes to addresses, in order and each once.

Knows nothing of which of them may be asked for (``polite``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from bs4 import BeautifulSoup, Tag
from lxml import etree  # type: ignore[import-untyped]

from assistant.corpus import same_page
from assistant.errors import ExtractError
from assistant.scrape.fetched import Fetched
from assistant.scrape.polite import joined
from assistant.scrape.sources import Page, Source

GOVUK = "https://www.gov.uk"
MOST_LINKS = 10_000
"""Links of one page that are read; the longest list of official guidance seen has under a hundred."""
MOST_BYTES = 5_000_000
"""Longest page of which links are read."""


def request_for(source: Source, url: str) -> str:
    """Return the address to ask for in place of a page's own: GOV.UK gives the item of a page as JSON."""
    parts = urlsplit(url)
    if source.adapter != "govuk" or f"https://{parts.hostname}" != GOVUK or parts.path.startswith("/api/"):
        return url
    return f"{GOVUK}/api/content{quote(parts.path.rstrip('/') or '/', safe='/%:@-._~')}"


def page_of(source: Source, url: str) -> str:
    """Return the page that an address asked for stands for; the other way of ``request_for``."""
    prefix = f"{GOVUK}/api/content/"
    return f"{GOVUK}/{url.removeprefix(prefix)}" if source.adapter == "govuk" and url.startswith(prefix) else url


def moved_to(fetched: Fetched) -> str:
    """Return where a GOV.UK item that is a redirect leads to; empty for any other item, or one that says no address."""
    try:
        item = _item(fetched)
    except ExtractError:
        return ""  # the adapter says what is wrong with it
    if item.get("schema_name") != "redirect":
        return ""
    aims = (joined(GOVUK, str(one.get("destination") or "")) for one in _mappings(item.get("redirects")))
    return next((aim for aim in aims if aim.startswith("https://")), "")


def is_gone(fetched: Fetched) -> bool:
    """Whether a GOV.UK item says that its page is gone; it answers with success."""
    try:
        return fetched.status == 200 and _item(fetched).get("schema_name") == "gone"
    except ExtractError:
        return False


def further(fetched: Fetched, source: Source, page: Page) -> list[str]:
    """Return the addresses of pages to fetch besides this one, as its ``follow`` says; none where it says nothing.

    Raises:
        ExtractError: the response is not what ``follow`` needs.
    """
    if page.follow is None or fetched.status != 200:
        return []
    if page.follow == "attachments":
        return list(dict.fromkeys(govuk_parts(_item(fetched), source.hosts)))
    own, base = same_page(page.url), page.url.rstrip("/") + "/"
    links = [url for url in links_of(fetched) if same_page(url) != own]
    if page.follow == "children":
        return [url for url in links if same_page(url).startswith(same_page(base) + "/")]
    hosts = set(source.hosts)
    return [url for url in links if urlsplit(url).hostname in hosts and any(part in url for part in page.include)]


def links_of(fetched: Fetched) -> list[str]:
    """Return the https addresses that a page links to, without fragments, in order, each once.

    Raises:
        ExtractError: it is too large, or has too many.
    """
    if len(fetched.body) > MOST_BYTES:
        raise ExtractError(f"{fetched.url} is too large to look for links in: over {MOST_BYTES:,} bytes", fetched.url)
    anchors = BeautifulSoup(fetched.text, "lxml").find_all("a", href=True, limit=MOST_LINKS + 1)
    if len(anchors) > MOST_LINKS:
        raise ExtractError(f"{fetched.url} has more than {MOST_LINKS:,} links; name the pages wanted instead", fetched.url)
    urls = (joined(fetched.url, str(tag.get("href"))) for tag in anchors if isinstance(tag, Tag))
    return list(dict.fromkeys(url for url in urls if url.startswith("https://")))


def _item(fetched: Fetched) -> Mapping[str, Any]:
    try:
        item = json.loads(fetched.text)
    except (ValueError, RecursionError) as fault:
        raise ExtractError(f"{fetched.url} is no JSON item of GOV.UK ({fault})", fetched.url) from fault
    if not isinstance(item, Mapping):
        raise ExtractError(f"{fetched.url} is no item of GOV.UK", fetched.url)
    return item


def govuk_parts(item: Mapping[str, Any], hosts: Collection[str] = ()) -> Iterator[str]:
    """Yield the pages that a GOV.UK item is made of: attachments, children, sections of a manual, documents of a list.

    A publication mostly has its text as HTML and the same again as PDF; its PDF files are read only where it has no HTML.

    Args:
        hosts: from which files may come.
    """
    details, links = _mapping(item.get("details")), _mapping(item.get("links"))
    attachments = _mappings(details.get("attachments"))
    pages = [one.get("url") for one in attachments if one.get("attachment_type") == "html"]
    files = [str(one.get("url")) for one in attachments if one.get("content_type") == "application/pdf"]
    yield from _on_govuk(pages)
    if not pages:
        yield from (url for url in files if urlsplit(url).hostname in hosts)
    for name in ("children", "documents"):
        yield from _on_govuk(one.get("base_path") for one in _mappings(links.get(name)) if not one.get("withdrawn"))
    for group in _mappings(details.get("child_section_groups")):
        yield from _on_govuk(one.get("base_path") for one in _mappings(group.get("child_sections")))


def search_results(fetched: Fetched) -> list[str]:
    """Return the pages that GOV.UK's Search API found, in its order.

    Raises:
        ExtractError: the response is none of the Search API's.
    """
    return list(dict.fromkeys(_on_govuk(one.get("link") for one in _mappings(_item(fetched).get("results")))))


def _on_govuk(paths: Iterable[object]) -> Iterator[str]:
    for path in paths:
        if isinstance(path, str) and re.fullmatch(r"(?:https://www\.gov\.uk)?/[^/].*", path):
            yield joined(GOVUK, path)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def sitemap(fetched: Fetched, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """Return the pages and the further sitemaps that a sitemap names.

    Args:
        include, exclude: regular expressions that the address of a page must and must not match; no ``include`` takes all.

    Raises:
        ExtractError: it is no sitemap.
    """
    root = _xml(fetched)
    wanted, unwanted = [re.compile(one) for one in include], [re.compile(one) for one in exclude]
    places = {kind: _texts(root, f"{kind}/loc") for kind in ("url", "sitemap")}
    pages = [
        url
        for url in places["url"]
        if (not wanted or any(one.search(url) for one in wanted)) and not any(one.search(url) for one in unwanted)
    ]
    return list(dict.fromkeys(pages)), list(dict.fromkeys(places["sitemap"]))


def feed(fetched: Fetched) -> list[tuple[str, str]]:
    """Return address and title of each entry of an RSS feed: a hint of what changed, never a list of pages.

    Raises:
        ExtractError: it is no feed.
    """
    root = _xml(fetched)
    entries = [(_texts(item, "link"), _texts(item, "title")) for item in root.iter("{*}item")]
    return [(links[0], titles[0] if titles else "") for links, titles in entries if links]


def _xml(fetched: Fetched) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(fetched.body, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise ExtractError(f"{fetched.url} is no XML ({fault})", fetched.url) from fault


def _texts(root: Any, path: str) -> list[str]:
    found = root.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
    return [text for one in found if (text := " ".join((one.text or "").split()))]
