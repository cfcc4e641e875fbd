"""The citation of a section: where its words are from, and the link that leads there."""

from __future__ import annotations

import re

from assistant.authority import age_notice
from assistant.links import deep_link
from assistant.types import Citation, Document, Section

_PDF_PAGE = re.compile(r"page=\d+")
"""Anchors of the pages of a PDF; viewers open such an address at the page (RFC 8118)."""


def citation(document: Document, section: Section, number: int, quoted: str = "") -> Citation:
    """Return the citation of a section, linked to the quoted words where they are the publisher's own."""
    sources = document.sources.get(section.anchor, document.based_on)
    url = sources[0] if document.is_starter and sources else document.url
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        section=" > ".join(section.path),
        anchor=section.anchor,
        publisher=document.publisher,
        kind=document.kind,
        url=url,
        deep_link=url if document.is_starter else _link(document, section, quoted),
        published=document.published,
        updated=document.updated,
        reviewed=document.reviewed,
        retrieved=document.retrieved,
        based_on=sources,
        facts=document.facts.get(section.anchor, ()),
        notice=" ".join(filter(None, (document.notice, age_notice(document)))),
    )


def _link(document: Document, section: Section, quoted: str) -> str:
    """Return the address at the words quoted; of a PDF, at the page on which they stand."""
    pages = [one.anchor for one in document.sections if one.start <= section.start and _PDF_PAGE.fullmatch(one.anchor)]
    return deep_link(document.url, pages[-1]) if pages else deep_link(document.url, _page_anchor(document, section), quoted)


def _page_anchor(document: Document, section: Section) -> str:
    """Return the anchor that the page itself gives the section; empty where it is only ours."""
    heading = document.text[section.start : section.end].partition("\n")[0]
    return section.anchor if heading.endswith(f"{{#{section.anchor}}}") else ""
