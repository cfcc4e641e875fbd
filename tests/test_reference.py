"""Glossary, contacts and urgent cards: read whole or left out whole, kept in the index, and true to their facts."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import Config, packaged_corpus
from assistant.corpus import Corpus, same_page
from assistant.errors import IndexDamaged
from assistant.index.reference import FILE, StoredReference, write_reference
from assistant.opening import open_assistant
from assistant.reference import CARDS_FILE, CONTACTS_FILE, GLOSSARY_FILE, REFERENCE_FILES, Reference
from assistant.reference_toml import parse
from assistant.scrape.sources import FILE as SOURCES_FILE
from assistant.scrape.sources import load_sources
from tests.shipped import shipped_corpus
from tests.test_starter_notes import ADDRESS, nine_words, numbers

GLOSSARY = """
[[term]]
term = "backup"
aliases = ["spare copy", "BU"]
meaning = "A second copy of a file."
facts = ["backups-01"]
sources = ["https://www.example.org/backups"]
"""
CONTACTS = """
[[contact]]
id = "desk"
name = "The help desk"
when = "A computer is broken."
ways = [{ kind = "phone", value = "0123 456", note = "Mornings." }, { kind = "web", value = "https://www.example.org/desk" }]
applies_to = ["UK"]
topics = ["backups"]
verified_on = "2026-01-02"
seen = "2025-12"
facts = ["backups-01"]
sources = ["https://www.example.org/backups"]
"""
CARDS = """
[[card]]
id = "broken"
title = "A computer is broken"
reviewed = "2026-01-02"
applies_to = ["UK"]
contacts = ["desk"]
read_on = "starter/backups"
steps = [{ text = "Call the desk.", facts = ["backups-01"] }, { text = "Wait.", facts = ["backups-02"] }]
sources = ["https://www.example.org/backups"]
"""
PHONE = re.compile(r"\b(?:0[\d ]{9,12}\d|999|101|159|7726)\b")
FILES = {GLOSSARY_FILE: GLOSSARY, CONTACTS_FILE: CONTACTS, CARDS_FILE: CARDS}
SHIPPED = shipped_corpus().reference


def with_files(root: Path, **changed: str) -> Corpus:
    for name, text in (FILES | {f"{name}.toml": text for name, text in changed.items()}).items():
        (root / name).write_text(text)
    return Corpus(root)


def test_the_three_files_become_values_in_their_order():
    found, faults = parse(FILES)
    assert faults == []
    assert [(one.term, one.aliases) for one in found.glossary] == [("backup", ("spare copy", "BU"))]
    assert [(way.kind, way.value, way.note) for way in found.contacts[0].ways] == [
        ("phone", "0123 456", "Mornings."),
        ("web", "https://www.example.org/desk", ""),
    ]
    assert [step.text for step in found.cards[0].steps] == ["Call the desk.", "Wait."]


def test_files_that_are_not_there_have_no_entries():
    assert parse({}) == (Reference(), [])


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (GLOSSARY_FILE, "meaning =", "means =", "meaning"),
        (GLOSSARY_FILE, '"BU"', '"Backup"', "'Backup' stands there twice"),
        (GLOSSARY_FILE, 'facts = ["backups-01"]', "facts = []", "facts"),
        (GLOSSARY_FILE, "https://www", "http://www", "sources.0"),
        (GLOSSARY_FILE, '"A second copy of a file."', '" "', "meaning"),
        (GLOSSARY_FILE, "[[term]]", "[[term", "glossary.toml"),
        (CONTACTS_FILE, '"phone"', '"pigeon"', "kind"),
        (CONTACTS_FILE, "https://www.example.org/desk", "www.example.org/desk", "https"),
        (CONTACTS_FILE, "2026-01-02", "soon", "verified_on"),
        (CONTACTS_FILE, "2025-12", "December", "seen"),
        (CONTACTS_FILE, "2025-12", "2025-13", "seen"),
        (CONTACTS_FILE, "2025-12", "2025-02-31", "seen"),
        (CONTACTS_FILE, "2025-12", "0000", "seen"),
        (GLOSSARY_FILE, '"BU"', '"spare-copy"', "'spare-copy' stands there twice"),
        (CARDS_FILE, '["desk"]', '["disk"]', "'disk'"),
        (CARDS_FILE, "reviewed =", "read =", "reviewed"),
    ],
)
def test_a_wrong_entry_leaves_its_file_out_and_is_told(file: str, old: str, new: str, told: str):
    whole, _ = parse(FILES)
    assert old in FILES[file]
    found, faults = parse(FILES | {file: FILES[file].replace(old, new)})
    assert len(faults) == 1
    assert faults[0].startswith(f"{file}: ")
    assert told in faults[0]
    lost = {GLOSSARY_FILE: found.glossary, CONTACTS_FILE: found.contacts, CARDS_FILE: found.cards}
    assert lost.pop(file) == ()
    assert set(lost.values()) < {whole.glossary, whole.contacts, whole.cards}, "the others stay, cards without contacts too"


def test_an_entry_that_stands_there_twice_is_told():
    for file, text in FILES.items():
        _, faults = parse(FILES | {file: text + text})
        assert "twice" in faults[0]


@given(st.sampled_from(REFERENCE_FILES), st.text())
def test_any_text_is_read_without_an_error(file: str, text: str):
    parse({file: text})


@given(st.integers(0, 400), st.integers(0, 40), st.sampled_from(REFERENCE_FILES))
def test_a_file_cut_anywhere_is_told_or_whole(at: int, gap: int, file: str):
    found, faults = parse({file: FILES[file][:at] + FILES[file][at + gap :]})
    entries = (*found.glossary, *found.contacts, *found.cards)
    assert len(faults) + len(entries) <= 1, "a file is one fault or its one entry"


def test_the_corpus_has_them_and_its_digest_covers_each(corpus_root: Path):
    before = Corpus(corpus_root).digest()
    corpus = with_files(corpus_root)
    assert corpus.load().faults == ()
    assert corpus.load().reference == parse(FILES)[0]
    digests = {before, corpus.digest()}
    for name, text in FILES.items():
        (corpus_root / name).write_text(text.replace("A ", "One "))
        digests.add(corpus.digest())
    assert len(digests) == 5


def test_a_card_that_reads_on_in_nothing_is_told(corpus_root: Path):
    corpus = with_files(corpus_root, urgent=CARDS.replace("starter/backups", "starter/nowhere"))
    faults = corpus.load().faults
    assert ["starter/nowhere" in str(fault) for fault in faults] == [True]


def test_a_file_that_is_no_text_is_told_and_the_documents_stay(corpus_root: Path):
    corpus = with_files(corpus_root)
    (corpus_root / GLOSSARY_FILE).write_bytes(b"\xff\xfe")
    (corpus_root / CONTACTS_FILE).unlink()
    (corpus_root / CONTACTS_FILE).mkdir()
    reading = corpus.load()
    assert sorted(str(fault).split(":")[0] for fault in reading.faults) == [CONTACTS_FILE, GLOSSARY_FILE]
    assert reading.documents
    assert len(reading.reference.cards) == 1


def test_the_index_keeps_them(corpus_root: Path, config: Config):
    with_files(corpus_root)
    assert open_assistant(config).reference == parse(FILES)[0]


def test_what_is_written_is_read(tmp_path: Path):
    for reference in (Reference(), parse(FILES)[0], SHIPPED):
        write_reference(tmp_path / FILE, reference)
        assert StoredReference.open(tmp_path / FILE).read() == reference


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"glossary": [{}], "contacts": [], "cards": []}', '{"glossary": 1}'])
def test_a_damaged_file_says_so(tmp_path: Path, raw: str):
    (tmp_path / FILE).write_text(raw)
    with pytest.raises(IndexDamaged, match="careguide index"):
        StoredReference.open(tmp_path / FILE).read()


def test_what_ships_is_complete():
    assert len(SHIPPED.glossary) >= 120
    assert {card.id for card in SHIPPED.cards} == {
        "clicked-link",
        "ransomware",
        "account-taken-over",
        "lost-device",
        "money-or-bank-details",
        "wrong-person",
    }
    ways = {way.value for contact in SHIPPED.contacts for way in contact.ways}
    assert {"999", "159", "7726", "101", "0300 123 2040", "0303 123 1113", "report@phishing.gov.uk"} <= ways
    named = " ".join(contact.name for contact in SHIPPED.contacts)
    for name in ("Report Fraud", "ICO", "NCSC", "DSPT", "NHSmail", "CQC"):
        assert name in named
    assert {term.term for term in SHIPPED.glossary} >= {
        "DSPT",
        "phishing",
        "Caldicott Guardian",
        "Record of Processing Activities",
    }
    used = {name for card in SHIPPED.cards for name in card.contacts}
    assert used <= {contact.id for contact in SHIPPED.contacts}


def test_what_ships_reads_plainly():
    for term in SHIPPED.glossary:
        assert len(term.meaning.split()) <= 35, term.term
        assert re.fullmatch(r"[^.]*(?:\.\S[^.]*)*\.", term.meaning), f"{term.term}: one sentence"
    order = [term.term.casefold() for term in SHIPPED.glossary]
    assert order == sorted(order)
    for card in SHIPPED.cards:
        assert 5 <= len(card.steps) <= 9
        assert all(len(step.text.split()) <= 45 for step in card.steps), card.id


def entries() -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Yield name, wording, facts and sources of everything that ships."""
    for term in SHIPPED.glossary:
        yield term.term, f"{term.term} {' '.join(term.aliases)} {term.meaning}", term.facts, term.sources
    for contact in SHIPPED.contacts:
        ways = " ".join(f"{way.value} {way.note}" for way in contact.ways if way.kind != "web")
        yield contact.id, f"{contact.name} {contact.when} {ways}", contact.facts, contact.sources
    for card in SHIPPED.cards:
        for step in card.steps:
            yield card.id, step.text, step.facts, ()


def test_numbers_and_addresses_stand_in_the_facts_and_sources_are_theirs(facts: dict[str, dict[str, str]]):
    for name, wording, ids, sources in entries():
        held = [facts[identity] for identity in ids]
        allowed = set().union(*(numbers(f"{one['fact']} {one['seen_date']}") for one in held))
        assert numbers(wording) <= allowed, name
        known = " ".join(f"{one['fact']} {one['url']}" for one in held).lower()
        assert all(address.lower().rstrip(".") in known for address in ADDRESS.findall(wording)), name
        if sources:
            assert list(sources) == list(dict.fromkeys(one["url"] for one in held)), name
    for card in SHIPPED.cards:
        ids = [identity for step in card.steps for identity in step.facts]
        assert list(card.sources) == list(dict.fromkeys(facts[identity]["url"] for identity in ids)), card.id


def test_numbers_and_addresses_to_reach_people_rest_on_facts_that_are_sure(facts: dict[str, dict[str, str]]):
    def sure(ids: tuple[str, ...]) -> str:
        return " ".join(facts[one]["fact"] for one in ids if facts[one]["confidence"] == "high")

    for contact in SHIPPED.contacts:
        for way in contact.ways:
            if way.kind != "web" and (any(letter.isdigit() for letter in way.value) or "@" in way.value):
                assert way.value in sure(contact.facts), (contact.id, way.value)
    for card in SHIPPED.cards:
        for step in card.steps:
            assert all(number in sure(step.facts) for number in PHONE.findall(step.text)), (card.id, step.text)


def test_every_address_stands_in_the_sources():
    known = {same_page(url) for url in load_sources(packaged_corpus() / SOURCES_FILE).addresses()}
    behind = {url for _, _, _, urls in entries() for url in urls} | {url for card in SHIPPED.cards for url in card.sources}
    ways = {way.value for contact in SHIPPED.contacts for way in contact.ways if way.kind == "web"}
    assert {url for url in behind | ways if same_page(url) not in known} == set()


def test_the_age_of_a_contact_is_that_of_its_oldest_page(facts: dict[str, dict[str, str]]):
    for contact in SHIPPED.contacts:
        dates = sorted(filter(None, (partial_date(facts[one]["seen_date"]) for one in contact.facts)))
        assert contact.seen == (dates[0] if dates else ""), contact.id


def partial_date(seen: str) -> str:
    """Return the first date in a text such as ``captured 22 April 2026`` or ``DSPT v8, 2025-26``, as YYYY[-MM[-DD]]."""
    found = re.search(rf"(?:(?:(\d{{1,2}}) )?({'|'.join(calendar.month_name[1:])}) )?(\d{{4}})", seen)
    if not found:
        return ""
    day, month, year = found.groups()
    parts = [year, f"{list(calendar.month_name).index(month):02}" if month else "", f"{int(day):02}" if day else ""]
    return "-".join(filter(None, parts))


def test_nothing_is_copied_from_a_fact(facts: dict[str, dict[str, str]]):
    runs = {run: identity for identity, fact in facts.items() for run in nine_words(fact["fact"])}
    copied = {(name, runs[run]) for name, wording, *_ in entries() for run in nine_words(wording) if run in runs}
    assert not copied


def test_the_index_file_is_plain_json(tmp_path: Path):
    write_reference(tmp_path / FILE, SHIPPED)
    assert set(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))) == {"glossary", "contacts", "cards"}
