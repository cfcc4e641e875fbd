"""Which document each page of a crawl stands for, and what becomes of it.

A page that answered is the document at the address where it stands in the end; only where there is none, the one that stood
at an address which leads there now. So a page is never taken for gone because an old address of it is, and two pages that
have become one are told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from assistant.corpus import same_page
from assistant.errors import AssistantError
from assistant.scrape.decide import Decision, Failed, Gone, decide
from assistant.scrape.fetched import Fetched
from assistant.scrape.findings import Findings
from assistant.scrape.options import Options
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import Page, Source
from assistant.scrape.state import Found
from assistant.types import Document

Follow = Callable[[dict[str, Any]], None]
"""Is told each event of the crawl, and ``{"event": "read", ...}`` for each page read."""


class Reader(Protocol):
    """Turns a response into a document."""

    def extract(self, fetched: Fetched, source: Source, page: Page) -> Document:
        """Return the document, or raise ``ExtractError``."""
        ...


class Deciding:
    """Decides on the pages of one crawl."""

    def __init__(
        self,
        held: Sequence[Document],
        findings: Findings,
        missed: Mapping[str, int],
        options: Options,
        sources: Sequence[Source],
    ) -> None:
        """Keep what is known.

        Args:
            held: the documents of the corpus, starter notes left out.
            missed: refreshes in a row in which each was not found, by id.
            sources: those of the refresh.
        """
        self._findings, self._missed, self._options = findings, missed, options
        self._sources = {source.id: source for source in sources}
        self._own = {same_page(document.url): document for document in held}
        self._former = {same_page(url): document for document in held for url in document.aliases}
        self._alive: set[str] = set()
        self._met: set[str] = set()
        self._decisions: dict[str, list[Decision]] = {source.id: [] for source in sources}

    def run(self, store: ResponseStore, reader: Reader, follow: Follow) -> dict[str, list[Decision]]:
        """Return the decisions by source id: pages that answered, then those that are not there, then those that failed."""
        failed, absent = dict(self._findings.failed), []
        answered: list[tuple[Found, Fetched]] = []
        for one, fetched in self._responses(store):
            if fetched.status == 200:
                answered.append((one, fetched))
                self._alive.add(same_page(fetched.url))
            else:
                absent.append(one)
        for number, (one, fetched) in enumerate(answered, start=1):
            try:
                new = reader.extract(fetched, self._sources[one.source], Page.model_validate(one.page))
            except AssistantError as fault:
                failed[one.url] = str(fault)
            else:
                self._answered(one, fetched, new)
            follow({"event": "read", "done": number, "of": len(answered), "source": one.source})
        for one in absent:
            self._absent(one)
        for url, why in failed.items():
            self._failed(self._findings.found[url], why)
        return self._decisions

    def _responses(self, store: ResponseStore) -> Iterator[tuple[Found, Fetched]]:
        """Yield the pages that were answered in one way or another, with what came."""
        for one in self._findings.found.values():
            if one.url not in self._findings.failed and one.url not in self._findings.robots[one.source]:
                fetched = store.get(one.url)
                if fetched is not None:
                    yield one, fetched

    def _answered(self, one: Found, fetched: Fetched, new: Document) -> None:
        led = [self._own.get(same_page(url)) for url in (one.url, *fetched.aliases)]
        here = [document for document in led if document is not None]
        old = self._own.get(same_page(new.url)) or (here[0] if here else self._moved(one.url))
        if new.id not in self._met and (old is None or old.id not in self._met):
            accepted = (old or new).id in self._options.accepted
            self._decided(one, decide(old, new, accepted=accepted), old, new)
        for document in here:  # its address leads to another page of ours: it is a page of its own no more
            if document.id not in self._met and same_page(document.url) not in self._alive:
                if new.status == "withdrawn":
                    self._decided(one, Gone(document), document)
                else:
                    self._vanished(one, document)

    def _moved(self, url: str) -> Document | None:
        """Return the document that an older address stood for, unless its own page is still there."""
        document = self._former.get(same_page(url))
        return document if document is not None and self._options.counts and not self._is_alive(document) else None

    def _is_alive(self, document: Document) -> bool:
        return same_page(document.url) in self._alive

    def _absent(self, one: Found) -> None:
        document = self._own.get(same_page(one.url))
        if document is not None:
            self._vanished(one, document)
        elif one.depth == 0:
            self._failed(one, f"{one.url} is not there (404 or 410); mend its address in sources.toml, or take it out")

    def _vanished(self, one: Found, document: Document) -> None:
        """Count a page as not found; only a refresh that asked a site for all of it can."""
        if self._options.counts and document.id not in self._met:
            self._decided(one, decide(document, None, self._missed.get(document.id, 0)), document)

    def _failed(self, one: Found, why: str) -> None:
        document = self._own.get(same_page(one.url)) or self._former.get(same_page(one.url))
        old = document if document is not None and document.id not in self._met else None
        self._decided(one, Failed(one.url, why, old), old)

    def _decided(self, one: Found, decision: Decision, *documents: Document | None) -> None:
        self._decisions[one.source].append(decision)
        self._met |= {document.id for document in documents if document is not None}
