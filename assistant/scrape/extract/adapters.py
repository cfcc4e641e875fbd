"""Which adapter reads what came back for an address, and how much of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.scrape.extract import cqc, digitalcarehub, dspt, generic, govuk, ico, ncsc, nhs, pdf
from assistant.scrape.extract.excerpt import to_excerpt
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Adapter, Page, Source
from assistant.types import Document

ADAPTERS: Mapping[Adapter, Callable[[Fetched, Source, Page], Document]] = {
    "govuk": govuk.to_document,
    "ncsc": ncsc.to_document,
    "ico": ico.to_document,
    "digitalcarehub": digitalcarehub.to_document,
    "nhs": nhs.to_document,
    "dspt": dspt.to_document,
    "cqc": cqc.to_document,
    "generic": generic.to_document,
}


def extract(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a response, with no more of its text than its licence lets us keep.

    Args:
        fetched: a response with status 200.
        source: the site that it is from.
        page: what is known of the page; for one that was discovered, a ``Page`` of its own, because ``also`` is that of
            one page only.

    Raises:
        ExtractError: it makes no document; the message says why, and what to do.
    """
    read = pdf.to_document if pdf.is_pdf(fetched) else ADAPTERS[source.adapter]
    document = read(fetched, source, page)
    return document if source.storage_of(page) == "full" else to_excerpt(document)
