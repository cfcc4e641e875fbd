"""Which pages filters admit, and how many each value would."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.facets import Counts, count
from assistant.filters import NATIONS, NO_FILTERS, NOT_SAID, Filters
from assistant.types import Document, Query
from tests.fakes import document

PAGE = document("## Locks\n\nLock the door.\n")
FIELDS = ("publisher", "kind", "topic", "applies_to")

days = st.one_of(st.none(), st.sampled_from(["2023-09-09", "2024-01-01", "2024-12-31", "2025-01-01", "2025-06-30"]))
places = st.lists(st.sampled_from(["UK", "England", "Wales", "Jersey"]), unique=True, max_size=2).map(tuple)


@st.composite
def pages(draw: st.DrawFn) -> Document:
    return dataclasses.replace(
        PAGE,
        publisher=draw(st.sampled_from(["NCSC", "ICO", "CQC"])),
        kind=draw(st.sampled_from(["guidance", "report"])),
        topics=tuple(draw(st.lists(st.sampled_from(["cctv", "usb", "mfa"]), unique=True, max_size=2))),
        applies_to=draw(places),
        published=draw(days),
        updated=draw(days),
        reviewed=draw(days),
        retrieved="2026-02-02",
    )


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


filters = st.builds(
    Filters,
    some("NCSC", "ICO", "Nobody"),
    some("guidance", "report", "tool"),
    some("cctv", "usb", "none"),
    some("UK", "England", "Scotland", "Jersey", NOT_SAID),
    st.sampled_from(["", "", "2024-01-01", "2025-02-03", "2030-01-01"]),
)
corpora = st.lists(pages(), max_size=8)


def page(**fields: object) -> Document:
    return dataclasses.replace(PAGE, **fields)  # type: ignore[arg-type]


def test_no_filters_admit_every_page_and_say_nothing():
    assert not NO_FILTERS
    assert NO_FILTERS.admits(PAGE)
    assert NO_FILTERS.said() == ""
    assert Query("locks").filters == NO_FILTERS


def test_filters_are_said_on_one_line():
    both = Filters(publisher=("NCSC", "ICO"), updated_since="2025-01-01")
    assert both.said() == "publisher NCSC or ICO; updated since 1 January 2025"
    rest = Filters(kind=("guidance",), topic=("cctv", "usb"), applies_to=("Wales", NOT_SAID))
    assert rest.said() == "kind guidance; topic cctv or usb; applies to Wales or not said"


@pytest.mark.parametrize("nation", NATIONS)
def test_a_page_for_the_whole_uk_is_for_each_nation_and_not_the_other_way_round(nation: str):
    assert Filters(applies_to=(nation,)).admits(page(applies_to=("UK",)))
    assert not Filters(applies_to=("UK",)).admits(page(applies_to=(nation,)))
    assert not Filters(applies_to=(nation,)).admits(page(applies_to=("Jersey",)))


def test_a_page_that_names_no_nation_is_admitted_by_that():
    assert not Filters(applies_to=("England",)).admits(page())
    assert Filters(applies_to=("England", NOT_SAID)).admits(page())
    assert not Filters(applies_to=(NOT_SAID,)).admits(page(applies_to=("England",)))


def test_the_latest_date_of_the_text_counts_and_a_page_without_one_is_not_admitted():
    since = Filters(updated_since="2025-01-01")
    assert since.admits(page(published="2020-01-01", updated="2025-01-01", reviewed="2021-01-01"))
    assert not since.admits(page(published="2024-12-31", retrieved="2026-01-01"))
    assert not since.admits(page(retrieved="2026-01-01"))


@pytest.mark.parametrize("wrong", ["2025", "20250101", "2025-13-01", "yesterday", "2025-W01-1", "2025-1-1"])
def test_a_date_that_is_none_is_refused(wrong: str):
    with pytest.raises(ValueError, match="is not a date"):
        Filters(updated_since=wrong)


@given(pages(), filters, st.sampled_from(FIELDS))
def test_a_further_value_widens_a_field_and_a_further_field_narrows(one: Document, chosen: Filters, field: str):
    without = dataclasses.replace(chosen, **{field: ()})  # type: ignore[arg-type]
    assert chosen.admits(one) <= without.admits(one)
    values = getattr(chosen, field)
    for value in values:
        alone = dataclasses.replace(chosen, **{field: (value,)})  # type: ignore[arg-type]
        assert alone.admits(one) <= chosen.admits(one)
    if values:
        assert chosen.admits(one) == any(
            dataclasses.replace(chosen, **{field: (value,)}).admits(one)  # type: ignore[arg-type]
            for value in values
        )


@given(corpora, filters)
def test_a_count_is_what_choosing_the_value_alone_would_admit(corpus: list[Document], chosen: Filters):
    facets = count(iter(corpus), chosen)
    assert facets.total == sum(chosen.admits(one) for one in corpus)
    for field in FIELDS:
        counts: Counts = getattr(facets, field)
        for value, number in counts:
            alone = dataclasses.replace(chosen, **{field: (value,)})  # type: ignore[arg-type]
            assert number == sum(alone.admits(one) for one in corpus)
            assert number > 0 or value in getattr(chosen, field)
        assert set(getattr(chosen, field)) <= {value for value, _ in counts}
        assert list(counts) == sorted(counts, key=lambda item: (-item[1], item[0]))
    for since, number in facets.updated_since:
        alone = dataclasses.replace(chosen, updated_since=since)
        assert number == sum(alone.admits(one) for one in corpus)
        assert since.endswith("-01-01") or since == chosen.updated_since


@given(corpora, filters)
def test_thresholds_are_the_years_of_the_corpus_newest_first(corpus: list[Document], chosen: Filters):
    others = dataclasses.replace(chosen, updated_since="")
    years = {f"{one.last_date[:4]}-01-01" for one in corpus if one.last_date and others.admits(one)}
    found = [since for since, _ in count(corpus, chosen).updated_since]
    assert found == sorted(years | ({chosen.updated_since} - {""}), reverse=True)


def test_facets_of_a_small_corpus():
    corpus = [
        page(publisher="NCSC", topics=("usb",), applies_to=("UK",), updated="2025-05-05"),
        page(publisher="NCSC", topics=("usb", "cctv"), updated="2023-05-05"),
        page(publisher="ICO", topics=("cctv",), applies_to=("England",)),
    ]
    facets = count(corpus, Filters(publisher=("NCSC",), topic=("wifi",)))
    assert (facets.publisher, facets.total) == ((("NCSC", 0),), 0)
    assert facets.topic == (("usb", 2), ("cctv", 1), ("wifi", 0))
    assert facets.applies_to == facets.updated_since == ()
    every = count(corpus, NO_FILTERS)
    assert every.publisher == (("NCSC", 2), ("ICO", 1))
    assert every.updated_since == (("2025-01-01", 1), ("2023-01-01", 2))
    assert every.applies_to == (("England", 2), *((name, 1) for name in sorted({*NATIONS, "UK", NOT_SAID} - {"England"})))
