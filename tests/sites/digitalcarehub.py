"""Digital Care Hub: WordPress, with short links, an index of sitemaps, and links to a staging copy that must not be asked."""

from __future__ import annotations

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER, NAVIGATION, RELATED, SHARE
from tests.sites.serving import TEXT, XML, Page, Site, redirect

HOST = "www.digitalcarehub.co.uk"
BARE = "digitalcarehub.co.uk"
STAGING = "digitalcarehub.reech.site"
SHORT = "/?p=12475"
DEADLINE = "/one-week-to-go-dspt-deadline/"
"""Where the short link leads."""
PROGRAMME = "/data-security-protecting-my-information/better-security-better-care/"
CHILD = f"{PROGRAMME}local-support/"
MFA = "/data-security-protecting-my-information/cyber-security/implement-multi-factor-authentication-mfa/"
RESOURCE = "/resource/template-suppliers-list/"


def _page(title: str, body: str, modified: str = "2026-01-12T14:05:00+00:00") -> Page:
    text = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><title>{title} - Digital Care Hub</title>
<link rel="shortlink" href="https://{HOST}/?p=12475">
<meta property="article:published_time" content="2025-09-01T09:00:00+00:00">
<meta property="article:modified_time" content="{modified}"><meta name="generator" content="WordPress">
<script type="application/ld+json" class="yoast-schema-graph">{{"@context":"https://schema.org","@type":"WebPage","name":"{title}"}}</script></head>
<body class="page"><a class="skip-link" href="#content">{NAVIGATION}</a><header class="site-header">
<nav class="main-navigation"><ul><li><a href="/">Home</a></li></ul></nav></header>
<div id="cookie-law-info-bar"><p>{COOKIES}</p></div>
<main id="content"><article id="post-12475" class="post type-post"><header class="entry-header">
<h1 class="entry-title">{title}</h1>
<time class="entry-date published" datetime="2025-09-01T09:00:00+00:00">1st September 2025</time></header>
<div class="entry-content">{body}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">{SHARE}</h3></div></div>
</article>
<section class="related-posts"><h2>{RELATED}</h2></section><div id="respond" class="comment-respond"><h3>{FEEDBACK}</h3></div>
</main>
<footer class="site-footer"><p>{FOOTER}</p></footer></body></html>"""
    return Page(text, headers={"Link": f"<https://{HOST}/?p=12475>; rel=shortlink"}, validators=("last-modified",))


_DEADLINE = """<p>The toolkit closes for the year next week.</p><h2 id="h-before">Before you press publish</h2>
<p>Read your own answers once more; last year's names may still be there.</p><h2 id="h-help">Who helps</h2>
<p>Local partners answer the phone until the day itself.</p>"""
_PROGRAMME = f"""<p>A programme that helps care services with data.</p><h2 id="h-what">What it offers</h2>
<ul><li><a href="{CHILD}">Help near you</a></li><li><a href="https://{STAGING}{CHILD}">Help near you (draft)</a></li></ul>"""
_CHILD = """<h2 id="h-find">Find a partner</h2><p>Each county has somebody who visits and sits beside you.</p>"""
_MFA = f"""<h2 id="h-why">Why a second step</h2><p>A stolen password alone then opens nothing.</p>
<h2 id="h-how">How to begin</h2><ol><li>Begin with email.</li><li>Then the rota.</li></ol>
<p>See also <a href="https://{STAGING}/mfa/">our draft</a>.</p>"""
_RESOURCE = """<h2 id="h-download">Download</h2><p>A list for the names of everybody who supplies software.</p>
<p><a href="/wp-content/uploads/2025/09/suppliers.docx">Suppliers (Word)</a></p>"""

_PAGES = {
    DEADLINE: _page("One week to go", _DEADLINE),
    PROGRAMME: _page("Better security, better care", _PROGRAMME),
    CHILD: _page("Help near you", _CHILD),
    MFA: _page("Set up a second step", _MFA),
    RESOURCE: _page("List of suppliers", _RESOURCE),
}
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_SHEET = f'<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="//{HOST}/main-sitemap.xsl"?>'


def _sitemap(*paths: str) -> Page:
    urls = "".join(f"<url><loc>https://{HOST}{path}</loc><lastmod>2026-01-12T14:05:00+00:00</lastmod></url>" for path in paths)
    return Page(f"{_SHEET}<urlset {_SCHEMA}>{urls}</urlset>", XML)


SITES = (
    Site(
        HOST,
        _PAGES
        | {
            "/robots.txt": Page(
                f"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: https://{HOST}/sitemap_index.xml\n",
                TEXT,
            ),
            "/sitemap_index.xml": Page(
                f"{_SHEET}<sitemapindex {_SCHEMA}>"
                + "".join(
                    f"<sitemap><loc>https://{HOST}/{kind}-sitemap.xml</loc></sitemap>" for kind in ("page", "post", "resource")
                )
                + "</sitemapindex>",
                XML,
            ),
            "/page-sitemap.xml": _sitemap(PROGRAMME, CHILD, MFA),
            "/post-sitemap.xml": _sitemap(DEADLINE),
            "/resource-sitemap.xml": _sitemap(RESOURCE),
            SHORT: redirect(f"https://{HOST}{DEADLINE}"),
        },
    ),
    Site(
        BARE,
        {path.rstrip("/"): redirect(f"https://{HOST}{path}") for path in _PAGES}
        | {path: redirect(f"https://{HOST}{path}") for path in _PAGES},
    ),
    Site(STAGING, _PAGES),
)

SOURCES = [
    {
        "id": "digital-care-hub",
        "publisher": "Digital Care Hub",
        "adapter": "digitalcarehub",
        "hosts": [HOST, BARE],
        "storage": "excerpt",
        "licence": "all rights reserved",
        "attribution": "Digital Care Hub, www.digitalcarehub.co.uk. A short excerpt; read the page itself.",
        "pages": [
            {"url": f"https://{HOST}{SHORT}", "kind": "blog", "topics": ["dspt"]},
            {"url": f"https://{HOST}{PROGRAMME}", "kind": "collection", "topics": [], "follow": "children"},
            {"url": f"https://{BARE}{MFA.rstrip('/')}", "kind": "guidance", "topics": ["mfa"]},
            {"url": f"https://{HOST}{RESOURCE}", "kind": "template", "topics": ["supplier-assurance"]},
        ],
    }
]
