"""The NCSC: an empty shell whose text a script puts there, and a robots address that answers 404 with a page.

The script asks ``/api/page`` for the text and fills the page 100 ms later. The shell also asks for an image, a font,
a script of a
third party (``tags.invalid``) and an image of it by way of ``localhost``: what a polite browser blocks.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER, NAVIGATION, RELATED, SHARE
from tests.sites.serving import JSON, XML, Asked, Page, Rewrite, Site, redirect

HOST = "www.ncsc.gov.uk"
THIRD_PARTY = "tags.invalid"
"""Never to be asked for anything; a request that reaches it is among those recorded."""
GUIDE = "/collection/small-organisations-guide-to-cyber-security"
BACKUPS = f"{GUIDE}/backing-up-your-data"
PHONES = f"{GUIDE}/keeping-your-smartphones-and-tablets-safe"
OLD_GUIDE = "/collection/small-business-guide"
INCIDENTS = "/collection/10-steps/incident-management"
"""In the structure of a site built anew: ``main`` and ``article``, none of the older class names."""
BLOG = "/blogs/how-bitlocker-pins-help-protect-your-data-and-devices"
MISSING = "/guidance/no-such-guidance"
"""A page that says that it is not there, with status 200."""
NEVER = "/guidance/never-there"
"""A page whose text never comes."""
LATE = "/guidance/late"
"""A page whose text comes after a second and a half."""
IMAGE, FONT, SCRIPT = "/images/banner.png", "/fonts/site.woff2", "/assets/app.js"

_APP = f"""(async () => {{
  const reply = await fetch('/api/page?path=' + encodeURIComponent(location.pathname));
  if (!reply.ok) return;
  const page = await reply.json();
  setTimeout(() => {{
    document.title = page.title + ' - NCSC.GOV.UK';
    document.getElementById('root').innerHTML = page.html;
    const image = new Image();
    image.src = '{IMAGE}?after';
    document.body.appendChild(image);
  }}, page.after);
}})();
"""
_AFTER_MS = 100
_LATE_MS = 1_500


def _shell(_: Asked, rewrite: Rewrite) -> Page:
    third = rewrite[THIRD_PARTY].replace("127.0.0.1", "localhost")
    return Page(f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>NCSC.GOV.UK</title>
<style>@font-face {{ font-family: "Site"; src: url({FONT}) format("woff2"); }} body {{ font-family: "Site", sans-serif;
}}</style>
<script src="https://{THIRD_PARTY}/tag.js" async></script><script src="{SCRIPT}" defer></script></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>
<img src="{IMAGE}" alt=""><img src="{third}/pixel.gif" alt=""></body></html>""")


def _older(title: str, summary: str, body: str) -> str:
    """Return the markup as it was before 2026."""
    return f"""<div class="cookie-banner" role="dialog"><p>{COOKIES}</p></div>
<header class="pcf-header"><nav aria-label="Main"><a href="/">{NAVIGATION}</a><a href="{GUIDE}">Guides</a></nav></header>
<div class="pcf-articleWrapper"><h1 id="title" class="pcf-title">{title}</h1><p class="pcf-summary">{summary}</p>
<ul class="topic-tags-container"><li>Small organisations</li></ul>
<div class="details"><p class="details__name">Imitation Team</p><dl><dt>Published</dt><dd>14 October 2025</dd>
<dt>Reviewed</dt><dd>14 January 2026</dd><dt>Version</dt><dd>1.0</dd><dt>Written for</dt>
<dd>Small and medium sized organisations</dd></dl></div>
<div class="pcf-BodyText" data-testid="pcf-BodyText">{body}</div>
<div class="pcf-share"><p>{SHARE}</p></div></div>
<aside class="pcf-related"><h2>{RELATED}</h2><ul><li><a href="/guidance/phishing">Phishing</a></li></ul></aside>
<div class="pcf-feedback"><h2>{FEEDBACK}</h2><form><button>Yes</button></form></div>
<footer class="pcf-footer"><p>{FOOTER}</p></footer>"""


def _newer(title: str, summary: str, body: str) -> str:
    """Return the markup of a site built anew."""
    return f"""<div class="cookies" role="dialog" aria-label="Cookies"><p>{COOKIES}</p></div>
<header><nav aria-label="Main"><a href="/">{NAVIGATION}</a></nav></header>
<main id="main-content"><nav aria-label="Breadcrumb"><a href="/">Home</a></nav><article>
<h1>{title}</h1><p class="summary">{summary}</p>
<dl class="metadata"><dt>Published</dt><dd>11 May 2021</dd><dt>Reviewed</dt><dd>3 February 2026</dd><dt>Version</dt>
<dd>2.0</dd></dl>
{body}</article><section class="share"><p>{SHARE}</p></section><form class="feedback"><h2>{FEEDBACK}</h2></form></main>
<aside><h2>{RELATED}</h2></aside><footer><p>{FOOTER}</p></footer>"""


_GUIDE_BODY = f"""<p>Five short chapters for people who run a small care service.</p>
<h2 id="section_1">The chapters</h2><ul><li><a href="{BACKUPS}">Copies of your data</a></li>
<li><a href="{PHONES}#section_1">Phones and tablets</a></li></ul>
<h2 id="section_2">Where to begin</h2><p>Begin with the chapter on copies; it saves most on a bad day.</p>"""
_BACKUPS_BODY = """<h2 id="section_1">Choose what to copy</h2><p>List the records without which no shift can start.</p>
<ul><li>Care plans</li><li>Medicine charts</li><li>The rota</li></ul>
<h2 id="section_2">Keep a copy apart</h2><p>A drive that stays plugged in is lost together with the computer.</p>
<div class="pcf-callout callout"><p>Try to restore one file every month.</p></div>"""
_PHONES_BODY = """<h2 id="section_1">Lock the screen</h2><p>Set a PIN of six digits on every tablet of the home.</p>
<h2 id="section_2">Find a lost tablet</h2><p>Turn on tracking before the tablet leaves the office.</p>
<table><tr><th>Device</th><th>Who wipes it</th></tr><tr><td>Tablet</td><td>Manager</td></tr><tr><td>Phone</td><td>Owner</td>
</tr></table>"""
_INCIDENTS_BODY = """<h2 id="benefits">What is gained</h2><p>A plan that was tried before costs fewer hours on the day.</p>
<h2 id="what-to-do">What to do</h2><ol><li>Name who decides.</li><li>Write the numbers on paper.</li>
<li>Try the plan twice a year.</li></ol>"""
_BLOG_BODY = """<h2 id="section_1">Why a PIN</h2><p>A stolen laptop that asks for a PIN first gives away nothing.</p>"""
_LATE_BODY = """<h2 id="section_1">Late, but there</h2><p>This text took its time.</p>"""

_TEXTS = {
    GUIDE: ("Small care services: a guide", "How to keep a small care service safe.", _older, _GUIDE_BODY),
    BACKUPS: ("Copies of your data", "Why copies matter, and how to keep them.", _older, _BACKUPS_BODY),
    PHONES: ("Phones and tablets", "What to set before a tablet leaves the office.", _older, _PHONES_BODY),
    INCIDENTS: ("Being ready for incidents", "How to be ready for a bad day.", _newer, _INCIDENTS_BODY),
    BLOG: ("A PIN before Windows", "Why laptops should ask first.", _newer, _BLOG_BODY),
    LATE: ("Late", "A page that is slow to come.", _newer, _LATE_BODY),
}
_ERROR = '<div class="pcf-error"><h1>Page not found</h1><p>The page you asked for cannot be found.</p></div>'


def _api(path: str) -> str:
    """Return where the text of a page is asked for, as the script writes it."""
    return f"/api/page?path={quote(path, safe='')}"


def _text(path: str) -> Page:
    title, summary, markup, body = _TEXTS[path]
    after = _LATE_MS if path == LATE else _AFTER_MS
    return Page(json.dumps({"title": title, "after": after, "html": markup(title, summary, body)}), JSON)


_RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0" xml:base="https://{HOST}/"><channel><title>All Feed</title>
<link>https://{HOST}/</link><description>Everything new</description><language>en</language>
<item><title>A PIN before Windows</title><link>https://{HOST}{BLOG}</link>
<description>Why laptops should ask first.</description>
<pubDate>Thu, 13 Aug 2026 12:00:00 +0000</pubDate><dc:creator/><guid isPermaLink="true">https://{HOST}{BLOG}</guid></item>
</channel></rss>"""
_NO_ROBOTS = Page(
    "<!DOCTYPE html><html><head><title>Site unavailable</title></head><body>\n<h1>Site unavailable</h1>\n<pre>\nUser-agent: *\n"
    "Disallow: /\n</pre></body></html>",
    status=404,
)
_SITEMAP = "".join(f"<url><loc>https://{HOST}{path}</loc></url>" for path in (GUIDE, BACKUPS, PHONES, INCIDENTS, BLOG))

SITES = (
    Site(
        HOST,
        dict.fromkeys((*_TEXTS, MISSING, NEVER), _shell)
        | {_api(path): _text(path) for path in _TEXTS}
        | {
            _api(MISSING): Page(json.dumps({"title": "Page not found", "after": _AFTER_MS, "html": _ERROR}), JSON),
            _api(NEVER): Page("{}", JSON, status=500),
            OLD_GUIDE: redirect(f"https://{HOST}{GUIDE}"),
            SCRIPT: Page(_APP, "text/javascript; charset=utf-8"),
            IMAGE: Page(b"\x89PNG\r\n\x1a\n", "image/png"),
            FONT: Page(b"wOF2", "font/woff2"),
            "/robots.txt": _NO_ROBOTS,
            "/sitemap.xml": Page(
                f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{_SITEMAP}</urlset>', XML
            ),
            "/api/1/services/v1/all-rss-feed.xml": Page(_RSS, "application/rss+xml; charset=utf-8"),
        },
        texts={path: _api(path) for path in _TEXTS},
    ),
    Site("report.ncsc.gov.uk", {"/": Page("<main><h1>Report an incident</h1></main>")}),
    Site(THIRD_PARTY, {"/tag.js": Page("", "text/javascript"), "/pixel.gif": Page(b"GIF89a", "image/gif")}),
)

SOURCES = [
    {
        "id": "ncsc",
        "publisher": "NCSC",
        "adapter": "ncsc",
        "hosts": [HOST, "report.ncsc.gov.uk"],
        "render": "browser",
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Contains public sector information from the National Cyber Security Centre, under the OGL v3.0.",
        "pages": [
            {"url": "https://report.ncsc.gov.uk/", "kind": "service", "topics": ["reporting-incident"], "storage": "link"},
            {
                "url": f"https://{HOST}{GUIDE}",
                "kind": "collection",
                "topics": ["small-org-guide"],
                "follow": "children",
                "also": [f"https://{HOST}{OLD_GUIDE}"],
            },
            {"url": f"https://{HOST}{BACKUPS}", "kind": "guidance", "topics": ["backups"]},
            {"url": f"https://{HOST}{INCIDENTS}", "kind": "guidance", "topics": ["incident-response"]},
            {"url": f"https://{HOST}{BLOG}", "kind": "blog", "topics": ["devices"]},
        ],
    }
]
