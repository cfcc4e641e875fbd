"""Each kind of page of the imitation does what it says, asked with urllib alone."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import socket
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from tests.sites import cqc, digitalcarehub, dspt, furniture, govuk_items, hostile, ico, ncsc, nhs, trouble
from tests.sites.serving import Page
from tests.sites.web import PUBLISHERS, Web, single, sites, sources


class Got(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def get(web: Web, url: str, **headers: str) -> Got:
    """Ask the imitation for an address, and follow nothing."""
    request = urllib.request.Request(web.local(url), headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=3) as reply:
            return Got(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as fault:
        with fault:
            return Got(fault.code, fault.headers, fault.read())


def item(web: Web, path: str) -> dict[str, object]:
    return json.loads(get(web, f"https://www.gov.uk/api/content{path}").text)


@pytest.fixture(scope="module")
def shared() -> Iterator[Web]:
    """The sites, for tests that change nothing."""
    with sites() as web:
        yield web


@pytest.fixture
def web() -> Iterator[Web]:
    with sites() as web:
        yield web


def test_every_page_of_the_sources_is_served(shared: Web):
    pages = [page for source in sources().source for page in source.pages]
    urls = {url for page in pages for url in (page.url, *page.also)}
    assert len(pages) > 25
    assert {get(shared, url).status for url in urls} <= {200, 301, 404}
    assert [url for url in urls if get(shared, url).status == 404] == [f"https://{govuk_items.HOST}{govuk_items.REDIRECT}"]


def test_hosts_denied_are_served_but_in_no_source(shared: Web):
    listed = sources()
    assert set(listed.deny_hosts) <= set(shared.rewrite)
    assert not {host for source in listed.source for host in source.hosts} & set(listed.deny_hosts)
    assert {host for source in listed.source for host in source.hosts} <= set(shared.rewrite)


def test_furniture_stands_on_the_pages_that_readers_see(shared: Web):
    for url in (f"https://{ico.HOST}{ico.BREACHES}", f"https://{cqc.HOST}{cqc.GOVERNANCE}", f"https://{nhs.DIGITAL}{nhs.MFA}"):
        assert all(words in get(shared, url).text for words in furniture.WORDS), url


def test_requests_are_recorded_with_host_path_headers_and_status(web: Web):
    get(web, f"https://{ico.HOST}{ico.BREACHES}?a=1", User_Agent="robot (x@example.org)")
    get(web, f"https://{ico.HOST}/nothing")
    first, second = web.requests
    assert (first.host, first.path, first.status) == (ico.HOST, f"{ico.BREACHES}?a=1", 200)
    assert first.headers["user-agent"] == "robot (x@example.org)"
    assert second.status == 404
    assert first.at <= second.at
    assert web.asked(f"https://{ico.HOST}/nothing") == [second]
    assert web.asked(ico.HOST) == [first, second]
    web.forget()
    assert web.requests == []


@pytest.mark.parametrize(
    ("name", "etag", "modified"),
    [("etag", True, False), ("weak etag", True, False), ("last modified", False, True), ("both", True, True)],
)
def test_a_copy_that_is_known_is_not_sent_again_until_it_changes(web: Web, name: str, etag: bool, modified: bool):
    url = trouble.ADDRESSES[name]
    first = get(web, url)
    tags = {"If_None_Match": first.headers["ETag"]} if etag else {}
    dates = {"If_Modified_Since": first.headers["Last-Modified"]} if modified else {}
    again = get(web, url, **tags, **dates)
    assert (again.status, again.body) == (304, b"")
    web.change(url, "Nothing is wrong", "Something is new")
    changed = get(web, url, **tags, **dates)
    assert changed.status == 200
    assert "Something is new" in changed.text


def test_a_tag_goes_before_a_date_and_pages_without_validators_are_always_sent(shared: Web):
    first = get(shared, trouble.ADDRESSES["both"])
    known = {"If_Modified_Since": first.headers["Last-Modified"]}
    assert get(shared, trouble.ADDRESSES["both"], If_None_Match='"other"', **known).status == 200
    plain = get(shared, trouble.ADDRESSES["fine"], If_None_Match="*", **known)
    assert (plain.status, plain.headers["ETag"], plain.headers["Last-Modified"]) == (200, None, None)


def test_pages_are_changed_removed_and_added(web: Web):
    url = f"https://{ico.HOST}{ico.PASSWORDS}"
    web.change(url, "Let people paste.", "Let people paste passwords.")
    assert "Let people paste passwords." in get(web, url).text
    with pytest.raises(ValueError, match="does not say"):
        web.change(url, "no such words", "")
    with pytest.raises(KeyError):
        web.change(f"https://{ico.HOST}/nothing", "a", "b")
    web.remove(url, 410)
    assert get(web, url).status == 410
    web.put(f"https://{ico.HOST}/new/", Page("<main><h1>New</h1></main>"))
    assert get(web, f"https://{ico.HOST}/new/").status == 200


def test_text_of_govuk_and_the_ncsc_is_changed_by_the_address_of_the_page(web: Web):
    web.change(f"https://www.gov.uk{govuk_items.DETAILED}", "Keep notes of each call", "Keep notes of all calls")
    assert "Keep notes of all calls" in json.dumps(item(web, govuk_items.DETAILED))
    web.change(f"https://{ncsc.HOST}{ncsc.BACKUPS}", "Medicine charts", "Charts of medicines")
    place = f"https://{ncsc.HOST}/api/page?path={quote(ncsc.BACKUPS, safe='')}"
    assert "Charts of medicines" in get(web, place).text


def test_govuk_items_have_their_shapes(shared: Web):
    assert [part["slug"] for part in item(shared, govuk_items.GUIDE)["details"]["parts"]] == ["overview", "storing", "losing"]
    sub_path = get(shared, f"https://www.gov.uk/api/content{govuk_items.GUIDE}/storing")
    assert (sub_path.status, sub_path.headers["Location"]) == (303, f"https://www.gov.uk/api/content{govuk_items.GUIDE}")
    attachments = item(shared, govuk_items.PUBLICATION)["details"]["attachments"]
    html = [one["url"] for one in attachments if one["attachment_type"] == "html"]
    assert [item(shared, path)["schema_name"] for path in html] == ["html_publication"] * 2
    groups = item(shared, govuk_items.MANUAL)["details"]["child_section_groups"]
    assert [one["base_path"] for one in groups[0]["child_sections"]] == list(govuk_items.SECTIONS)
    assert [one["withdrawn"] for one in item(shared, govuk_items.COLLECTION)["links"]["documents"]] == [False, True]
    assert item(shared, govuk_items.DETAILED)["withdrawn_notice"] == {}
    assert item(shared, govuk_items.WITHDRAWN)["withdrawn_notice"]["withdrawn_at"]


def test_govuk_tells_of_pages_that_are_gone_or_moved_in_both_ways(shared: Web):
    assert get(shared, f"https://www.gov.uk/api/content{govuk_items.GONE}").status == 410
    assert item(shared, govuk_items.GONE_AS_ITEM)["schema_name"] == "gone"
    assert get(shared, f"https://www.gov.uk/api/content{govuk_items.REDIRECT}").status == 301
    assert item(shared, govuk_items.REDIRECT_AS_ITEM)["redirects"][0]["destination"].startswith(govuk_items.ANSWER)


def test_govuk_search_finds_by_organisation_newest_first(shared: Web):
    search = "https://www.gov.uk/api/search.json?count=2&order=-public_timestamp&filter_organisations="
    found = json.loads(get(shared, search + govuk_items.DEPARTMENT).text)
    assert found["results"][0]["link"] == govuk_items.DETAILED
    assert (len(found["results"]), found["total"]) == (2, 11)
    assert json.loads(get(shared, f"{search}nobody").text)["total"] == 0


def test_the_ncsc_sends_a_shell_and_its_text_apart(shared: Web):
    shell = get(shared, f"https://{ncsc.HOST}{ncsc.BACKUPS}").text
    assert "Medicine charts" not in shell
    assert all(asked in shell for asked in (ncsc.SCRIPT, ncsc.IMAGE, ncsc.FONT, ncsc.THIRD_PARTY, "http://localhost:"))
    text = json.loads(get(shared, f"https://{ncsc.HOST}/api/page?path={quote(ncsc.BACKUPS, safe='')}").text)
    assert "Medicine charts" in text["html"]
    robots = get(shared, f"https://{ncsc.HOST}/robots.txt")
    assert (robots.status, robots.headers.get_content_type()) == (404, "text/html")


def test_robots_files_and_sitemaps(shared: Web):
    assert "Disallow: /*/print$" in get(shared, "https://www.gov.uk/robots.txt").text
    assert "Crawl-delay: 6\n" in get(shared, f"https://{ico.HOST}/robots.txt").text
    assert get(shared, hostile.BEHIND_BROKEN_ROBOTS.replace("/page", "/robots.txt")).status == 503
    assert "<lastmod>2026-07-08</lastmod>" in get(shared, f"https://{ico.HOST}/sitemap.xml").text
    assert "page-sitemap.xml" in get(shared, f"https://{digitalcarehub.HOST}/sitemap_index.xml").text


def test_wordpress_short_links_lead_to_the_page(shared: Web):
    short = get(shared, f"https://{digitalcarehub.HOST}{digitalcarehub.SHORT}")
    assert (short.status, short.headers["Location"]) == (301, f"https://{digitalcarehub.HOST}{digitalcarehub.DEADLINE}")
    assert digitalcarehub.STAGING in get(shared, f"https://{digitalcarehub.HOST}{digitalcarehub.MFA}").text


def test_the_pdf_reads(shared: Web):
    pypdf = pytest.importorskip("pypdf")
    got = get(shared, f"https://{dspt.HOST}{dspt.ATTACHMENT}")
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(got.body), strict=True).pages]
    assert [text.split("\n")[0].strip() for text in texts] == list(dspt.PDF_HEADINGS)


@pytest.mark.parametrize(
    ("name", "status"),
    [("missing", 404), ("gone", 410), ("forbidden", 403), ("busy", 429), ("busy until", 429), ("fails", 500)],
)
def test_pages_that_fail_say_so(shared: Web, name: str, status: int):
    got = get(shared, trouble.ADDRESSES[name])
    assert got.status == status
    assert (got.headers["Retry-After"] is not None) == (status == 429)


@pytest.mark.parametrize(("name", "status"), [("busy once", 429), ("fails once", 500), ("unavailable once", 503)])
def test_pages_that_fail_once_come_the_second_time(web: Web, name: str, status: int):
    assert [get(web, trouble.ADDRESSES[name]).status for _ in range(3)] == [status, 200, 200]


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("moved", "/fine"),
        ("moved twice", f"https://{trouble.HOST}/moved"),
        ("to allied", f"https://{trouble.ALLIED}/answer"),
        ("to foreign", f"https://{trouble.FOREIGN}/answer"),
        ("to http", f"http://{trouble.HOST}/fine"),
        ("to private", "https://192.168.0.1/answer"),
        ("loop", "/loop-back"),
        ("loop back", "/loop"),
        ("to nowhere", None),
    ],
)
def test_redirects_lead_where_they_say(shared: Web, name: str, to: str | None):
    got = get(shared, trouble.ADDRESSES[name])
    assert (got.status, got.headers["Location"]) == (301, to)


def test_a_redirect_to_this_machine_would_be_answered(shared: Web):
    got = get(shared, trouble.ADDRESSES["to loopback"])
    assert got.headers["Location"] == f"{shared.rewrite[trouble.HOST]}/secret"


def test_a_page_in_gzip(shared: Web):
    assert b"Nothing is wrong" in gzip.decompress(get(shared, trouble.ADDRESSES["gzipped"]).body)


def beginning(web: Web, url: str, most: int, seconds: float = 1.0) -> bytes:
    """Return what came for an address, the head included, until enough or too long."""
    parts = urlsplit(web.local(url))
    whole, end = b"", time.monotonic() + seconds
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=seconds) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while len(whole) < most and time.monotonic() < end:
            connection.settimeout(max(end - time.monotonic(), 0.01))
            try:
                part = connection.recv(1 << 16)
            except TimeoutError:
                break
            if not part:
                break
            whole += part
    return whole


def test_a_drip_is_slow_and_endless_ones_are_not(shared: Web):
    assert 0 < len(beginning(shared, hostile.ADDRESSES["slow drip"], 1_000, 0.3)) < 200
    assert beginning(shared, hostile.ADDRESSES["silent"], 1_000, 0.1) == b""
    for name in ("endless page", "endless headers", "endless header"):
        assert len(beginning(shared, hostile.ADDRESSES[name], 200_000)) >= 200_000, name
    assert b"\r\n\r\n" not in beginning(shared, hostile.ADDRESSES["endless headers"], 200_000)


def test_a_bomb_is_small_and_swells():
    small = hostile.bomb(3)
    assert gzip.decompress(small) == bytes(3 * hostile.MEGABYTE)
    assert len(zlib.decompressobj(31).decompress(small)) == 3 * hostile.MEGABYTE


def test_the_bomb_served_is_a_gigabyte_in_one(shared: Web):
    got = get(shared, hostile.ADDRESSES["gzip bomb"])
    assert got.headers["Content-Encoding"] == "gzip"
    assert len(got.body) < 2 * hostile.MEGABYTE
    assert int.from_bytes(got.body[-4:], "little") == 1 << 30


def test_a_long_page_is_as_long_as_it_says(shared: Web):
    with urllib.request.urlopen(shared.local(hostile.ADDRESSES["long page"]), timeout=3) as reply:
        size = 0
        while part := reply.read(hostile.MEGABYTE):
            size += len(part)
        assert size == int(reply.headers["Content-Length"]) == 50 * hostile.MEGABYTE


@pytest.mark.parametrize("name", ["truncated body", "truncated chunks"])
def test_a_truncated_page_ends_too_soon(shared: Web, name: str):
    with pytest.raises(http.client.IncompleteRead):
        get(shared, hostile.ADDRESSES[name])


def test_hostile_texts(shared: Web):
    def raw(name: str) -> bytes:
        return get(shared, hostile.ADDRESSES[name]).body

    assert raw("nested tags").count(b"<div>") == 100_000
    with pytest.raises(UnicodeDecodeError):
        raw("wrong charset").decode()
    assert get(shared, hostile.ADDRESSES["unknown charset"]).headers.get_content_charset() == "klingon"
    assert b"\x1b[31m" in raw("control characters")
    assert furniture.NAVIGATION.encode() in raw("no text")
    assert b"<p>" not in raw("no text")
    assert json.loads(raw("json as html"))
    assert "<h2" not in hostile.UNHEADED
    assert raw("loses headings").decode() == hostile.HEADED


def test_a_connection_may_end_without_an_answer(shared: Web):
    with pytest.raises(http.client.RemoteDisconnected):
        get(shared, trouble.ADDRESSES["hangs up"])


def test_everything_stops_at_once_while_a_drip_is_read():
    with sites() as web:
        parts = urlsplit(web.local(hostile.ADDRESSES["slow drip"]))
        connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=3)
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert connection.recv(10)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    with connection:
        while connection.recv(1_000):
            pass


def test_sources_of_some_sites_and_of_one_page():
    assert [source.id for source in sources("cqc", "trouble").source] == ["cqc", "trouble"]
    assert len(sources("hostile").source[0].pages) == len(hostile.ADDRESSES)
    (alone,) = single(trouble.ADDRESSES["busy once"], pace_seconds=2).source
    assert ([page.url for page in alone.pages], alone.pace_seconds) == ([trouble.ADDRESSES["busy once"]], 2)
    assert {len(module.SOURCES) for module in PUBLISHERS.values()} == {1, 2}
