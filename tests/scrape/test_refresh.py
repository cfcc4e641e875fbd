"""A refresh from the imitated sites into a corpus: what is written, what is kept, what is held back, and what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.errors import ConfigError
from assistant.index.build import build
from assistant.index.generation import Generations
from assistant.scrape.crawl import Limits
from assistant.scrape.decide import Added, Changed, Failed, Gone, Missing, Moved, Quarantined, Unchanged, Withdrawn
from assistant.scrape.limits import Extractor
from assistant.scrape.refresh import accept
from assistant.scrape.report_markdown import to_markdown
from assistant.scrape.sources import Sources
from assistant.types import Document
from tests.fakes import FakeEncoder
from tests.scrape.refreshed import ANSWER, REGULATION, WANTED, decisions, files, refreshed
from tests.sites import dspt, govuk, hostile, trouble
from tests.sites.serving import Page
from tests.sites.web import Web, sources


def page_at(corpus: Corpus, url: str) -> Document:
    return next(one for one in corpus.load().documents if one.url == url)


def test_a_first_refresh_adds_every_page_and_a_second_rewrites_nothing(
    corpus: Corpus, web: Web, reader: Extractor, tmp_path: Path
):
    first = refreshed(corpus, web, reader)
    assert (first.exit_code, first.stopped) == (0, "")
    assert len(decisions(first, Added)) == len(files(corpus)) - len(decisions(first, Withdrawn))
    assert len(decisions(first, Withdrawn)) == 1
    generations = Generations(tmp_path / "index")
    before, built = files(corpus), build(corpus, generations, FakeEncoder(), 60)
    second = refreshed(corpus, web, reader)
    assert second.exit_code == 0
    assert len(decisions(second, Unchanged)) == len(before)
    assert files(corpus) == before
    assert sum(source.not_modified + source.by_hash for source in second.sources) == len(before)
    again = build(corpus, generations, FakeEncoder(), 60)
    assert (again.changed, again.manifest.id) == (False, built.manifest.id)


def test_a_changed_paragraph_rewrites_one_page_and_embeds_its_passages_alone(
    filled: Corpus, web: Web, reader: Extractor, tmp_path: Path
):
    generations = Generations(tmp_path / "index")
    built = build(filled, generations, FakeEncoder(), 60)
    before = files(filled)
    text = page_at(filled, ANSWER).text
    words = next(line for line in text.split("\n") if len(line.split()) > 4 and line[0].isalpha())
    web.change(ANSWER, words.split(".")[0], f"{words.split('.')[0]} and then some more")
    report = refreshed(filled, web, reader)
    (change,) = decisions(report, Changed)
    assert "and then some more" in change.diff
    assert not change.only_dates
    after = files(filled)
    assert {name for name in after if after[name] != before[name]} == {change.new.id}
    again = build(filled, generations, FakeEncoder(), 60)
    assert 1 <= again.encoded <= built.manifest.passages // 3


def test_a_page_that_is_missing_twice_in_a_row_is_dropped_and_one_that_returns_is_not(
    filled: Corpus, web: Web, reader: Extractor
):
    gone, back = page_at(filled, REGULATION), page_at(filled, ANSWER)
    kept = web.page(ANSWER)
    for url in (REGULATION, ANSWER):
        web.remove(url)
    second = refreshed(filled, web, reader)
    assert sorted(one.old.id for one in decisions(second, Missing)) == sorted([gone.id, back.id])
    assert {gone.id, back.id} <= set(files(filled)), "once is not enough"
    web.put(f"https://www.gov.uk/api/content{ANSWER.removeprefix('https://www.gov.uk')}", kept)
    third = refreshed(filled, web, reader)
    assert [one.old.id for one in decisions(third, Gone)] == [gone.id]
    assert gone.id not in files(filled)
    assert back.id in files(filled)
    web.remove(ANSWER)
    fourth = refreshed(filled, web, reader)
    assert [one.times for one in decisions(fourth, Missing)] == [1], "the count began anew"


def test_what_a_page_that_failed_would_have_led_to_is_not_missing(filled: Corpus, web: Web, reader: Extractor):
    publication = "https://www.gov.uk/government/publications/the-state-of-cyber-security-in-adult-social-care"
    assert any(one.url.startswith(f"{publication}/") for one in filled.load().documents)
    before = files(filled)
    web.remove(publication, status=500)
    for _ in range(2):
        report = refreshed(filled, web, reader)
        assert (decisions(report, Missing), decisions(report, Gone)) == ([], [])
    assert files(filled) == before


def test_a_page_that_nothing_leads_to_any_more_is_kept_while_it_is_there_and_dropped_when_it_is_gone(
    filled: Corpus, web: Web, reader: Extractor
):
    publication = "https://www.gov.uk/government/publications/the-state-of-cyber-security-in-adult-social-care"
    children = [one for one in filled.load().documents if one.url.startswith(f"{publication}/")]
    item = json.loads(web.page(publication).raw)
    item["details"]["attachments"] = []
    item["links"].pop("children")
    web.put(publication, Page(json.dumps(item), "application/json"))
    report = refreshed(filled, web, reader)
    assert {url for source in report.sources for url in source.unlisted} == {one.url for one in children}
    assert {one.id for one in children} <= set(files(filled))
    web.remove(children[0].url)
    again = [refreshed(filled, web, reader) for _ in range(2)]
    assert [one.old.id for one in decisions(again[0], Missing)] == [children[0].id]
    assert [one.old.id for one in decisions(again[1], Gone)] == [children[0].id]
    assert children[0].url not in {url for source in again[0].sources for url in source.unlisted}
    assert children[0].id not in files(filled)
    assert children[1].id in files(filled)


def test_a_publication_that_has_its_text_as_a_file_alone_is_read_from_the_file(corpus: Corpus, web: Web, reader: Extractor):
    publication = "https://www.gov.uk/government/publications/the-state-of-cyber-security-in-adult-social-care"
    file = f"https://{govuk.ASSETS_HOST}/media/0001/findings.pdf"
    item = json.loads(web.page(publication).raw)
    item["details"]["attachments"] = [one for one in item["details"]["attachments"] if one["attachment_type"] == "file"]
    item["links"].pop("children")
    web.put(publication, Page(json.dumps(item), "application/json"))
    web.put(file, Page(dspt.pdf(dspt.PDF_HEADINGS, dspt.PDF_LINES), "application/pdf"))
    refreshed(corpus, web, reader)
    document = page_at(corpus, file)
    assert document.sections[0].anchor or document.sections[1].anchor == "page=1"
    assert (document.publisher, document.kind) == ("GOV.UK", "report")


def test_in_a_row_means_in_a_row(filled: Corpus, web: Web, reader: Extractor):
    for status in (404, 500, 404):
        web.remove(REGULATION, status=status)
        report = refreshed(filled, web, reader)
    assert [one.times for one in decisions(report, Missing)] == [1]


def test_a_page_that_the_list_now_only_links_to_is_dropped(filled: Corpus, web: Web, reader: Extractor):
    first, *others = WANTED.source
    pages = tuple(one.model_copy(update={"storage": "link"}) if one.url == ANSWER else one for one in first.pages)
    listed = Sources(source=(first.model_copy(update={"pages": pages}), *others))
    web.forget()
    report = refreshed(filled, web, reader, listed)
    assert [one.old.url for one in decisions(report, Gone)] == [ANSWER]
    assert web.asked(ANSWER.replace("gov.uk/", "gov.uk/api/content/")) == []
    assert ANSWER not in {one.url for one in filled.load().documents}


def test_a_document_of_no_source_is_told(filled: Corpus, web: Web, reader: Extractor):
    stays = [one.id for one in filled.load().documents if one.publisher == "CQC"]
    report = refreshed(filled, web, reader, Sources(source=WANTED.source[:1]))
    assert list(report.strangers) == sorted(stays)
    assert "Documents on hosts of no source" in to_markdown(report)


def test_offline_leaves_an_interrupted_refresh_to_be_gone_on_with_and_reads_what_it_is_told(
    filled: Corpus, web: Web, reader: Extractor
):
    def stop(event: dict[str, object]) -> None:
        if event["event"] in {"unmodified", "same"}:
            raise KeyboardInterrupt

    refreshed(filled, web, reader, follow=stop)
    one = refreshed(filled, web, reader, offline=True, urls=(ANSWER,))
    assert [decision.old.url for decision in decisions(one, Unchanged)] == [ANSWER]
    events: list[str] = []
    refreshed(filled, web, reader, follow=lambda event: events.append(str(event["event"])), resume=True)
    assert "kept" in events


def test_two_addresses_that_lead_to_one_page_are_one_document(corpus: Corpus, web: Web, reader: Extractor):
    only = tuple(trouble.ADDRESSES[name] for name in ("fine", "moved", "moved twice"))
    report = refreshed(corpus, web, reader, sources("trouble"), urls=only)
    assert len(decisions(report, Added)) == 1
    assert len(files(corpus)) == 1
    assert len(decisions(refreshed(corpus, web, reader, sources("trouble"), urls=only), Unchanged)) == 1


def test_a_source_that_shrinks_stops_the_publishing(filled: Corpus, web: Web, reader: Extractor):
    before = files(filled)
    for document in filled.load().documents:
        if document.publisher == "GOV.UK" and "/guidance/" in document.url:
            web.remove(document.url)
    report = refreshed(filled, web, reader)
    assert report.exit_code == 1
    assert "over a fifth" in report.stopped
    assert "--accept govuk" in report.stopped
    assert files(filled) == before
    accepted = refreshed(filled, web, reader, accepted=("govuk",))
    assert accepted.stopped == ""
    assert decisions(accepted, Missing)


def test_a_source_that_is_accepted_leaves_the_others_guarded(filled: Corpus, web: Web, reader: Extractor):
    for document in filled.load().documents:
        if document.publisher == "GOV.UK" and "/guidance/" in document.url:
            web.remove(document.url)
    assert "govuk would lose" in refreshed(filled, web, reader, accepted=("cqc",)).stopped


def test_offline_and_one_page_alone_never_count_a_page_as_missing(filled: Corpus, web: Web, reader: Extractor):
    web.remove(REGULATION)
    for _ in range(3):
        refreshed(filled, web, reader, urls=(REGULATION,))
        refreshed(filled, web, reader, offline=True)
    assert page_at(filled, REGULATION)


def test_a_page_that_is_withdrawn_and_moved_is_not_answered_from_at_its_old_place(filled: Corpus, web: Web, reader: Extractor):
    old = page_at(filled, ANSWER)
    api, new = "https://www.gov.uk/api/content", "/guidance/reporting-scams"
    item = json.loads(web.page(ANSWER).raw)
    item |= {"base_path": new, "withdrawn_notice": {"explanation": "<p>Old.</p>", "withdrawn_at": "2026-01-01T00:00:00+00:00"}}
    web.put(f"{api}{new}", Page(json.dumps(item), "application/json"))
    web.put(f"{api}{ANSWER.removeprefix('https://www.gov.uk')}", Page("", status=301, headers={"Location": f"{api}{new}"}))
    refreshed(filled, web, reader)
    assert old.id not in files(filled)
    assert page_at(filled, f"https://www.gov.uk{new}").status == "withdrawn"


def test_what_was_held_back_cannot_be_taken_once_the_site_has_mended_it(filled: Corpus, web: Web, reader: Extractor):
    good = web.page(REGULATION)
    web.put(REGULATION, Page("<main><h1>Rule</h1><h2>Else</h2>" + "<p>Spam, spam and more spam.</p>" * 30 + "</main>"))
    (held,) = decisions(refreshed(filled, web, reader), Quarantined)
    web.put(REGULATION, good)
    refreshed(filled, web, reader)
    with pytest.raises(ConfigError, match="held back"):
        accept(filled, held.old.id)


def test_an_item_that_is_gone_is_dropped_after_two_refreshes(filled: Corpus, web: Web, reader: Extractor):
    old = page_at(filled, ANSWER)
    gone = {"schema_name": "gone", "base_path": ANSWER.removeprefix("https://www.gov.uk"), "details": {}}
    place = f"https://www.gov.uk/api/content{gone['base_path']}"
    web.put(place, Page(json.dumps(gone), "application/json"))
    assert [one.old.id for one in decisions(refreshed(filled, web, reader), Missing)] == [old.id]
    assert [one.old.id for one in decisions(refreshed(filled, web, reader), Gone)] == [old.id]


def test_a_page_with_other_words_throughout_is_held_back_until_it_is_accepted(filled: Corpus, web: Web, reader: Extractor):
    old = page_at(filled, REGULATION)
    other = "".join(f"<p>Nothing of what stood here before remains, line {number}.</p>" for number in range(40))
    web.put(REGULATION, Page(f"<main><h1>{old.title}</h1><h2>Elsewhere</h2>{other}</main>"))
    report = refreshed(filled, web, reader)
    (held,) = decisions(report, Quarantined)
    assert report.exit_code == 4
    assert page_at(filled, REGULATION) == old
    with pytest.raises(ConfigError, match="held back"):
        accept(filled, "documents/cqc/none")
    accept(filled, held.old.id)
    assert "Nothing of what stood here" in page_at(filled, REGULATION).text
    assert decisions(refreshed(filled, web, reader), Quarantined) == []


def test_a_page_that_moved_takes_its_old_address_along(filled: Corpus, web: Web, reader: Extractor):
    old, new = page_at(filled, REGULATION), REGULATION.replace("regulation-11", "rule-eleven")
    web.put(new, web.page(REGULATION))
    web.put(REGULATION, Page("", status=301, headers={"Location": new}))
    (moved,) = decisions(refreshed(filled, web, reader), Moved)
    assert (moved.new.url, REGULATION in moved.new.aliases) == (new, True)
    assert old.id not in files(filled)
    assert page_at(filled, new).text == old.text
    assert decisions(refreshed(filled, web, reader), Moved) == []


def test_a_failure_keeps_what_was_there_and_is_told(filled: Corpus, web: Web, reader: Extractor):
    before = files(filled)
    web.remove(REGULATION, status=500)
    report = refreshed(filled, web, reader)
    (failure,) = decisions(report, Failed)
    assert "status 500" in failure.why
    assert report.exit_code == 4
    assert files(filled) == before


def test_a_dry_run_tells_and_writes_nothing(corpus: Corpus, web: Web, reader: Extractor):
    report = refreshed(corpus, web, reader, dry_run=True)
    assert decisions(report, Added)
    assert list(corpus.root.rglob("*")) == []
    assert decisions(refreshed(corpus, web, reader), Added), "the next one is still the first"
    before = {file: file.read_bytes() for file in corpus.root.rglob("*") if file.is_file()}
    web.change(ANSWER, "</p>", " and more.</p>")
    report = refreshed(corpus, web, reader, dry_run=True)
    assert decisions(report, Changed)
    assert sum(source.not_modified for source in report.sources), "what is known is not asked for again"
    assert {file: file.read_bytes() for file in corpus.root.rglob("*") if file.is_file()} == before


def test_an_interrupted_refresh_is_gone_on_with_whatever_was_refreshed_between(corpus: Corpus, web: Web, reader: Extractor):
    def stop_at_the_third(event: dict[str, object]) -> None:
        if event["event"] == "fetched":
            met.append(str(event["url"]))
            if len(met) == 3:
                raise KeyboardInterrupt

    met: list[str] = []
    report = refreshed(corpus, web, reader, follow=stop_at_the_third)
    assert "--resume" in report.stopped
    refreshed(corpus, web, reader, urls=(REGULATION,))
    web.forget()
    report = refreshed(corpus, web, reader, resume=True)
    assert (report.exit_code, report.stopped) == (0, "")
    asked = {one.url.replace("/api/content", "") for one in web.requests}
    assert not asked & (set(met) - {REGULATION})
    web.forget()
    refreshed(corpus, web, reader, resume=True)
    assert len(web.requests) > len(files(corpus)), "there is nothing left to go on with: all is asked for"


def test_offline_nothing_is_asked_and_the_corpus_is_made_again(filled: Corpus, web: Web, reader: Extractor):
    before = {name: raw for name, (raw, _) in files(filled).items()}
    for file in filled.files():
        file.unlink()
    web.forget()
    report = refreshed(filled, web, reader, offline=True)
    assert report.exit_code == 0
    assert web.requests == []
    assert {name: raw for name, (raw, _) in files(filled).items()} == before


def test_one_source_or_one_page_alone(corpus: Corpus, web: Web, reader: Extractor):
    report = refreshed(corpus, web, reader, source_ids=("cqc",))
    assert [source.id for source in report.sources] == ["cqc"]
    assert [one.id for one in report.stale] == ["govuk"]
    count = len(files(corpus))
    one = refreshed(corpus, web, reader, urls=(ANSWER,))
    assert [decision.new.url for decision in decisions(one, Added)] == [ANSWER]
    assert len(files(corpus)) == count + 1
    assert decisions(one, Missing) == []
    for wrong in ({"source_ids": ("nobody",)}, {"urls": ("https://www.gov.uk/nowhere",)}):
        with pytest.raises(ConfigError, match=r"nobody|nowhere"):
            refreshed(corpus, web, reader, **wrong)


def test_hostile_pages_are_told_and_the_others_are_written_clean(corpus: Corpus, web: Web):
    with Extractor(seconds=3) as reader:
        hostile.bomb()  # made once, which takes a while
        limits = Limits(seconds=1.5, size=2_000_000, retries=0, patience=0)
        report = refreshed(corpus, web, reader, sources("hostile"), limits=limits)
    why = {one.url: one.why for one in decisions(report, Failed)}
    for name in ("nested tags", "no text", "empty", "broken pdf", "slow drip", "gzip bomb"):
        assert hostile.ADDRESSES[name] in why, name
    assert all("\n" not in one and "a fault in the program" not in one for one in why.values()), why
    clean = page_at(corpus, hostile.ADDRESSES["control characters"])
    assert not [letter for letter in clean.text + clean.title if ord(letter) < 32 and letter != "\n"]
    assert "\x1b" not in clean.text
    assert (
        "caf\u00e9"
        in page_at(corpus, hostile.ADDRESSES["wrong charset"]).text.lower()
        + page_at(corpus, hostile.ADDRESSES["wrong charset"]).title.lower()
    )
