"""What a crawl finds by sitemaps, feeds, searches and links, and what it makes of pages that no list leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.scrape.sources import Page as ProductPage
from assistant.scrape.sources import Sources
from tests.scrape.crawling import by_url, crawled, job, linking, listing, with_lists
from tests.sites import ico, trouble
from tests.sites.serving import Page, redirect
from tests.sites.web import Web, single, sites, sources


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with sites() as served:
        yield served


def test_pages_are_found_in_a_sitemap_as_its_patterns_have_it(web: Web, tmp_path: Path):
    web.put("https://ico.org.uk/robots.txt", ico.robots(crawl_delay=0.1))
    sitemap = {"url": "https://ico.org.uk/sitemap.xml", "include": ["/for-organisations/"], "exclude": ["cctv"]}
    events = crawled(job(web, tmp_path, with_lists("ico", sitemaps=[sitemap])))
    found = {event["url"] for event in events if event["event"] == "page" and event["depth"] == 1}
    assert found
    assert all("/for-organisations/" in url and "cctv" not in url for url in found)


def test_the_newest_pages_of_an_organisation_are_found_by_search(web: Web, tmp_path: Path):
    search = {"organisations": ["department-of-health-and-social-care"], "most": 2}
    events = crawled(job(web, tmp_path, with_lists("govuk", searches=[search])))
    assert 1 <= sum(event["event"] == "page" and event["depth"] == 1 for event in events) <= 2
    (asked,) = [one for one in web.requests if one.path.startswith("/api/search.json")][-1:]
    assert "order=-public_timestamp" in asked.path
    assert "filter_organisations=department-of-health-and-social-care" in asked.path


def test_a_feed_is_told_and_nothing_is_fetched_for_it(web: Web, tmp_path: Path):
    feed = "https://www.ncsc.gov.uk/api/1/services/v1/all-rss-feed.xml"
    events = crawled(job(web, tmp_path, with_lists("ncsc", feeds=[feed], render="plain")))
    (told,) = [event for event in events if event["event"] == "feed"]
    assert told["entries"]
    assert sum(event["event"] == "page" and event["depth"] == 0 for event in events) <= 1


def test_what_a_search_finds_can_be_told_alone(web: Web, tmp_path: Path):
    search = {"organisations": ["department-of-health-and-social-care"], "most": 3, "fetch": False}
    events = crawled(job(web, tmp_path, with_lists("govuk", searches=[search])))
    (told,) = [event for event in events if event["event"] == "feed"]
    assert len(told["entries"]) == 3
    assert sum(event["event"] == "page" for event in events) == 1


def test_more_sitemaps_than_are_read_are_told(web: Web, tmp_path: Path):
    names = "".join(f"<sitemap><loc>https://ico.org.uk/map-{number}.xml</loc></sitemap>" for number in range(25))
    web.put("https://ico.org.uk/many.xml", Page(f"<sitemapindex>{names}</sitemapindex>", "application/xml"))
    sitemap = {"url": "https://ico.org.uk/many.xml", "include": ["."]}
    events = crawled(job(web, tmp_path, with_lists("ico", sitemaps=[sitemap])))
    assert "more than 20 sitemaps" in by_url(events)[sitemap["url"]]["why"]


def test_links_that_cannot_be_read_are_told_and_the_page_is_kept(web: Web, tmp_path: Path):
    url = trouble.ADDRESSES["fine"]
    before = web.page(url)
    web.put(url, Page("<main><h1>Links</h1><p>Here.</p>" + '<a href="/x">x</a>' * 10_001 + "</main>"))
    pages = [{"url": url, "kind": "guidance", "topics": [], "follow": "children"}]
    events = crawled(job(web, tmp_path, single(url, pages=pages)))
    web.put(url, before)
    assert [event["event"] for event in events if event.get("url") == url] == ["page", "fetched", "list failed"]


def test_a_page_we_have_is_asked_for_at_the_end_where_nothing_leads_to_it(web: Web, tmp_path: Path):
    wanted, other = sources("trouble"), trouble.ADDRESSES["etag"]
    first = wanted.source[0]
    fine = next(page for page in first.pages if page.url == trouble.ADDRESSES["moved"])
    short = Sources(source=(first.model_copy(update={"pages": (fine,)}),))
    held = [
        ProductPage(url=other, kind="guidance", topics=()),
        ProductPage(url=trouble.ADDRESSES["fine"], kind="guidance", topics=()),  # the first page leads there
        ProductPage(url=trouble.ADDRESSES["both"], kind="guidance", topics=(), also=(fine.url,)),
    ]
    web.forget()
    events = crawled(job(web, tmp_path, short, held=tuple((first.id, page) for page in held)))
    assert [event["url"] for event in events if event["event"] == "unlisted"] == [other, trouble.ADDRESSES["both"]]
    assert by_url(events)[other]["event"] == "fetched"
    assert len(web.asked(trouble.ADDRESSES["fine"])) == 1


def test_what_a_list_says_of_a_page_holds_wherever_it_is_linked_from(web: Web, tmp_path: Path):
    for path in ("/list/a", "/list/own", "/list/never"):
        web.put(f"https://{trouble.HOST}{path}", Page(trouble.article("A page", "Words.")))
    web.put(f"https://{trouble.HOST}/list", linking("/list/a", "/list/own", "/list/never"))
    own = {"url": "/list/own", "storage": "excerpt", "kind": "report", "topics": ["own"]}
    never = {"url": "/list/never", "storage": "link"}
    many = [{"url": f"/list-{number}"} for number in range(30)]
    web.forget()
    events = crawled(job(web, tmp_path, listing({"url": "/list", "follow": "children"}, *many, own, never)))
    pages = {event["url"].removeprefix(f"https://{trouble.HOST}"): event for event in events if event["event"] == "page"}
    assert (pages["/list/own"]["page"]["storage"], pages["/list/own"]["page"]["kind"]) == ("excerpt", "report")
    assert pages["/list/a"]["depth"] == 1
    assert "/list/never" not in pages
    assert web.asked(f"https://{trouble.HOST}/list/never") == []
    assert len(web.asked(f"https://{trouble.HOST}/list/own")) == 1


def test_a_page_found_by_links_can_be_read_on(web: Web, tmp_path: Path):
    web.put(f"https://{trouble.HOST}/list", linking("/report-1", "/other"))
    web.put(f"https://{trouble.HOST}/report-1", Page(trouble.article("A report", "Words.")))
    events = crawled(job(web, tmp_path, listing({"url": "/list", "follow": "links", "include": ["report"]})))
    (found,) = [event["page"] for event in events if event["event"] == "page" and event["depth"] == 1]
    assert ProductPage.model_validate(found).url.endswith("/report-1")


def test_a_feed_that_moved_is_read_where_it_is(web: Web, tmp_path: Path):
    feed = "https://www.ncsc.gov.uk/feed.xml"
    web.put(feed, redirect("https://www.ncsc.gov.uk/api/1/services/v1/all-rss-feed.xml"))
    events = crawled(job(web, tmp_path, with_lists("ncsc", feeds=[feed], render="plain")))
    assert [event["url"] for event in events if event["event"] == "feed"] == [feed]


def test_a_list_that_is_none_is_told(web: Web, tmp_path: Path):
    sitemap = {"url": "https://ico.org.uk/no-such-sitemap.xml", "include": ["."]}
    events = crawled(job(web, tmp_path, with_lists("ico", sitemaps=[sitemap])))
    assert by_url(events)[sitemap["url"]]["event"] == "failed"


def test_no_more_pages_than_asked_for(web: Web, tmp_path: Path):
    events = crawled(job(web, tmp_path, sources("govuk"), most=3))
    assert sum(event["event"] == "page" for event in events) == 3
