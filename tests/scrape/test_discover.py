"""What else there is to fetch, told from responses of the tests' own."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ExtractError
from assistant.scrape import discover
from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source

HUB = "https://www.example.org/guides"


def fetched(body: str | bytes, url: str = HUB) -> Fetched:
    return Fetched(url, 200, "text/html", body if isinstance(body, bytes) else body.encode(), "2026-01-02T00:00:00+00:00")


def source(adapter: str = "generic", host: str = "www.example.org") -> Source:
    page = {"url": f"https://{host}/guides", "kind": "guidance", "topics": []}
    values = {"id": "x", "publisher": "X", "adapter": adapter, "hosts": [host, "docs.example.org"], "storage": "full"}
    return Source.model_validate({**values, "licence": "OGL-UK-3.0", "attribution": "X", "pages": [page]})


def page(follow: str | None, *include: str) -> Page:
    return Page.model_validate({"url": HUB, "kind": "guidance", "topics": [], "follow": follow, "include": include})


LINKS = """
<a href="/guides/one#part">1</a><a href="/guides/one">again</a><a href="https://www.example.org/guides/two/">2</a>
<a href="/guidesandmore">no child</a><a href="/guides">itself</a><a href="http://www.example.org/guides/plain">http</a>
<a href="https://docs.example.org/report-1">r</a><a href="https://elsewhere.org/report-2">far</a><a href="mailto:a@b.c">m</a>
<a href="https://[">broken</a><a>none</a>
"""


def test_children_stand_below_the_page():
    assert discover.further(fetched(LINKS), source(), page("children")) == [f"{HUB}/one", f"{HUB}/two/"]


def test_links_are_those_of_the_source_whose_address_holds_a_word():
    assert discover.further(fetched(LINKS), source(), page("links", "report")) == ["https://docs.example.org/report-1"]


def test_a_page_that_follows_nothing_or_is_gone_names_nothing():
    assert discover.further(fetched(LINKS), source(), page(None)) == []
    gone = Fetched(HUB, 404, "", b"", "")
    assert discover.further(gone, source(), page("children")) == []


ITEM = {
    "schema_name": "publication",
    "details": {
        "attachments": [
            {"attachment_type": "html", "url": "/government/publications/p/part-one"},
            {"attachment_type": "file", "url": "https://assets.example.org/p.pdf"},
            {"attachment_type": "html", "url": "//evil.example.org/x"},
            "nonsense",
        ],
        "child_section_groups": [{"child_sections": [{"base_path": "/manual/section"}]}],
    },
    "links": {
        "children": [{"base_path": "/government/publications/p/part-one"}, {"base_path": None}],
        "documents": [{"base_path": "/guidance/a"}, {"base_path": "/guidance/old", "withdrawn": True}],
    },
}


def test_the_parts_of_an_item_are_its_html_attachments_children_documents_and_sections():
    found = discover.further(fetched(json.dumps(ITEM)), source("govuk", "www.gov.uk"), page("attachments"))
    assert found == [
        "https://www.gov.uk/government/publications/p/part-one",
        "https://www.gov.uk/guidance/a",
        "https://www.gov.uk/manual/section",
    ]


def test_files_of_an_item_are_taken_where_it_has_no_page_of_text():
    files = [
        {"attachment_type": "file", "content_type": "application/pdf", "url": f"https://{host}/p.pdf"}
        for host in ("docs.example.org", "elsewhere.org")
    ]
    other = {"attachment_type": "file", "content_type": "application/vnd.ms-excel", "url": "https://docs.example.org/t.xls"}
    item = {"schema_name": "publication", "details": {"attachments": [*files, other]}}
    found = discover.further(fetched(json.dumps(item)), source("govuk", "www.gov.uk"), page("attachments"))
    assert found == ["https://docs.example.org/p.pdf"]


def test_what_is_not_on_govuk_itself_is_asked_for_as_it_is():
    govuk, file = source("govuk", "www.gov.uk"), "https://assets.publishing.service.gov.uk/media/1/p.pdf"
    assert discover.request_for(govuk, file) == discover.page_of(govuk, file) == file


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"', "[" * 100_000])
def test_an_item_that_is_none_says_so(body: str):
    with pytest.raises(ExtractError, match=r"GOV\.UK"):
        discover.further(fetched(body), source("govuk", "www.gov.uk"), page("attachments"))


def test_search_results_are_pages_of_govuk():
    results = {"results": [{"link": "/guidance/a"}, {"link": "https://www.gov.uk/guidance/a"}, {"link": "https://x.org/"}, {}]}
    assert discover.search_results(fetched(json.dumps(results))) == ["https://www.gov.uk/guidance/a"]


def test_a_page_of_govuk_is_asked_for_as_an_item_and_back():
    govuk, url = source("govuk", "www.gov.uk"), "https://www.gov.uk/guidance/a"
    assert discover.request_for(govuk, f"{url}/") == "https://www.gov.uk/api/content/guidance/a"
    assert discover.page_of(govuk, discover.request_for(govuk, url)) == url
    assert discover.request_for(source(), HUB) == discover.page_of(source(), HUB) == HUB


def test_an_item_that_is_a_redirect_says_where_to():
    moved = {"schema_name": "redirect", "redirects": [{"path": "/a", "destination": "/guidance/b"}]}
    assert discover.moved_to(fetched(json.dumps(moved))) == "https://www.gov.uk/guidance/b"
    assert discover.moved_to(fetched(json.dumps({"schema_name": "answer"}))) == ""
    assert discover.moved_to(fetched("<html>")) == ""


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://www.example.org/guidance/a </loc><lastmod>2026-01-01</lastmod></url>
<url><loc>https://www.example.org/news/b</loc></url><url><loc>https://www.example.org/guidance/private</loc></url><url/>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://www.example.org/sitemap-1.xml</loc></sitemap></sitemapindex>"""
FEED = """<rss version="2.0"><channel><item><title>New  advice</title><link>https://www.example.org/n</link></item><item/></channel></rss>"""


def test_a_sitemap_names_pages_and_further_sitemaps():
    assert discover.sitemap(fetched(SITEMAP), ("/guidance/",), ("private$",)) == (["https://www.example.org/guidance/a"], [])
    assert len(discover.sitemap(fetched(SITEMAP))[0]) == 3
    assert discover.sitemap(fetched(INDEX)) == ([], ["https://www.example.org/sitemap-1.xml"])


def test_a_feed_names_what_is_new():
    assert discover.feed(fetched(FEED)) == [("https://www.example.org/n", "New advice")]


def test_entities_of_xml_are_never_read():
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'
    assert discover.sitemap(fetched(bomb)) == ([], [])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_say_that_they_are_none(body: bytes):
    for read in (discover.sitemap, discover.feed, discover.search_results):
        with contextlib.suppress(ExtractError):
            read(fetched(body))
    assert all(url.startswith("https://") for url in discover.links_of(fetched(body)))
