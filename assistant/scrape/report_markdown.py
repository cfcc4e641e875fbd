"""The report of a refresh as Markdown. All words of pages are sanitised here, and none of them can act as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import urlsplit

from assistant.scrape.report import (
    ALL_WELL,
    NOTHING_PUBLISHED,
    OUTCOMES,
    SOME_FAILURES,
    STALE_DAYS,
    Entry,
    RefreshReport,
    SourceReport,
    entries,
)
from assistant.text import one_line


def to_markdown(report: RefreshReport) -> str:
    """Return a report as Markdown: the outcome, the sources in a table, then every decision by its kind."""
    lines = [f"# Refresh of {_code(report.started)}", "", _outcome(report), "", f"Finished: {_code(report.finished)}."]
    if report.generation:
        lines.append(f"Index generation: {_code(report.generation)}.")
    lines += ["", *_source_lines(report.sources)]
    every, link = entries(report), partial(_link, report.hosts)
    for outcome, heading in OUTCOMES.items():
        told = [one for one in every if one.outcome == outcome]
        if told:
            lines += ["", f"## {heading} ({len(told)})"]
            lines += ["", *(f"- {_place(one, link)}" for one in told)] if outcome == "unchanged" else _detailed(told, link)
    refused = [url for source in report.sources for url in source.refused]
    lines += _listed("Not asked for, because robots files forbid it", map(link, refused))
    news = [url for source in report.sources for url in source.news]
    lines += _listed("New in feeds and searches of the sites, and among no pages of the sources", map(link, news))
    unlisted = [url for source in report.sources for url in source.unlisted]
    heading = "In the corpus and on the site, but nothing leads there any more: kept until the file is deleted"
    lines += _listed(heading, map(link, unlisted))
    lines += _listed("Starter notes that step aside", map(_code, report.stepping_aside))
    lines += _listed(
        "Documents on hosts of no source, never refreshed nor answered from: delete them, or add their source",
        map(_code, report.strangers),
    )
    stale = (f"{_code(one.id)}: {f'last on {_words(one.last)}' if one.last else 'never'}" for one in report.stale)
    lines += _listed(f"Not refreshed in {STALE_DAYS} days", stale)
    return "\n".join(lines) + "\n"


def _outcome(report: RefreshReport) -> str:
    """Return in one line how it went."""
    failed, held = (sum(source.count(name) for source in report.sources) for name in ("failed", "quarantined"))
    faults = sum(bool(source.fault) for source in report.sources)
    counts = f"{failed} failed, {held} held back, {faults} sources with lists that could not be read"
    told = {
        ALL_WELL: "All well.",
        SOME_FAILURES: f"Published, but not all is well: {counts}.",
        NOTHING_PUBLISHED: f"Nothing was published: {_words(report.stopped) or counts}.",
    }[report.exit_code]
    return f"{told} This was a dry run: nothing was written." if report.dry_run else told


def _source_lines(sources: Iterable[SourceReport]) -> Iterator[str]:
    yield "| source | pages | fetched | not modified | same by hash | failed | refused | |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in sources:
        counts = (one.pages, one.fetched, one.not_modified, one.by_hash, one.failed, len(one.refused))
        yield f"| {_words(one.id)} | {' | '.join(map(str, counts))} | {_words(one.fault)} |"


def _detailed(entries: Iterable[Entry], link: Callable[[str], str]) -> Iterator[str]:
    for one in entries:
        yield from ("", f"### {_words(one.title) or 'No title'}", "")
        yield f"- page: {_place(one, link)}, of {_code(one.source)}"
        yield from (f"- {line}" for line in _details(one, link))
        if one.diff:
            yield from ("", _fenced(one.diff))


def _details(one: Entry, link: Callable[[str], str]) -> Iterator[str]:
    if one.was:
        yield f"was at: {link(one.was)}"
    if one.why:
        yield f"why: {_words(one.why)}"
    if one.times:
        yield f"not found {one.times} times in a row"
    if one.only_dates:
        yield "only its dates changed"
    for field in (field for field in one.fields if field.name not in ("id", "url")):
        yield f"{_words(field.name)}: {_words(field.before) or 'none'}, now {_words(field.after) or 'none'}"
    if one.outcome == "quarantined":
        yield f"to take it: {_code(f'scripts/refresh_corpus --accept {one.document_id}')}"


def _place(one: Entry, link: Callable[[str], str]) -> str:
    return f"{link(one.url)} {_code(one.document_id)}" if one.document_id else link(one.url)


def _listed(heading: str, items: Iterable[str]) -> list[str]:
    told = [f"- {item}" for item in items]
    return ["", f"## {heading} ({len(told)})", "", *told] if told else []


_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|!~&$@:]|(?<=www)\.", re.IGNORECASE)
"""What makes markup, an entity, a mention or a link within a line; what begins a line is always the report's own."""
_LINKED = re.compile(r"https://[^\s<>\\]+")


def _words(text: str) -> str:
    """Return the text on one line, so that it is read as these very words."""
    return _ACTIVE.sub(r"\\\g<0>", one_line(text))


def _run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def _code(text: str) -> str:
    """Return the text as a code span that nothing in it can end."""
    inner, mark = one_line(text), "`" * (_run(one_line(text)) + 1)
    return f"{mark} {inner} {mark}" if "`" in inner else f"{mark}{inner or '-'}{mark}"


def _link(hosts: frozenset[str], url: str) -> str:
    """Return an address of one of the hosts as a link; any other, as code that leads nowhere."""
    inner = one_line(url)
    return f"<{inner}>" if _LINKED.fullmatch(inner) and _host(inner) in hosts else _code(inner)


def _host(address: str) -> str:
    """Return the host of an address; empty where it has none, or a user before it."""
    try:
        parts = urlsplit(address)
        return "" if "@" in parts.netloc else parts.hostname or ""
    except ValueError:
        return ""


def _fenced(diff: str) -> str:
    mark = "`" * max(3, _run(diff) + 1)
    return f"{mark}diff\n{diff}\n{mark}"
