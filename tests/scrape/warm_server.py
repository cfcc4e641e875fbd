"""A process that has loaded what a crawl needs, and forks for each crawl: ``python warm_server.py NUMBER``.

NUMBER is that of the socket on which it is told: the path of a job and, with it, standard input, output and error of the crawl
and a pipe for what becomes of it (its process id and its exit code, a line each). It ends when the socket is closed.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
from collections.abc import Sequence

from assistant.scrape import crawl, process

LONGEST = 4096
LOADED = process
"""Named so that it is loaded here, once, and not by each crawl."""


def serve(told: socket.socket) -> None:
    """Start a crawl for each job until there are no more."""
    while True:
        job, streams, _, _ = socket.recv_fds(told, LONGEST, 4)
        if not job:
            return
        bury()
        if os.fork() == 0:
            told.close()
            keep(job.decode(), streams)
        for stream in streams:
            os.close(stream)


def bury() -> None:
    """Wait for those that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def keep(job: str, streams: Sequence[int]) -> None:
    """Start the crawl, tell its process id and its exit code, and bury it once nobody means to signal it any more."""
    pid = os.fork()
    if pid == 0:
        work(job, streams[:3])
    for stream in streams[:3]:
        os.close(stream)
    with contextlib.suppress(BrokenPipeError):
        os.write(streams[3], f"{pid}\n".encode())
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        os.write(streams[3], f"{code}\n".encode())
        until_closed(streams[3])
    os.waitpid(pid, 0)
    os._exit(0)


def until_closed(pipe: int) -> None:
    """Wait until nobody reads from the pipe."""
    waiting = select.poll()
    waiting.register(pipe, 0)
    waiting.poll()


def work(job: str, streams: Sequence[int]) -> None:
    """Be the crawl, as the head of a session of its own."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    code = 1
    try:
        code = crawl.main([job])
    except BaseException as fault:  # the last line is what the crawl is reported with, as that of a traceback is
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
