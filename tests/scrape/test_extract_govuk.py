"""GOV.UK Content API items as documents; the items here are the tests' own."""

from __future__ import annotations

import copy
import datetime
import hashlib
import html
import json
import re
from pathlib import Path

import pytest

from assistant.corpus import Corpus, parse_document, render_document
from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import extract
from assistant.scrape.extract.govuk import item_document
from tests.scrape.given import page, response, source

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

ITEM = {
    "title": "Lock  the office",
    "base_path": "/guidance/lock-the-office",
    "schema_name": "detailed_guide",
    "document_type": "detailed_guide",
    "locale": "en",
    "first_published_at": "2024-01-22T15:48:00.000+00:00",
    "public_updated_at": "2025-06-30T23:30:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "withdrawn_notice": {},
    "details": {"body": '<div class="govspeak"><h2 id="why">Why</h2><p>Thieves.</p></div>'},
}


def item(**changes):
    return copy.deepcopy(ITEM) | changes


def reason(broken):
    with pytest.raises(ExtractError) as caught:
        item_document(broken, {})
    return str(caught.value)


def test_an_item_becomes_a_document():
    document = item_document(item(), {"retrieved": "2026-02-03"})
    address = "https://www.gov.uk/guidance/lock-the-office"
    assert document.id == f"documents/gov-uk/{hashlib.sha256(address.encode()).hexdigest()[:12]}"
    assert (document.url, document.title, document.publisher) == (address, "Lock the office", "GOV.UK")
    assert (document.kind, document.licence, document.status, document.notice) == ("guidance", "OGL v3.0", "live", "")
    assert (document.published, document.retrieved, document.applies_to) == ("2024-01-22", "2026-02-03", ())
    assert document.text == "## Why {#why}\n\nThieves."


def test_what_is_written_is_what_is_read(tmp_path):
    document = item_document(item(title="Keys: 'a' --- # b\u2028\x1b[31m"), {})
    assert parse_document(document.id, render_document(document)) == document
    Corpus(tmp_path).write(document)
    assert Corpus(tmp_path).load().documents == (document,)


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2025-06-30T22:59:59Z", "2025-06-30"),
        ("2025-06-30T23:30:00Z", "2025-07-01"),
        ("2025-03-30T00:59:59Z", "2025-03-30"),
        ("2025-10-25T23:30:00.000+00:00", "2025-10-26"),
        ("2025-10-26T23:30:00.000+00:00", "2025-10-26"),
        ("2015-04-06T00:00:12.000+01:00", "2015-04-06"),
        ("2025-12-31T23:30:00", "2025-12-31"),
        (None, None),
    ],
)
def test_days_are_those_of_london(stamp, day):
    assert item_document(item(public_updated_at=stamp), {}).updated == day


def test_the_first_publication_may_stand_in_the_details():
    details = {**ITEM["details"], "first_public_at": "2013-02-27T12:00:00Z"}
    assert item_document(item(first_published_at=None, details=details), {}).published == "2013-02-27"


@pytest.mark.parametrize(
    ("applicable", "expected"),
    [
        ((True, False, False, False), ("England",)),
        ((True, False, True, True), ("England", "Scotland", "Wales")),
        ((True,) * 4, ("UK",)),
    ],
)
def test_it_applies_where_the_item_says(applicable, expected):
    names = ("England", "Northern Ireland", "Scotland", "Wales")
    nations = {name.lower(): {"label": name, "applicable": yes} for name, yes in zip(names, applicable, strict=True)}
    assert item_document(item(details={**ITEM["details"], "national_applicability": nations}), {}).applies_to == expected


@pytest.mark.parametrize(
    ("explanation", "notice"),
    [
        (
            '<p>Out of date. See <a href="/new">the new page</a>.</p><p>Thank you.</p>',
            "Out of date. See the new page. Thank you.",
        ),
        ("", "This page was withdrawn on 2025-01-28."),
    ],
)
def test_a_withdrawn_page_says_why(explanation, notice):
    document = item_document(item(withdrawn_notice={"explanation": explanation, "withdrawn_at": "2025-01-28T13:05:30Z"}), {})
    assert (document.status, document.notice) == ("withdrawn", notice)


def test_the_parts_of_a_guide_are_sections_above_their_own_headings():
    parts = [
        {"title": "Overview & <aims>", "slug": "overview", "body": "<p>Start.</p>"},
        {
            "title": "Steps",
            "slug": "steps",
            "body": [{"content_type": "text/html", "content": '<h2 id="first">First</h2><p>Go.</p>'}],
        },
    ]
    document = item_document(item(schema_name="guide", document_type="guide", details={"parts": parts}), {})
    assert document.text == "## Overview & <aims> {#overview}\n\nStart.\n\n## Steps {#steps}\n\n### First {#first}\n\nGo."
    assert document.sections[-1].path == ("Steps", "First")


def test_html_is_chosen_among_the_forms_of_a_body():
    forms = [{"content_type": "text/govspeak", "content": "**Raw**"}, {"content_type": "text/html", "content": "<p>Done</p>"}]
    assert item_document(item(details={"body": forms}), {}).text == "Done"
    assert item_document(item(details={"body": forms[:1]}), {}).text == "Raw"


def test_an_html_publication_is_of_the_kind_of_its_parent():
    parent = {"parent": [{"document_type": "policy_paper"}]}
    assert (
        item_document(item(schema_name="html_publication", document_type="html_publication", links=parent), {}).kind
        == "policy paper"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema_name": "redirect", "title": None, "details": {}, "redirects": [{"destination": "/new"}]}, "redirect to /new"),
        ({"schema_name": "gone", "title": None, "details": {"alternative_path": "/b"}}, "gone; import https://www.gov.uk/b"),
        ({"schema_name": "gone", "title": None, "details": None}, "gone; leave it out"),
        ({"schema_name": "special_route", "details": {}}, "of type special_route and has no text"),
        ({"schema_name": "document_collection", "details": {"collection_groups": []}}, "a list of other pages"),
        ({"schema_name": "publication", "details": {"body": "<p> </p>", "attachments": [{"title": "a"}]}}, "only attachments"),
        ({"details": {"body": 5}}, "neither text nor a list"),
        ({"details": {"parts": ["x"]}}, "not an object"),
        ({"locale": "cy"}, "the language 'cy'"),
        ({"title": None}, "the field 'title'"),
        ({"public_updated_at": "yesterday"}, "public_updated_at is 'yesterday'"),
        ({"details": {"body": "<b>" * 100_000}}, "nested more than"),
    ],
)
def test_an_item_that_makes_no_document_says_why(changes, expected):
    message = reason(item(**changes))
    assert message.startswith("https://www.gov.uk/guidance/lock-the-office: ")
    assert expected in message


@pytest.mark.parametrize("other", [[], None, "x", {}, {"base_path": "guidance"}])
def test_what_is_no_item_is_refused(other):
    assert "base_path" in reason(other)


def test_a_fetched_item_has_the_address_of_its_page_and_what_the_source_says():
    api = "https://www.gov.uk/api/content/guidance/lock-the-office"
    fetched = response(
        json.dumps(item()), "application/json", url=api, aliases=(f"{api}/overview", "https://www.gov.uk/guidance/old-locks")
    )
    known = page(url="https://www.gov.uk/guidance/lock-the-office", kind="list")
    made = extract(fetched, source("govuk", publisher="GOV.UK"), known)
    assert (made.url, made.kind, made.retrieved) == ("https://www.gov.uk/guidance/lock-the-office", "guidance", "2026-10-10")
    assert (made.licence, made.topics) == ("OGL-UK-3.0", ("locks",))
    assert made.aliases == ("https://www.gov.uk/guidance/lock-the-office/overview", "https://www.gov.uk/guidance/old-locks")


@pytest.mark.parametrize("body", ["<html></html>", "[" * 100_000, b"\xff\xfe", "[]", ""])
def test_a_fetched_item_that_is_none_is_refused(body):
    with pytest.raises(ExtractError, match=r"no item of the GOV\.UK Content API"):
        extract(response(body, "application/json"), source("govuk"), page())


@pytest.mark.parametrize(("schema", "shown"), [("detailed_guide", True), ("publication", True), ("answer", False)])
def test_the_description_introduces_the_text_where_the_page_shows_it(schema, shown):
    text = item_document(item(schema_name=schema, description="How to <lock> up."), {}).text
    assert text.startswith("How to <lock> up.\n\n## Why") is shown


def test_collections_and_sections_of_manuals_are_read():
    whole = item(schema_name="manual_section", document_type="manual_section")
    assert item_document(whole, {}).kind == "guidance"
    listed = item(schema_name="document_collection", document_type="document_collection")
    assert item_document(listed, {}).kind == "collection"
    assert "a list of other pages" in reason(item(schema_name="manual", details={"child_section_groups": []}))


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def expected(sample: dict) -> tuple[str, set[str], str, int, str]:
    """Return what the document of a sample must have, told from the item alone: no text of the samples stands here."""
    details = sample["details"]
    parts = details.get("parts") or []
    body = "".join(f"{part['title']} {part['body']}" for part in parts) or details["body"]
    shown = sample["schema_name"] not in {"answer", "guide", "html_publication"} and sample.get("description")
    words = f"{shown or ''} {html.unescape(re.sub(r'<[^>]*>', ' ', body))}"
    stamp = sample["public_updated_at"]
    days = {stamp[:10]}
    if stamp[11:13] == "23":  # in summer that is the next day in London
        days.add((datetime.date.fromisoformat(stamp[:10]) + datetime.timedelta(1)).isoformat())
    status = "withdrawn" if (sample.get("withdrawn_notice") or {}).get("withdrawn_at") else "live"
    headings = len(re.findall(r"<h[1-6]\b", body)) + len(parts)
    return " ".join(sample["title"].split()), days, status, headings, letters(words)[:60]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (shared/samples beside the checkout) are not here")
def test_the_real_items_give_what_they_hold():
    read = 0
    for file in sorted(SAMPLES.glob("govuk__*.json")):
        sample = json.loads(file.read_text(encoding="utf-8"))
        details = sample.get("details") or {}
        if not (details.get("body") or details.get("parts")):
            continue
        read += 1
        made = extract(response(file.read_bytes(), "application/json"), source("govuk", publisher="GOV.UK"), page())
        title, days, status, headings, first = expected(sample)
        assert (made.title, made.status) == (title, status), file.name
        assert made.updated in days, file.name
        assert len([one for one in made.sections if one.level]) == headings, file.name
        assert letters(re.sub(r"\{#\S+\}", "", made.text)).startswith(first), file.name
    assert read >= 12
