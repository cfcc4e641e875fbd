"""The crawl against the imitated sites: what is fetched, what is refused and why, what is asked for again, and what is left."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.resolver import dnscache
from twisted.python.failure import Failure

from assistant.errors import ConfigError, FetchError
from assistant.scrape.answers import Errand
from assistant.scrape.browser import find_browser
from assistant.scrape.crawl import Crawl, Job, Limits, read_job
from assistant.scrape.process import PublicResolver
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import Page as ProductPage
from assistant.scrape.sources import Sources
from assistant.scrape.spider import GuidanceSpider, Plan
from tests.sites import dspt, hostile, ico, ncsc, trouble
from tests.sites.serving import Page, redirect
from tests.sites.web import Web, single, sites, sources

AGENT = "Careguide-test (+tests@example.org)"
LIMITS = Limits(seconds=4, size=5_000_000, retries=2, retry_step=0.05, patience=0)
Event = dict[str, Any]


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with sites() as served:
        yield served


def job(web: Web, folder: Path, wanted: Sources, run: str = "1", **more: Any) -> Job:
    made = Job(folder, run, AGENT, wanted.source, wanted.deny_hosts, limits=LIMITS, served=dict(web.rewrite))
    return replace(made, **more)


def crawled(one: Job) -> list[Event]:
    with Crawl(one, one.store) as crawl:
        return list(crawl)


def by_url(events: list[Event]) -> dict[str, Event]:
    """Return the last event of each address, those that only say that it was found left out."""
    return {event["url"]: event for event in events if event["event"] not in {"page", "done"}}


@pytest.fixture(scope="module")
def troubled(web: Web, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Event]]:
    folder = tmp_path_factory.mktemp("troubled")
    pages = [page.url for page in sources("trouble").source[0].pages]
    only = tuple(url for url in pages if url not in (trouble.ADDRESSES["busy"], trouble.ADDRESSES["busy until"]))
    return folder, by_url(crawled(job(web, folder, sources("trouble"), only=only)))


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("fine", "fetched"),
        ("gzipped", "fetched"),
        ("missing", "absent"),
        ("gone", "absent"),
        ("busy once", "fetched"),
        ("unavailable once", "fetched"),
        ("fails once", "fetched"),
        ("moved", "fetched"),
        ("moved twice", "fetched"),
        ("for now", "fetched"),
        ("to allied", "fetched"),
    ],
)
def test_what_can_be_had_is_had(troubled: tuple[Path, dict[str, Event]], name: str, event: str):
    assert troubled[1][trouble.ADDRESSES[name]]["event"] == event


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("forbidden", "status 403"),
        ("fails", "status 500"),
        ("hangs up", "broke off"),
        ("moved often", "circle, or more than"),
        ("loop", "circle, or more than"),
        ("to foreign", "none of those of its source"),
        ("to denied", "denied"),
        ("to http", "only https"),
        ("to private", "private network"),
        ("to metadata", "private network"),
        ("to loopback", "only https"),
        ("to file", "only https"),
        ("to nowhere", "redirects to nowhere"),
    ],
)
def test_what_cannot_be_had_says_why_in_one_line(troubled: tuple[Path, dict[str, Event]], name: str, why: str):
    event = troubled[1][trouble.ADDRESSES[name]]
    assert event["event"] == "failed"
    assert why in event["why"]
    assert "\n" not in event["why"]
    assert trouble.ADDRESSES[name] in event["why"] or "redirects" in event["why"]


@pytest.mark.parametrize("name", ["busy", "busy until"])
def test_a_site_that_asks_for_a_long_pause_is_left_alone_from_then_on(web: Web, tmp_path: Path, name: str):
    only = tuple(trouble.ADDRESSES[one] for one in (name, "fine", "etag", "both"))
    wanted = sources("trouble")
    pages = sorted((page for page in wanted.source[0].pages if page.url in only), key=lambda page: only.index(page.url))
    first = Sources(source=(wanted.source[0].model_copy(update={"pages": tuple(pages)}),))
    web.forget()
    events = by_url(crawled(job(web, tmp_path, first)))
    assert "to come back in" in events[only[0]]["why"]
    # Here, where there is no pause between two requests, the next one is on its way before the answer is read.
    assert all("to come back in" in events[url]["why"] for url in only[2:])
    assert [one for url in only[2:] for one in web.asked(url)] == []


def test_hosts_outside_the_source_are_never_asked(troubled: tuple[Path, dict[str, Event]], web: Web):
    assert web.asked(trouble.FOREIGN) == []
    assert web.asked("digitalcarehub.reech.site") == []
    assert web.asked(f"https://{trouble.HOST}/secret") == []


def test_a_redirect_is_kept_under_the_address_asked_for_with_where_it_led(troubled: tuple[Path, dict[str, Event]]):
    store = ResponseStore(troubled[0])
    asked = trouble.ADDRESSES["moved twice"]
    fetched = store.get(asked)
    assert fetched is not None
    assert fetched.url == trouble.ADDRESSES["fine"]
    assert fetched.aliases == (asked, trouble.ADDRESSES["moved"])
    store.close()


def test_every_request_says_who_asks(troubled: tuple[Path, dict[str, Event]], web: Web):
    asked = web.asked(trouble.HOST)
    assert asked
    assert {one.headers["user-agent"] for one in asked} == {AGENT}


def test_what_has_not_changed_is_asked_for_with_what_is_known_of_it(web: Web, tmp_path: Path):
    wanted = sources("trouble")
    names = ("fine", "etag", "weak etag", "last modified", "both")
    only = tuple(trouble.ADDRESSES[name] for name in names)
    first = by_url(crawled(job(web, tmp_path, wanted, only=only)))
    assert {first[url]["event"] for url in only} == {"fetched"}
    second = by_url(crawled(job(web, tmp_path, wanted, "2", only=only)))
    assert [second[url]["event"] for url in only] == ["same", *["unmodified"] * 4]
    web.change(trouble.ADDRESSES["etag"], "Nothing is wrong here.", "Something is.")
    third = by_url(crawled(job(web, tmp_path, wanted, "3", only=only)))
    assert third[trouble.ADDRESSES["etag"]]["event"] == "fetched"


def test_robots_rules_are_obeyed_wildcards_too(web: Web, tmp_path: Path):
    for url in ("https://www.gov.uk/guidance/keeping-care-records/print", "https://ico.org.uk/private/plans"):
        web.forget()
        events = by_url(crawled(job(web, tmp_path, single(url))))
        assert events[url]["event"] == "robots"
        assert web.asked(url) == []


def test_a_robots_file_that_is_a_page_has_no_rules_and_one_that_fails_forbids_all(web: Web, tmp_path: Path):
    page = ncsc.SOURCES[0]["pages"][0]["url"]  # type: ignore[index]
    assert by_url(crawled(job(web, tmp_path, single(str(page)))))[str(page)]["event"] == "fetched"
    behind = hostile.BEHIND_BROKEN_ROBOTS
    event = by_url(crawled(job(web, tmp_path, single(behind))))[behind]
    assert event["event"] == "failed"
    assert "robots file could not be read" in event["why"]
    assert web.asked(behind) == []


@pytest.fixture(scope="module")
def attacked(web: Web, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Event]:
    hostile.bomb()  # made once, which takes a while
    limits = Limits(seconds=1.5, size=2_000_000, retries=0, patience=0)
    return by_url(crawled(job(web, tmp_path_factory.mktemp("attacked"), sources("hostile"), limits=limits)))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("slow drip", "too long"),
        ("slow head", "too long"),
        ("silent", "too long"),
        ("gzip bomb", "too large"),
        ("long page", "too large"),
        ("long page of unknown length", "too large"),
        ("endless page", "too large"),
        ("endless header", "cannot be fetched"),
        ("truncated body", "broke off"),
        ("truncated chunks", "broke off"),
        ("no http", "cannot be fetched"),
        ("broken robots", "robots file could not be read"),
    ],
)
def test_a_hostile_answer_is_cut_off_and_said(attacked: dict[str, Event], name: str, why: str):
    event = attacked[hostile.ADDRESSES[name]]
    assert event["event"] == "failed"
    assert why in event["why"]


def test_the_pages_after_a_hostile_one_are_fetched(attacked: dict[str, Event]):
    for name in ("nested tags", "wrong charset", "control characters", "no text", "lost headings", "binary as html"):
        assert attacked[hostile.ADDRESSES[name]]["event"] == "fetched", name


def gaps(web: Web, host: str) -> list[float]:
    """Return the seconds between the requests of a host."""
    times = [one.at for one in web.asked(host)]
    return [after - before for before, after in pairwise(times)]


def test_the_pace_of_a_source_and_the_delay_of_its_robots_file_are_kept(web: Web, tmp_path: Path):
    web.put("https://ico.org.uk/robots.txt", ico.robots(crawl_delay=0.6))
    web.forget()
    patient = replace(LIMITS, patience=0.3)  # a second of pace is 0.3 seconds here
    crawled(job(web, tmp_path, sources("ico", "cqc"), limits=patient))
    assert len(gaps(web, "ico.org.uk")) >= 3
    assert min(gaps(web, "ico.org.uk")[1:]) >= 0.55
    assert len(gaps(web, "www.cqc.org.uk")) >= 2
    assert min(gaps(web, "www.cqc.org.uk")) >= 0.25


def test_after_an_error_of_the_network_each_try_waits_longer(web: Web, tmp_path: Path):
    url = trouble.ADDRESSES["hangs up"]
    web.forget()
    slowly = replace(LIMITS, retry_step=0.3)
    assert by_url(crawled(job(web, tmp_path, sources("trouble"), only=(url,), limits=slowly)))[url]["event"] == "failed"
    *_, first, second = [after.at - before.at for before, after in pairwise(web.asked(url))]  # an idle connection is tried anew
    assert first >= 0.3
    assert second >= 0.6


@pytest.mark.parametrize("render", ["plain", "browser"])
def test_a_name_that_leads_into_a_private_network_is_refused(web: Web, tmp_path: Path, render: str):
    name = socket.gethostname()
    try:
        if ipaddress.ip_address(socket.gethostbyname(name)).is_global:
            pytest.skip("this machine's name leads to a public address")
    except OSError:
        pytest.skip("this machine's name leads nowhere")
    browser = chromium() if render == "browser" else ""
    url = f"https://{name}/"
    event = by_url(crawled(job(web, tmp_path, single(url, render=render), browser=browser, limits=replace(LIMITS, retries=0))))
    assert event[url]["event"] == "failed"
    assert "robots file could not be read" in event[url]["why"] or "private network" in event[url]["why"]


def test_names_are_looked_up_in_the_open(web: Web):
    dnscache["intranet.example"], dnscache["public.example"] = "10.1.2.3", "93.184.215.14"
    resolver = PublicResolver(ThreadsAlone(), 10, 1.0)
    told: list[Any] = []
    resolver.getHostByName("public.example").addBoth(told.append)
    resolver.getHostByName("intranet.example").addBoth(told.append)
    assert told[0] == "93.184.215.14"
    assert "10.1.2.3, an address of a private network" in str(told[1].value)


class ThreadsAlone:
    """A reactor that is asked for nothing, because every name is known."""


def test_a_fault_of_our_own_is_told(tmp_path: Path):
    told: list[Event] = []
    store = ResponseStore(tmp_path)
    wanted = sources("trouble")
    spider = GuidanceSpider(Plan(wanted.source, "1"), store, told.append)
    url = trouble.ADDRESSES["fine"]
    page = next(page for page in wanted.source[0].pages if page.url == url)
    request = Request(url, meta={"errand": Errand(wanted.source[0], page, url)})
    spider.broke(Failure(ZeroDivisionError("by chance")), Response(url, request=request))
    store.close()
    assert [(event["event"], event["url"]) for event in told] == [("failed", url)]
    assert "by chance" in told[0]["why"]


def test_a_robots_file_that_moved_is_read_where_it_is_now(web: Web, tmp_path: Path):
    url = f"https://{trouble.ALLIED}/answer"
    web.put(f"https://{trouble.ALLIED}/robots.txt", redirect(f"https://{trouble.HOST}/rules.txt"))
    web.put(f"https://{trouble.HOST}/rules.txt", Page("User-agent: *\nDisallow: /answer\n", "text/plain"))
    web.forget()
    assert by_url(crawled(job(web, tmp_path, single(url))))[url]["event"] == "robots"
    assert web.asked(url) == []


def test_rules_for_a_page_hold_for_its_json_too(web: Web, tmp_path: Path):
    url = "https://www.gov.uk/report-suspicious-emails-websites-phishing"
    before = web.page("https://www.gov.uk/robots.txt")
    web.put("https://www.gov.uk/robots.txt", Page("User-agent: *\nDisallow: /report-suspicious\n", "text/plain"))
    events = by_url(crawled(job(web, tmp_path, sources("govuk"), only=(url,))))
    web.put("https://www.gov.uk/robots.txt", before)
    assert events[url]["event"] == "robots"


def test_a_crawl_whose_refresh_is_killed_asks_for_nothing_more(web: Web, tmp_path: Path):
    crawl = Crawl(job(web, tmp_path, sources("hostile")), tmp_path)
    crawl.__enter__()
    next(iter(crawl))
    crawl.abandon()
    end = time.monotonic() + 5
    while not gone(crawl.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert gone(crawl.pid)
    crawl.__exit__()


def gone(pid: int) -> bool:
    """Whether a child process of ours has ended, waited for or not."""
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z" if Path(f"/proc/{pid}").exists() else True


def test_a_crawl_that_is_killed_keeps_what_it_has_and_goes_on(web: Web, tmp_path: Path):
    wanted = sources("govuk")
    first = job(web, tmp_path, wanted)
    crawl = Crawl(first, tmp_path)
    crawl.__enter__()
    with pytest.raises(FetchError, match="--resume"):
        killed_at_the_first_page(crawl)
    crawl.__exit__()
    store = ResponseStore(tmp_path)
    done = store.fetched_in("1")
    store.close()
    assert done
    web.forget()
    again = crawled(job(web, tmp_path, wanted, done=tuple(done)))
    kept = {event["url"] for event in again if event["event"] == "kept"}
    assert kept == done
    assert {one.path for one in web.requests if one.host == "www.gov.uk"}.isdisjoint(
        f"/api/content{url.removeprefix('https://www.gov.uk')}" for url in done
    )
    fetched = {event["url"] for event in again if event["event"] in {"fetched", "kept"}}
    assert fetched == {event["url"] for event in again if event["event"] == "page"}


def killed_at_the_first_page(crawl: Crawl) -> None:
    for event in crawl:
        if event["event"] == "fetched":
            os.kill(crawl.pid, signal.SIGKILL)


def with_lists(name: str, **lists: Any) -> Sources:
    """Return the sources of a publisher with only its first page, and with lists to discover more."""
    wanted = sources(name)
    first = wanted.source[0].model_dump(mode="json")
    return Sources.model_validate({"source": [{**first, "pages": first["pages"][:1], **lists}]})


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


def listing(*pages: dict[str, Any], **fields: Any) -> Sources:
    """Return a source of pages on the host of trouble; their addresses are paths."""
    named = [{"kind": "guidance", "topics": [], **page, "url": f"https://{trouble.HOST}{page['url']}"} for page in pages]
    return single(f"https://{trouble.HOST}/fine", hosts=[trouble.HOST, trouble.ALLIED], pages=named, **fields)


def linking(*paths: str) -> Page:
    return Page("<main><h1>Links</h1><p>Here they are.</p>" + "".join(f'<a href="{path}">x</a>' for path in paths) + "</main>")


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


def test_a_pdf_of_a_site_that_needs_a_browser_is_fetched_without_one(web: Web, tmp_path: Path):
    web.put(f"https://{trouble.HOST}/files/a.PDF", Page(dspt.pdf(dspt.PDF_HEADINGS, dspt.PDF_LINES), "application/pdf"))
    wanted = listing({"url": "/files/a.PDF"}, render="browser")
    (event,) = by_url(crawled(job(web, tmp_path, wanted, browser=chromium()))).values()
    assert event["event"] == "fetched"


def test_a_feed_that_moved_is_read_where_it_is(web: Web, tmp_path: Path):
    feed = "https://www.ncsc.gov.uk/feed.xml"
    web.put(feed, redirect("https://www.ncsc.gov.uk/api/1/services/v1/all-rss-feed.xml"))
    events = crawled(job(web, tmp_path, with_lists("ncsc", feeds=[feed], render="plain")))
    assert [event["url"] for event in events if event["event"] == "feed"] == [feed]


def test_a_robots_file_is_not_fetched_from_a_host_denied(web: Web, tmp_path: Path):
    url, denied = f"https://{trouble.ALLIED}/answer", "digitalcarehub.reech.site"
    before = web.asked(denied)
    web.put(f"https://{trouble.ALLIED}/robots.txt", redirect(f"https://{denied}/robots.txt"))
    assert by_url(crawled(job(web, tmp_path, single(url))))[url]["event"] == "failed"
    assert web.asked(denied) == before


def test_rules_hold_for_where_a_page_leads_too(web: Web, tmp_path: Path):
    asked, aim = trouble.ADDRESSES["moved"], trouble.ADDRESSES["fine"]
    web.put(f"https://{trouble.HOST}/robots.txt", Page("User-agent: *\nDisallow: /fine\n", "text/plain"))
    web.forget()
    events = by_url(crawled(job(web, tmp_path, single(asked))))
    web.put(f"https://{trouble.HOST}/robots.txt", Page("User-agent: *\nDisallow:\n", "text/plain"))
    assert events[asked]["event"] == "robots"
    assert web.asked(aim) == []


def test_a_list_that_is_none_is_told(web: Web, tmp_path: Path):
    sitemap = {"url": "https://ico.org.uk/no-such-sitemap.xml", "include": ["."]}
    events = crawled(job(web, tmp_path, with_lists("ico", sitemaps=[sitemap])))
    assert by_url(events)[sitemap["url"]]["event"] == "failed"


def test_no_more_pages_than_asked_for(web: Web, tmp_path: Path):
    events = crawled(job(web, tmp_path, sources("govuk"), most=3))
    assert sum(event["event"] == "page" for event in events) == 3


def test_a_page_that_script_writes_is_rendered_and_nothing_else_is_loaded(web: Web, tmp_path: Path):
    browser = chromium()
    web.forget()
    wanted = sources("ncsc")
    events = by_url(crawled(job(web, tmp_path, wanted, browser=browser)))
    assert {event["event"] for event in events.values()} == {"fetched"}
    store = ResponseStore(tmp_path)
    rendered = [store.get(url) for url in events]
    assert all(page is not None and "<h1" in page.text for page in rendered)
    store.close()
    loaded = {one.path for one in web.requests}
    assert not [path for path in loaded if path.endswith((".png", ".jpg", ".woff", ".woff2"))]
    assert {one.host for one in web.requests} <= {host for source in wanted.source for host in source.hosts}


def chromium() -> str:
    """Return the path of the browser, or skip the test by name where there is none."""
    try:
        return find_browser()
    except ConfigError as fault:
        pytest.skip(str(fault))


def test_a_missing_browser_names_the_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ConfigError, match="apt install chromium"):
        find_browser()
    with pytest.raises(ConfigError, match="/nowhere/chromium"):
        find_browser("/nowhere/chromium")


def test_a_job_never_leads_off_this_machine_by_its_back_door(web: Web, tmp_path: Path):
    file = tmp_path / "job.json"
    file.write_text(job(web, tmp_path, sources("ico"), served={"ico.org.uk": "http://10.0.0.1:80"}).as_json())
    with pytest.raises(ValueError, match="not on this machine"):
        read_job(file)
    file.write_text(job(web, tmp_path, sources("ico"), served={}).as_json())
    with pytest.raises(ValueError, match="without patience"):
        read_job(file)
