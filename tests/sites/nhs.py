"""NHS England: digital.nhs.uk (Hippo), transform.england.nhs.uk, and files.digital.nhs.uk, whose robots rules refuse all."""

from __future__ import annotations

from tests.sites.furniture import COOKIES, FEEDBACK, FOOTER, NAVIGATION, RELATED, SHARE
from tests.sites.serving import TEXT, Page, Site

DIGITAL, TRANSFORM, FILES = "digital.nhs.uk", "transform.england.nhs.uk", "files.digital.nhs.uk"
MFA = "/cyber-and-data-security/guidance-and-assurance/multi-factor-authentication-mfa-policy"
MFA_GUIDE = f"{MFA}/guide-to-multi-factor-authentication-policy"
BLOG = "/blog/inside-story/2022/nhs-and-social-care-cyber-safe"
BYOD = "/information-governance/guidance/bring-your-own-devices-byod-ig-guidance"
MESSAGING = "/information-governance/guidance/texting-emailing-and-messaging-patients-and-service-users/"
REFUSED = "/policies/mfa.pdf"

_TITLE = 'data-uipath="website.contentblock.section.title"'


def _around(title: str, content: str) -> Page:
    return Page(f"""<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>{title} - NHS England Digital</title>
<meta itemprop="license" content="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"></head><body>
<div id="nhsuk-cookie-banner"><p>{COOKIES}</p></div><a href="#main" class="nhsd-a-skip-link">{NAVIGATION}</a>
<header class="nhsd-o-global-header"><nav>Menu of the imitation</nav></header><main id="main">{content}</main>
<div class="nhsd-o-feedback"><h2>{FEEDBACK}</h2></div><footer class="nhsd-o-global-footer"><p>{FOOTER}</p></footer></body>
</html>""")


def _general(title: str, summary: str, sections: str, updates: str = "") -> Page:
    """Return a page in the general template: a hero, a column to move about with, one with the text."""
    return _around(
        title,
        f"""<article class="article article--general"><div class="nhsd-o-hero"><h1 data-uipath="document.title">{title}</h1>
<p class="nhsd-t-body" data-uipath="document.summary">{summary}</p></div>
<div class="nhsd-t-grid"><div class="nhsd-t-row"><div class="nhsd-t-col-s-3"><nav><h2>Page contents</h2><p>{RELATED}</p></nav>
</div>
<div class="nhsd-t-col-s-8">{updates}{sections}
<div class="nhsd-m-share"><p>{SHARE}</p></div>
<div class="nhsd-t-body">Last edited: 18 November 2025 9:12 am</div></div></div></div></article>""",
    )


def _section(anchor: str, heading: str, body: str) -> str:
    return f"""<div id="{anchor}" class="article-section"><h2 class="nhsd-t-heading-xl" {_TITLE}>{heading}</h2>
<div class="nhsd-t-body">{body}</div></div>"""


_MFA = _general(
    "Policy on the second step",
    "Who has to use a second step, and from when.",
    _section(
        "who",
        "Who it is for",
        f'<p>Everybody who can change a record from afar.</p><p>Read <a href="{MFA_GUIDE}">the guide</a>, or '
        f'<a href="https://{FILES}{REFUSED}">the policy (PDF)</a>.</p>',
    )
    + _section("when", "From when", "<ul><li>New systems: at once.</li><li>Old systems: within a year.</li></ul>"),
    '<div class="nhsd-m-callout-box nhsd-m-emphasis-box"><p class="nhsd-t-heading-s">Update</p>'
    "<p>The dates were moved in October.</p></div>",
)
_MFA_GUIDE = _general(
    "Guide to the policy",
    "How to bring in a second step.",
    _section("begin", "Begin small", "<p>Begin with the two people who can delete records.</p>")
    + _section("phones", "No phone at work", "<p>A key fob does for staff who leave their phones in a locker.</p>"),
)
_BLOG = _around(
    "Safe together",
    f"""<article itemscope itemtype="https://schema.org/BlogPosting"><h1 itemprop="headline">Safe together</h1>
<meta itemprop="datePublished" content="2022-06-14"><meta itemprop="dateModified" content="2022-07-01">
<div class="nhsd-m-share"><p>{SHARE}</p></div>
<div itemprop="articleBody"><p>Homes and wards share the same patients, and so the same risks.</p>
<h2 id="one">One rota, two systems</h2>
<p>When one falls over, the other has to go on.</p></div></article>""",
)


def _guidance(title: str, updated: str, body: str) -> Page:
    """Return a page of information governance: dates in a line, then a section for each kind of reader."""
    return Page(
        f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>{title} - NHS Transformation Directorate</title></head><body>
<div class="nhsuk-cookie-banner"><p>{COOKIES}</p></div><header class="nhsuk-header"><a href="#maincontent">{NAVIGATION}</a>
</header>
<main id="maincontent" class="nhsuk-main-wrapper"><nav class="nhsuk-breadcrumb"><a href="/">Home</a></nav><h1>{title}</h1>
<p>Published: 2 March 2023<br>Updated: {updated}</p>{body}</main>
<aside class="nhsuk-related"><h2>{RELATED}</h2></aside><footer class="nhsuk-footer"><p>{FOOTER}</p></footer></body></html>""",
        validators=("etag",),
    )


_BYOD = _guidance(
    "Using your own phone at work",
    "29 January 2026",
    """<h2 id="patients">Guidance for patients and service users</h2>
<p>Staff may look at your plan on a phone of their own if it is locked.</p>
<h2 id="workers">Guidance for healthcare workers</h2><p>Take no photo of a person on your own phone.</p>
<div class="nhsuk-warning-callout"><h3 class="nhsuk-warning-callout__label">Important</h3>
<p>Tell your manager on the day that the phone is lost.</p></div>
<h2 id="professionals">Guidance for IG professionals</h2><p>Write down which apps may be used, and why.</p>""",
)
_MESSAGING = _guidance(
    "Texts and emails to people",
    "11 June 2025",
    """<h2 id="patients">Guidance for patients and service users</h2><p>You may say how you would like to be written to.</p>
<h2 id="workers">Guidance for healthcare workers</h2><p>Check the number with the person once a year.</p>""",
)

SITES = (
    Site(
        DIGITAL,
        {MFA: _MFA, MFA_GUIDE: _MFA_GUIDE, BLOG: _BLOG, "/robots.txt": Page("User-agent: *\nDisallow: /search\n", TEXT)},
    ),
    Site(TRANSFORM, {BYOD: _BYOD, MESSAGING: _MESSAGING, "/robots.txt": Page("User-agent: *\nDisallow: /wp-admin/\n", TEXT)}),
    Site(FILES, {"/robots.txt": Page("User-agent: *\nDisallow: /\n", TEXT), REFUSED: Page(b"%PDF-1.4\n", "application/pdf")}),
)

SOURCES = [
    {
        "id": "nhs-digital",
        "publisher": "NHS England",
        "adapter": "nhs",
        "hosts": [DIGITAL],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Contains information from NHS England, licenced under the Open Government Licence.",
        "pages": [
            {"url": f"https://{DIGITAL}{MFA}", "kind": "guidance", "topics": ["mfa"], "follow": "children"},
            {"url": f"https://{DIGITAL}{BLOG}", "kind": "blog", "topics": []},
        ],
    },
    {
        "id": "nhs-transform",
        "publisher": "NHS England",
        "adapter": "nhs",
        "hosts": [TRANSFORM],
        "storage": "excerpt",
        "licence": "not stated",
        "attribution": "NHS England. A short excerpt; read the page itself.",
        "pages": [
            {"url": f"https://{TRANSFORM}{BYOD}", "kind": "guidance", "topics": ["devices"]},
            {"url": f"https://{TRANSFORM}{MESSAGING}", "kind": "guidance", "topics": ["messaging"]},
        ],
    },
]
