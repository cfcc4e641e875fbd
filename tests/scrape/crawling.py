"""A crawl of the imitated sites, made with little patience, and what it told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ConfigError
from assistant.scrape.browser import find_browser
from assistant.scrape.crawl import Job, Limits
from assistant.scrape.sources import Sources
from tests.scrape.warm import WarmCrawl
from tests.sites import trouble
from tests.sites.serving import Page
from tests.sites.web import Web, single, sources

AGENT = "Careguide-test (+tests@example.org)"
LIMITS = Limits(seconds=4, size=5_000_000, retries=2, retry_step=0.05, patience=0)
Event = dict[str, Any]


def job(web: Web, folder: Path, wanted: Sources, run: str = "1", **more: Any) -> Job:
    made = Job(folder, run, AGENT, wanted.source, wanted.deny_hosts, limits=LIMITS, served=dict(web.rewrite))
    return replace(made, **more)


def crawled(one: Job) -> list[Event]:
    with WarmCrawl(one, one.store) as crawl:
        return list(crawl)


def by_url(events: list[Event]) -> dict[str, Event]:
    """Return the last event of each address, those that only say that it was found left out."""
    return {event["url"]: event for event in events if event["event"] not in {"page", "done"}}


def with_lists(name: str, **lists: Any) -> Sources:
    """Return the sources of a publisher with only its first page, and with lists to discover more."""
    wanted = sources(name)
    first = wanted.source[0].model_dump(mode="json")
    return Sources.model_validate({"source": [{**first, "pages": first["pages"][:1], **lists}]})


def listing(*pages: dict[str, Any], **fields: Any) -> Sources:
    """Return a source of pages on the host of trouble; their addresses are paths."""
    named = [{"kind": "guidance", "topics": [], **page, "url": f"https://{trouble.HOST}{page['url']}"} for page in pages]
    return single(f"https://{trouble.HOST}/fine", hosts=[trouble.HOST, trouble.ALLIED], pages=named, **fields)


def linking(*paths: str) -> Page:
    return Page("<main><h1>Links</h1><p>Here they are.</p>" + "".join(f'<a href="{path}">x</a>' for path in paths) + "</main>")


def chromium() -> str:
    """Return the path of the browser, or skip the test by name where there is none."""
    try:
        return find_browser()
    except ConfigError as fault:
        pytest.skip(str(fault))
