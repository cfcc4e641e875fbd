"""GOV.UK: items of the Content API, its Search API, and robots rules with wildcards.

The text of a page stands in its item at ``/api/content/<path>``; the page that readers see is there too.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER
from tests.sites.govuk_items import (
    ANSWER,
    COLLECTION,
    DEPARTMENT,
    DETAILED,
    GONE,
    GONE_AS_ITEM,
    GUIDE,
    HOST,
    ITEMS,
    MANUAL,
    PARTS,
    PUBLICATION,
    REDIRECT,
    REDIRECT_AS_ITEM,
    WITHDRAWN,
    gone,
    redirect_item,
)
from tests.sites.serving import JSON, TEXT, XML, Asked, Page, Rewrite, Site, redirect

ROBOTS = """User-agent: *
Disallow: /*/print$
Disallow: /search/all*
Sitemap: https://www.gov.uk/sitemap.xml

User-agent: deepcrawl
Disallow: /

User-agent: AhrefsBot
Crawl-delay: 10
"""

REFUSED = f"{GUIDE}/print"
"""A page that the robots rules keep us from, by a wildcard."""


def _json(item: dict[str, Any], status: int = 200) -> Page:
    text = json.dumps(item, ensure_ascii=False)
    return Page(text, JSON, status, {"Cache-Control": "max-age=300, public"}, ("weak-etag",))


def _search(asked: Asked, _: Rewrite) -> Page:
    """Answer as the Search API does: those of an organisation, newest first, from ``start``, ``count`` at most."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    known = query.get("filter_organisations", DEPARTMENT) == DEPARTMENT
    found = [item for item in ITEMS if item["locale"] == "en"] if known else []
    found.sort(key=lambda item: str(item["public_updated_at"]), reverse=query.get("order") == "-public_timestamp")
    start, count = int(query.get("start", 0)), int(query.get("count", 10))
    results = [
        {"link": item["base_path"], "title": item["title"], "public_timestamp": item["public_updated_at"],
         "content_store_document_type": item["document_type"], "organisations": [{"slug": DEPARTMENT}]}
        for item in found[start : start + count]
    ]  # fmt: skip
    return Page(json.dumps({"results": results, "total": len(found), "start": start}), JSON)


def _html(item: dict[str, Any]) -> Page:
    """Return the page that readers see; a refresh has no need of it."""
    return Page(
        f"<!DOCTYPE html><html lang=en><title>{item['title']} - GOV.UK</title><div>{COOKIES}</div>"
        f"<main id=content><h1>{item['title']}</h1>"
        f"{item['details'].get('body', '')}</main><div>{FEEDBACK}</div><footer>{FOOTER}</footer></html>"
    )


def _api(path: str) -> str:
    return f"/api/content{path}"


_PATHS = [item["base_path"] for item in ITEMS]
SITE = Site(
    HOST,
    {_api(item["base_path"]): _json(item) for item in ITEMS}
    | {item["base_path"]: _html(item) for item in ITEMS}
    | {_api(f"{GUIDE}/{part['slug']}"): redirect(f"https://{HOST}{_api(GUIDE)}", 303) for part in PARTS}
    | {
        _api(GONE): _json(gone(GONE), 410),
        _api(GONE_AS_ITEM): _json(gone(GONE_AS_ITEM)),
        _api(REDIRECT): redirect(f"https://{HOST}{_api(DETAILED)}"),
        _api(REDIRECT_AS_ITEM): _json(redirect_item(REDIRECT_AS_ITEM, f"{ANSWER}?query=kept#emails")),
        "/api/search.json": _search,
        "/robots.txt": Page(ROBOTS, TEXT),
        "/sitemap.xml": Page(
            '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            + "".join(
                f"<url><loc>https://{HOST}{path}</loc><lastmod>2026-01-20T10:15:00+00:00</lastmod></url>" for path in _PATHS
            )
            + "</urlset>",
            XML,
        ),
        REFUSED: Page("<main><h1>Care records on paper</h1><h2>All parts</h2><p>The whole guide for printing.</p></main>"),
        "/search/all": Page("<main><h1>Search</h1></main>"),
    },
    texts={path: _api(path) for path in (*_PATHS, GONE, GONE_AS_ITEM, REDIRECT, REDIRECT_AS_ITEM)},
)
ASSETS_HOST = "assets.publishing.service.gov.uk"
"""Where the files of publications are; ``pdf_only`` makes a publication of one."""
ASSETS = Site(ASSETS_HOST, {})
SITES = (SITE, ASSETS)

SOURCES = [
    {
        "id": "govuk",
        "publisher": "GOV.UK",
        "adapter": "govuk",
        "hosts": [HOST, ASSETS_HOST],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Contains public sector information licensed under the Open Government Licence v3.0.",
        "pages": [
            {"url": f"https://{HOST}{ANSWER}", "kind": "guidance", "topics": ["phishing-reporting"]},
            {"url": f"https://{HOST}{GUIDE}", "kind": "guidance", "topics": ["records"]},
            {"url": f"https://{HOST}{PUBLICATION}", "kind": "report", "topics": [], "follow": "attachments"},
            {"url": f"https://{HOST}{COLLECTION}", "kind": "collection", "topics": ["supplier-assurance"]},
            {"url": f"https://{HOST}{MANUAL}", "kind": "guidance", "topics": ["records"], "follow": "attachments"},
            {
                "url": f"https://{HOST}{DETAILED}",
                "kind": "guidance",
                "topics": ["reporting-incident"],
                "also": [f"https://{HOST}{REDIRECT}"],
            },
            {"url": f"https://{HOST}{WITHDRAWN}", "kind": "guidance", "topics": []},
        ],
    }
]
