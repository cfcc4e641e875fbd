"""Pages of any site that has no adapter of its own: the main element or the article, less what stands around the text."""

from __future__ import annotations

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(content=("[itemprop=articleBody]", ".entry-content"))


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
