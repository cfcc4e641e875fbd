"""Shapes of questions that no guidance answers, and others that look alike."""

from __future__ import annotations

import pytest

from assistant.outside import WHYS
from assistant.question.shapes import SHAPES, shape_of


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("can you reset my password", "own"),
        ("what is our wifi password?", "own"),
        ("who hacked us", "own"),
        ("when did I last log in", "own"),
        ("when was our laptop last updated", "own"),
        ("will I lose my job over this", "legal"),
        ("can we sue the supplier", "legal"),
        ("which antivirus is best", "product"),
        ("is Birdie better than Nourish?", "product"),
        ("Was Acme Care hacked last year?", "company"),
        ("what will the deadline be in 2031", "gap"),
    ],
)
def test_such_a_shape_is_seen(question: str, why: str):
    assert shape_of(question) == why


@pytest.mark.parametrize(
    "question",
    [
        "can you tell me what phishing is",
        "what is a password manager",
        "when did you last have to change a password",
        "when should our laptops be updated",
        "who should we tell if we are hacked",
        "Our care planning supplier has been hacked. What do we do?",
        "what is the best way to email lots of families",
        "can I share information with the district nurse",
        "is our old computer a risk",
        "what is the cyber strategy to 2030",
    ],
)
def test_others_are_not(question: str):
    assert shape_of(question) == ""


def test_every_shape_is_a_known_reason():
    assert set(SHAPES) <= set(WHYS)
