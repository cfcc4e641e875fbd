"""The adapters of single sites, each over pages in the structure of its site and with text of the tests' own."""

from __future__ import annotations

import pytest

from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import extract
from tests.scrape.given import html, page, response, source


def document(adapter: str, body: str, head: str = "", **fields):
    return extract(response(html(body, head=head)), source(adapter, **fields), page())


NCSC = """
<header class="pcf-header"><nav>Menu zzz</nav></header>
<main><div class="pcf-error-free"><h1 id="title">Locks and keys</h1><div class="pcf-summary"><p>How to lock up.</p></div>
</div>
<div class="details"><p class="details__name">Team zzz</p></div><div class="topic-tags-container">Topics zzz</div>
<div class="pcf-articleWrapper">
<div class="pcf-BodyText" data-testid="pcf-BodyText"><p>Begin with the office.</p><h2 id="office">The office</h2>
<p>Lock it.</p></div>
<div class="pcf-share">Pass on zzz <a href="https://twitter.com/intent/tweet">zzz</a></div>
<div class="pcf-accordionItem"><h3><button>Spare keys</button></h3><div class="pcf-BodyText"><p>Count them.</p></div></div>
</div>
<aside><div data-testid="pcf-documentinformation"><ul><li><span>Published</span><div><ul>
<li data-testid="sublist-item">12 June 2019</li>
</ul></div></li><li><span>Reviewed</span><div><ul><li>8 October 2020</li></ul></div></li><li><span>Version</span> 1.0</li>
</ul></div></aside>
</main><footer>Foot zzz</footer>"""


def test_ncsc_as_it_was_before_2026():
    made = document("ncsc", NCSC)
    assert (made.title, made.published, made.reviewed, made.updated) == ("Locks and keys", "2019-06-12", "2020-10-08", None)
    assert made.text == (
        "How to lock up.\n\nBegin with the office.\n\n## The office {#office}\n\nLock it.\n\n### Spare keys\n\nCount them."
    )


def test_ncsc_in_markup_that_nobody_has_described():
    made = document(
        "ncsc",
        """<div id="app"><header><a href="/">Home zzz</a></header><main><article><h1>Locks and keys</h1><p>How to lock up.</p>
<div>Published 12 June 2019</div><section id="office"><h2>The office</h2><p>Lock it.</p></section>
<div class="related-content">More zzz</div></article></main><footer>Foot zzz</footer></div>""",
    )
    assert (made.title, made.published) == ("Locks and keys", "2019-06-12")
    assert made.text == "How to lock up.\n\n## The office {#office}\n\nLock it."


@pytest.mark.parametrize(
    "body",
    [
        '<main><div class="pcf-error"><h1>Something else</h1><p>Try the search.</p></div></main>',
        "<main><h1>Page not found</h1><p>Try the search.</p></main>",
        '<div id="root"></div>',
    ],
)
def test_ncsc_pages_that_are_none(body):
    with pytest.raises(ExtractError, match=r"error page|no text"):
        document("ncsc", body)


BANNER = "Due to changes made by the Data (Use and Access) Act, this guidance is under review and may be subject to change."
ICO = """<main id="main-content"><nav aria-label="breadcrumb"><ul><li>Home zzz</li></ul></nav><h1>Cameras</h1>
<ul class="text-sm"><li><span>Date</span><strong>28 May 2026</strong></li><li><span>Type</span><strong>zzz</strong></li></ul>
<div class="prose">{banner}<p>Cameras need a reason.</p><h2 id="signs">Signs</h2><p>Put one up.</p></div>
<div class="print:hidden">Download zzz</div><div data-area-alias="right"><h2>zzz</h2></div>
<div data-content-element-type-alias="relatedDocumentsBlock">zzz</div>
<further-Reading x-href="/media/a.pdf" x-title="zzz">zzz</further-Reading></main>"""
DC_DATE = '<meta name="DC.Date" content="Wednesday, July 08, 2026">'


@pytest.mark.parametrize(
    "banner",
    [
        f"<p>{BANNER}</p><p>Click to toggle details</p>",
        f"<div><p>{BANNER}</p></div><p>Plans for new and updated guidance page will tell you what comes next.</p>",
    ],
)
def test_ico_keeps_the_banner_as_a_notice(banner):
    made = document("ico", ICO.format(banner=banner), DC_DATE)
    assert (made.notice, made.status, made.published, made.updated) == (BANNER, "live", "2026-05-28", "2026-07-08")
    assert made.text == "Cameras need a reason.\n\n## Signs {#signs}\n\nPut one up."


def test_ico_text_about_the_act_is_text():
    text = "People may complain to you first. The Data (Use and Access) Act says so."
    made = document("ico", ICO.format(banner=f"<p>{text}</p>"))
    assert (made.notice, made.text.startswith(text)) == ("", True)


DIGITAL_CARE_HUB = """<header class="site-header"><nav>zzz</nav></header><main><article class="post">
<header class="entry-header">
<h1 class="entry-title">Better locks</h1>
<time class="entry-date published" datetime="2025-03-24T10:00:00+00:00">24 March 2025</time>
<time class="updated" datetime="2025-04-01T10:00:00+00:00">1 April 2025</time></header>
<div class="entry-content"><p>Many homes lock late. Few lock early.</p><h2 id="h-why">Why it matters</h2><p>{long}</p>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="https://www.facebook.com/sharer.php">zzz</a></li></ul></div>
</div></article>
<section class="related-posts"><h2>zzz</h2></section></main><footer>zzz</footer>"""


def test_digital_care_hub_keeps_an_excerpt():
    body = DIGITAL_CARE_HUB.format(long="Somebody always comes past at night. " * 20)
    made = document("digitalcarehub", body, storage="excerpt", licence="all rights reserved")
    assert (made.title, made.published, made.updated, made.kept) == ("Better locks", "2025-03-24", "2025-04-01", "excerpt")
    assert made.text.startswith("Many homes lock late. Few lock early.\n\n## Why it matters {#h-why}\n\nSomebody always")
    assert len(made.text) < 400


NHS = """<main><article><div class="nhsd-o-hero"><h1>Second step</h1><p>Who needs one.</p></div>
<div class="nhsd-t-grid"><div class="nhsd-t-col-s-3"><h2>Page contents</h2><ul><li>zzz</li></ul></div>
<div class="nhsd-t-col-s-8">
<div class="nhsd-m-emphasis-box"><h3>Update</h3><p>The dates have moved.</p></div>
<div id="who" class="article-section"><p data-uipath="website.contentblock.section.title">Who it is for</p><p>Everybody.</p>
</div>
<div class="nhsd-t-body">Last edited: 18 November 2025 9:12 am</div></div></div></article></main>"""


def test_nhs_general_pages():
    made = document("nhs", NHS)
    assert (made.title, made.updated) == ("Second step", "2025-11-18")
    assert made.text == ("Who needs one.\n\n> Update\n>\n> The dates have moved.\n\n## Who it is for {#who}\n\nEverybody.")


def test_nhs_news():
    made = document(
        "nhs",
        """<main><article><h1>Safe together</h1><span itemprop="datePublished" content="2022-06-14"></span>
<time itemprop="dateModified"
datetime="2022-07-01">zzz</time><div itemprop="articleBody"><p>Homes share risks.</p></div><div class="nhsd-m-card">zzz</div>
</article></main>""",
    )
    assert (made.published, made.updated, made.text) == ("2022-06-14", "2022-07-01", "Homes share risks.")


def test_nhs_transform_pages_have_a_section_for_each_kind_of_reader():
    made = document(
        "nhs",
        """<main><h1>Your own phone</h1><p>Published: 2 March 2023<br>Updated: 29 January 2026</p>
<h2 id="patients">For patients</h2>
<p>Staff may look at plans.</p><h2 id="workers">For healthcare workers</h2><p>Take no photo.</p></main>""",
    )
    assert (made.published, made.updated) == ("2023-03-02", "2026-01-29")
    assert [section.heading for section in made.sections] == ["For patients", "For healthcare workers"]


def test_dspt_help_and_news():
    made = document("dspt", "<main><h1>It is open</h1><p>5 January 2026</p><p>The new year has begun.</p></main>")
    assert (made.title, made.published, made.text) == ("It is open", "2026-01-05", "The new year has begun.")


def test_cqc_says_when_and_keeps_the_audience_out_of_the_text():
    made = document(
        "cqc",
        """<main><h1>Rule 17</h1><div class="page-meta"><p>Page last updated: 26 April 2022</p>
<p>Organisations we regulate</p></div>
<article><h2 id="records">Records</h2><p>Organisations we regulate keep records.</p></article></main>""",
    )
    assert (made.updated, made.applies_to) == ("2022-04-26", ())
    assert made.text == "## Records {#records}\n\nOrganisations we regulate keep records."
