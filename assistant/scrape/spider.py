"""The spider: asks for the pages of the sources, keeps each response, and tells what came of it.

Runs in a process of its own (``crawl``), because Scrapy's event loop starts once in a process.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from assistant.corpus import same_page
from assistant.errors import AssistantError, ExtractError, FetchError, describe
from assistant.scrape import discover
from assistant.scrape.answers import GONE, Errand, answered, as_fetched, refusal, what_failed
from assistant.scrape.browser import HAS_TEXT, PATIENCE, TEXT
from assistant.scrape.fetched import Fetched
from assistant.scrape.manners import RobotsUnreachable
from assistant.scrape.polite import MOST_REDIRECTS, Bounds, joined
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import Page, Sitemap, Source

Tell = Callable[[dict[str, Any]], None]
"""Takes an event: ``event`` names it, ``url`` and ``source`` say of what."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_SITEMAPS = 20


@dataclass
class Plan:
    """What a crawl is to do.

    Attributes:
        run: names the refresh in the store.
        denied: hosts that are never asked.
        done: addresses that were answered before the refresh was interrupted.
        most: pages fetched at most; None for no limit.
        only: addresses of the lists to fetch; empty for all.
        held: pages that we have, each with the id of its source: those that nothing led to are asked for at the end.
    """

    sources: tuple[Source, ...]
    run: str
    denied: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    most: int | None = None
    held: tuple[tuple[str, Page], ...] = ()


class GuidanceSpider(scrapy.Spider):
    """Fetches the pages of a plan."""

    name = "guidance"

    def __init__(self, plan: Plan, store: ResponseStore, tell: Tell) -> None:
        super().__init__()
        self._plan, self._store, self._tell = plan, store, tell
        self._bounds = {source.id: Bounds(source.hosts, plan.denied) for source in plan.sources}
        self._by_id = {source.id: source for source in plan.sources}
        self._listed = {same_page(url) for source in plan.sources for page in source.pages for url in (page.url, *page.also)}
        self._asked: set[str] = set()
        self._reached: set[str] = set()
        """Pages that were answered, by the address at which they stand in the end."""
        self._sitemaps = 0
        self.paused: dict[str, float] = {}
        """Hosts that are left alone, with the seconds of pause that they asked for."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> GuidanceSpider:
        """Return a spider that hears when there is nothing left to ask, and when it broke."""
        made = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(made.ask_for_the_rest, signal=signals.spider_idle)
        crawler.signals.connect(made.broke, signal=signals.spider_error)
        return made

    def ask_for_the_rest(self) -> None:
        """Ask for the pages that we have and that nothing led to, once, when all else is answered.

        Raises:
            DontCloseSpider: there are some.
        """
        held, self._plan.held = self._plan.held, ()
        asking = [request for source, page in held for request in self._held(self._by_id[source], page)]
        for request in asking:
            self.crawler.engine.crawl(request)
        if asking:
            raise DontCloseSpider

    def broke(self, failure: Failure, response: Response) -> None:
        """Tell a fault of our own in reading a response, which would otherwise pass unseen."""
        self._failed(response.meta["errand"], f"{response.url} cannot be read: {describe(failure.value or RuntimeError())}")

    def _held(self, source: Source, page: Page) -> Iterator[Request]:
        if same_page(page.url) not in self._asked | self._reached | self._listed:
            self._tell({"event": "unlisted", "url": page.url, "source": source.id})
            yield from self._pages(source, page, [page.url], depth=1)

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests: pages of the lists, sitemaps, searches and feeds."""
        for source in self._plan.sources:
            for page in source.pages:
                for request in self._pages(source, page, [page.url], depth=0):
                    yield request
            if self._plan.only:
                continue
            for found in source.sitemaps:
                yield self._list(source, found.url, self.parse_sitemap, {"sitemap": found})
            for search in source.searches:
                words = {"q": search.words} if search.words else {}
                query = {**words, "count": search.most, "order": "-public_timestamp", "fields": "title,link"}
                organisations = [("filter_organisations", one) for one in search.organisations]
                url = f"{discover.GOVUK}/api/search.json?{urlencode([*query.items(), *organisations])}"
                yield self._list(source, url, self.parse_search, {"search": search})
            for feed in source.feeds:
                yield self._list(source, feed, self.parse_feed, {})

    def _list(self, source: Source, url: str, callback: Any, meta: dict[str, Any]) -> Request:
        page = Page(url=url, kind="list", topics=())
        errand = Errand(source, page, url, conditional=False)
        return self._request(errand, url, callback, meta)

    def _pages(self, source: Source, page: Page, urls: list[str], depth: int) -> Iterator[Request]:
        """Yield requests for addresses that may be asked for and were not asked for yet."""
        if source.storage_of(page) == "link":
            return
        for url in urls:
            if self._is_taken(same_page(url), depth):
                continue
            if self._plan.only and depth == 0 and not {url, *page.also} & self._plan.only:
                continue
            if self._plan.most is not None and len(self._asked) >= self._plan.most:
                return
            self._asked.add(same_page(url))
            yield from self._first(source, page, url, depth)

    def _is_taken(self, key: str, depth: int) -> bool:
        """Whether a page has been asked for; one that a list names is asked for as that list has it, and not as a link."""
        return key in self._asked or (depth > 0 and (key in self._reached or key in self._listed))

    def _first(self, source: Source, page: Page, url: str, depth: int) -> Iterator[Request]:
        """Yield the request for a page; for one that was answered before an interruption, those for what it names."""
        errand = Errand(
            source,
            page if depth == 0 else page.model_copy(update={"url": url, "follow": None, "include": (), "also": ()}),
            url,
            depth,
        )
        try:
            self._bounds[source.id].check(url)
        except FetchError as fault:
            self._failed(errand, str(fault))
            return
        self._tell(
            {"event": "page", "url": url, "source": source.id, "page": errand.page.model_dump(mode="json"), "depth": depth}
        )
        if url in self._plan.done and (kept := self._store.get(url)) is not None:
            self._reached.add(same_page(kept.url))
            self._tell({"event": "kept", "url": url, "source": source.id})
            yield from self._further(errand, kept)
            return
        yield self._request(errand, discover.request_for(source, url), self.parse, {})

    def _request(self, errand: Errand, url: str, callback: Any, meta: dict[str, Any]) -> Request:
        known = self._store.get(errand.asked) if errand.conditional and not errand.aliases else None
        headers = {}
        if known is not None and known.status == 200 and not known.aliases:
            validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
            headers = {name: value for name, value in validators.items() if value}
        slot = urlsplit(url).hostname or ""
        meta = {"errand": errand, "download_slot": slot, "handle_httpstatus_all": True, **meta}
        is_file = urlsplit(url).path.lower().endswith(".pdf")  # which a browser would only save
        if errand.source.render == "browser" and callback == self.parse and not is_file:
            meta |= _rendered()
            headers = {}
        return Request(url, callback, errback=self.failed, meta=meta, headers=headers, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Request]:
        """Keep a page, or go where it leads; yield requests for what else it names."""
        errand: Errand = response.meta["errand"]
        try:
            yield from self._parsed(response, errand)
        except AssistantError as fault:
            self._failed(errand, str(fault))

    def _parsed(self, response: Response, errand: Errand) -> Iterator[Request]:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        if response.status == 304 and (known := self._store.get(errand.asked)) is not None:
            self._store.confirm(errand.asked, now, self._plan.run)
            self._reached.add(same_page(known.url))
            self._tell({"event": "unmodified", "url": errand.asked, "source": errand.source.id})
            yield from self._further(errand, known)
            return
        if response.status in REDIRECTS:
            yield self._led(response, errand, self.parse, {})
            return
        if response.status not in GONE | {200}:
            self._failed(errand, refusal(response))
            return
        fetched = as_fetched(response, errand, now)
        self._bounds[errand.source.id].check(fetched.url)  # where a browser went is known only afterwards
        moved = discover.moved_to(fetched) if errand.source.adapter == "govuk" and fetched.status == 200 else ""
        if moved:
            yield self._to(errand, moved, self.parse, {})
            return
        if errand.source.adapter == "govuk" and discover.is_gone(fetched):
            fetched = replace(fetched, status=410, body=b"")
        before = self._store.get(errand.asked)
        same = before is not None and (before.status, before.body) == (fetched.status, fetched.body)
        self._store.put(errand.asked, fetched, self._plan.run)
        self._reached.add(same_page(fetched.url))
        event = "absent" if fetched.status in GONE else "same" if same else "fetched"
        self._tell({"event": event, "url": errand.asked, "source": errand.source.id, "bytes": len(fetched.body)})
        yield from self._further(errand, fetched)

    def _led(self, response: Response, errand: Errand, callback: Any, meta: dict[str, Any]) -> Request:
        location = (response.headers.get("Location") or b"").decode("latin-1")
        target = joined(response.url, location) if location else ""
        if not target:
            raise FetchError(f"{errand.asked} redirects to nowhere; look at it in a browser", errand.asked)
        return self._to(errand, discover.page_of(errand.source, target), callback, meta)

    def _to(self, errand: Errand, target: str, callback: Any, meta: dict[str, Any]) -> Request:
        """Return the request for where a page has gone.

        Raises:
            FetchError: that may not be asked for, or it leads on and on.
        """
        from_here = errand.aliases[-1] if errand.aliases else errand.asked
        aliases = (*errand.aliases, target)
        if target in (errand.asked, *errand.aliases) or len(aliases) > MOST_REDIRECTS:
            raise FetchError(f"{errand.asked} redirects in a circle, or more than {MOST_REDIRECTS} times", errand.asked)
        try:
            self._bounds[errand.source.id].check(target)
        except FetchError as fault:
            raise FetchError(f"{from_here} redirects to where we may not follow: {fault}", errand.asked) from fault
        onward = Errand(errand.source, errand.page, errand.asked, errand.depth, aliases, conditional=False)
        return self._request(onward, discover.request_for(errand.source, target), callback, meta)

    def _further(self, errand: Errand, fetched: Fetched) -> Iterator[Request]:
        if errand.depth > 0:
            return
        try:
            found = discover.further(fetched, errand.source, errand.page)
        except ExtractError as fault:  # the page itself may well be read
            self._tell({"event": "list failed", "url": errand.asked, "source": errand.source.id, "why": str(fault)})
            return
        yield from self._pages(errand.source, errand.page, found, depth=1)

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        """Yield requests for the pages of a sitemap, and for further sitemaps."""
        errand: Errand = response.meta["errand"]
        found: Sitemap = response.meta["sitemap"]
        try:
            if response.status in REDIRECTS:
                yield self._led(response, errand, self.parse_sitemap, {"sitemap": found})
                return
            fetched = answered(response, errand)
            pages, sitemaps = discover.sitemap(fetched, found.include, found.exclude)
            page = Page(url=found.url, kind=found.kind, topics=found.topics)
            yield from self._pages(errand.source, page, pages, depth=1)
            for url in sitemaps:
                self._sitemaps += 1
                if self._sitemaps > MOST_SITEMAPS:
                    raise FetchError(f"{errand.asked} leads to more than {MOST_SITEMAPS} sitemaps; name those needed", url)
                self._bounds[errand.source.id].check(url)
                yield self._list(errand.source, url, self.parse_sitemap, {"sitemap": found})
        except AssistantError as fault:
            self._failed(errand, str(fault))

    def parse_search(self, response: Response) -> Iterator[Request]:
        """Yield requests for the pages that a search found."""
        errand: Errand = response.meta["errand"]
        search = response.meta["search"]
        try:
            if response.status in REDIRECTS:
                yield self._led(response, errand, self.parse_search, {"search": search})
                return
            page = Page(url=errand.asked, kind=search.kind, topics=search.topics)
            results = discover.search_results(answered(response, errand))
            if search.fetch:
                yield from self._pages(errand.source, page, results, depth=1)
            else:
                self._hint(errand, [(url, "") for url in results])
        except AssistantError as fault:
            self._failed(errand, str(fault))

    def parse_feed(self, response: Response) -> Iterator[Request]:
        """Tell what a feed names as new; nothing is fetched for it."""
        errand: Errand = response.meta["errand"]
        try:
            if response.status in REDIRECTS:
                yield self._led(response, errand, self.parse_feed, {})
                return
            self._hint(errand, discover.feed(answered(response, errand)))
        except AssistantError as fault:
            self._failed(errand, str(fault))

    def _hint(self, errand: Errand, entries: list[tuple[str, str]]) -> None:
        self._tell({"event": "feed", "url": errand.asked, "source": errand.source.id, "entries": entries})

    def failed(self, failure: Failure) -> None:
        """Tell what kept a page from being fetched."""
        errand: Errand = failure.request.meta["errand"]  # type: ignore[attr-defined]
        if isinstance(failure.value, RobotsUnreachable):
            self._failed(errand, f"{errand.asked} is not fetched: {failure.value}")
        elif isinstance(failure.value, IgnoreRequest) and "robots.txt" in str(failure.value):
            self._tell({"event": "robots", "url": errand.asked, "source": errand.source.id})
        else:
            why = what_failed(failure.value, errand)
            self._failed(errand, f"{errand.asked} cannot be fetched ({why}); the next refresh tries again")

    def _failed(self, errand: Errand, why: str) -> None:
        self._tell({"event": "failed", "url": errand.asked, "source": errand.source.id, "why": why})


def _rendered() -> dict[str, Any]:
    """Return what makes the browser render a page until its main content is there."""
    from scrapy_playwright.page import PageMethod

    wait = PageMethod("wait_for_function", HAS_TEXT, arg=[TEXT], timeout=PATIENCE * 1000)
    return {"playwright": True, "playwright_page_methods": [wait]}


def as_line(event: dict[str, Any]) -> str:
    """Return an event as one line of JSON."""
    return json.dumps(event, ensure_ascii=True)
