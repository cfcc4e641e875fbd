"""Pages of ico.org.uk: Umbraco, written by the server, without dates in the text of guidance."""

from __future__ import annotations

import re

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    # The whole main element, not its .prose alone: accordions and headings may stand beside that.
    content=("main#main-content",),
    furniture=(
        "[data-area-alias=right], [data-content-element-type-alias=relatedDocumentsBlock], [class~='print:hidden'],"
        " main ul[class~='text-sm']"
    ),
    banner=re.compile(r"Due to changes made by the Data \(Use and Access\) Act", re.IGNORECASE),
    lines=re.compile(
        r"Click to toggle details$|(?:The )?Plans for new and updated guidance page\b"
        r"|will tell you about which guidance will be",
        re.IGNORECASE,
    ),
)


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page; the banner on the review of guidance after the Act of 2025 is its notice, not its text.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
