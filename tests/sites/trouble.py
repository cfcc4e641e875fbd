"""What goes wrong on any site: pages that are missing, that ask to wait, that fail once, and redirects of every kind.

All of it is on hosts of no publisher. ``ADDRESSES`` names each by what it does.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.sites.serving import TEXT, Answer, Asked, Page, Rewrite, Site, Wire, redirect

HOST, ALLIED, FOREIGN = "www.trouble.example", "help.trouble.example", "www.foreign.example"
"""The source's hosts are the first two."""


def article(title: str, *paragraphs: str) -> str:
    """Return a plain page of guidance with two headings."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<main><h1>{title}</h1><h2 id="first">What to do first</h2>{body}'
        '<h2 id="then">What to do then</h2><p>Tell the person in charge.</p></main></body></html>'
    )


def _after(first: Page, text: str) -> Callable[[Asked, Rewrite], Page]:
    """Answer the first request with trouble and later ones with a page."""
    return lambda asked, rewrite: Page(article(text, "It came in the end.")) if asked.nth > 1 else first


def _busy_until(_: Asked, __: Rewrite) -> Page:
    then = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    return Page("", TEXT, 429, {"Retry-After": then})


def _to_loopback(_: Asked, rewrite: Rewrite) -> Page:
    """Lead to an address that would answer here, so that a request of it is seen."""
    return redirect(f"{rewrite[HOST]}/secret", 302)


_PLAIN: dict[str, Answer] = {
    "/fine": Page(article("A page without validators", "Nothing is wrong here.")),
    "/etag": Page(article("A page with an ETag", "Nothing is wrong here."), validators=("etag",)),
    "/weak-etag": Page(article("A page with a weak ETag", "Nothing is wrong here."), validators=("weak-etag",)),
    "/last-modified": Page(article("A page with a date", "Nothing is wrong here."), validators=("last-modified",)),
    "/both": Page(article("A page with both", "Nothing is wrong here."), validators=("etag", "last-modified")),
    "/gzipped": Page(
        gzip.compress(article("A page in gzip", "Nothing is wrong here.").encode()), headers={"Content-Encoding": "gzip"}
    ),
    "/secret": Page(article("Never to be read", "This is on the machine itself.")),
}
_FAILING: dict[str, Answer] = {
    "/missing": Page(article("Not found", "There is no such page."), status=404),
    "/gone": Page(article("Gone", "There was such a page."), status=410),
    "/forbidden": Page(article("Forbidden", "Robots are not welcome."), status=403),
    "/busy-once": _after(Page("", TEXT, 429, {"Retry-After": "1"}), "A busy page"),
    "/busy": Page("", TEXT, 429, {"Retry-After": "3600"}),
    "/busy-until": _busy_until,
    "/fails-once": _after(Page("", TEXT, 500), "A page that failed once"),
    "/unavailable-once": _after(Page("", TEXT, 503, {"Retry-After": "1"}), "A page that was away"),
    "/fails": Page("", TEXT, 500),
    "/hangs-up": Wire(lambda stopped: iter(())),
}
_REDIRECTS: dict[str, Answer] = {
    "/moved": redirect("/fine"),
    "/moved-twice": redirect(f"https://{HOST}/moved"),
    "/for-now": redirect(f"https://{HOST}/fine", 302),
    "/moved-often": redirect("/moved-often-1"),
    **{f"/moved-often-{step}": redirect(f"/moved-often-{step + 1}") for step in range(1, 12)},
    "/moved-often-12": redirect("/fine"),
    "/to-allied": redirect(f"https://{ALLIED}/answer"),
    "/to-foreign": redirect(f"https://{FOREIGN}/answer"),
    "/to-denied": redirect("https://digitalcarehub.reech.site/one-week-to-go-dspt-deadline/"),
    "/to-http": redirect(f"http://{HOST}/fine"),
    "/to-private": redirect("https://192.168.0.1/answer"),
    "/to-metadata": redirect("https://169.254.169.254/latest/meta-data/"),
    "/to-loopback": _to_loopback,
    "/to-file": redirect("file:///etc/passwd"),
    "/to-nowhere": Page("", TEXT, 301),
    "/loop": redirect("/loop-back"),
    "/loop-back": redirect("/loop"),
}

ADDRESSES = {path.strip("/").replace("-", " "): f"https://{HOST}{path}" for path in (*_PLAIN, *_FAILING, *_REDIRECTS)}
"""Each by what it does: ``busy once``, ``to foreign``, ``loop`` ..."""

SITES = (
    Site(HOST, {**_PLAIN, **_FAILING, **_REDIRECTS, "/robots.txt": Page("User-agent: *\nDisallow:\n", TEXT)}),
    Site(ALLIED, {"/answer": Page(article("On a host of the same source", "It may be fetched."))}),
    Site(FOREIGN, {"/answer": Page(article("On a host of nobody", "It may not be fetched."))}),
)

SOURCES = [
    {
        "id": "trouble",
        "publisher": "Trouble",
        "hosts": [HOST, ALLIED],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Trouble, under the Open Government Licence.",
        "pages": [
            {"url": url, "kind": "guidance", "topics": []}
            for name, url in ADDRESSES.items()
            if name != "secret" and not name.startswith("moved often ") and name != "loop back"
        ],
    }
]
