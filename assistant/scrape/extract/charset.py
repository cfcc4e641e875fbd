"""The bytes of a page as text, decoded the way that browsers do it."""

from __future__ import annotations

import codecs
import re

from assistant.scrape.fetched import Fetched

META_BYTES = 1024
"""How far into a page a ``meta`` element may name the character set. Source: HTML standard, "prescan a byte stream"."""

_CODECS = (
    {"utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
    | dict.fromkeys(
        "ascii us-ascii iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 cp1252 windows-1252 x-cp1252".split(), "cp1252"
    )
    | dict.fromkeys("iso-8859-15 latin-9 iso8859-15".split(), "iso-8859-15")
)
"""The sets that British sites use, by label. Source: WHATWG "Encoding" (Latin-1 is read as Windows-1252). Names are never
handed to Python as they come: it knows codecs that are no character sets, and some of those never end well."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


def decoded(fetched: Fetched) -> str:
    """Return the body as text; bytes that the character set lacks become the replacement character.

    The set is that of a byte-order mark, else the one that the header names, else that of a ``meta`` element, else UTF-8.
    A label that the bytes prove wrong is not believed, because broken letters would stand in every quote: a body that is
    good UTF-8 is that, and one that is called UTF-8 without one good sequence of it is Windows-1252.
    """
    body = fetched.body
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    if b"\0" not in body:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    codec = _CODECS.get(fetched.charset.strip().lower()) or _named_within(body)
    if codec == "utf-8" and body.decode("utf-8", "ignore").isascii():
        codec = "cp1252"
    return body.decode(codec, "replace")


def _named_within(body: bytes) -> str:
    found = _META.search(body[:META_BYTES])
    codec = _CODECS.get(found[1].decode("ascii", "replace").lower(), "utf-8") if found else "utf-8"
    return "utf-8" if codec.startswith("utf-16") else codec
