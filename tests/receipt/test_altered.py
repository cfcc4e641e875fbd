"""Receipts that somebody has altered: what is told of one whose quotes, or their sources, are not as they were answered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.receipt.told import checked_json, checked_text
from assistant.receipt.verify import NO_LONGER, SAME_GUIDANCE, SAME_PAGE
from tests.fakes import document
from tests.receipt.given import NOTE, OTHER, PAGE, QUOTED, altered, checked, edited, found, quote, receipt

TOLD = "Do not reply, pay or click anything more."


@pytest.mark.parametrize("cut", ["pay or click anything more.", "Do not reply, pay or click anything"])
def test_a_quote_that_is_cut_by_hand_does_not_stand_though_the_page_holds_its_words(cut: str):
    page = document(f"## S {{#s}}\n\n{TOLD}", "documents/e/told")
    kept = receipt(quote(page, TOLD), documents=(page,))
    forged = altered(kept, text=cut, start=page.text.index(cut))
    (finding,) = checked(forged, page).findings
    assert (finding.standing, finding.altered, finding.why) == ("changed", True, SAME_GUIDANCE)
    (finding,) = checked(forged, page, OTHER).findings
    assert (finding.standing, finding.altered, finding.why) == ("changed", True, SAME_PAGE)
    told = checked_text(checked(forged, page), Path("a.json"))
    assert told.endswith("The quote does not stand: ask again.")
    assert "put this answer right" not in told


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Ring 999 and ask for a number."},
        {"text": "Hens.", "content_hash": "0" * 64},
        {"document_id": "documents/no/such", "url": "https://example.org/nowhere"},
        {"document_id": "documents/no/such", "url": "https://example.org/nowhere", "text": "Hens."},
    ],
)
def test_where_nothing_else_has_changed_the_receipt_has(fields: dict[str, str]):
    kept = receipt(quote(PAGE, QUOTED))
    (finding,) = checked(altered(kept, **fields), PAGE, NOTE, OTHER).findings
    assert finding.standing != "stands"
    assert (finding.altered, finding.why) == (True, SAME_GUIDANCE)


def test_what_has_changed_since_is_not_held_against_the_receipt():
    for later in (edited(PAGE, "24 hours", "72 hours"), replace(PAGE, status="superseded"), replace(PAGE, status="withdrawn")):
        finding = found(PAGE, QUOTED, later, NOTE, OTHER)
        assert finding.standing in NO_LONGER
        assert not finding.altered
        assert "altered" not in finding.why


FORGED = {"publisher": "NCSC", "title": "Another page", "section": "Elsewhere", "kind": "law", "url": "https://example.net/x"}


@pytest.mark.parametrize("name", FORGED)
def test_a_source_that_is_named_otherwise_is_told_beside_the_one_that_has_the_words(name: str):
    result = checked(altered(receipt(quote(PAGE, QUOTED)), **{name: FORGED[name]}), PAGE, NOTE, OTHER)
    (finding,) = result.findings
    assert (finding.standing, finding.named_otherwise) == ("stands", {name: FORGED[name]})
    told = checked_text(result, Path("a.json"))
    assert 'Quote 1, from "Lost phones" (Example Office: A page): still there, word for word.' in told
    assert told.count("The receipt names its source otherwise: ") == told.count(FORGED[name]) == 1
    assert checked_json(result, Path("a.json"))["answers"][0]["quotes"][0]["named_otherwise"] == {name: FORGED[name]}


def test_a_source_that_is_named_as_it_is_is_told_once_whatever_its_link_points_at():
    kept = altered(receipt(quote(PAGE, QUOTED)), url=f"{PAGE.url}#:~:text=Tell%20your")
    result = checked(kept, PAGE, NOTE, OTHER)
    assert result.findings[0].named_otherwise == {}
    assert "otherwise" not in checked_text(result, Path("a.json"))


def test_words_that_have_moved_are_told_from_where_they_are_and_from_where_they_were():
    result = checked(receipt(quote(PAGE, QUOTED)), edited(PAGE, "## Lost phones {#lost}", "## Phones that are gone"))
    told = checked_text(result, Path("a.json"))
    assert 'Quote 1, from "Phones that are gone" (Example Office: A page): moved' in told
    assert 'The receipt names its source otherwise: "Lost phones" (Example Office: A page)' in told
    assert result.findings[0].named_otherwise == {"section": "Lost phones"}
