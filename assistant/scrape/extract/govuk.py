"""An item of the GOV.UK Content API as a document.

The items' shapes: https://content-api.publishing.service.gov.uk. The text is in ``details.body`` or ``details.parts``;
many items have none, such as redirects and lists of other pages, and each says here why it makes no document.
"""

from __future__ import annotations

import calendar
import datetime
import json
from collections.abc import Mapping
from typing import Any

from assistant.errors import ExtractError
from assistant.scrape.extract.charset import decoded
from assistant.scrape.extract.html import to_markdown
from assistant.scrape.extract.page import aliases, common
from assistant.scrape.extract.plain import filed, plain_markdown
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source
from assistant.text import one_line
from assistant.types import Document

SITE = "https://www.gov.uk"
PUBLISHER = "GOV.UK"
LICENCE = "OGL v3.0"
NATIONS = 4
"""How many nations an item lists that says where it applies; all of them are the UK."""

_SUMMARY_UNSEEN = ("answer", "guide", "html_publication")
"""Types of item whose page does not show the description, so that it is none of its words."""
_KINDS = {"answer": "guidance", "detailed guide": "guidance", "guide": "guidance", "manual section": "guidance"} | {
    "document collection": "collection",
    "manual": "collection",
}


def to_document(fetched: Fetched, source: Source, page: Page) -> Document:
    """Return the document of an item that was fetched; its address is that of the page, not that of the API.

    Raises:
        ExtractError: as ``item_document``, or it is not JSON.
    """
    try:
        item = json.loads(decoded(fetched))
    except (ValueError, RecursionError) as fault:
        raise ExtractError(
            f"{fetched.url}: it is no item of the GOV.UK Content API ({fault}); fetch it again", fetched.url
        ) from fault
    alike = common(fetched, source, page)
    kept = {name: alike[name] for name in ("publisher", "licence", "topics", "retrieved")}
    others = [_page_address(other) for other in (*fetched.aliases, *page.also)]
    return item_document(item, kept | {"aliases": aliases(_address(item), others)})


def item_document(item: Mapping[str, Any], given: Mapping[str, object]) -> Document:
    """Return the document of an item.

    Args:
        item: the item as parsed from JSON.
        given: fields that are not the item's to say, such as the day on which it was ``retrieved`` (YYYY-MM-DD).

    Raises:
        ExtractError: the item has no text, or a field is not what the API promises; the message says which and why.
    """
    url = _address(item)
    try:
        return filed(_body(item), _fields(item, url) | dict(given))
    except ExtractError as fault:
        raise ExtractError(f"{url}: {str(fault).removeprefix(url).lstrip(': ')}", url) from fault


def _address(item: Mapping[str, Any]) -> str:
    if not isinstance(item, Mapping) or not str(item.get("base_path") or "").startswith("/"):
        raise ExtractError("this is no item of the GOV.UK Content API: it has no base_path; save it from /api/content/")
    return SITE + str(item["base_path"])


def _page_address(url: str) -> str:
    return url.replace(f"{SITE}/api/content/", f"{SITE}/", 1)


def _fields(item: Mapping[str, Any], url: str) -> dict[str, object]:
    details = _details(item)
    notice = _withdrawn_notice(item)
    return {
        "title": one_line(str(item.get("title") or "")),
        "publisher": PUBLISHER,
        "url": url,
        "kind": _kind(item),
        "published": _day(item.get("first_published_at") or details.get("first_public_at"), "first_published_at"),
        "updated": _day(item.get("public_updated_at"), "public_updated_at"),
        "applies_to": _nations(details.get("national_applicability")),
        "licence": LICENCE,
        "status": "withdrawn" if notice else "live",
        "notice": notice,
    }


def _details(item: Mapping[str, Any]) -> Mapping[str, Any]:
    details = item.get("details")
    return details if isinstance(details, Mapping) else {}


def _kind(item: Mapping[str, Any]) -> str:
    """Return what sort of page it is; an HTML publication is what its publication page says that it is."""
    links = item.get("links")
    parents = links.get("parent") if isinstance(links, Mapping) and item.get("schema_name") == "html_publication" else None
    holder = parents[0] if isinstance(parents, list) and parents and isinstance(parents[0], Mapping) else item
    kind = one_line(str(holder.get("document_type") or item.get("schema_name") or "guidance").replace("_", " "))
    return _KINDS.get(kind, kind)


def _body(item: Mapping[str, Any]) -> str:
    details = _details(item)
    _refuse_other_languages(item)
    parts = details.get("parts")
    if isinstance(parts, list) and parts:
        return _parts(parts)
    text = _text(details.get("body"))
    if not text:
        raise ExtractError(_why_no_text(item, details))
    summary = "" if str(item.get("schema_name")) in _SUMMARY_UNSEEN else _summary(item)
    return text if not summary or text.startswith(summary) else f"{summary}\n\n{text}"


def _summary(item: Mapping[str, Any]) -> str:
    """Return the description, which the page shows below its title."""
    words = _escaped(item.get("description"))
    return to_markdown(f"<p>{words}</p>") if words.strip() else ""


def _refuse_other_languages(item: Mapping[str, Any]) -> None:
    locale = str(item.get("locale") or "en")
    if not locale.startswith("en"):
        raise ExtractError(f"it is in the language {locale!r}; import the English page")


def _parts(parts: list[Any]) -> str:
    """Return the parts of a guide, each below a heading with its title; its own headings go down by one level."""
    whole = []
    for part in parts:
        if not isinstance(part, Mapping):
            raise ExtractError("a part of details.parts is not an object; save the item again")
        heading = to_markdown(f'<h2 id="{_escaped(part.get("slug"))}">{_escaped(part.get("title"))}</h2>')
        whole.append(f"{heading}\n\n{_text(part.get('body'), deeper=1)}".strip())
    return "\n\n".join(whole)


def _escaped(value: object) -> str:
    return str(value or "").replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _text(body: object, deeper: int = 0) -> str:
    """Return the Markdown of a body: HTML, or the same text in several content types, of which HTML is preferred."""
    if body is None or isinstance(body, str):
        return to_markdown(body or "", deeper)
    if not isinstance(body, list) or not all(isinstance(form, Mapping) for form in body):
        raise ExtractError("the body is neither text nor a list of texts; save the item again")
    by_type = {str(form.get("content_type")): str(form.get("content") or "") for form in body}
    if "text/html" in by_type:
        return to_markdown(by_type["text/html"], deeper)
    return plain_markdown(next(iter(by_type.values()), ""), deeper)


def _why_no_text(item: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """Return what an item without text is, and what to import in its place."""
    schema = str(item.get("schema_name") or "")
    if schema == "redirect":
        return f"it is a redirect{_aim(item.get('redirects'))}; import the page that it leads to"
    if schema == "gone":
        instead = one_line(str(details.get("alternative_path") or ""))
        return f"the page is gone; {f'import {SITE}{instead}' if instead else 'leave it out'}"
    if schema in {"document_collection", "manual", "hmrc_manual"}:
        return "it is a list of other pages and has no text of its own; import those pages"
    if details.get("attachments") or details.get("documents"):
        return "it has no text of its own, only attachments; import those that are HTML"
    return f"it is of type {schema or 'unknown'} and has no text; leave it out"


def _aim(redirects: object) -> str:
    first = redirects[0] if isinstance(redirects, list) and redirects else None
    aim = one_line(str(first.get("destination") or "")) if isinstance(first, Mapping) else ""
    return f" to {aim}" if aim else ""


def _withdrawn_notice(item: Mapping[str, Any]) -> str:
    """Return why the page was withdrawn, or that it was; empty where it was not. Live items often carry an empty notice."""
    notice = item.get("withdrawn_notice")
    if not isinstance(notice, Mapping) or not notice.get("withdrawn_at"):
        return ""
    explanation = one_line(to_markdown(str(notice.get("explanation") or "")))
    return explanation or f"This page was withdrawn on {_day(notice['withdrawn_at'], 'withdrawn_at')}."


def _nations(applicability: object) -> list[str]:
    nations = (
        [nation for nation in applicability.values() if isinstance(nation, Mapping)]
        if isinstance(applicability, Mapping)
        else []
    )
    chosen = [one_line(str(nation.get("label") or "")) for nation in nations if nation.get("applicable")]
    return ["UK"] if len(chosen) == NATIONS else list(filter(None, chosen))


def _day(stamp: object, field: str) -> str | None:
    """Return the day of a time stamp as the page shows it, which is that of London."""
    if not stamp:
        return None
    try:
        moment = datetime.datetime.fromisoformat(str(stamp))
        moment = moment.astimezone(datetime.UTC) if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return (moment + datetime.timedelta(hours=_is_summer(moment))).date().isoformat()
    except (ValueError, OverflowError) as fault:
        raise ExtractError(f"{field} is {one_line(str(stamp))!r}, which is no time stamp; save the item again") from fault


def _is_summer(moment: datetime.datetime) -> bool:
    """Whether London is an hour ahead of UTC: from 01:00 on the last Sunday of March to that of October.

    Written out because not every system has a time zone database. Source: Summer Time Order 2002.
    """
    begin, end = (
        datetime.datetime(
            moment.year, month, max(day[6] for day in calendar.monthcalendar(moment.year, month)), 1, tzinfo=datetime.UTC
        )
        for month in (3, 10)
    )
    return begin <= moment < end
