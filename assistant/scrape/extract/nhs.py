"""Pages of NHS England: digital.nhs.uk (Hippo templates) and transform.england.nhs.uk."""

from __future__ import annotations

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    # The whole article, whose head holds the title and the summary, less the column of links within the page.
    content=("article:has(.nhsd-t-col-s-8)", "[itemprop=articleBody]", ".entry-content", "main article"),
    summary="[itemprop=description]:not(meta)",
    headings="[data-uipath='website.contentblock.section.title']",
    furniture=".nhsd-t-col-s-3, .nhsd-m-card, .nhsd-o-card-list, .nhsd-m-share, .nhsd-m-feedback, .nhsuk-related-nav",
    call_outs=".nhsd-m-callout, .nhsd-m-emphasis-box, [class*=callout-box]",
)


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
