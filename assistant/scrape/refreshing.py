"""A refresh as a maintainer sees it: one at a time, followed on the screen, told in two files and a table."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.errors import ConfigError, FetchError
from assistant.files import sweep, write_whole
from assistant.scrape.browser import find_browser
from assistant.scrape.deciding import Follow
from assistant.scrape.findings import crawled
from assistant.scrape.limits import Extractor
from assistant.scrape.options import Options, needs_browser
from assistant.scrape.refresh import Refresh, accept, now, write_report
from assistant.scrape.report import RefreshReport, summary_table, to_json
from assistant.scrape.report_markdown import to_markdown
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import FILE, load_sources
from assistant.scrape.state import FOLDER
from assistant.text import one_line

LOCK, HOLDER = "lock", "holder.json"
MOST_CAPTURED = 200_000
"""Characters."""
REPORTS = "reports"


@contextmanager
def only_one(corpus: Corpus) -> Iterator[None]:
    """Hold the right to change the corpus; a process that died holds it no more.

    Raises:
        ConfigError: another refresh has it; the message names its process and when it began.
    """
    folder = corpus.root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise ConfigError(f"another refresh is under way ({_holder(folder)}); wait until it has ended") from None
    except OSError as fault:
        raise ConfigError(f"the folder {folder} cannot be written ({fault.strerror}); check its permissions") from fault
    try:
        sweep(corpus.root)
        write_whole(folder / HOLDER, json.dumps({"pid": os.getpid(), "started": now()}).encode())
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        values = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {values['pid']}, since {values['started']}"
    except (OSError, ValueError, KeyError):
        return "it has just begun"


def refresh_and_report(
    corpus: Corpus, config: Config, options: Options, sources_file: Path | None, build: Callable[[], str]
) -> RefreshReport:
    """Refresh the corpus, build the index, write the report and print its table.

    Args:
        build: builds the index of the corpus as it is then, and returns the id of its generation.

    Raises:
        AssistantError: nothing could be fetched, or the corpus or the report cannot be written.
    """
    sources = load_sources(sources_file or corpus.root / FILE)
    if not options.offline:
        options = replace(options, user_agent=user_agent(config.contact))
    if needs_browser(sources, options):
        options = replace(options, browser=find_browser(config.browser))
    with Extractor() as reader, followed() as follow:
        report = Refresh(corpus, sources, options, reader, follow).run()
    fault: BaseException | None = None
    if not report.stopped and not report.dry_run:
        try:
            report = replace(report, generation=build(), finished=now())
        except BaseException as told:  # the pages are written; the report of them must not be lost, whatever came, Ctrl-C too
            fault = told
    if report.dry_run:
        print(to_markdown(report))
        show(report)
        return report
    text = json.dumps(to_json(report), ensure_ascii=False, indent=2)
    show(report, write_report(corpus.root / REPORTS, report, to_markdown(report), text))
    if fault is not None:
        raise fault
    return report


def accept_all(corpus: Corpus, document_ids: Iterable[str]) -> None:
    """Put changes that were held back into the corpus.

    Raises:
        ConfigError: one of them is not held back.
    """
    for document_id in document_ids:
        document = accept(corpus, document_id)
        print(one_line(f"accepted {document.id}: {document.publisher}, {document.title}"))


def capture(corpus: Corpus, config: Config, options: Options, sources_file: Path | None, folder: Path) -> Path:
    """Keep the response of one page of the sources for the tests, text cut at ``MOST_CAPTURED``, and return the file.

    The text stays its publisher's: what is under no open licence does not belong into a repository.

    Raises:
        AssistantError: the page is in no source, or could not be fetched.
    """
    (url,) = options.urls
    sources = load_sources(sources_file or corpus.root / FILE)
    options = replace(options, user_agent=user_agent(config.contact))
    if needs_browser(sources, options):
        options = replace(options, browser=find_browser(config.browser))
    with tempfile.TemporaryDirectory() as kept:
        store_folder = Path(kept)
        events = list(crawled(sources, options, store_folder))
        store = ResponseStore(store_folder)
        fetched = store.get(url)
        store.close()
    if fetched is None:
        why = next((str(event["why"]) for event in events if event["event"] == "failed"), f"{url} was not fetched")
        raise FetchError(why, url)
    file = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:12]}.json"
    values = asdict(fetched) | _readable(fetched.body)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(values, ensure_ascii=False, indent=1).encode())
    return file


def _readable(body: bytes) -> dict[str, str]:
    """Return the body as text, cut, where it is text in UTF-8; else whole, in base64: half a PDF is none."""
    try:
        return {"body": body.decode()[:MOST_CAPTURED]}
    except UnicodeDecodeError:
        return {"body": "", "body_base64": base64.b64encode(body).decode()}


def user_agent(contact: str) -> str:
    """Return how we name ourselves to sites.

    Raises:
        ConfigError: nobody says how to reach us.
    """
    if not contact.strip() or not contact.isprintable():
        raise ConfigError(
            "sites must be able to reach whoever visits them; set CAREGUIDE_CONTACT to an email address or a web page of yours"
        )
    try:
        version = metadata.version("careguide")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"Careguide/{version} (+{contact.strip()})"


def show(report: RefreshReport, file: Path | None = None) -> None:
    """Print the table of a report, and where the whole of it stands."""
    from rich.console import Console

    Console().print(summary_table(report))
    if report.stopped:
        print(f"refresh_corpus: {one_line(report.stopped)}", file=sys.stderr)
    if file is not None:
        print(f"The report: {file}")


@contextmanager
def followed() -> Iterator[Follow]:
    """Yield a function that shows how far each source is, where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda event: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[errors]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        yield _Bars(bars).note


class _Bars:
    """A bar for each source, and one for reading."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}
        self._errors: dict[str, int] = {}

    def note(self, event: dict[str, Any]) -> None:
        """Move the bar that an event belongs to."""
        kind, source = event["event"], str(event.get("source", ""))
        if kind == "read":
            self._bars.update(self._task("reading pages"), completed=event["done"], total=event["of"])
        elif kind == "page":
            task = self._task(source)
            self._bars.update(task, total=(self._bars.tasks[task].total or 0) + 1)
        elif kind in {"fetched", "same", "unmodified", "absent", "kept", "robots", "failed"} and source in self._tasks:
            self._errors[source] = self._errors.get(source, 0) + (kind == "failed")
            errors = f"{self._errors[source]} failed" if self._errors[source] else ""
            self._bars.update(self._tasks[source], advance=1, errors=errors)

    def _task(self, name: str) -> Any:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=0, errors="")
        return self._tasks[name]
