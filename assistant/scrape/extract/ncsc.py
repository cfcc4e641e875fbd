"""Pages of www.ncsc.gov.uk, as its script has filled them in.

The classes are those of the site before it was rebuilt in 2026, as several scrapers read them; nobody has published those
of the new one, so where they are missing the text is what stands in the main element once the furniture is out.
"""

from __future__ import annotations

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    content=(".pcf-BodyText, [data-testid=pcf-BodyText], .pcf-accordionItem", ".pcf-articleWrapper"),
    title=("#title", ".pcf-title", "h1.subHeading"),
    summary=".pcf-summary, .summary-content-container",
    furniture=".topic-tags-container, .details:has(> .details__name), [data-testid=pcf-documentinformation]",
    errors=".pcf-error",
)


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: as ``page.to_document``; the page of an error, which the site gives with status 200, is one.
    """
    return page_document(fetched, source, page, LAYOUT)
