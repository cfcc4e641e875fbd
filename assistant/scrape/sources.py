"""The sources of guidance, from ``corpus/sources.toml``: which pages of which site, and what may be kept of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from assistant.corpus import same_page
from assistant.errors import ConfigError
from assistant.fields import Address, Checked, Named, Words, first_fault
from assistant.hosts import FILE as FILE  # noqa: PLC0414 (part of what this module offers)

Storage = Literal["full", "excerpt", "link"]
"""``full``: the text is kept, its licence is open. ``excerpt``: a short excerpt and the address. ``link``: never fetched."""
Follow = Literal["children", "attachments", "links"]
"""What is fetched besides a page: ``children``, the pages it links to below its own address; ``attachments``, the HTML parts
of a GOV.UK publication; ``links``, the pages of its site it links to whose address holds one of ``include``."""
OPEN_LICENCES = ("OGL-UK-3.0",)
"""Under which text may be kept whole and shown, with attribution."""
Adapter = Literal["govuk", "ncsc", "ico", "digitalcarehub", "nhs", "dspt", "cqc", "generic"]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as fault:  # the latter two for a repetition or a nesting beyond bounds
        raise ValueError(f"{value!r} is no regular expression ({fault})") from fault
    return value


Pattern = Annotated[Named, AfterValidator(_pattern)]
Host = Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]


class Page(Checked):
    """A page of a source.

    Attributes:
        topics: those of the starter notes.
        storage: what is kept of it, where that is not what is kept of its source.
        also: older addresses of the same page.
    """

    url: Address
    kind: Named
    topics: tuple[Named, ...]
    storage: Storage | None = None
    follow: Follow | None = None
    include: tuple[Named, ...] = ()
    also: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _include_belongs_to_links(self) -> Page:
        if (self.follow == "links") != bool(self.include):
            raise ValueError(f"{self.url}: 'include' belongs to follow = \"links\", and each needs the other")
        return self


class Sitemap(Checked):
    """A list of addresses that the site itself keeps.

    Attributes:
        include, exclude: regular expressions that the address of a page must and must not match.
    """

    url: Address
    kind: Named = "guidance"
    topics: tuple[Named, ...] = ()
    include: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    exclude: tuple[Pattern, ...] = ()


class Search(Checked):
    """The newest pages of organisations, from GOV.UK's Search API.

    Attributes:
        organisations: their names in addresses, such as ``department-of-health-and-social-care``.
        words: what the pages must speak of; empty for everything.
        most: pages taken.
        fetch: whether what is found is fetched; otherwise it is only told as new, for a person to look at.
    """

    organisations: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")], ...], Field(min_length=1)]
    words: Words = ""
    most: Annotated[int, Field(ge=1, le=100)] = 20
    fetch: bool = True
    kind: Named = "guidance"
    topics: tuple[Named, ...] = ()


class Source(Checked):
    """A site.

    Attributes:
        adapter: which reader of pages understands it.
        hosts: from which its pages may come.
        pace_seconds: least time between two requests.
        render: whether a browser has to run the page's script before there is text.
        licence: of its text, by its SPDX name; empty where nothing is kept.
        terms_url: the page on which the site says so.
        feeds: RSS feeds, read only as a hint of what is new.
        attribution: what to print beside its text; ``{title}`` and ``{date}`` are those of the page.
    """

    id: Annotated[Words, Field(pattern=r"^[a-z0-9-]+$")]
    publisher: Named
    adapter: Adapter = "generic"
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    pace_seconds: Annotated[float, Field(ge=1, le=60)] = 5
    render: Literal["plain", "browser"] = "plain"
    storage: Storage
    licence: Words = ""
    terms_url: Address | None = None
    attribution: Words = ""
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    sitemaps: tuple[Sitemap, ...] = ()
    searches: tuple[Search, ...] = ()
    feeds: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Source:
        for page in self.pages:
            if urlsplit(page.url).hostname not in self.hosts:
                raise ValueError(f"{page.url} is on none of the hosts of {self.id}")
        kept = {self.storage_of(page) for page in self.pages}
        if kept - {"link"} and not (self.licence and self.attribution):
            raise ValueError(f"{self.id} keeps text, so it needs 'licence' and 'attribution'")
        if "full" in kept and self.licence not in OPEN_LICENCES:
            raise ValueError(f"{self.id}: only text under {' or '.join(OPEN_LICENCES)} is kept in full, not {self.licence!r}")
        for url in (*(one.url for one in self.sitemaps), *self.feeds):
            if urlsplit(url).hostname not in self.hosts:
                raise ValueError(f"{url} is on none of the hosts of {self.id}")
        if self.searches and self.adapter != "govuk":
            raise ValueError(f"{self.id}: only GOV.UK can be searched")
        if self.adapter != "govuk" and any(page.follow == "attachments" for page in self.pages):
            raise ValueError(f"{self.id}: only GOV.UK publications have attachments to follow")
        if any(page.follow and self.storage_of(page) == "link" for page in self.pages):
            raise ValueError(f"{self.id}: a page that is never fetched cannot be followed")
        return self

    def storage_of(self, page: Page) -> Storage:
        """Return what is kept of a page."""
        return page.storage or self.storage


class Sources(Checked):
    """All sources, and the hosts that are never asked for anything."""

    deny_hosts: tuple[Host, ...] = ()
    source: Annotated[tuple[Source, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Sources:
        seen: set[str] = set()
        for name in [*(source.id for source in self.source), *(same_page(url) for url in self.addresses())]:
            if name in seen:
                raise ValueError(f"{name} stands there twice")
            seen.add(name)
        for source in self.source:
            if denied := set(source.hosts) & set(self.deny_hosts):
                raise ValueError(f"{source.id} is on {min(denied)}, which is among the hosts denied")
        return self

    def addresses(self) -> Iterator[str]:
        """Yield the address of every page, older ones included."""
        for source in self.source:
            for page in source.pages:
                yield from (page.url, *page.also)


def load_sources(file: Path) -> Sources:
    """Read the sources.

    Raises:
        ConfigError: the file is not there, not TOML, or a field is missing, unknown or wrong; the message names it.
    """
    try:
        return Sources.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except ValidationError as fault:
        raise ConfigError(f"{file}: {first_fault(fault, 'file')}; mend the file") from fault
    except (OSError, ValueError, RecursionError) as fault:
        raise ConfigError(f"the sources in {file} cannot be read ({fault}); mend the file, or name another") from fault
