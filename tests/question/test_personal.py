"""Personal details in questions: found by their form, and never repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.personal import notice, personal_details

KINDS = {
    "an NHS number": ["patient 943 476 5919 is missing", "her number is 9434765919"],
    "a National Insurance number": ["my NI is QQ 12 34 56 C".replace("QQ", "AB"), "ab123456c was on it"],
    "a phone number": ["ring me on 07700 900123", "call 020 7946 0018", "it's +44 7700 900123"],
    "an email address": ["send it to jo.bloggs@example.org please"],
    "a card number": ["card 4539 1488 0343 6467 was typed in"],
    "a date of birth": ["dob 3/4/1941", "born on 3rd March 1941", "Mrs A, 12/11/1938, fell", "date of birth: 1941-04-03"],
}
HARMLESS = [
    "we have 72 hours",
    "is it 0300 123 2040 for Report Fraud",
    "forward it to 7726 or report@phishing.gov.uk",
    "regulation 17 of 2014",
    "invoice 1234567 for £12,500.00",
    "the deadline was 30/06/2026",
    "we paid £1,234,567",
    "version 10.0.19045",
    "9434765918 is one digit off",
    "4539 1488 0343 6468 is no card",
]


@pytest.mark.parametrize(("kind", "question"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_details_are_seen(kind: str, question: str):
    assert kind in personal_details(question)
    assert kind in notice(personal_details(question))


@pytest.mark.parametrize("question", HARMLESS)
def test_numbers_of_no_person_are_not(question: str):
    assert personal_details(question) == ()
    assert notice(()) == ""


@given(st.text(max_size=200))
def test_a_notice_never_repeats_what_was_typed(text: str):
    kinds = personal_details(text)
    assert set(kinds) <= set(KINDS)
    assert not any(character.isdigit() for character in notice(kinds))
