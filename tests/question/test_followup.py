"""Which turns of a conversation lean on what was said before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import load_config
from assistant.opening import open_assistant
from assistant.question.followup import INTERCEPT, WEIGHTS, Known, features, leans_on_earlier, points_back
from assistant.wiring import Assistant

TOPIC = "How do I register a new work laptop with the council?"
COMMON = frozenset("keep long charge work share phone".split())


def compared(alone: float = 0.5, together: float = 0.5) -> Known:
    """Return what gives a turn by itself one likeness and with the topic before it another; DSPT is the one term."""
    return Known(lambda text: together if text.startswith(TOPIC) else alone, COMMON.__contains__, lambda text: "DSPT" in text)


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


def test_a_turn_that_is_more_like_what_people_ask_with_the_topic_leans():
    assert leans_on_earlier("laptop retention", "paper", compared(0.3, 0.3)) is False
    assert leans_on_earlier("can we share long", TOPIC, compared(0.3, 0.9))
    assert not leans_on_earlier("can we share long", TOPIC, compared(0.9, 0.3))
    assert leans_on_earlier("why?", TOPIC, compared(0.9, 0.3)), "a turn without content words leans whatever it is like"


def test_each_sign_is_what_it_says():
    found = features("What is the DSPT toolkit for our laptop?", TOPIC, compared(0.4, 0.5))
    assert list(found) == list(WEIGHTS)
    assert (found["rare"], found["named"], found["meaning"], found["points"]) == (2, 1, 1, 0)
    assert found["shared"] == pytest.approx(1 / 3), "of dspt, toolkit and laptop"
    assert found["gain"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("question", "meaning"),
    [("What is phishing?", 1), ("what is the DSPT", 1), ("what's the deadline?", 0), ("what is it for", 0), ("who is it", 0)],
)
def test_what_something_named_is_stands_alone_and_what_the_thing_is_may_not(question: str, meaning: float):
    assert features(question, TOPIC, compared())["meaning"] == meaning


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("and for a phone?", 1),
        ("is that a breach?", 1),
        ("does the regulator still have to be told", 1),
        ("we're in Glasgow though", 1),
        ("can we stay on it?", 1 / 2),
        ("someone sent a letter, what do we do with it", 1 / 4),
        ("is it legal to record a call", 0),
        ("how long does it take", 0),
        ("One of our carers left", 0),
        ("just this second clicked a link", 0),
        ("is the old system still used?", 0),
    ],
)
def test_a_word_that_points_counts_less_the_more_it_may_mean_in_its_own_turn(question: str, points: float):
    assert points_back(question) == pytest.approx(points)


@given(st.text(max_size=200))
def test_any_text_points_from_not_at_all_to_surely(question: str):
    assert 0 <= points_back(question) <= 1


def test_the_line_is_where_the_signs_come_to_nothing():
    other = "a question about nothing that the topic has"
    found = features("keep long", other, compared())
    short = INTERCEPT + sum(weight * found[name] for name, weight in WEIGHTS.items() if name != "gain")
    needed = -short / WEIGHTS["gain"]
    for margin, leans in ((-0.01, False), (0.01, True)):
        at = Known(
            lambda text, by=needed + margin: by if text.startswith(other) else 0.0, lambda word: True, lambda text: False
        )
        assert leans_on_earlier("keep long", other, at) is leans


@pytest.fixture(scope="module")
def notes(built: Path) -> Assistant:
    """Return what answers from the notes."""
    return open_assistant(load_config({"data": built}))


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("how do i make a good password", "and for a phone?"),
        ("can we film residents for training", "how long for?"),
        ("we lost a work tablet on the bus", "who do I tell?"),
        ("we lost a work tablet on the bus", "is that a breach?"),
        ("when is the DSPT due", "what if we're late"),
        ("when is the DSPT due", "what's the deadline?"),
        ("can we film residents for training", "what about photos?"),
        ("can I put a care plan into chatgpt", "without the name then"),
        ("somebody rang saying they were from microsoft", "she had my name and everything"),
        ("what is a subject access request", "can we say no"),
    ],
)
def test_over_the_notes_a_short_follow_up_is_led_by_the_topic(notes: Assistant, earlier: str, question: str):
    assert topic_of(notes, earlier, question) == earlier


@pytest.mark.parametrize(
    "question",
    [
        "what is the DSPT",
        "what is phishing",
        "what is a password manager",
        "is it ok to send care photos on whatsapp",
        "should i turn on two step verification",
        "do we need CCTV signs",
        "What is the DSPT, and do we have to do it?",
    ],
)
def test_over_the_notes_a_short_question_on_something_else_stands_alone(notes: Assistant, question: str):
    assert topic_of(notes, "how do i make a good password", question) == ""


def topic_of(notes: Assistant, earlier: str, question: str) -> str:
    """Return what is put before a question that follows another."""
    conversation = notes.conversation()
    conversation.follow([earlier])
    return conversation.query(question).topic
