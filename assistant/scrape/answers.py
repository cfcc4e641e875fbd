"""What a site answered, as the spider sees it: a response as ``Fetched``, a refusal or an error in words."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.http import Response

from assistant.errors import FetchError
from assistant.scrape import discover
from assistant.scrape.fetched import Fetched
from assistant.scrape.manners import wait_asked
from assistant.scrape.sources import Page, Source
from assistant.text import one_line

GONE = frozenset({404, 410})
WHY = {
    "TimeoutError": "it took too long",
    "DownloadTimeoutError": "it took too long",
    "DownloadCancelledError": "it is too large",
    "ResponseDataLossError": "the answer broke off",
    "ResponseFailed": "the answer broke off",
    "CannotResolveHostError": "the host is not known",
    "DNSLookupError": "the host is not known",
    "DownloadConnectionRefusedError": "the host refuses connections",
    "ConnectionRefusedError": "the host refuses connections",
}
"""What an error of the network means, by the name of its class."""


@dataclass
class Errand:
    """What is asked for, and on whose behalf.

    Attributes:
        asked: the address of the page, under which the response is kept.
        depth: 0 for a page of the list, 1 for one found by it.
        aliases: addresses that led here by redirects.
    """

    source: Source
    page: Page
    asked: str
    depth: int = 0
    aliases: tuple[str, ...] = ()
    conditional: bool = True


def what_failed(fault: BaseException | None, errand: Errand) -> str:
    """Return why a page could not be fetched, in a few words."""
    name, said = type(fault).__name__, one_line(str(fault))[:200]
    if errand.source.render == "browser" and name == "TimeoutError":
        return "its text did not appear in the browser"
    if name == "AskedToWait":
        return said
    if "exceeded DOWNLOAD_MAXSIZE" in said:
        return "it is too large"
    if "ConnectionDone" in said or "ConnectionLost" in said:
        return "the answer broke off"
    return WHY.get(name) or f"{name}: {said}"


def answered(response: Response, errand: Errand) -> Fetched:
    """Return a list that was fetched.

    Raises:
        FetchError: the site gave something else.
    """
    if response.status != 200:
        raise FetchError(refusal(response), errand.asked)
    return as_fetched(response, errand, "")


def refusal(response: Response) -> str:
    """Return what a status other than success means."""
    url = response.meta["errand"].asked
    if (asked := wait_asked(response)) is not None and response.status in {429, 503}:
        return f"{url} asks to come back in {asked:.0f} seconds (status {response.status}); refresh again later"
    return f"{url} answers with status {response.status}; the next refresh tries again"


def as_fetched(response: Response, errand: Errand, now: str) -> Fetched:
    """Return a response as it is kept.

    Args:
        now: when it came, ISO 8601 in UTC.
    """

    def header(name: str) -> str:
        return (response.headers.get(name) or b"").decode("latin-1").strip()

    content_type, _, parameters = header("Content-Type").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(" \"'")
    gone = response.status in GONE
    url = discover.page_of(errand.source, response.url)
    led = tuple(one for one in (errand.asked, *errand.aliases) if one != url)
    return Fetched(
        url=url,
        status=response.status,
        content_type=content_type.strip(),
        body=b"" if gone else response.body,
        fetched_at=now,
        charset="utf-8" if response.meta.get("playwright") else charset,
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
        aliases=led,
    )
