"""The manners of a crawl: the rules of robots files, the pace, and waiting where a site asks for it or fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.scrape.sources import Sources
from tests.scrape.crawling import LIMITS, by_url, crawled, job
from tests.sites import hostile, ico, ncsc, trouble
from tests.sites.serving import Page, redirect
from tests.sites.web import Web, single, sites, sources


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with sites() as served:
        yield served


@pytest.mark.parametrize("name", ["busy", "busy until"])
def test_a_site_that_asks_for_a_long_pause_is_left_alone_from_then_on(web: Web, tmp_path: Path, name: str):
    only = tuple(trouble.ADDRESSES[one] for one in (name, "fine", "etag", "both"))
    wanted = sources("trouble")
    pages = sorted((page for page in wanted.source[0].pages if page.url in only), key=lambda page: only.index(page.url))
    first = Sources(source=(wanted.source[0].model_copy(update={"pages": tuple(pages)}),))
    web.forget()
    events = by_url(crawled(job(web, tmp_path, first, limits=replace(LIMITS, patience=0.1))))
    assert "to come back in" in events[only[0]]["why"]
    # Here, where the pause between two requests is short, the next one may be on its way before the answer is read.
    assert all("to come back in" in events[url]["why"] for url in only[2:])
    assert [one for url in only[2:] for one in web.asked(url)] == []


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
