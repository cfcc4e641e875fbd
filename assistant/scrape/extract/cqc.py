"""Pages of www.cqc.org.uk: Drupal, with a line that says when the page was last updated and one that says for whom it is."""

from __future__ import annotations

import re

from assistant.scrape.extract.page import Layout
from assistant.scrape.extract.page import to_document as page_document
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.types import Document

LAYOUT = Layout(
    content=("main", "#main-content", "article", ".region-content"),
    furniture=".field--name-field-audience, .tabs, .field--name-field-categories",
    lines=re.compile(
        r"(?:Categories:?\s*)?(?:Organisations we regulate|Public|Stakeholders)(?:,?\s*(?:Public|Stakeholders))*$"
    ),
)


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of a page. For whom it is says nothing of nations, and so is kept nowhere.

    Raises:
        ExtractError: as ``page.to_document``.
    """
    return page_document(fetched, source, page, LAYOUT)
