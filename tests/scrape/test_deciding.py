"""Which document each page of a crawl stands for: pages that move, merge, part, vanish, fail, and lists that change."""

from __future__ import annotations

import dataclasses
from typing import Any

from assistant.errors import ExtractError
from assistant.scrape.decide import Added, Changed, Decision, Failed, Gone, Missing, Moved, Unchanged
from assistant.scrape.deciding import Deciding
from assistant.scrape.fetched import Fetched
from assistant.scrape.findings import Findings
from assistant.scrape.options import Options
from assistant.scrape.sources import Page, Source
from assistant.types import Document
from tests.fakes import document
from tests.scrape.given import HOST, source

SOURCE = source()
PARAGRAPHS = "\n\n".join(f"Paragraph {number} says that the records are kept in the locked cupboard." for number in range(9))


def at(path: str, text: str = PARAGRAPHS, **fields: Any) -> Document:
    """Return the document of a page."""
    made = document(f"# Locks\n\n{text}\n")
    values = {"id": f"example{path}", "url": f"https://{HOST}{path}", "publisher": "Example Office", "kind": "guidance"}
    return dataclasses.replace(made, **{**values, "based_on": (), **fields})


class Site:
    """What a crawl found: what each address gave, and the document that it makes."""

    def __init__(self, **answers: Document | int | str) -> None:
        """Take, for each address asked for, the document that came, a status, or why it failed."""
        self._answers = {f"https://{HOST}/{name}": answer for name, answer in answers.items()}

    def findings(self) -> Findings:
        found = Findings()
        for url, answer in self._answers.items():
            page = Page(url=url, kind="guidance", topics=()).model_dump(mode="json")
            found.note({"event": "page", "url": url, "source": SOURCE.id, "page": page, "depth": 0})
            if isinstance(answer, str) and answer != "unreadable":
                found.note({"event": "failed", "url": url, "source": SOURCE.id, "why": answer})
        return found

    def get(self, asked: str) -> Fetched | None:
        answer = self._answers[asked]
        if isinstance(answer, int):
            return Fetched(asked, answer, "", b"", "2026-10-10T00:00:00+00:00")
        url = answer.url if isinstance(answer, Document) else asked
        aliases = (asked,) if url != asked else ()
        return Fetched(url, 200, "text/html", b"x", "2026-10-10T00:00:00+00:00", aliases=aliases)

    def extract(self, fetched: Fetched, source: Source, page: Page) -> Document:
        answer = self._answers[page.url]
        if not isinstance(answer, Document):
            raise ExtractError("it has no text", fetched.url)
        return answer


def decided(held: list[Document], site: Site, missed: dict[str, int] | None = None, **options: Any) -> list[Decision]:
    deciding = Deciding(held, site.findings(), missed or {}, Options(**options), [SOURCE])
    return deciding.run(site, site, lambda event: None)[SOURCE.id]  # type: ignore[arg-type]


def kinds(decisions: list[Decision]) -> dict[str, type[Decision]]:
    """Return each decision's kind by the path of the document it is on."""
    return {(getattr(one, "old", None) or one.new).url.removeprefix(f"https://{HOST}"): type(one) for one in decisions}


def test_a_page_whose_old_address_is_retired_stays():
    held = at("/b", aliases=(f"https://{HOST}/a",))
    (unchanged, told) = decided([held], Site(a=404, b=held), missed={held.id: 1})
    assert isinstance(unchanged, Unchanged)
    assert isinstance(told, Failed)
    assert (told.old, "mend its address" in told.why) == (None, True)


def test_a_page_whose_old_address_fails_is_still_renewed():
    held = at("/b", aliases=(f"https://{HOST}/a",))
    new = at("/b", PARAGRAPHS + "\n\nA new sentence.", aliases=held.aliases)
    assert [type(one) for one in decided([held], Site(a="status 500", b=new))] == [Changed, Failed]


def test_an_old_address_that_is_a_page_of_its_own_again_is_another_page():
    held = at("/b", aliases=(f"https://{HOST}/a",))
    apart = decided([held], Site(a=at("/a"), b=held))
    assert [type(one) for one in apart] == [Added, Unchanged]
    gone = decided([held], Site(a=at("/c"), b=404))
    assert [type(one) for one in gone] == [Moved], "where its own page is gone, it has moved on"


def test_pages_that_have_become_one_are_told_and_the_lost_one_is_missed_first():
    a, h = at("/a"), at("/h")
    now = at("/h", PARAGRAPHS + "\n\nA new sentence.")
    for site in (Site(a=now, h=now), Site(h=now, a=now)):
        assert kinds(decided([a, h], site)) == {"/h": Changed, "/a": Missing}
        assert kinds(decided([a, h], site, missed={a.id: 1})) == {"/h": Changed, "/a": Gone}


def test_a_page_that_leads_to_a_withdrawn_one_is_answered_from_no_more():
    a, h = at("/a"), at("/h", status="withdrawn")
    assert kinds(decided([a, h], Site(a=h, h=h))) == {"/h": Unchanged, "/a": Gone}


def test_a_page_that_moved_is_moved():
    (one,) = decided([at("/a")], Site(a=at("/b")))
    assert isinstance(one, Moved)
    assert one.new.aliases == (f"https://{HOST}/a",)


def test_nothing_is_missing_where_not_all_was_asked_for():
    a, h = at("/a"), at("/h")
    assert decided([a, h], Site(a=404), urls=(a.url,)) == []
    assert kinds(decided([a, h], Site(a=h), most=1)) == {"/h": Unchanged}


def test_an_address_of_the_list_that_is_not_there_is_told_every_time():
    (one,) = decided([], Site(a=404))
    assert isinstance(one, Failed)
    assert "take it out" in one.why


def test_a_page_that_cannot_be_read_keeps_its_document():
    (one,) = decided([at("/a")], Site(a="unreadable"))
    assert isinstance(one, Failed)
    assert one.old == at("/a")
