"""What counts as happening now, and which card is for it; in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.urgent import urgent_card
from tests.shipped import shipped_corpus

HAPPENING = {
    "clicked-link": [
        "I clicked a link in a dodgy email",
        "clicked a link!! help",
        "what do i do ive clicked a dodgy link",
        "shes just opened a dodgy attachment",
        "One of our carers opened an attachment on the office laptop and now it's really slow",
        "my deputy has just replied to a phishing text",
        "I gave my password to a man who rang",
        "she's typed her login details into a fake page",
        "there's a man from Microsoft on the line and he's got control of my mouse",
        "I let him have remote access to the computer",
    ],
    "ransomware": [
        "we've been hacked",
        "everything is locked and they want bitcoin",
        "Our files are encrypted.",
        "all the computers in the office have been locked",
        "live attack happening now who do i ring",
        "we've got ransomware",
        "they say they have stolen our data and will publish it unless we pay by friday",
    ],
    "account-taken-over": [
        "someone has got into my email",
        "our facebook page has been hacked",
        "people are getting emails from my account that I didn't send",
        "I've been hacked",
    ],
    "lost-device": [
        "I've lost my work phone",
        "laptop stolen from my car last night",
        "left the tablet on the bus",
        "the MAR sheets have been left on the bus!!",
        "can't find my work mobile anywhere",
    ],
    "money-or-bank-details": [
        "I gave my bank details to someone on the phone",
        "I already bought them and sent the codes",
        "just paid £9,000 to a supplier, now the real supplier says they never changed bank details",
        "we paid an invoice and it turns out it was fake",
        "mum has been scammed out of her savings",
        "the payment has gone to the wrong account, it was taken by fraudsters",
    ],
    "wrong-person": [
        "I sent the care plan to the wrong person",
        "a letter went to the wrong house",
        "I put everyone in CC instead of BCC when I emailed all the families",
        "everyone saw all the addresses",
    ],
}
NOT_HAPPENING = [
    "what is ransomware?",
    "I put the wrong date in, can I change it?",
    "how do I move a resident who has fallen on the floor",
    "What is phishing",
    "how do we stop staff clicking on links",
    "what should staff do if they click a link",
    "what happens if a carer loses a phone",
    "do we need a policy for lost phones",
    "I haven't clicked the link, is it a scam?",
    "I nearly clicked a link",
    "I nearly posted a letter to the wrong family but caught it in time",
    "how do I protect my account from being hacked",
    "would we have to pay if our files were locked",
    "is losing a paper file a data breach",
    "The cupboard with the care files is locked and nobody has the key",
    "how long do we keep care plans",
    "who should have access to the shared mailbox",
    "can I write my passwords down",
    "why do i need to check forwarding rules after a hack",
    "how do we train people about fake emails",
    "do we have to tell the ICO about a phishing email",
]


@pytest.mark.parametrize(("card", "question"), [(card, text) for card, texts in HAPPENING.items() for text in texts])
def test_what_is_happening_has_its_card(card: str, question: str):
    assert urgent_card(question) == card
    assert urgent_card(question.upper()) == card


@pytest.mark.parametrize("question", NOT_HAPPENING)
def test_what_is_only_asked_about_has_none(question: str):
    assert urgent_card(question) == ""


def test_every_card_has_cues_and_every_cue_a_card():
    assert {card.id for card in shipped_corpus().reference.cards} == set(HAPPENING)


@given(st.text(max_size=300))
def test_any_text_is_urgent_or_not(text: str):
    assert urgent_card(text) in {"", *HAPPENING}
