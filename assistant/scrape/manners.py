"""How the crawler behaves towards a site: its robots rules, its pace, and what it says about waiting.

Scrapy's own parts, with what they leave open: a robots file that cannot be read, a pace that is never undercut, a site that
asks to come back later.
"""

from __future__ import annotations

import asyncio
import datetime
import email.utils
import time
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser

from assistant.scrape.polite import MOST_REDIRECTS, is_private, joined

LONGEST_WAIT = 120.0
"""Seconds that a site may ask us to wait; a longer wait is told as a failure, and the next refresh tries again."""


class RobotsUnreachable(IgnoreRequest):
    """The robots file could not be read, so that nothing of the host is fetched (RFC 9309, 2.3.1.4)."""


class AskedToWait(IgnoreRequest):
    """The site asked for a longer pause than this refresh can make; it is left alone."""


class Robots(RobotsTxtMiddleware):
    """Robots rules: a file that is not there, or is a page of HTML, has none; one that cannot be reached forbids all."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}
        self._one_at_a_time: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Refuse what the host's rules forbid.

        Raises:
            IgnoreRequest: they do, or cannot be read.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        # One request of a host at a time: of several that wait for a robots file, Scrapy 2.19 gives it to the first alone,
        # and lets the others through as if there were none.
        async with self._one_at_a_time[_netloc(request)]:
            await super().process_request(request)
            errand = request.meta.get("errand")  # what is asked for may be another form of the page, such as its JSON
            page = "" if errand is None else errand.aliases[-1] if errand.aliases else errand.asked
            if page and urlsplit(page).netloc == _netloc(request):
                self.process_request_2(await self.robot_parser(request), request.replace(url=page))
        if why := self._unreachable.get(_netloc(request)):
            raise RobotsUnreachable(f"its robots file could not be read ({why})")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        for _ in range(MOST_REDIRECTS):
            location = _led_to(response)
            if not location or (urlsplit(location).hostname or "") in self.crawler.settings.getlist("DENIED"):
                break
            rules = Request(location, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
            response = await self.crawler.engine.download_async(rules)
        if 300 <= response.status < 400 or response.status >= 500 or response.status == 429:
            self._unreachable[netloc] = f"status {response.status}"
        if response.status != 200 or response.body.lstrip()[:1] == b"<":
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._unreachable[netloc] = type(exc).__name__
        super()._robots_error(exc, netloc)


class Pace(AutoThrottle):
    """Slows down for a slow site, and never goes below the pace of its source or the delay of its robots file."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._least: dict[str, float] = dict(crawler.settings.getdict("LEAST_DELAYS"))
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        rules = getattr(robotparser, "rp", None)
        delay = rules.crawl_delay(self.crawler.settings["USER_AGENT"]) if rules is not None else None
        if delay:
            host = str(request.meta.get("download_slot"))
            self._least[host] = max(self._least.get(host, 0.0), min(float(delay), LONGEST_WAIT))
            self._hold(host)

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        super()._response_downloaded(response, request, spider)
        self._hold(str(request.meta.get("download_slot")))

    def _hold(self, host: str) -> None:
        slot = self.crawler.engine.downloader.slots.get(host) if self.crawler.engine else None
        if slot is not None:
            slot.delay = max(slot.delay, self._least.get(host, 0.0))


class RetryLater(RetryMiddleware):
    """Tries again, later each time; a site that says when to come back is left alone until then."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._pauses: dict[str, float] = defaultdict(float)
        self._step = settings.getfloat("RETRY_STEP")

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again.

        Raises:
            AskedToWait: that is not in this refresh.
        """
        check_open(self.crawler, request)
        while (left := self._pauses[_netloc(request)] - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 1.0))

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the request to be tried again, or the response where it is final."""
        if response.status in {429, 503} and (asked := wait_asked(response)) is not None:
            if asked > LONGEST_WAIT:
                self.crawler.spider.paused[_netloc(request)] = asked  # type: ignore[union-attr]
                return response
            self._pause(request, asked)
            self._back_off(request)
        elif response.status in self.retry_http_codes:
            self._back_off(request)
        result: Request | Response = super().process_response(request, response)
        return result

    def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """Return the request to be tried again after an error of the network; None where it is final."""
        if isinstance(exception, self.exceptions_to_retry):
            self._back_off(request)
        result: Request | Response | None = super().process_exception(request, exception)
        return result

    def _back_off(self, request: Request) -> None:
        self._pause(request, self._step * 2 ** int(request.meta.get("retry_times", 0)))

    def _pause(self, request: Request, seconds: float) -> None:
        host = _netloc(request)
        self._pauses[host] = max(self._pauses[host], time.monotonic() + seconds)


def check_open(crawler: Crawler, request: Request) -> None:
    """Let a request pass, unless its host asked for a longer pause than this refresh can make.

    Asked once before a request is queued, and again before it is sent.

    Raises:
        AskedToWait: it did.
    """
    if asked := crawler.spider.paused.get(_netloc(request)):  # type: ignore[union-attr]
        raise AskedToWait(f"the site asks to come back in {asked:.0f} seconds")


def wait_asked(response: Response) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, a number or a date; None where it says nothing."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
        now = datetime.datetime.now(until.tzinfo or datetime.UTC)
        return max(0.0, (until.replace(tzinfo=until.tzinfo or datetime.UTC) - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _led_to(response: Response) -> str:
    """Return where a redirect may lead us; empty for what is none, or leads to what is not asked for."""
    location = joined(response.url, (response.headers.get("Location") or b"").decode("latin-1"))
    public = location.startswith("https://") and not is_private(urlsplit(location).hostname or "")
    return location if public and 300 <= response.status < 400 else ""


def _netloc(request: Request) -> str:
    from scrapy.utils.httpobj import urlparse_cached

    return str(urlparse_cached(request).netloc)
