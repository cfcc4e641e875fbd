"""Pages that would stop, fill or fool a careless reader. ``ADDRESSES`` names each by what it does.

None takes memory here before it is asked for. The endless ones end when the server stops, or when the client hangs up.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator
from functools import cache

from tests.sites.furniture import FOOTER, NAVIGATION
from tests.sites.serving import JSON, TEXT, Answer, Asked, Page, Rewrite, Site, Wire
from tests.sites.trouble import article

HOST, BROKEN_ROBOTS = "www.hostile.example", "robots.hostile.example"
BEHIND_BROKEN_ROBOTS = f"https://{BROKEN_ROBOTS}/page"
"""A page like any other, on a host whose robots file answers 503."""
MEGABYTE = 1 << 20
BOMB_MEGABYTES = 1_024
LONG_MEGABYTES = 50
NESTED = 100_000

_START = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_OPEN = b"<html><body><main><h1>Long</h1><h2>Words</h2>"
_CLOSE = b"</main></body></html>"


@cache
def bomb(megabytes: int = BOMB_MEGABYTES) -> bytes:
    """Return zeros in gzip, a thousandth of their size; the same compressed megabyte stands there again and again."""
    zeros = bytes(MEGABYTE)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = squeeze.compress(zeros) + squeeze.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it, so it can be repeated
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(zeros, check)
    size = megabytes * MEGABYTE & 0xFFFFFFFF
    end = b"\x03\x00" + check.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + block * megabytes + end


def _drip(stopped: threading.Event) -> Iterator[bytes]:
    """A byte a second, for ever."""
    yield _START + b"Connection: close\r\n\r\n<html><body><main><h1>Slow</h1><p>"
    while not stopped.wait(1):
        yield b"a"


def _drip_head(stopped: threading.Event) -> Iterator[bytes]:
    """A byte of the head a second, for ever."""
    yield b"HTTP/1.1 200 OK\r\nX-Slow: "
    while not stopped.wait(1):
        yield b"a"


def _silent(stopped: threading.Event) -> Iterator[bytes]:
    """Nothing at all, for ever."""
    stopped.wait()
    yield b""


def _endless(start: bytes, block: bytes) -> Wire:
    """The same block for ever, some megabytes a second."""

    def parts(stopped: threading.Event) -> Iterator[bytes]:
        yield start
        while not stopped.wait(0.01):
            yield block

    return Wire(parts)


def _long(head: bytes) -> Wire:
    """A page of 50 MB whose length is told, or not, by its head."""
    paragraph = b"<p>" + b"Lock the screen when you leave the desk. " * 24 + b"</p>\n"
    block = paragraph * (MEGABYTE // len(paragraph))

    def parts(stopped: threading.Event) -> Iterator[bytes]:
        size = LONG_MEGABYTES * MEGABYTE
        sent = len(_OPEN) + len(_CLOSE)
        yield _START + head + b"\r\n" + _OPEN
        while sent + len(block) <= size:
            yield block
            sent += len(block)
        yield b" " * (size - sent) + _CLOSE

    return Wire(parts)


_TRUNCATED = article("Cut off", "The end of this page never comes.").encode()


def _truncated(_: threading.Event) -> Iterator[bytes]:
    """A page shorter than its head says."""
    yield _START + b"Content-Length: %d\r\n\r\n" % (len(_TRUNCATED) + 500) + _TRUNCATED


def _cut_chunks(_: threading.Event) -> Iterator[bytes]:
    """A page in chunks, the last of which never comes."""
    yield _START + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(_TRUNCATED), _TRUNCATED)


def _nested(_: Asked, __: Rewrite) -> Page:
    return Page(
        f"<html><body><main><h1>Deep</h1><h2>Deeper</h2>{'<div>' * NESTED}Down here.{'</div>' * NESTED}</main></body></html>"
    )


def _bomb(_: Asked, __: Rewrite) -> Page:
    return Page(bomb(), headers={"Content-Encoding": "gzip"})


def _in_charset(declared: str, encoding: str) -> Page:
    text = article("A caf\u00e9 for \u00a35", "Ren\u00e9e\u2019s key is \u201clost\u201d.").replace(
        '<meta charset="utf-8">', ""
    )
    return Page(text.encode(encoding), f"text/html; charset={declared}")


CONTROLS = "\x1b]0;owned\x07\x1b[31mred\x1b[2J\x9b1m\x00\x08\x7f\u202egnp.exe\u2066\u200b\ufeff\U000e0041"
"""Escape sequences, marks that turn the direction of writing, and characters of no width."""
_CONTROLS = article(f"Title {CONTROLS}end", f"Before {CONTROLS} after.", "References: &#27;[31m &#x9b;2J &#0; &#8238; &#x202E;")
_NO_TEXT = f"""<html><head><title>Nothing</title></head><body><nav>{NAVIGATION}</nav>
<main><div></div><script>var text = 'no';</script></main><footer>{FOOTER}</footer></body></html>"""
HEADED = article("A page with headings", "Lock the cabinet.", "Write down who holds a key.")
"""For a page that loses its headings between two refreshes: first this, then ``UNHEADED``."""
UNHEADED = (
    HEADED.replace('<h2 id="first">', '<p class="big">').replace('<h2 id="then">', '<p class="big">').replace("</h2>", "</p>")
)
_LOST = f"""<html><body><nav><h2>{NAVIGATION}</h2></nav><main><h1>Headless</h1><p>Words without any heading.</p></main>
<footer><h2>{FOOTER}</h2></footer></body></html>"""

_PAGES: dict[str, Answer] = {
    "/slow-drip": Wire(_drip),
    "/slow-head": Wire(_drip_head),
    "/silent": Wire(_silent),
    "/gzip-bomb": _bomb,
    "/broken-gzip": Page(b"\x1f\x8b\x08\x00 this is no gzip", headers={"Content-Encoding": "gzip"}),
    "/nested-tags": _nested,
    "/wrong-charset": _in_charset("utf-8", "cp1252"),
    "/other-charset": _in_charset("utf-16", "utf-8"),
    "/unknown-charset": _in_charset("klingon", "utf-8"),
    "/truncated-body": Wire(_truncated),
    "/truncated-chunks": Wire(_cut_chunks),
    "/control-characters": Page(_CONTROLS),
    "/long-page": _long(b"Content-Length: %d\r\n" % (LONG_MEGABYTES * MEGABYTE)),
    "/long-page-of-unknown-length": _long(b"Connection: close\r\n"),
    "/endless-page": _endless(_START + b"Connection: close\r\n\r\n" + _OPEN, b"<p>On and on. </p>" * 4_096),
    "/endless-headers": _endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 2_048),
    "/endless-header": _endless(b"HTTP/1.1 200 OK\r\nX-More: ", b"and more " * 4_096),
    "/no-http": Wire(lambda stopped: iter([b"220 mail.example ESMTP\r\n"])),
    "/no-text": Page(_NO_TEXT),
    "/empty": Page(""),
    "/lost-headings": Page(_LOST),
    "/loses-headings": Page(HEADED),
    "/json-as-html": Page(json.dumps({"title": "No page", "body": "<h2>Not HTML</h2>"})),
    "/html-as-json": Page(article("Not JSON", "The type is wrong."), JSON),
    "/binary-as-html": Page(bytes(range(256)) * 64),
    "/broken-pdf": Page(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<< /Type /Catalog", "application/pdf"),
}

ADDRESSES = {path.strip("/").replace("-", " "): f"https://{HOST}{path}" for path in _PAGES} | {
    "broken robots": BEHIND_BROKEN_ROBOTS
}
"""Each by what it does: ``slow drip``, ``gzip bomb``, ``nested tags`` ..."""

SITES = (
    Site(HOST, {**_PAGES, "/robots.txt": Page("User-agent: *\nDisallow: /forbidden\n", TEXT)}),
    Site(BROKEN_ROBOTS, {"/robots.txt": Page("", TEXT, 503), "/page": Page(article("Behind broken rules", "May it be read?"))}),
)

SOURCES = [
    {
        "id": "hostile",
        "publisher": "Hostile",
        "hosts": [HOST, BROKEN_ROBOTS],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Hostile, under the Open Government Licence.",
        "pages": [{"url": url, "kind": "guidance", "topics": []} for url in ADDRESSES.values()],
    }
]
