"""Which turns of a conversation lean on what was said before."""

from __future__ import annotations

import pytest

from assistant.question.followup import leans_on_earlier

TOPIC = "How do I register a new work laptop with the council?"


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("And on paper?", True),
        ("Is it allowed to send that by post to a hospital?", True),
        ("Why?", True),
        (TOPIC, False),
        ("Who decides when care records are destroyed for good?", False),
        ("Can a care home put cameras in bedrooms with consent from families?", False),
    ],
)
def test_by_its_words_alone(question: str, leans: bool):
    assert leans_on_earlier(question, TOPIC) is leans


def test_a_turn_that_people_ask_by_itself_stands_alone():
    def known(text: str) -> float:
        return 0.9 if text == "laptop retention" else 0.5

    def unknown(text: str) -> float:
        return 0.9 if text.startswith(TOPIC) else 0.3

    assert not leans_on_earlier("laptop retention", TOPIC, known)
    assert leans_on_earlier("laptop retention", TOPIC, unknown)
    assert leans_on_earlier("why?", TOPIC, known)
