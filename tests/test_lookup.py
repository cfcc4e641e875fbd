"""Finding an entry of the reference by what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import packaged_corpus
from assistant.corpus import Corpus
from assistant.lookup import find_card, find_contacts, find_term, key, like_terms

SHIPPED = Corpus(packaged_corpus()).load().reference


def test_every_term_is_found_by_its_name_and_by_each_alias_in_any_capitals():
    for term in SHIPPED.glossary:
        for name in (term.term, *term.aliases):
            assert find_term(SHIPPED.glossary, name) is term, name
            assert find_term(SHIPPED.glossary, f" {name.upper()} ?") is term, name


@pytest.mark.parametrize(("typed", "term"), [("dspt", "DSPT"), ("two factor", "2-step verification"), ("passkeys", "passkey")])
def test_words_as_people_type_them(typed: str, term: str):
    found = find_term(SHIPPED.glossary, typed)
    assert found is not None
    assert found.term == term


def test_a_word_that_is_not_there_gives_those_most_like_it():
    assert find_term(SHIPPED.glossary, "ransomwear") is None
    assert like_terms(SHIPPED.glossary, "ransomwear")[0] == "ransomware"
    assert like_terms(SHIPPED.glossary, "zebra crossing") == []
    assert "Cyber Essentials Plus" in like_terms(SHIPPED.glossary, "plus")
    assert find_term(SHIPPED.glossary, "") is None


@given(st.text(max_size=30))
def test_anything_typed_is_looked_up_without_an_error(typed: str):
    find_card(SHIPPED, typed)
    assert len(like_terms(SHIPPED.glossary, typed)) <= 5
    found = find_term(SHIPPED.glossary, typed)
    assert found is None or key(typed).removesuffix("s") in {
        key(name).removesuffix("s") for name in (found.term, *found.aliases)
    }
    assert len(find_contacts(SHIPPED.contacts, typed)) <= len(SHIPPED.contacts)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("scotland", "police-scotland"),
        ("7726", "scam-text"),
        ("data protection fee", "ico-fee"),
        ("stolen device", "police-stolen-device"),
    ],
)
def test_contacts_are_found_by_any_of_their_words(typed: str, first: str):
    assert first in [contact.id for contact in find_contacts(SHIPPED.contacts, typed)]


def test_all_contacts_without_a_word_and_none_for_a_foreign_one():
    assert find_contacts(SHIPPED.contacts, "") == list(SHIPPED.contacts)
    assert find_contacts(SHIPPED.contacts, "zebra") == []


def test_a_card_is_found_by_its_id_or_by_words_that_only_it_has():
    for card in SHIPPED.cards:
        assert find_card(SHIPPED, card.id) is card
        assert find_card(SHIPPED, card.title) is card
    lost = find_card(SHIPPED, "stolen laptop")
    assert lost is not None
    assert lost.id == "lost-device"
    assert find_card(SHIPPED, "a") is None
    assert find_card(SHIPPED, "zebra") is None
