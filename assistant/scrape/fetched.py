"""What came back for an address: the value between fetching, discovering and extracting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response that was kept.

    Attributes:
        url: the address of the page, after redirects, without a fragment.
        aliases: addresses that led here by redirects, in order; empty where there was none.
        status: the HTTP status: 200, 404 or 410.
        content_type: in lower case, without parameters, such as ``text/html``; empty where the site gave none.
        charset: as the site named it in its header, in lower case; empty where it named none.
        body: the bytes, any compression undone; empty unless the status is 200.
        etag, last_modified: as the site gave them, for the next conditional request; empty where it gave none.
        fetched_at: when it was last fetched, or confirmed unchanged, ISO 8601 in UTC.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    fetched_at: str
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day on which it was fetched, YYYY-MM-DD."""
        return self.fetched_at[:10]

    @property
    def text(self) -> str:
        """The body as text, in the named character set; what cannot be read becomes the replacement character."""
        try:
            return self.body.decode(self.charset or "utf-8", errors="replace")
        except (LookupError, UnicodeError):  # a name that is no character set, or one that is none for bytes
            return self.body.decode("utf-8", errors="replace")
