"""How surely there is an answer."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence import ANSWERS, WEIGHTS, Evidence, is_outside
from assistant.index.scope import Signs

INSIDE = Signs(0.9, 0.3, 1.0, 12.0, "care")
BEYOND = Signs(0.3, 0.9, 0.0, -12.0, "care")
shares = st.floats(0, 1)
signs = st.builds(Signs, shares, shares, shares, st.floats(-50, 50), st.just("care"))


def test_a_question_of_the_field_is_sure_and_one_outside_is_not():
    assert Evidence(1.0, 4, signs=INSIDE).confidence() > 0.9
    assert Evidence(0.3, 4, signs=BEYOND).confidence() < 0.1
    assert (is_outside(INSIDE), is_outside(BEYOND)) == (False, True)


def test_the_weaker_of_the_whole_and_the_turn_alone_counts():
    alone = Evidence(1.0, 4, signs=INSIDE, own_signs=BEYOND).confidence()
    assert alone < Evidence(1.0, 4, signs=INSIDE).confidence()


def test_what_is_not_held_at_all_is_never_answered():
    assert Evidence(0.0, 4, signs=INSIDE).confidence() == 0.0
    assert Evidence(1.0, 0, signs=INSIDE).confidence() == 0.0


def test_without_questions_to_compare_with_the_words_decide():
    assert Evidence(1.0, 1).confidence() >= ANSWERS
    assert Evidence(0.2, 3).confidence() < ANSWERS
    assert Evidence(1.0, 3).features() == {}


@given(shares, st.integers(1, 40), st.booleans(), st.booleans(), signs)
def test_confidence_is_a_share_and_grows_with_what_is_covered(
    covered: float, length: int, shaped: bool, follows: bool, one: Signs
):
    evidence = Evidence(covered, length, shaped, follows, one)
    assert set(evidence.features()) == set(WEIGHTS)
    assert 0 <= evidence.confidence() <= 1
    assert evidence.confidence() <= dataclasses.replace(evidence, covered=1.0).confidence()
    assert dataclasses.replace(evidence, shaped=True).confidence() <= dataclasses.replace(evidence, shaped=False).confidence()
