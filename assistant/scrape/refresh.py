"""A refresh: fetch, extract, decide, and only then write; told in a report.

Until every page is decided on, nothing of the corpus is touched. Each document is then written whole, so that a refresh that is
killed leaves the old page or the new one, and the next one goes on.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from assistant.corpus import Corpus, same_page, standing
from assistant.errors import AssistantError, ConfigError, FetchError, SourceShrunk
from assistant.files import write_whole
from assistant.scrape.decide import (
    Added,
    Changed,
    Decision,
    Failed,
    Gone,
    Missing,
    Moved,
    Quarantined,
    Withdrawn,
    shrunk,
)
from assistant.scrape.deciding import Deciding, Follow, Reader
from assistant.scrape.findings import Findings, crawled
from assistant.scrape.options import Options, chosen
from assistant.scrape.report import STALE_DAYS, RefreshReport, SourceReport, StaleSource
from assistant.scrape.responses import FILE as RESPONSES
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import OPEN_LICENCES, Page, Source, Sources, Storage
from assistant.scrape.state import FOLDER, State, read_state, write_state
from assistant.types import Document

QUARANTINE = "quarantine"


class Refresh:
    """One refresh of a corpus."""

    def __init__(self, corpus: Corpus, sources: Sources, options: Options, reader: Reader, follow: Follow) -> None:
        self._corpus, self._options, self._reader, self._follow = corpus, options, reader, follow
        self._folder = corpus.root / FOLDER
        self._listed = sources
        self._sources = chosen(sources, options)
        self._by_id = {source.id: source for source in self._sources}
        self._all = sources.source

    def run(self) -> RefreshReport:
        """Carry out the refresh and return its report; the index is built by the caller.

        Raises:
            AssistantError: nothing could be fetched or read at all, or the corpus cannot be written.
        """
        started = now()
        state = read_state(self._folder)
        findings = Findings()
        with self._responses() as folder, closing(ResponseStore(folder)) as store:
            try:
                self._fetch(findings, state, store, folder, started)
                decisions = self._decide(findings, state, store)
            except KeyboardInterrupt:
                so_far = self._report(started, findings, {source.id: [] for source in self._sources}, state)
                return replace(so_far, stopped="it was interrupted; go on with: scripts/refresh_corpus --resume")
        shrinking = self._shrinking(decisions) if self._options.whole else ""
        if self._options.counts and not shrinking:
            for source, decision in self._unwanted():
                decisions[source].append(decision)
        report = self._report(started, findings, decisions, state)
        if shrinking:
            return replace(report, stopped=shrinking)
        remembered = self._remembered(state, findings, decisions)
        if not self._options.dry_run:
            self._apply(decisions)
            write_state(self._folder, remembered)
        return replace(report, stale=self._stale(remembered))

    @contextmanager
    def _responses(self) -> Iterator[Path]:
        """Yield the folder of the responses; in a dry run a copy of it, so that nothing is written."""
        if not self._options.dry_run:
            yield self._folder
            return
        with tempfile.TemporaryDirectory() as copied:
            if (self._folder / RESPONSES).exists():
                shutil.copy(self._folder / RESPONSES, copied)
            yield Path(copied)

    def _fetch(self, findings: Findings, state: State, store: ResponseStore, folder: Path, started: str) -> None:
        """Crawl, or take what the last crawl found, and gather it in the findings."""
        if self._options.offline:
            for one in state.found:
                if one.source in self._by_id and (not self._options.urls or one.url in self._options.urls):
                    findings.note({"event": "page", "url": one.url, "source": one.source, "page": one.page, "depth": one.depth})
            return
        run = state.runs.get(self._options.scope, started) if self._options.resume else started
        done = tuple(sorted(store.fetched_in(run))) if self._options.resume else ()
        if not self._options.dry_run:
            write_state(self._folder, replace(state, runs={**state.runs, self._options.scope: run}))
        held = tuple(self._held()) if self._options.whole else ()
        for event in crawled(self._listed, self._options, folder, run, done, held):
            findings.note(event)
            self._follow(event)

    def _held(self) -> Iterator[tuple[str, Page]]:
        """Yield each page of the corpus as the list of its source would name it, with the id of the source."""
        for document in self._corpus.load().documents:
            source = self._owner(document)
            if source is not None and not document.is_starter:
                may_keep = document.kept == "full" and source.licence in OPEN_LICENCES
                storage: Storage = "full" if may_keep else "excerpt"
                yield source.id, Page(url=document.url, kind=document.kind, topics=document.topics, storage=storage)

    def _decide(self, findings: Findings, state: State, store: ResponseStore) -> dict[str, list[Decision]]:
        held = [document for document in self._corpus.load().documents if not document.is_starter]
        return Deciding(held, findings, state.missed, self._options, self._sources).run(store, self._reader, self._follow)

    def _unwanted(self) -> Iterator[tuple[str, Decision]]:
        """Yield the end of each document whose page the list now only links to, with the id of its source."""
        linked = {
            same_page(url)
            for source in self._sources
            for page in source.pages
            if source.storage_of(page) == "link"
            for url in (page.url, *page.also)
        }
        for document in self._corpus.load().documents:
            source = self._owner(document)
            if source is not None and not document.is_starter and same_page(document.url) in linked:
                yield source.id, Gone(document)

    def _owner(self, document: Document) -> Source | None:
        host = urlsplit(document.url).hostname
        return next((source for source in self._sources if host in source.hosts), None)

    def _shrinking(self, decisions: Mapping[str, Iterable[Decision]]) -> str:
        """Return what to say of a source that lost over a fifth of its pages; empty where none did."""
        for source, made in decisions.items():
            if source in self._options.accepted:
                continue
            held = [one for one in made if not isinstance(one, Added) and getattr(one, "old", None) is not None]
            lost = [one for one in held if isinstance(one, Missing | Gone)]
            if shrunk(len(held), len(held) - len(lost)):
                fault = SourceShrunk(
                    f"{source} would lose {len(lost)} of its {len(held)} pages, over a fifth; nothing is published. Look at "
                    f"the site; if they are gone, take them out of sources.toml, or run again with --accept {source}"
                )
                return str(fault)
        return ""

    def _apply(self, decisions: Mapping[str, Iterable[Decision]]) -> None:
        """Write what was decided; the new page before the old one goes."""
        for decision in (one for made in decisions.values() for one in made):
            if isinstance(decision, Added | Changed | Withdrawn | Moved):
                self._corpus.write(decision.new)
                if (old := getattr(decision, "old", None)) is not None and old.id != decision.new.id:
                    self._corpus.remove(old.id)
            if isinstance(decision, Gone):
                self._corpus.remove(decision.old.id)
            held = Corpus(self._folder / QUARANTINE)
            if (old := getattr(decision, "old", None)) is not None and not isinstance(decision, Quarantined | Failed | Missing):
                held.remove(old.id)  # what was held back is no longer what the site says
            if isinstance(decision, Quarantined):
                held.write(replace(decision.new, id=decision.old.id))

    def _remembered(self, state: State, findings: Findings, decisions: Mapping[str, Iterable[Decision]]) -> State:
        made = [one for several in decisions.values() for one in several]
        olds = (getattr(one, "old", None) for one in made if not isinstance(one, Failed))
        found_again = {old.id for old in olds if old is not None}
        asked = {one.id for one in self._corpus.load().documents if self._options.counts and self._owner(one) is not None}
        missed = {name: times for name, times in state.missed.items() if name not in found_again | asked}
        missed |= {one.old.id: one.times for one in made if isinstance(one, Missing)}
        today = now()[:10]
        whole = self._options.counts
        done = dict.fromkeys(sorted(findings.answered & set(self._by_id)), today) if whole else {}
        found = state.found
        if whole:
            others = tuple(one for one in state.found if one.source not in self._by_id)
            found = (*others, *findings.found.values())
        scope = self._options.scope
        runs = state.runs
        if not self._options.offline:  # a refresh of everything ends those of less
            runs = {name: run for name, run in state.runs.items() if scope and name != scope}
        return State(missed, {**state.refreshed, **done}, found, runs)

    def _report(self, started: str, findings: Findings, decisions: Mapping[str, list[Decision]], state: State) -> RefreshReport:
        known = {same_page(url) for source in self._all for page in source.pages for url in (page.url, *page.also)}
        known |= {same_page(url) for url in findings.found}
        sources = tuple(
            SourceReport(
                id=source.id,
                publisher=source.publisher,
                pages=findings.counts[source.id]["page"],
                fetched=findings.counts[source.id]["fetched"],
                not_modified=findings.counts[source.id]["unmodified"],
                by_hash=findings.counts[source.id]["same"],
                refused=tuple(findings.robots[source.id]),
                news=tuple(url for url in dict.fromkeys(findings.news[source.id]) if same_page(url) not in known),
                unlisted=_still_there(findings.unlisted[source.id], decisions[source.id]),
                decisions=tuple(decisions[source.id]),
                fault="; ".join(findings.lists_failed[source.id]),
            )
            for source in self._sources
        )
        return RefreshReport(
            started=started,
            finished=now(),
            sources=sources,
            stepping_aside=self._stepping_aside(decisions),
            strangers=self._strangers(),
            stale=self._stale(state),
            dry_run=self._options.dry_run,
            hosts=frozenset(host for source in self._all for host in source.hosts),
        )

    def _stepping_aside(self, decisions: Mapping[str, list[Decision]]) -> tuple[str, ...]:
        """Return the starter notes that are answered from before this refresh, and not after it."""
        before = {document.id: document for document in self._corpus.load().documents}
        after = dict(before)
        for decision in (one for made in decisions.values() for one in made):
            if (old := getattr(decision, "old", None)) is not None and isinstance(decision, Moved | Gone | Withdrawn):
                after.pop(old.id, None)
            if isinstance(decision, Added | Changed | Withdrawn | Moved):
                after[decision.new.id] = decision.new
        answering = [{one.id for one in standing(tuple(documents.values()))} for documents in (before, after)]
        return tuple(sorted(one for one in answering[0] - answering[1] if after.get(one) is not None and after[one].is_starter))

    def _strangers(self) -> tuple[str, ...]:
        hosts = {host for source in self._all for host in source.hosts}
        documents = self._corpus.load().documents
        return tuple(one.id for one in documents if not one.is_starter and urlsplit(one.url).hostname not in hosts)

    def _stale(self, state: State) -> tuple[StaleSource, ...]:
        today = datetime.date.fromisoformat(now()[:10])
        stale = []
        for source in self._all:
            if source.storage == "link":
                continue
            last = state.refreshed.get(source.id)
            if last is None or (today - datetime.date.fromisoformat(last)).days > STALE_DAYS:
                stale.append(StaleSource(source.id, last))
        return tuple(stale)


def _still_there(urls: Iterable[str], decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Return the addresses but for those whose page failed or was not found, which is told of them instead."""
    told = {
        one.url if isinstance(one, Failed) else one.old.url for one in decisions if isinstance(one, Failed | Missing | Gone)
    }
    return tuple(url for url in urls if url not in told)


def accept(corpus: Corpus, document_id: str) -> Document:
    """Put a change that was held back into the corpus, and return it.

    Raises:
        ConfigError: none of that id is held back.
    """
    held = Corpus(corpus.root / FOLDER / QUARANTINE)
    try:
        document = held.read(document_id)
    except AssistantError as fault:
        raise ConfigError(
            f"no change of {document_id!r} is held back; the report of the last refresh lists those that are"
        ) from fault
    corpus.write(document)
    held.remove(document_id)
    return document


def now() -> str:
    """Return the time, ISO 8601 in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def write_report(folder: Path, report: RefreshReport, markdown: str, json_text: str) -> Path:
    """Write both forms of a report and return the Markdown file.

    Raises:
        FetchError: they cannot be written.
    """
    file = folder / f"{report.started.replace(':', '').replace('+0000', 'Z')}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, markdown.encode())
        write_whole(file.with_suffix(".json"), json_text.encode())
    except OSError as fault:
        raise FetchError(f"the report cannot be written to {folder} ({fault.strerror}); check the folder") from fault
    return file
