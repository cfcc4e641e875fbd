"""Pages of www.digitalcarehub.co.uk: WordPress, whose theme keeps the text in the entry content."""

from __future__ import annotations

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    content=(".entry-content", "[itemprop=articleBody]", "article"),
    title=("h1.entry-title",),
    furniture=(
        ".wp-block-latest-posts, .wp-block-post-navigation-link, .wp-block-categories, .elementor-share-buttons, .sd-sharing"
    ),
)


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
