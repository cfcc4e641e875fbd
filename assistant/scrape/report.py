"""What a refresh did, for the people who look after the corpus: as values, as JSON and as a table for the terminal.

Pure values and functions; knows nothing of how a page was fetched or decided on. All words of pages are sanitised here, and
none of them can act as Markdown. The JSON is documented in ``docs/JSON.md`` and held there by a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.scrape.decide import Changed, Decision, Failed, Missing, Quarantined, differing_fields, kept
from assistant.text import one_line, sanitise
from assistant.types import Document

if TYPE_CHECKING:
    from rich.table import Table

STALE_DAYS = 90
"""A source that was not refreshed for longer is named in the report."""

ALL_WELL, NOTHING_PUBLISHED, SOME_FAILURES = 0, 1, 4
"""Exit codes; the same numbers in ``docs/JSON.md``."""

OUTCOMES = {
    "added": "Added",
    "changed": "Changed",
    "moved": "Moved",
    "withdrawn": "Withdrawn: kept, never answered from",
    "quarantined": "Held back until accepted",
    "missing": "Not found: kept for now",
    "gone": "Gone: dropped",
    "failed": "Failed: what was there is kept",
    "unchanged": "Unchanged",
}
"""Names of the decisions in JSON, and their headings, in the order of the report."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one source.

    Attributes:
        id, publisher: which source.
        pages: how many of its pages were come to, by its list or by what that led to.
        fetched: responses with a body that was not known.
        not_modified: responses that said that nothing had changed (304).
        by_hash: responses whose body was the one already known.
        refused: addresses that were not asked for because the site's robots file forbids it.
        news: addresses that its feeds and searches name as new and that are none of its pages.
        unlisted: pages in the corpus that nothing led to any more and that are still on the site: kept, and answered from.
        decisions: what became of each page.
        fault: which of its lists could not be read and why, in one line; empty where all could. What they would have led to
            is kept.
    """

    id: str
    publisher: str
    pages: int = 0
    fetched: int = 0
    not_modified: int = 0
    by_hash: int = 0
    refused: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    fault: str = ""
    news: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many addresses could not be fetched or read."""
        return self.count("failed")

    def count(self, outcome: str) -> int:
        """Return how many of its decisions have an outcome, one of ``OUTCOMES``."""
        return sum(outcome_of(decision) == outcome for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A source that was not refreshed for ``STALE_DAYS``.

    Attributes:
        last: the day of its last refresh, YYYY-MM-DD; None where it never had one.
    """

    id: str
    last: str | None


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        started, finished: ISO 8601 in UTC.
        stepping_aside: ids of the starter notes that are not answered from, because all their pages have been fetched.
        stale: sources that were not refreshed for ``STALE_DAYS``.
        strangers: ids of documents on hosts of no source: never asked for again, and left out of an index whose list of
            sources lacks them.
        generation: id of the index generation that was built; empty where none was.
        stopped: why nothing was published, and what to do next, in one line; empty where the corpus is as decided.
        dry_run: whether nothing was to be written.
        hosts: those of all sources; only addresses there are made links.
    """

    started: str
    finished: str
    sources: tuple[SourceReport, ...] = ()
    stepping_aside: tuple[str, ...] = ()
    stale: tuple[StaleSource, ...] = ()
    strangers: tuple[str, ...] = ()
    generation: str = ""
    stopped: str = ""
    dry_run: bool = False
    hosts: frozenset[str] = frozenset()

    @property
    def exit_code(self) -> int:
        """0 all well; 4 published, but a page or a source failed or is held back; 1 nothing published, or all failed."""
        if self.stopped:
            return NOTHING_PUBLISHED
        troubles = [one for source in self.sources for one in source.decisions if isinstance(one, Failed | Quarantined)]
        if not troubles and not any(source.fault for source in self.sources):
            return ALL_WELL
        got = any(source.failed < len(source.decisions) for source in self.sources)
        return SOME_FAILURES if got else NOTHING_PUBLISHED


def outcome_of(decision: Decision) -> str:
    """Return the name of a decision, one of ``OUTCOMES``."""
    return type(decision).__name__.lower()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a document that differs, with its values as text; that of ``text`` is in the diff."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision as both forms tell it: every word sanitised, and on one line but for the diff.

    Attributes:
        outcome: one of ``OUTCOMES``.
        source: id of the source.
        document_id: the document that stands now, or that was dropped; empty where there is none.
        url: where the page is now.
        was: where it was before; empty where it is still there.
        why: of a failure, or of holding it back; else empty.
        fields: what differs, but for the text.
        times: refreshes in a row in which it was not found.
        diff: unified diff of the text.
    """

    outcome: str
    source: str
    document_id: str
    title: str
    url: str
    was: str
    why: str
    fields: tuple[Difference, ...]
    only_dates: bool
    times: int
    diff: str


def entry(source: str, decision: Decision) -> Entry:
    """Return a decision on a page of a source as the report tells it."""
    old: Document | None = getattr(decision, "old", None)
    new: Document | None = getattr(decision, "new", None)
    stands = kept(decision) or old
    now = decision.url if isinstance(decision, Failed) else new.url if new else old.url if old else ""
    return Entry(
        outcome=outcome_of(decision),
        source=one_line(source),
        document_id=one_line(stands.id) if stands else "",
        title=one_line(stands.title) if stands else "",
        url=one_line(now),
        was=one_line(old.url) if old and old.url != now else "",
        why=one_line(decision.why) if isinstance(decision, Failed | Quarantined) else "",
        fields=tuple(_differences(old, new)) if old and new else (),
        only_dates=isinstance(decision, Changed) and decision.only_dates,
        times=decision.times if isinstance(decision, Missing) else 0,
        diff=sanitise(getattr(decision, "diff", "")),
    )


def _differences(old: Document, new: Document) -> Iterator[Difference]:
    for name in differing_fields(old, new):
        if name != "text":
            yield Difference(name, *(_plain(getattr(document, name)) for document in (old, new)))


def _plain(value: object) -> str:
    return one_line(", ".join(map(str, value)) if isinstance(value, tuple) else str(value or ""))


def entries(report: RefreshReport) -> list[Entry]:
    """Return every decision of a report, in order of the sources."""
    return [entry(source.id, decision) for source in report.sources for decision in source.decisions]


def to_json(report: RefreshReport) -> dict[str, Any]:
    """Return a report as JSON values, as ``docs/JSON.md`` has them."""
    return {
        "started": one_line(report.started),
        "finished": one_line(report.finished),
        "exit_code": report.exit_code,
        "stopped": one_line(report.stopped),
        "dry_run": report.dry_run,
        "generation": one_line(report.generation),
        "sources": [_source_json(source) for source in report.sources],
        "decisions": [asdict(one) | {"fields": [asdict(field) for field in one.fields]} for one in entries(report)],
        "stepping_aside": [one_line(note) for note in report.stepping_aside],
        "strangers": [one_line(name) for name in report.strangers],
        "stale": [{"id": one_line(source.id), "last": source.last} for source in report.stale],
    }


def _source_json(source: SourceReport) -> dict[str, Any]:
    return {
        "id": one_line(source.id),
        "publisher": one_line(source.publisher),
        "pages": source.pages,
        "fetched": source.fetched,
        "not_modified": source.not_modified,
        "by_hash": source.by_hash,
        "failed": source.failed,
        "refused": [one_line(url) for url in source.refused],
        "unlisted": [one_line(url) for url in source.unlisted],
        "news": [one_line(url) for url in source.news],
        "fault": one_line(source.fault),
    }


def summary_table(report: RefreshReport) -> Table:
    """Return the sources with their counts as a table for the terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = ("added", "changed", "moved", "withdrawn", "quarantined", "missing", "gone", "failed")
    table = Table(box=SIMPLE_HEAD, padding=(0, 0), pad_edge=False, collapse_padding=True)
    table.add_column("source", no_wrap=True)
    for name in ("pages", "fetched", "same", *shown, "refused"):
        table.add_column("held back" if name == "quarantined" else name, justify="right")
    for source in report.sources:
        same = source.not_modified + source.by_hash
        counts = (source.pages, source.fetched, same, *map(source.count, shown), len(source.refused))
        table.add_row(Text(one_line(source.id)), *map(str, counts), style="red" if source.fault else None)
    return table
