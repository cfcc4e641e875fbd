"""What kind of answer is asked for, its parts, and values in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.forms import Form, form_of, has_value, parts_of, values_of


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Who should be our data security lead?", "who"),
        ("how long do we keep staff files", "when"),
        ("What's the deadline?", "when"),
        ("how much is the fee", "number"),
        ("whats the number for action fraud", "number"),
        ("how do I report a scam text", "steps"),
        ("clicked a link, what now", "steps"),
        ("Can staff use their own phones?", "allowed"),
        ("is it ok to use whatsapp", "allowed"),
        ("What is phishing?", "meaning"),
        ("Why do updates matter so much?", "reason"),
        ("lost phone", "other"),
    ],
)
def test_the_form_of_a_question(question: str, form: Form):
    assert form_of(question) == form


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("who do I tell and how quickly?", ["who do I tell", "how quickly?"]),
        ("What is a DPIA? When do we need one?", ["What is a DPIA", "When do we need one?"]),
        ("can I share names and addresses with the council", None),
        ("how do I lock and wipe a phone", None),
        ("I lost my phone and now what", None),
    ],
)
def test_the_parts_of_a_question(question: str, parts: list[str] | None):
    assert list(parts_of(question)) == (parts or [question])


def test_values():
    assert has_value("Report it within 72 hours.", "when")
    assert has_value("It costs £52 a year.", "number")
    assert not has_value("Report it to the manager.", "when")
    assert not has_value("Report it within 72 hours.", "who")
    assert values_of("Within 72 hours, or 3 days.", "when") == {"72 hours", "3 days"}
    assert values_of("Within 72 hours", "who") == frozenset()


@given(st.text(max_size=200))
def test_any_text_has_a_form_and_parts(text: str):
    assert form_of(text)
    assert parts_of(text)
