"""The CQC: Drupal pages, an older tree beside the new one, a line that says when a page was last updated."""

from __future__ import annotations

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER, NAVIGATION, RELATED, SHARE
from tests.sites.serving import TEXT, Page, Site, redirect

HOST = "www.cqc.org.uk"
_ACT = "/guidance-regulation/providers/regulations-service-providers-and-managers/health-social-care-act"
GOVERNANCE, CONSENT = f"{_ACT}/regulation-17", f"{_ACT}/regulation-11"
RECORDS = "/guidance-providers/adult-social-care/what-good-looks-digital-records-adult-social-care"
OLD_GOVERNANCE = "/guidance-providers/regulations-enforcement/regulation-17"


def _page(title: str, updated: str, body: str) -> Page:
    return Page(
        f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8">
<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">
<title>{title} - Care Quality Commission</title></head><body class="path-node">
<a href="#main-content" class="visually-hidden focusable">{NAVIGATION}</a>
<div id="popup-text"><p>{COOKIES}</p></div><header role="banner"><nav role="navigation"><ul><li><a href="/">Home</a></li></ul>
</nav></header>
<main role="main" id="main-content"><div class="region region-content"><h1 class="page-title">{title}</h1>
<div class="page-meta"><p>Page last updated: {updated}</p><p>Organisations we regulate</p></div>
<article class="node node--type-page"><div class="field field--name-body">{body}</div></article>
<div class="share-links"><p>{SHARE}</p></div><div class="block-webform"><h2>{FEEDBACK}</h2></div></div></main>
<aside class="region-sidebar"><h2>{RELATED}</h2></aside><footer role="contentinfo"><p>{FOOTER}</p></footer></body></html>""",
        headers={"X-Generator": "Drupal 10", "Cache-Control": "max-age=600, public"},
        validators=("etag", "last-modified"),
    )


_GOVERNANCE = """<h2 id="intention">What the rule is for</h2>
<p>Somebody has to know whether care is good, and be able to show it.</p>
<h2 id="records">Records</h2><p>Records are kept so that the next shift can go on from them.</p>
<ul><li>They say what was decided.</li><li>They can be found again.</li></ul>"""
_CONSENT = """<h2 id="intention">What the rule is for</h2>
<p>People say yes before care is given, or somebody may say it for them.</p>"""
_RECORDS = """<h2 id="quick">Quick to write</h2><p>Notes are written where the care is given.</p>
<h2 id="shared">Shared with care</h2><p>Only those who need a note can open it.</p>"""

SITES = (
    Site(
        HOST,
        {
            GOVERNANCE: _page("Rule 17: running a service well", "26 April 2022", _GOVERNANCE),
            CONSENT: _page("Rule 11: asking first", "3 November 2023", _CONSENT),
            RECORDS: _page("What good digital records look like", "8 December 2022", _RECORDS),
            OLD_GOVERNANCE: redirect(GOVERNANCE),
            "/robots.txt": Page("User-agent: *\nCrawl-delay: 1\nDisallow: /search/\nDisallow: /core/\n", TEXT),
        },
    ),
)

SOURCES = [
    {
        "id": "cqc",
        "publisher": "CQC",
        "adapter": "cqc",
        "hosts": [HOST],
        "storage": "excerpt",
        "licence": "not stated",
        "attribution": "Care Quality Commission. A short excerpt; read the page itself.",
        "pages": [
            {
                "url": f"https://{HOST}{GOVERNANCE}",
                "kind": "guidance",
                "topics": ["records"],
                "also": [f"https://{HOST}{OLD_GOVERNANCE}"],
            },
            {"url": f"https://{HOST}{CONSENT}", "kind": "guidance", "topics": []},
            {"url": f"https://{HOST}{RECORDS}", "kind": "guidance", "topics": ["records"]},
        ],
    }
]
