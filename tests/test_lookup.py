"""Finding an entry of the reference by what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lookup import find_cards, find_contacts, find_term, like_terms
from assistant.reference import name_key
from tests.shipped import shipped_corpus

SHIPPED = shipped_corpus().reference


def test_every_term_is_found_by_its_name_and_by_each_alias_in_any_capitals():
    for term in SHIPPED.glossary:
        for name in (term.term, *term.aliases):
            assert find_term(SHIPPED.glossary, name) is term, name
            assert find_term(SHIPPED.glossary, f" {name.upper()} ?") is term, name


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("dspt", "DSPT"),
        ("two factor", "2-step verification"),
        ("passkeys", "passkey"),
        ("what is a DPIA?", "data protection impact assessment"),
        ("what does phishing mean", "phishing"),
        ("whats ransomware", "ransomware"),
    ],
)
def test_words_as_people_type_them(typed: str, term: str):
    found = find_term(SHIPPED.glossary, typed)
    assert found is not None
    assert found.term == term


def test_a_word_that_is_not_there_gives_those_most_like_it():
    assert find_term(SHIPPED.glossary, "ransomwear") is None
    assert like_terms(SHIPPED.glossary, "ransomwear")[0] == "ransomware"
    assert like_terms(SHIPPED.glossary, "zebra crossing") == []
    assert like_terms(SHIPPED.glossary, "s") == []
    assert "Cyber Essentials Plus" in like_terms(SHIPPED.glossary, "plus")
    assert like_terms(SHIPPED.glossary, "is my router safe")[0] == "router"
    assert find_term(SHIPPED.glossary, "") is None


@given(st.text(max_size=30))
def test_anything_typed_is_looked_up_without_an_error(typed: str):
    assert len(like_terms(SHIPPED.glossary, typed)) <= 5
    found = find_term(SHIPPED.glossary, typed)
    assert found is None or any(name_key(name).removesuffix("s") in name_key(typed) for name in (found.term, *found.aliases))
    assert set(find_cards(SHIPPED.cards, typed)) <= set(SHIPPED.cards)
    assert set(find_contacts(SHIPPED.contacts, typed)) <= set(SHIPPED.contacts)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("scotland", "police-scotland"),
        ("7726", "scam-text"),
        ("03001232040", "live-attack"),
        ("0300 123 2040", "report-fraud"),
        ("data protection fee", "ico-fee"),
        ("stolen device", "police-stolen-device"),
        ("breaches", "ico-breach"),
    ],
)
def test_contacts_are_found_by_their_words_and_numbers(typed: str, wanted: str):
    assert wanted in [contact.id for contact in find_contacts(SHIPPED.contacts, typed)]


def test_all_contacts_where_nothing_was_typed_and_none_for_what_no_contact_holds():
    assert find_contacts(SHIPPED.contacts, " ") == list(SHIPPED.contacts)
    for foreign in ("zebra", "???", "it", "12345"):
        assert find_contacts(SHIPPED.contacts, foreign) == [], foreign


@pytest.mark.parametrize(
    ("typed", "cards"),
    [
        ("stolen laptops", ["lost-device"]),
        ("lost my phone", ["lost-device"]),
        ("clicked on a link", ["clicked-link"]),
        ("phishing", ["clicked-link"]),
        ("gave my password", ["clicked-link"]),
        ("ransomware", ["ransomware"]),
        ("ransom", ["ransomware"]),
        ("files locked", ["ransomware"]),
        ("virus", ["clicked-link", "ransomware"]),
        ("hacked", ["ransomware", "account-taken-over"]),
        ("fraud", ["money-or-bank-details"]),
        ("wrong email", ["wrong-person"]),
        ("data breach", ["wrong-person"]),
        ("zebra", []),
        ("???", []),
    ],
)
def test_cards_are_found_by_what_people_say(typed: str, cards: list[str]):
    assert [card.id for card in find_cards(SHIPPED.cards, typed)] == cards


def test_a_card_is_found_by_its_id_and_its_title():
    assert find_cards(SHIPPED.cards, "") == list(SHIPPED.cards)
    for card in SHIPPED.cards:
        assert find_cards(SHIPPED.cards, card.id) == [card]
        assert find_cards(SHIPPED.cards, card.title) == [card]
