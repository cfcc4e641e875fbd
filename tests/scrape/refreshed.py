"""A refresh of two imitated sources, made in this process, and what came of it."""

from __future__ import annotations

from typing import Any

from assistant.corpus import Corpus
from assistant.scrape.crawl import Limits
from assistant.scrape.deciding import Follow
from assistant.scrape.limits import Extractor
from assistant.scrape.options import Options
from assistant.scrape.refresh import Refresh
from assistant.scrape.report import RefreshReport
from assistant.scrape.sources import Sources
from tests.scrape.warm import WarmCrawl
from tests.sites.web import Web, sources

LIMITS = Limits(seconds=3, size=5_000_000, retries=1, retry_step=0.05, patience=0)
ANSWER = "https://www.gov.uk/report-suspicious-emails-websites-phishing"
REGULATION = (
    "https://www.cqc.org.uk/guidance-regulation/providers/regulations-service-providers-and-managers/"
    "health-social-care-act/regulation-11"
)
WANTED = sources("govuk", "cqc")


def refreshed(
    corpus: Corpus,
    web: Web,
    reader: Extractor,
    wanted: Sources = WANTED,
    follow: Follow = lambda event: None,
    **more: Any,
) -> RefreshReport:
    given = {"user_agent": "Careguide-test (+tests@example.org)", "limits": LIMITS, "served": dict(web.rewrite)}
    options = Options(**{**given, "crawl": WarmCrawl, **more})
    return Refresh(corpus, wanted, options, reader, follow).run()


def decisions(report: RefreshReport, kind: type) -> list[Any]:
    return [one for source in report.sources for one in source.decisions if isinstance(one, kind)]


def files(corpus: Corpus) -> dict[str, tuple[bytes, int]]:
    """Return the bytes of each document file and when it was written."""
    return {corpus.id_of(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in corpus.files()}
