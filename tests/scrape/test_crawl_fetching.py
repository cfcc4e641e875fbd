"""What a crawl of the imitated sites fetches, what it refuses and why, what is asked for again, and what is left of a crawl."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from scrapy.http import Request, Response
from scrapy.resolver import dnscache
from twisted.python.failure import Failure

from assistant.errors import ConfigError, FetchError
from assistant.scrape.answers import Errand
from assistant.scrape.browser import find_browser
from assistant.scrape.crawl import Crawl, Limits, read_job
from assistant.scrape.process import PublicResolver
from assistant.scrape.responses import ResponseStore
from assistant.scrape.spider import GuidanceSpider, Plan
from tests.scrape.crawling import AGENT, LIMITS, Event, by_url, chromium, crawled, job, listing
from tests.sites import dspt, hostile, trouble
from tests.sites.serving import Asked, Page
from tests.sites.web import Web, single, sites, sources


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with sites() as served:
        yield served


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


def private_name() -> str:
    """Return the name of this machine where it leads into a private network, or back to it; empty where it does not."""
    name = socket.gethostname()
    try:
        return "" if ipaddress.ip_address(socket.gethostbyname(name)).is_global else name
    except OSError:
        return ""


RENDERED = sources("ncsc")
PDF = f"https://{trouble.HOST}/files/a.PDF"


class Browsed(NamedTuple):
    """What a crawl with a browser left in its folder, told, and asked for."""

    folder: Path
    events: dict[str, Event]
    asked: list[Asked]


@pytest.fixture(scope="module")
def browsed(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Browsed:
    """Return a crawl with a browser, which takes seconds to start: of pages, a PDF, and a private name."""
    browser, folder, name = chromium(), tmp_path_factory.mktemp("browsed"), private_name()
    web.put(PDF, Page(dspt.pdf(dspt.PDF_HEADINGS, dspt.PDF_LINES), "application/pdf"))
    more = [listing({"url": "/files/a.PDF"}, render="browser").source[0].model_copy(update={"id": "files"})]
    more += single(f"https://{name}/", render="browser").source if name else ()
    web.forget()
    wanted = RENDERED.model_copy(update={"source": (*RENDERED.source, *more)})
    events = by_url(crawled(job(web, folder, wanted, browser=browser)))
    return Browsed(folder, events, web.requests)


@pytest.mark.parametrize("render", ["plain", "browser"])
def test_a_name_that_leads_into_a_private_network_is_refused(
    web: Web, tmp_path: Path, render: str, request: pytest.FixtureRequest
):
    if not (name := private_name()):
        pytest.skip("this machine's name leads nowhere, or to a public address")
    url = f"https://{name}/"
    if render == "browser":
        event = request.getfixturevalue("browsed").events[url]
    else:
        event = by_url(crawled(job(web, tmp_path, single(url), limits=replace(LIMITS, retries=0))))[url]
    assert event["event"] == "failed"
    assert "robots file could not be read" in event["why"] or "private network" in event["why"]


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


def test_a_pdf_of_a_site_that_needs_a_browser_is_fetched_without_one(browsed: Browsed):
    assert browsed.events[PDF]["event"] == "fetched"


def test_a_page_that_script_writes_is_rendered_and_nothing_else_is_loaded(browsed: Browsed):
    hosts = {host for source in RENDERED.source for host in source.hosts}
    events = {url: event for url, event in browsed.events.items() if urlsplit(url).hostname in hosts}
    assert events
    assert {event["event"] for event in events.values()} == {"fetched"}
    store = ResponseStore(browsed.folder)
    rendered = [store.get(url) for url in events]
    assert all(page is not None and "<h1" in page.text for page in rendered)
    store.close()
    loaded = {one.path for one in browsed.asked}
    assert not [path for path in loaded if path.endswith((".png", ".jpg", ".woff", ".woff2"))]
    beside = {PDF, f"https://{trouble.HOST}/robots.txt"}
    assert {one.url for one in browsed.asked if one.host not in hosts} <= beside


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
