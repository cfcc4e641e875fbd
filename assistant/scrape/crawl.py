"""A crawl: the spider in a process of its own, followed through the events that it prints.

    python -m assistant.scrape.crawl JOB.json

The process keeps each response as it comes (``responses``) and prints one JSON line for each event. Killed at any moment, it
leaves what was kept.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from assistant.errors import FetchError
from assistant.scrape.sources import Page, Source

GRACE = 20
"""Seconds that a crawl which was told to stop may take to end."""


@dataclass(frozen=True)
class Limits:
    """Bounds of a crawl: seconds and bytes of one response, tries, and seconds before the second try (doubled each time).

    Attributes:
        patience: share of a source's pace that is kept; less than 1 only where all is served on this machine.
    """

    seconds: float = 60.0
    size: int = 20_000_000
    retries: int = 3
    retry_step: float = 2.0
    patience: float = 1.0


@dataclass(frozen=True)
class Job:
    """What the process is told.

    Attributes:
        store: folder of the responses.
        run: names the refresh.
        user_agent: who we are and how to reach us.
        browser: path of Chromium; empty where no source needs it.
        done, only, most, held: see ``spider.Plan``; ``held`` by source id.
        served: for tests alone, where a host is really served; refused for any place but this machine.
    """

    store: Path
    run: str
    user_agent: str
    sources: tuple[Source, ...]
    denied: tuple[str, ...] = ()
    browser: str = ""
    done: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    most: int | None = None
    held: tuple[tuple[str, Page], ...] = ()
    limits: Limits = field(default_factory=Limits)
    served: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the job as the process reads it."""
        sources = [source.model_dump(mode="json") for source in self.sources]
        plain = {
            name: getattr(self, name) for name in ("run", "user_agent", "denied", "browser", "done", "only", "most", "served")
        }
        held = [(source, page.model_dump(mode="json")) for source, page in self.held]
        own = {"store": str(self.store), "sources": sources, "held": held, "limits": asdict(self.limits)}
        return json.dumps({**plain, **own})


def read_job(file: Path) -> Job:
    """Return the job of a file that ``as_json`` wrote.

    Raises:
        ValueError: it is no such file, ``served`` leads off this machine, or sites elsewhere would be asked without patience.
    """
    values = json.loads(file.read_text(encoding="utf-8"))
    for place in values["served"].values():
        if urlsplit(place).hostname != "127.0.0.1":
            raise ValueError(f"{place} is not on this machine")
    limits = Limits(**values["limits"])
    if limits.patience < 1 and not values["served"]:
        raise ValueError("only sites on this machine can be asked without patience")
    made: dict[str, Any] = {name: tuple(values[name]) for name in ("denied", "done", "only")}
    made["sources"] = tuple(Source.model_validate(one) for one in values["sources"])
    made["held"] = tuple((source, Page.model_validate(page)) for source, page in values["held"])
    return Job(**{**values, **made, "store": Path(values["store"]), "limits": limits})


class Crawl:
    """A crawl that is under way: iterate over its events; leaving the ``with`` block ends it."""

    def __init__(self, job: Job, folder: Path) -> None:
        """Keep the job; its file is written into the folder."""
        self._job, self._file, self._said = job, folder / "job.json", folder / "crawl.log"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Crawl:
        """Start the process."""
        self._file.write_text(self._job.as_json(), encoding="utf-8")
        with self._said.open("w", encoding="utf-8") as said:
            self._process = self._start(said)
        return self

    def _start(self, said: IO[str]) -> subprocess.Popen[str]:
        """Start the process at the head of a session of its own; what it says of faults goes to the file."""
        return subprocess.Popen(  # noqa: S603 (our own program)
            # -P: nothing of the folder we stand in is run
            [sys.executable, "-P", "-m", "assistant.scrape.crawl", str(self._file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The number of the process; 0 before it was started."""
        return self._process.pid if self._process is not None else 0

    def abandon(self) -> None:
        """Let go of the process as if this one had died: it ends by itself."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each event as it comes.

        Raises:
            FetchError: the process ended before its work did.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        done = False
        for line in self._process.stdout:
            event = json.loads(line)
            done = done or event["event"] == "done"
            yield event
        if not done:
            code = self._process.wait()
            said = self._said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            why = said[-1] if said else f"exit code {code}"
            raise FetchError(f"the crawl broke off ({why}); run the refresh again with --resume")

    def __exit__(self, *_: object) -> None:
        """Ask the process to end, and end it where it does not; its browser goes with it."""
        assert self._process is not None
        for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
            if self._process.poll() is not None:
                break
            self._signal(number)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._file.unlink(missing_ok=True)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        if hasattr(os, "killpg"):
            os.killpg(self._process.pid, number)
        else:
            self._process.terminate()


def main(words: list[str]) -> int:
    """Carry out the job of a file; return the exit code."""
    from assistant.scrape import process

    process.run(read_job(Path(words[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
