"""All imitated sites together: ``with sites() as web`` serves them on loopback, ``sources()`` names their pages.

Pages have the structure of the publishers' own and text of the project's. Addresses are the real hosts over https;
``web.rewrite`` says where each host is in truth. A host that is not in it is none of the imitation.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from assistant.scrape.sources import Source, Sources
from tests.sites import cqc, digitalcarehub, dspt, govuk, hostile, ico, ncsc, nhs, trouble
from tests.sites.serving import Answer, Asked, Page, Rewrite, Server, not_found

PUBLISHERS = {"govuk": govuk, "ncsc": ncsc, "ico": ico, "digitalcarehub": digitalcarehub, "nhs": nhs, "dspt": dspt, "cqc": cqc}
"""Sites on which all goes well."""
OTHERS = {"trouble": trouble, "hostile": hostile}
"""Sites on which it does not."""
DENIED = ("digitalcarehub.reech.site", "files.digital.nhs.uk")
"""Hosts that are served, so that a request is seen, and that no source may ask."""


def sources(*names: str, pace_seconds: float = 1) -> Sources:
    """Return the sources of some sites, or of all publishers where none is named.

    Args:
        names: ``govuk``, ``ncsc``, ``ico``, ``digitalcarehub``, ``nhs``, ``dspt``, ``cqc``, ``trouble``, ``hostile``.
        pace_seconds: of every source; at least 1.
    """
    known = PUBLISHERS | OTHERS
    chosen = [source for name in names or PUBLISHERS for source in known[name].SOURCES]
    return Sources.model_validate(
        {"deny_hosts": DENIED, "source": [{"pace_seconds": pace_seconds, **source} for source in chosen]}
    )


def single(url: str, **fields: object) -> Sources:
    """Return the sources that name one address alone, on its own host, to be read by the generic adapter.

    Args:
        fields: of the source, in place of those.
    """
    host = str(urlsplit(url).hostname)
    source = {
        "id": "single",
        "publisher": "Single",
        "hosts": [host],
        "pace_seconds": 1,
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Single, under the Open Government Licence.",
        "pages": [{"url": url, "kind": "guidance", "topics": []}],
    }
    denied = [other for other in DENIED if other != host]
    return Sources(deny_hosts=tuple(denied), source=(Source.model_validate(source | fields),))


class Web:
    """The sites while they are served. Everything may be called from any thread."""

    def __init__(self) -> None:
        self.rewrite: dict[str, str] = {}
        self._requests: list[Asked] = []
        self._lock = threading.Lock()
        everything = [site for module in (PUBLISHERS | OTHERS).values() for site in module.SITES]
        self._servers = {site.host: Server(site, self.rewrite, self._record) for site in everything}
        self.rewrite.update({host: server.base for host, server in self._servers.items()})

    @property
    def requests(self) -> list[Asked]:
        """Every request so far, in the order in which they came."""
        with self._lock:
            return list(self._requests)

    def asked(self, place: str) -> list[Asked]:
        """Return the requests of an address, or of a host."""
        return [one for one in self.requests if place in {one.url, one.host}]

    def forget(self) -> None:
        """Forget the requests so far. What was asked for the second time stays so."""
        with self._lock:
            self._requests.clear()

    def local(self, url: str) -> str:
        """Return where an address of the imitation is in truth."""
        parts = urlsplit(url)
        return f"{self.rewrite[str(parts.hostname)]}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"

    def change(self, url: str, old: str, new: str) -> None:
        """Replace words wherever they stand in a page; its ETag and Last-Modified change with it.

        Args:
            url: of the page as readers know it, also where its text comes from the site's API.

        Raises:
            KeyError: there is no such page.
            ValueError: the page does not have the words.
        """
        page = self.page(url)
        if old.encode() not in page.raw:
            raise ValueError(f"{url} does not say {old!r}")
        self.put(url, replace(page, body=page.raw.replace(old.encode(), new.encode())))

    def page(self, url: str) -> Page:
        """Return a page as it stands.

        Raises:
            KeyError: there is none.
        """
        server, path = self._place(url)
        return server.page(path)

    def put(self, url: str, answer: Answer) -> None:
        """Let something else stand at an address, which need not have been there before."""
        server, path = self._place(url)
        server.put(path, answer)

    def remove(self, url: str, status: int = 404) -> None:
        """Take a page away; its address answers with the status from now on."""
        server, path = self._place(url)
        server.put(path, replace(not_found(server.site.host), status=status))

    def start(self) -> None:
        """Begin to answer."""
        for server in self._servers.values():
            server.start()

    def stop(self) -> None:
        """End at once."""
        for server in self._servers.values():
            server.stop()

    def _record(self, asked: Asked) -> None:
        with self._lock:
            self._requests.append(asked)

    def _place(self, url: str) -> tuple[Server, str]:
        parts = urlsplit(url)
        return self._servers[str(parts.hostname)], f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


@contextmanager
def sites() -> Iterator[Web]:
    """Serve all sites on free ports of 127.0.0.1 until the block ends."""
    web = Web()
    web.start()
    try:
        yield web
    finally:
        web.stop()


__all__ = ["DENIED", "Page", "Rewrite", "Web", "single", "sites", "sources"]
