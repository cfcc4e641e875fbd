"""The ICO: Umbraco pages rendered on the server, a sitemap with dates, robots rules with a delay."""

from __future__ import annotations

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER, NAVIGATION, RELATED, SHARE
from tests.sites.serving import TEXT, XML, Page, Site

HOST = "ico.org.uk"
BREACHES = "/for-organisations/report-a-breach/personal-data-breach/personal-data-breaches-a-guide/"
PASSWORDS = "/for-organisations/uk-gdpr-guidance-and-resources/security/a-guide-to-data-security/passwords-in-online-services/"
CAMERAS = "/for-organisations/uk-gdpr-guidance-and-resources/cctv-and-video-surveillance/"
CAMERAS_GUIDE = f"{CAMERAS}guidance-on-video-surveillance-including-cctv/"
REFUSED = "/private/minutes-of-the-board/"
"""A page that the robots rules keep us from."""
UNDER_REVIEW = "Due to changes made by the Data (Use and Access) Act, this page is being looked at again and may change."
"""The banner of ``BREACHES``, and of that page alone."""

_BANNER = f'<div class="alert" data-content-element-type-alias="alertBlock"><p>{UNDER_REVIEW}</p></div>'


def robots(crawl_delay: float = 6) -> Page:
    """Return the rules, with another delay where six seconds are too long for a test."""
    return Page(
        f"User-agent: *\nCrawl-delay: {crawl_delay:g}\nDisallow: /private\nDisallow: /restricted\n\n"
        "User-agent: deepcrawl\nDisallow: /\n",
        TEXT,
    )


def _page(title: str, body: str, banner: str = "") -> Page:
    return Page(f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | ICO</title>
<meta name="DC.Date" content="Wednesday, July 08, 2026"><meta name="DC.PageID" content="4711">
<meta name="DC.Title" content="{title}"></head>
<body><div id="ccc" role="dialog"><p>{COOKIES}</p></div><header><nav aria-label="Main"><a href="/">{NAVIGATION}</a></nav>
</header>
<main id="main-content"><nav aria-label="breadcrumb"><ol><li><a href="/">Home</a></li><li>For organisations</li></ol></nav>
<h1>{title}</h1><div class="print:hidden"><p>{SHARE}</p><button>Download</button></div>{banner}
<div class="prose">{body}</div>
<div data-area-alias="right"><h2>{RELATED}</h2><a href="/elsewhere/">Elsewhere</a></div>
<div data-content-element-type-alias="relatedDocumentsBlock">
<further-Reading x-href="/media/form.pdf" x-title="A form" x-size="120KB"></further-Reading></div>
</main><section class="print:hidden"><h2>{FEEDBACK}</h2></section><footer><p>{FOOTER}</p></footer></body></html>""")


_BREACHES = """<h2 id="whatis">What is a breach?</h2><p>A letter in the wrong envelope is one; so is a tablet left on a bus.</p>
<h2 id="when">When must it be told?</h2><p>Tell us within 72 hours of noticing where people may come to harm.</p>
<blockquote><p>Example: a carer sends a rota to the wrong family and rings them at once.</p></blockquote>
<h3 id="who">Who decides?</h3><p>The service that holds the records decides, not its software supplier.</p>
<table><thead><tr><th>What happened</th><th>Tell us</th></tr></thead><tbody><tr><td>Lost, but locked</td><td>Perhaps not</td>
</tr>
<tr><td>Read by a stranger</td><td>Yes</td></tr></tbody></table>
<further-Reading x-href="/media/breach-form.docx" x-title="Form for breaches" x-size="40KB"></further-Reading>"""
_PASSWORDS = """<h2 id="storing">How should passwords be stored?</h2><p>Only in a form from which nobody can read them back.</p>
<h2 id="rules">Which rules help?</h2><ul><li>Let people paste.</li><li>Refuse the hundred commonest.</li>
<li>Ask for no change without a reason.</li></ul>"""
_CAMERAS = f"""<h2 id="in-this-section">In this section</h2><p>Cameras in shared rooms need a reason that is written down.</p>
<ul><li><a href="{CAMERAS_GUIDE}">Guidance on cameras</a></li><li><a href="{REFUSED}">Minutes</a></li></ul>"""
_CAMERAS_GUIDE = """<h2 id="reason">Write down the reason</h2><p>Say what the camera is for, and what else was tried.</p>
<h2 id="signs">Put up a sign</h2><p>People should know before they are seen.</p>"""

_PAGES = {
    BREACHES: _page("A guide to personal data breaches", _BREACHES, _BANNER),
    PASSWORDS: _page("Passwords of services on the web", _PASSWORDS),
    CAMERAS: _page("Cameras", _CAMERAS),
    CAMERAS_GUIDE: _page("Guidance on cameras", _CAMERAS_GUIDE),
}
_SITEMAP = "".join(
    f"<url><loc>https://{HOST}{path}</loc><lastmod>2026-07-08</lastmod></url>" for path in (*_PAGES, "/about-the-ico/", REFUSED)
)

SITES = (
    Site(
        HOST,
        _PAGES
        | {
            "/robots.txt": robots(),
            "/sitemap.xml": Page(
                f'<?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{_SITEMAP}</urlset>',
                XML,
            ),
            "/about-the-ico/": _page("About us", '<h2 id="us">Who we are</h2><p>An office in the imitation.</p>'),
            REFUSED: _page("Minutes", '<h2 id="one">One</h2><p>Nobody outside should read this.</p>'),
        },
    ),
)

SOURCES = [
    {
        "id": "ico",
        "publisher": "ICO",
        "adapter": "ico",
        "hosts": [HOST],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Information Commission's Office, {title}, {date}, licensed under the Open Government Licence.",
        "pages": [
            {"url": f"https://{HOST}{BREACHES}", "kind": "guidance", "topics": ["breach"]},
            {"url": f"https://{HOST}{PASSWORDS}", "kind": "guidance", "topics": ["passwords"]},
            {"url": f"https://{HOST}{CAMERAS}", "kind": "collection", "topics": ["cctv"], "follow": "children"},
        ],
    }
]
