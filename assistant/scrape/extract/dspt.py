"""Pages of www.dsptoolkit.nhs.uk: ``/Help/<n>`` and ``/News/<n>``, which need no login."""

from __future__ import annotations

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    content=("main", "#main-content", "#maincontent", "#content"),
    furniture=".nhsuk-back-link, .govuk-back-link, .help-menu, .news-list, .nhsuk-action-link",
)
"""No file shows the markup of these pages: all but ``main`` is what such pages mostly have."""


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
