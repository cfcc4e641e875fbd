"""The hosts to which links may lead: those of the list of sources that stands beside the documents of a corpus.

Read here without the checks of ``scrape.sources``, because building an index needs no more of the list than this.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from urllib.parse import urlsplit

FILE = "sources.toml"


def parse(raw: str) -> frozenset[str]:
    """Return the hosts of all sources of a list, in lower case.

    Raises:
        ValueError: it is not TOML, or not a list of sources with their hosts.
    """
    try:
        sources = tomllib.loads(raw.removeprefix("\ufeff"))["source"]
        return frozenset(str(host).lower() for source in sources for host in source["hosts"])
    except (KeyError, TypeError, RecursionError) as fault:
        raise ValueError("it is no list of sources with their hosts") from fault


def elsewhere(addresses: Iterable[str], hosts: frozenset[str]) -> str:
    """Return the first host of these addresses that is not among the hosts; empty where all are."""
    return next((host for url in addresses if (host := urlsplit(url).hostname or "nowhere") not in hosts), "")
