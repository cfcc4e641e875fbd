"""What is asked of a refresh, and which sources and pages that means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import ConfigError
from assistant.scrape.crawl import Crawl, Job, Limits
from assistant.scrape.sources import Source, Sources


@dataclass(frozen=True)
class Options:
    """What is asked of a refresh.

    Attributes:
        source_ids, urls: only these sources and pages; empty for all.
        dry_run: write nothing.
        resume: go on with the refresh that was interrupted.
        offline: ask no site; read what was kept.
        accepted: ids of documents whose change is taken although it is large.
        most: pages fetched at most.
        user_agent: who we are and how to reach us.
        browser: path of Chromium.
        limits, served: see ``crawl.Job``.
        crawl: makes the crawl of a job and a folder.
    """

    source_ids: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    dry_run: bool = False
    resume: bool = False
    offline: bool = False
    accepted: tuple[str, ...] = ()
    most: int | None = None
    user_agent: str = ""
    browser: str = ""
    limits: Limits = field(default_factory=Limits)
    served: Mapping[str, str] = field(default_factory=dict)
    crawl: Callable[[Job, Path], Crawl] = Crawl

    @property
    def whole(self) -> bool:
        """Whether all pages of the sources taken are asked for, so that one not found is missing."""
        return not self.urls and self.most is None

    @property
    def counts(self) -> bool:
        """Whether sites are asked for all pages of the sources taken; only then a page not found may be gone."""
        return self.whole and not self.offline

    @property
    def scope(self) -> str:
        """Which pages are asked for, in words; empty for all. An interrupted refresh is gone on with by one of the same."""
        most = [] if self.most is None else [f"at most {self.most}"]
        return " ".join([*sorted(self.source_ids), *sorted(self.urls), *most])


def chosen(sources: Sources, options: Options) -> tuple[Source, ...]:
    """Return the sources to refresh.

    Raises:
        ConfigError: one that is named is not there, or a page is in no source.
    """
    fetched = {source.id: source for source in sources.source if source.storage != "link" or _keeps(source)}
    unknown = sorted(set(options.source_ids) - set(fetched))
    if unknown:
        raise ConfigError(f"no source is called {unknown[0]!r}; known are {', '.join(fetched)}")
    taken = [fetched[name] for name in options.source_ids] or list(fetched.values())
    strange = sorted(name for name in options.accepted if "/" not in name and name not in fetched)
    if strange:
        raise ConfigError(f"nothing to accept is called {strange[0]!r}; name a document of the last report, or a source")
    for url in options.urls:
        if not any(url in (page.url, *page.also) for source in taken for page in source.pages):
            raise ConfigError(f"{url} is a page of no source; add it to sources.toml first")
    if options.urls:
        taken = [source for source in taken if any({page.url, *page.also} & set(options.urls) for page in source.pages)]
    return tuple(taken)


def _keeps(source: Source) -> bool:
    return any(source.storage_of(page) != "link" for page in source.pages)


def needs_browser(sources: Sources, options: Options) -> bool:
    """Whether a source that would be fetched has pages that a browser renders."""
    return not options.offline and any(source.render == "browser" for source in chosen(sources, options))
