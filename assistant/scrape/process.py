"""The inside of the crawl's process: Scrapy with our manners, our bounds and our browser."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver

from assistant.scrape import browser
from assistant.scrape.crawl import Job
from assistant.scrape.manners import Pace, RetryLater, Robots, check_open
from assistant.scrape.polite import is_private
from assistant.scrape.responses import ResponseStore
from assistant.scrape.spider import GuidanceSpider, Plan, as_line

ORPHANED = 3
"""Exit code of a crawl whose refresh was killed."""


class Served:
    """For tests: fetches from where a host is really served, and answers as if it were the host."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)  # type: ignore[call-arg]
        self._crawler = crawler
        self._places: Mapping[str, str] = crawler.settings.getdict("SERVED")

    async def download_request(self, request: Request) -> Response:
        """Return the response of the place where the host is served, under the host's address."""
        check_open(self._crawler, request)
        parts = urlsplit(request.url)
        place = self._places.get(parts.hostname or "")
        if not place:
            return cast(Response, await super().download_request(request))  # type: ignore[misc]
        moved = request.replace(url=place + request.url.removeprefix(f"{parts.scheme}://{parts.netloc}"))
        response = await super().download_request(moved)  # type: ignore[misc]
        request.meta.update(moved.meta)
        host = f"{parts.scheme}://{parts.netloc}"
        url = host + response.url.removeprefix(place) if response.url.startswith(place) else response.url
        return cast(Response, response.replace(url=url))


class Plain(Served, HTTP11DownloadHandler):
    """Fetches without a browser."""


class PublicResolver(CachingThreadedResolver):
    """Finds no address for a host that points into a private network; this machine is spared where tests serve hosts on it."""

    served: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        """Return a resolver with the settings of the crawler."""
        made = super().from_crawler(crawler, reactor)
        made.served = frozenset(urlsplit(place).hostname or "" for place in crawler.settings.getdict("SERVED").values())
        return made

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 (Twisted's name)
        """Return the address of a host, later; an error where it is private."""
        found = super().getHostByName(name, timeout)
        return found if name in self.served else found.addCallback(public)


def public(address: str) -> str:
    """Return an address as it is.

    Raises:
        OSError: it is one of a private network.
    """
    if is_private(address):
        raise OSError(f"the host points to {address}, an address of a private network")
    return address


def run(job: Job) -> None:
    """Carry out the job; events go to standard output, one JSON line each."""

    def tell(event: dict[str, Any]) -> None:
        try:
            print(as_line(event), flush=True)
        except OSError:
            os._exit(ORPHANED)  # nobody listens any more: a site must not be asked for nobody

    threading.Thread(target=_end_with_parent, daemon=True).start()
    store = ResponseStore(job.store)
    plan = Plan(job.sources, job.run, job.denied, frozenset(job.done), frozenset(job.only), job.most, job.held)
    crawling = AsyncCrawlerProcess(settings(job))
    crawling.crawl(GuidanceSpider, plan=plan, store=store, tell=tell)
    crawling.start()
    store.close()
    tell({"event": "done"})
    sys.stdout.flush()


def _end_with_parent() -> None:
    """End this process when the one that started it, and holds the other end of standard input, is gone."""
    sys.stdin.read()
    os._exit(ORPHANED)


def settings(job: Job) -> dict[str, Any]:
    """Return Scrapy's settings for a job."""
    paces = {host: source.pace_seconds for source in job.sources for host in source.hosts}
    hosts = [host for source in job.sources if source.render == "browser" for host in source.hosts]
    by_browser = browser.settings(job.browser, hosts, job.user_agent, job.served) if job.browser else {}
    handler: type[Served] = Plain
    if job.browser:
        from assistant.scrape.rendered import Rendered

        handler = Rendered
    paces = {host: pace * job.limits.patience for host, pace in paces.items()}
    return {
        "USER_AGENT": job.user_agent,
        "ROBOTSTXT_OBEY": True,
        "COOKIES_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "DOWNLOAD_HANDLERS": {"https": handler, "http": handler},
        "DOWNLOAD_TIMEOUT": job.limits.seconds,
        "DOWNLOAD_MAXSIZE": job.limits.size,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_SLOTS": {host: {"concurrency": 1, "delay": pace, "jitter": 0} for host, pace in paces.items()},
        "LEAST_DELAYS": paces,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "RETRY_TIMES": job.limits.retries,
        "RETRY_STEP": job.limits.retry_step,
        "AUTOTHROTTLE_ENABLED": job.limits.patience > 0,
        "AUTOTHROTTLE_MAX_DELAY": 60,
        "TWISTED_DNS_RESOLVER": PublicResolver,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            Robots: 100,
            RetryLater: 550,
        },
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": None, Pace: 0},
        "SERVED": job.served,
        "DENIED": list(job.denied),
        **by_browser,
    }
