"""What a crawl came to, gathered from its events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.scrape.crawl import Job
from assistant.scrape.options import Options, chosen
from assistant.scrape.sources import Page, Sources
from assistant.scrape.state import Found


@dataclass
class Findings:
    """What a crawl came to: pages in order, why some failed, what robots rules forbade, and counts of events by source.

    Attributes:
        unlisted: pages that we have and nothing led to; asked for nevertheless.
    """

    found: dict[str, Found] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    unlisted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lists_failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    robots: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    news: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def answered(self) -> set[str]:
        """Sources of which at least one page was answered."""
        asked = ("fetched", "same", "unmodified", "absent", "kept")
        return {name for name, counts in self.counts.items() if any(counts[kind] for kind in asked)}

    def note(self, event: Mapping[str, Any]) -> None:
        """Take in an event."""
        kind, url, source = str(event["event"]), str(event.get("url", "")), str(event.get("source", ""))
        self.counts[source][kind] += 1
        if kind == "page":
            self.found[url] = Found(url, source, dict(event["page"]), int(event["depth"]))
        elif kind == "failed" and url in self.found:
            self.failed[url] = str(event["why"])
        elif kind in {"failed", "list failed"}:
            self.lists_failed[source].append(str(event["why"]))
        elif kind == "unlisted":
            self.unlisted[source].append(url)
        elif kind == "robots":
            self.robots[source].append(url)
        elif kind == "feed":
            self.news[source] += [link for link, _ in event["entries"]]


def crawled(
    sources: Sources,
    options: Options,
    folder: Path,
    run: str = "",
    done: tuple[str, ...] = (),
    held: tuple[tuple[str, Page], ...] = (),
) -> Iterator[dict[str, Any]]:
    """Crawl what the options ask for and yield each event; responses are kept in the folder.

    Args:
        run: names the refresh.
        done: pages that were answered before it was interrupted.
        held: pages that we have, each with the id of its source.

    Raises:
        FetchError: the crawl broke off.
    """
    job = Job(
        store=folder,
        run=run,
        user_agent=options.user_agent,
        sources=chosen(sources, options),
        denied=sources.deny_hosts,
        browser=options.browser,
        done=done,
        only=options.urls,
        most=options.most,
        held=held,
        limits=options.limits,
        served=dict(options.served),
    )
    with options.crawl(job, folder) as crawl:
        yield from crawl
