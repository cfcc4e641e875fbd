"""The citation of a section: where its words are from, and the link that leads there."""

from __future__ import annotations

from assistant.links import deep_link
from assistant.types import Citation, Document, Section


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
        deep_link=url if document.is_starter else deep_link(url, _page_anchor(document, section), quoted),
        published=document.published,
        updated=document.updated,
        reviewed=document.reviewed,
        retrieved=document.retrieved,
        based_on=sources,
        facts=document.facts.get(section.anchor, ()),
        notice=document.notice,
    )


def _page_anchor(document: Document, section: Section) -> str:
    """Return the anchor that the page itself gives the section; empty where it is only ours."""
    heading = document.text[section.start : section.end].partition("\n")[0]
    return section.anchor if heading.endswith(f"{{#{section.anchor}}}") else ""
