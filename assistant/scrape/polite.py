"""Which addresses may be asked for: over https, on the hosts of their source, on no host denied, at no private address."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from assistant.errors import FetchError
from assistant.text import one_line

MOST_REDIRECTS = 5
LONGEST_ADDRESS = 2_000


@dataclass(frozen=True)
class Bounds:
    """Where a source may take us.

    Attributes:
        hosts: in lower case.
        denied: hosts that are never asked, whoever links to them.
    """

    hosts: Collection[str]
    denied: Collection[str] = ()

    def check(self, url: str) -> str:
        """Return the address without its fragment.

        Raises:
            FetchError: it may not be asked for; the message says why.
        """
        try:
            bare = urldefrag(url)[0]
            parts = urlsplit(bare)
            has_port = parts.port not in {None, 443}
        except ValueError as fault:
            raise FetchError(f"{one_line(url)[:200]} is not fetched: it is no address", url) from fault
        host = (parts.hostname or "").lower()
        if why := self._refusal(bare, parts.scheme, host, parts.username is not None, has_port):
            raise FetchError(f"{one_line(bare)[:200]} is not fetched: {why}", url)
        return bare

    def _refusal(self, url: str, scheme: str, host: str, has_user: bool, has_port: bool) -> str:
        if len(url) > LONGEST_ADDRESS or url != one_line(url):
            return "the address is too long, or holds characters that cannot be seen"
        if scheme != "https":
            return "only https addresses are"
        if has_port or has_user:
            return "it names a port" if has_port else "it names a user"
        if is_private(host):
            return f"{host} is an address of this machine or of a private network"
        if host in self.denied:
            return f"the host {host} is denied in the list of sources"
        return "" if host in self.hosts else f"the host {host} is none of those of its source"


def is_private(host: str) -> bool:
    """Whether a host is an IP address, or the name of one, that is not of the public internet."""
    bare = host.strip("[]").rstrip(".")
    if bare == "localhost" or bare.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(bare).is_global
    except ValueError:
        return bool(bare) and all(part.isdigit() for part in bare.split("."))


def joined(base: str, link: str) -> str:
    """Return a link of a page as an address without a fragment; empty where it makes none."""
    try:
        return urldefrag(urljoin(base, link.strip()))[0]
    except ValueError:
        return ""
