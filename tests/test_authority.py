"""Whose words come first, and which pages say that they are old."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest

from assistant.authority import age_notice, in_order_of_authority, rank_of, standing
from assistant.types import Document
from tests.fakes import document

PAGE = document("## Locks\n\nLock the door.\n")


def at(url: str, **fields: object) -> Document:
    return dataclasses.replace(PAGE, url=url, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Quoted:
    document: Document
    worth: float


@pytest.mark.parametrize(
    ("url", "rank"),
    [
        ("https://www.legislation.gov.uk/ukpga/2018/12", 0),
        ("https://ico.org.uk/for-organisations/", 0),
        ("https://www.cqc.org.uk/guidance", 0),
        ("https://www.dsptoolkit.nhs.uk/Help/1", 1),
        ("https://www.gov.uk/guidance/a", 1),
        ("https://www.ncsc.gov.uk/guidance/a", 2),
        ("https://www.digitalcarehub.co.uk/a", 2),
        ("https://evil-ico.org.uk.example.org/", 2),
    ],
)
def test_rank(url: str, rank: int):
    assert rank_of(at(url)) == rank
    assert rank_of(at(url, kind="starter note")) == 3


def test_at_equal_relevance_authority_goes_first_then_the_newer():
    law, advice = at("https://ico.org.uk/a"), at("https://www.ncsc.gov.uk/a", updated="2020-01-01")
    newer = at("https://www.ncsc.gov.uk/b", updated="2026-01-01")
    note = at("https://ico.org.uk/b", kind="starter note")
    several = [Quoted(note, 10.0), Quoted(advice, 9.9), Quoted(newer, 9.8), Quoted(law, 9.75), Quoted(law, 5.0)]
    assert [one.document for one in in_order_of_authority(several)] == [law, newer, advice, note, law]


def test_what_is_more_to_the_point_goes_before_authority():
    law, advice = at("https://ico.org.uk/a"), at("https://www.ncsc.gov.uk/a")
    assert [one.document for one in in_order_of_authority([Quoted(advice, 10.0), Quoted(law, 9.0)])] == [advice, law]


def test_a_superseded_page_counts_less():
    assert standing(at("https://ico.org.uk/a", status="superseded")) < standing(PAGE) == 1.0


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"updated": "2020-01-01", "retrieved": "2026-02-01"}, "6 years"),
        ({"updated": "2020-01-01", "reviewed": "2025-06-01", "retrieved": "2026-02-01"}, ""),
        ({"published": "2023-02-02", "retrieved": "2026-02-01"}, ""),
        ({"retrieved": "2026-02-01"}, ""),
        ({"updated": "2020-01-01"}, ""),
    ],
)
def test_an_old_page_says_so(fields: dict[str, str], years: str):
    blank = {"published": None, "updated": None, "reviewed": None, "retrieved": None}
    told = age_notice(at("https://ico.org.uk/a", **{**blank, **fields}))
    assert years in told
    assert bool(told) == bool(years)
