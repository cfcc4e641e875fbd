"""A web server for one host of the imitation: pages by address, conditional requests, and answers that are no proper ones.

Knows nothing of any publisher. Every server listens on a free port of 127.0.0.1 and answers each request in a thread.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

FIRST_MODIFIED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When every page was last modified; each change of a page moves its date on by a day."""

Validator = Literal["etag", "weak-etag", "last-modified"]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole response.

    Attributes:
        body: as sent; text is sent in UTF-8.
        headers: besides those that every response has.
        validators: what the page gives for conditional requests, and answers with 304; a page without any never does.
    """

    body: str | bytes = ""
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: tuple[Validator, ...] = ()

    @property
    def raw(self) -> bytes:
        """The body in bytes."""
        return self.body.encode() if isinstance(self.body, str) else self.body

    @property
    def etag(self) -> str:
        """The tag of the body as it is; empty where the page gives none."""
        tag = f'"{hashlib.sha256(self.raw).hexdigest()[:16]}"'
        return tag if "etag" in self.validators else f"W/{tag}" if "weak-etag" in self.validators else ""


@dataclass(frozen=True, slots=True)
class Wire:
    """A response written byte by byte, which may break every rule; the connection is closed after it.

    Attributes:
        parts: given an event that is set when the server stops, yields what to send, the status line first.
    """

    parts: Callable[[threading.Event], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request.

    Attributes:
        host: of the site imitated, such as ``www.gov.uk``.
        path: with the query, as it was sent.
        headers: names in lower case.
        at: seconds of ``time.monotonic`` when it came.
        nth: 1 for the first request of this path, then 2 ...
        status: of the response; 0 where it is a ``Wire``.
    """

    host: str
    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    nth: int
    status: int = 0

    @property
    def url(self) -> str:
        """The address imitated."""
        return f"https://{self.host}{self.path}"


Rewrite = Mapping[str, str]
"""Hosts imitated, and where they are: ``www.gov.uk`` to ``http://127.0.0.1:PORT``."""
Answer = Page | Wire | Callable[[Asked, Rewrite], Page | Wire]
"""What stands at an address; a function is called for each request, in its thread."""


def redirect(url: str, status: int = 301) -> Page:
    """Return a redirect to an address."""
    return Page(f'<p>Moved to <a href="{url}">here</a></p>', status=status, headers={"Location": url})


def not_found(host: str) -> Page:
    """Return what stands at an address of which a site knows nothing."""
    return Page(
        f"<html><title>Page not found</title><main><h1>Page not found</h1><p>{host} has no such page.</p></main></html>",
        status=404,
    )


@dataclass(frozen=True, slots=True)
class Site:
    """What a host serves.

    Attributes:
        pages: by path; one with a query is for that query alone.
        texts: where the text of a page stands, by path, where that is not the page's own path.
    """

    host: str
    pages: Mapping[str, Answer]
    texts: Mapping[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """The server of one site."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, site: Site, rewrite: Rewrite, record: Callable[[Asked], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        self.rewrite = rewrite
        self.record = record
        self.stopped = threading.Event()
        self.connections: set[socket.socket] = set()
        self._pages = dict(site.pages)
        self._changes: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name=f"imitation of {site.host}", daemon=True)

    @property
    def base(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End at once: running answers are cut off."""
        self.stopped.set()
        with suppress(OSError):
            socket.create_connection(
                ("127.0.0.1", self.server_port), timeout=1
            ).close()  # wakes the loop, which waits for a request
        self._thread.join(timeout=5)
        self.server_close()
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def page(self, path: str) -> Page:
        """Return the page at a path.

        Raises:
            KeyError: there is none, or what stands there is no plain page.
        """
        with self._lock:
            page = self._pages.get(self.site.texts.get(path, path))
        if not isinstance(page, Page):
            raise KeyError(f"https://{self.site.host}{path} has no page to change")
        return page

    def put(self, path: str, answer: Answer) -> None:
        """Let something stand at a path from now on; a later Last-Modified goes with it."""
        place = self.site.texts.get(path, path)
        with self._lock:
            self._pages[place] = answer
            self._changes[place] += 1

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[Asked, Page | Wire]:
        """Return the request as recorded, but for its status, and what answers it."""
        at = time.monotonic()
        with self._lock:
            self._asked[path] += 1
            asked = Asked(self.site.host, method, path, headers, at, self._asked[path])
            place = path if path in self._pages else path.partition("?")[0]
            found = self._pages.get(place)
            changes = self._changes[place]
        if found is not None and not isinstance(found, Page | Wire):
            found = found(asked, self.rewrite)
        if found is None:
            return asked, not_found(self.site.host)
        return asked, _as_asked(found, asked, changes) if isinstance(found, Page) else found

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up; the rest is a fault of the imitation and is told as usual."""
        import sys

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def _serve(self) -> None:
        while not self.stopped.is_set():
            self.handle_request()


def _as_asked(page: Page, asked: Asked, changes: int) -> Page:
    """Return the page with its validators, or 304 where the client has it already."""
    modified = FIRST_MODIFIED + timedelta(days=changes)
    own = {"ETag": page.etag} if page.etag else {}
    if "last-modified" in page.validators:
        own["Last-Modified"] = format_datetime(modified, usegmt=True)
    if page.status == 200 and _is_known(page, asked.headers, modified):
        return Page(status=304, headers=own, content_type="")
    return replace(page, headers={**page.headers, **own})


def _is_known(page: Page, headers: Mapping[str, str], modified: datetime) -> bool:
    """Whether the client's copy is the page; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
    if (tags := headers.get("if-none-match")) is not None:
        return bool(page.etag) and page.etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = headers.get("if-modified-since")
    if since is None or "last-modified" not in page.validators:
        return False
    with suppress(ValueError):
        return modified <= parsedate_to_datetime(since)
    return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "imitation"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one piece
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        asked, answer = self.server.answer(
            self.command, self.path, {name.lower(): value for name, value in self.headers.items()}
        )
        self.server.record(replace(asked, status=answer.status if isinstance(answer, Page) else 0))
        if isinstance(answer, Page):
            self._send(answer)
        else:
            self._stream(answer)

    do_HEAD = do_GET  # noqa: N815 -- the name is http.server's

    def _send(self, page: Page) -> None:
        self.send_response(page.status)
        if page.content_type:
            self.send_header("Content-Type", page.content_type)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.status != 304:
            self.send_header("Content-Length", str(len(page.raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.raw)

    def _stream(self, wire: Wire) -> None:
        self.close_connection = True
        for part in wire.parts(self.server.stopped):
            self.wfile.write(part)
            self.wfile.flush()
            if self.server.stopped.is_set():
                return

    def log_message(self, *_: object) -> None:
        """Say nothing."""
