"""Fetching with a browser what asks for one. A room of its own, because the browser's driver is slow to load."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from assistant.scrape.process import Served, public


class Rendered(Served, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Fetches with a browser what asks for one, and the rest without."""

    async def download_request(self, request: Request) -> Response:
        """Return the response; a browser looks up names by itself, so that they are looked up here first.

        Raises:
            OSError: the host points into a private network.
        """
        host = urlsplit(request.url).hostname or ""
        if request.meta.get("playwright") and host not in self._places:
            await check_public(host)
        return await super().download_request(request)


async def check_public(host: str) -> None:
    """Look a host up.

    Raises:
        OSError: it points into a private network.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443)
    except socket.gaierror:
        return  # the browser says so
    for *_, address in found:
        public(str(address[0]))
