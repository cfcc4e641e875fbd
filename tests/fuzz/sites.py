"""``sources.toml``: bytes are sources that hold together, or the error that names the field."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from assistant import hosts
from assistant.errors import ConfigError
from assistant.scrape.sources import OPEN_LICENCES, Source, Sources, load_sources
from tests.fuzz.promises import check_line

SEEDS = (
    b'deny_hosts = ["files.example.org"]\n\n[[source]]\nid = "example"\npublisher = "Example Office"\nadapter = "govuk"\n'
    b'hosts = ["www.example.org"]\npace_seconds = 2\nstorage = "full"\nlicence = "OGL-UK-3.0"\nattribution = "{title}."\n'
    b'terms_url = "https://www.example.org/terms"\nfeeds = ["https://www.example.org/feed"]\n\n[[source.pages]]\n'
    b'url = "https://www.example.org/a"\nkind = "guidance"\ntopics = ["locks"]\nfollow = "links"\ninclude = ["/a/"]\n'
    b'also = ["https://www.example.org/b"]\n\n[[source.sitemaps]]\nurl = "https://www.example.org/sitemap.xml"\n'
    b"include = ['/[a-z]+$']\nexclude = ['\\.pdf$']\n\n[[source.searches]]\norganisations = [\"an-office\"]\nmost = 5\n",
    b'[[source]]\nid="a"\npublisher="B"\nhosts=["a.org"]\nstorage="link"\npages=[{url="https://a.org/",kind="x",topics=[]}]\n',
)
WORDS = (
    "[[source]]\n",
    "[[source.pages]]\n",
    "storage = ",
    '"excerpt"',
    "include = ['",
    "{9,}",
    "(?P<a>",
    "(?<=",
    "https://[",
    "1e9",
)


@cache
def _file() -> Path:
    """Return a file for this process, removed when it ends."""
    handle, name = tempfile.mkstemp(suffix=".toml")
    os.close(handle)
    atexit.register(Path(name).unlink)
    return Path(name)


def check(data: bytes) -> None:
    """Take the bytes as the file.

    Raises:
        AssertionError: sources are let pass that the rules forbid, or the error is not one line.
    """
    listed = _listed(data.decode("utf-8-sig", "replace"))
    _file().write_bytes(data)
    try:
        read = load_sources(_file())
    except ConfigError as fault:
        check_line(str(fault))
        return
    assert listed == {host for source in read.source for host in source.hosts}, "links may lead where pages come from"
    assert Sources.model_validate(read.model_dump()) == read, "what passed passes again"
    for source in read.source:
        _check_source(source, read)


def _listed(raw: str) -> frozenset[str] | None:
    """Return the hosts as an index reads them from the same file; None where it says that it cannot."""
    try:
        return hosts.parse(raw)
    except ValueError:
        return None


def _check_source(source: Source, read: Sources) -> None:
    assert not set(source.hosts) & set(read.deny_hosts), "no host is asked that is denied"
    for page in source.pages:
        assert urlsplit(page.url).scheme == "https"
        assert urlsplit(page.url).hostname in source.hosts, "a page is on a host of its source"
        if source.storage_of(page) == "full":
            assert source.licence in OPEN_LICENCES, "only what is open is kept whole"
