"""Extraction under limits: in a process of its own, which is ended when a page takes too long or too much memory.

The process reads a JSON line for each page and answers with one: the text of the document's file, or what is wrong.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any

from assistant.corpus import parse_document, render_document
from assistant.errors import AssistantError, ExtractError, describe
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

SECONDS = 20.0
"""For one page; the largest official page seen takes under a second."""
MEMORY = 1_000_000_000
"""Address space of the process in bytes, where the system can bound it; what it has loaded takes a quarter of that."""


OUT_OF_MEMORY = 77
"""Exit code of the process when a page needs more memory than there is."""


class Extractor:
    """Turns responses into documents, one at a time; use in a ``with`` block."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Keep the limits; the process starts with the first page."""
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Extractor:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end()

    @property
    def pid(self) -> int:
        """The number of the process; 0 where none runs."""
        return self._process.pid if self._process is not None else 0

    def extract(self, fetched: Fetched, source: Source, page: Page) -> Document:
        """Return the document of a response.

        Raises:
            ExtractError: it makes none, or is over the limits.
        """
        task = {
            "fetched": {**asdict(fetched), "body": base64.b64encode(fetched.body).decode("ascii")},
            "source": source.model_dump(mode="json"),
            "page": page.model_dump(mode="json"),
        }
        answer = self._asked(json.dumps(task), fetched.url)
        if "fault" in answer:
            raise ExtractError(str(answer["fault"]), fetched.url)
        return parse_document(str(answer["id"]), str(answer["file"]))

    def _asked(self, task: str, url: str) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(task + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self._end()
            raise ExtractError(f"{url} takes more than {self._seconds:g} seconds to read; leave it out", url) from None
        except OSError:
            line = ""
        if not line:
            code = process.wait()
            self._end()
            raise ExtractError(f"{url} {self._ended(code)}; leave it out", url)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ended(self, code: int) -> str:
        """Return what it means that the process ended."""
        if code in {OUT_OF_MEMORY, -signal.SIGKILL}:  # the second is how a system that runs out of memory ends a process
            return f"takes more than {self._memory // 1_000_000:,} MB to read"
        return f"ended the process that read it ({f'signal {-code}' if code < 0 else f'exit code {code}'})"

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._answers = queue.Queue()
            # -P: nothing of the folder we stand in is run
            command = [sys.executable, "-P", "-m", "assistant.scrape.limits", str(self._memory)]
            environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
            )
            threading.Thread(target=_pass_on, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None


def _pass_on(lines: Any, answers: queue.Queue[str]) -> None:
    """Hand over each line, and an empty one at the end."""
    with contextlib.suppress(ValueError, OSError):
        for line in lines:
            answers.put(line)
    answers.put("")


def answered(line: str) -> dict[str, str]:
    """Return the answer to a task."""
    from assistant.scrape.extract.adapters import extract

    task = json.loads(line)
    values = {
        **task["fetched"],
        "body": base64.b64decode(task["fetched"]["body"]),
        "aliases": tuple(task["fetched"]["aliases"]),
    }
    try:
        document = extract(Fetched(**values), Source.model_validate(task["source"]), Page.model_validate(task["page"]))
    except AssistantError as fault:
        return {"fault": str(fault)}
    except RecursionError:
        return {"fault": f"{values['url']} is nested too deep; leave it out"}
    except MemoryError:
        raise  # what is left would not be enough for the next page
    except Exception as fault:  # one bad page never stops a refresh
        return {"fault": f"{values['url']} cannot be read: {describe(fault)}"}
    return {"id": document.id, "file": render_document(document)}


def main(words: list[str]) -> int:
    """Answer tasks until there are no more."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(words[0]), int(words[0])))
    for line in sys.stdin:
        try:
            print(json.dumps(answered(line)), flush=True)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
