"""Crawls in processes that need not load Scrapy first, which takes longer than a crawl of the imitated sites.

All else is as with ``Crawl``: a process of its own, its job in a file, its events on standard output.
"""

from __future__ import annotations

import atexit
import functools
import os
import select
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO

from assistant.scrape.crawl import Crawl

SERVER = Path(__file__).with_name("warm_server.py")


class WarmCrawl(Crawl):
    """A crawl in a fork of a process that has loaded Scrapy."""

    def _start(self, said: IO[str]) -> Forked:
        return Forked(self._file, said)


class Forked:
    """What of ``subprocess.Popen`` a crawl uses."""

    def __init__(self, job: Path, said: IO[str]) -> None:
        given, self.stdin = _pipe_to("w")
        taken, self.stdout = _pipe_to("r")
        told, self._told = _pipe_to("r")
        theirs = (given, taken, said.fileno(), told)
        socket.send_fds(server(), [str(job).encode()], theirs)
        for stream in (given, taken, told):
            os.close(stream)
        self.pid = int(self._told.readline())
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it ended."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("the crawl", timeout or 0)
        return code

    def _ended(self, patience: float | None) -> int | None:
        if self._code is None and select.select([self._told], [], [], patience)[0]:
            self._code = int(self._told.readline())
            self._told.close()
        return self._code


def _pipe_to(mode: str) -> tuple[int, IO[str]]:
    """Return the end of a pipe for the crawl, and ours, to read or to write."""
    read, write = os.pipe()
    theirs, ours = (write, read) if mode == "r" else (read, write)
    return theirs, os.fdopen(ours, mode)


@functools.cache
def server() -> socket.socket:
    """Return the socket of the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with theirs:
        command = [sys.executable, str(SERVER), str(theirs.fileno())]
        process = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()], start_new_session=True)
    atexit.register(lambda: [ours.close(), process.wait()])
    return ours
