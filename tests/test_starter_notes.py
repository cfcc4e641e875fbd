"""The starter notes: well formed, traceable, and saying no number or address that their facts do not hold."""

from __future__ import annotations

import re

import pytest

from assistant.config import packaged_corpus
from assistant.corpus import same_page
from assistant.excerpts import LONGEST
from assistant.scrape.sources import FILE, load_sources
from assistant.types import STARTER_PUBLISHER, Document, Section
from tests.shipped import shipped_corpus

NOTES = [document for document in shipped_corpus().documents if document.is_starter]
LIST_NUMBER = re.compile(r"^\s*\d+\. ", re.MULTILINE)
NUMBER = re.compile(r"\d[\d,.]*")
UNUSED_LINE = re.compile(r"^- ([\w-]+): (.+)$", re.MULTILINE)
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w|\b[\w-]+\.(?:gov|police|nhs|org|co)\.uk\b|https?://\S+")


def numbers(text: str) -> set[str]:
    return {number.strip(".,").replace(",", "") for number in NUMBER.findall(text)}


def section_text(note: Document, section: Section) -> str:
    """Return the section without list numbers and without the anchor of its heading."""
    return LIST_NUMBER.sub("", re.sub(r"\{#.*?\}", "", note.text[section.start : section.end]))


def test_every_file_loads_as_a_starter_note():
    reading = shipped_corpus()
    assert reading.faults == ()
    assert len(NOTES) >= 75
    assert {note.publisher for note in NOTES} == {STARTER_PUBLISHER}


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
def test_every_section_has_facts_and_official_addresses(note: Document):
    anchors = {section.anchor for section in note.sections}
    assert set(note.facts) == anchors
    assert set(note.sources) == anchors
    assert all(note.facts[anchor] and note.sources[anchor] for anchor in anchors)
    assert set(note.based_on) == {url for urls in note.sources.values() for url in urls}
    assert note.url == note.based_on[0]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
def test_wording_is_plain_text_in_sections(note: Document):
    assert note.sections[0].level == 2, "the note begins with a section heading"
    assert not re.search(r"\*\*|\]\(|`", note.text)
    assert 250 <= len(note.text.split()) <= 900


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
def test_every_section_is_short_enough_to_be_quoted_whole(note: Document):
    for section in note.sections:
        _, _, text = note.text[section.start : section.end].strip().partition("\n")
        assert len(text.strip()) <= LONGEST, section.anchor


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
def test_numbers_and_addresses_stand_in_the_facts_of_the_section(note: Document, facts: dict[str, dict[str, str]]):
    for section in note.sections:
        held = [facts[identity] for identity in note.facts[section.anchor]]
        text = section_text(note, section)
        assert numbers(text) <= set().union(*(numbers(one["fact"] + " " + one["seen_date"]) for one in held)), section.anchor
        known = " ".join(one["fact"] + " " + one["url"] for one in held).lower()
        for address in ADDRESS.findall(text):
            assert address.lower().rstrip(".") in known, (section.anchor, address)


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.id)
def test_addresses_are_those_of_the_facts(note: Document, facts: dict[str, dict[str, str]]):
    for anchor, identities in note.facts.items():
        assert set(note.sources[anchor]) == {facts[identity]["url"] for identity in identities}, anchor


def test_no_sentence_is_copied_from_a_fact(facts: dict[str, dict[str, str]]):
    """Nine words in a row are taken for a copy."""
    runs = {run: identity for identity, fact in facts.items() for run in nine_words(fact["fact"])}
    copied = {(note.id, runs[run]) for note in NOTES for run in nine_words(note.text) if run in runs}
    assert not copied


def nine_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 9]) for at in range(len(words) - 8)}


def test_every_address_stands_in_the_sources():
    known = {same_page(url) for url in load_sources(packaged_corpus() / FILE).addresses()}
    assert {url for note in NOTES for url in note.based_on if same_page(url) not in known} == set()


def test_every_topic_has_a_note(facts: dict[str, dict[str, str]]):
    assert {fact["topic"] for fact in facts.values()} == {topic for note in NOTES for topic in note.topics}


def test_facts_that_no_note_uses_are_listed_with_a_reason(facts: dict[str, dict[str, str]]):
    listed = UNUSED_LINE.findall((packaged_corpus() / "starter" / "UNUSED.md").read_text(encoding="utf-8"))
    used = {identity for note in NOTES for ids in note.facts.values() for identity in ids}
    assert sorted(identity for identity, _ in listed) == sorted(facts.keys() - used)
    assert all(len(reason.split()) >= 4 for _, reason in listed)
