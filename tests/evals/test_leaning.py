"""Whether follow-ups lean and other questions do not: what is asked after what, what is counted, what is fitted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.opening import open_assistant
from assistant.wiring import Assistant
from evals.calibrate import Case
from evals.leaning import any_other, cases, development, fitted, is_short, leans, report, same_page, second_turns, share
from evals.questions import Label, Question, resolved
from evals.topics import Labelled

PHONES = Label("starter/phones", "lose-phone", "lock the phone from afar")
COPIES = Label("starter/backups", "how-often", "Make a backup of care plans every day")


def question(name: str, *turns: str, gold: tuple[Label, ...] = ()) -> Question:
    return Question(name, "plain", "dev", turns, gold)


LOST = question("lost", "who locks a lost phone from afar for a home", gold=(PHONES,))
WIPED = question("wiped", "who wipes a lost work phone at a home in the morning", gold=(PHONES,))
OFTEN = question("often", "how often do we make a backup of care plans", gold=(COPIES,))


@pytest.fixture
def assistant(config: Config) -> Assistant:
    return open_assistant(config)


def test_each_question_is_asked_after_another_the_same_at_each_run():
    several = [LOST, WIPED, OFTEN]
    made = second_turns(several, any_other)
    assert [one.turns[1:] for one in made] == [one.turns for one in several]
    assert all(one.turns[0] != one.turns[1] for one in made)
    assert made == second_turns(several, any_other)
    assert [one.turns[0] for one in made] == [one.turns[0] for one in second_turns(several[::-1], any_other)[::-1]]
    assert [one.gold for one in made] == [one.gold for one in several]


def test_one_of_the_same_page_is_asked_only_where_there_is_one():
    assert [one.turns for one in second_turns([LOST, WIPED, OFTEN], same_page)] == [
        (*WIPED.turns, *LOST.turns),
        (*LOST.turns, *WIPED.turns),
    ]
    assert second_turns([LOST], any_other) == []
    assert second_turns([LOST, dataclasses.replace(LOST, id="twin")], any_other) == [], "the same words are no other question"


def test_short_is_told_of_the_last_turn():
    assert is_short(question("q", *LOST.turns, "what is phishing"))
    assert not is_short(question("q", "what is phishing", *LOST.turns, "who locks and wipes a lost work phone for a home"))


def test_a_turn_leans_where_it_is_searched_with_the_topic(assistant: Assistant):
    assert leans(question("q", *LOST.turns, "and how?"), assistant)
    assert not leans(question("q", *LOST.turns, *OFTEN.turns), assistant)


def test_the_report_counts_those_that_lean_and_what_they_find(assistant: Assistant):
    asked = [LOST, WIPED, OFTEN, question("follow", *LOST.turns, "and how?", gold=(PHONES,))]
    lines = list(report(assistant, [resolved(one, assistant) for one in asked]))
    assert len(lines) == 15
    assert lines[0].split()[:6] == ["after", "any", "other:", "lean", "0/3", "0.0%"]
    assert lines[1].split()[-4] == lines[2].split()[-4] == "100.0%"
    assert lines[12].split()[:3] == ["follow-ups:", "lean", "1/1"]
    assert [line.split("/")[0].split()[-1] for line in lines[13:]] == ["1", "0"], "alone it has no words to find anything by"


def test_a_share_has_its_interval():
    assert share("lean", [True] * 80 + [False] * 20).endswith("80/100   80.0% (72.0 to 88.0)")
    assert share("lean", []).endswith("0/0")


def test_fitted_are_the_dev_split_and_each_turn_of_the_questions_with_topics():
    labelled = [Labelled(("lost phone?", "a tablet"), frozenset("a")), Labelled(("who hacked us",), frozenset())]
    made = development([LOST, dataclasses.replace(OFTEN, split="test")], labelled)
    assert [one.turns for one in made] == [LOST.turns, ("lost phone?",), ("lost phone?", "a tablet"), ("who hacked us",)]


def test_nothing_is_fitted_where_there_is_nothing_to_compare_with(assistant: Assistant):
    with pytest.raises(ConfigError, match="questions to compare with"):
        cases(assistant, [LOST, OFTEN])


def test_the_fit_prints_the_same_constants_each_time():
    chance = np.random.default_rng(1)
    known = [Case({"telling": float(one + chance.normal(0, 0.3))}, bool(one)) for one in (chance.random(200) < 0.3).astype(int)]
    lines = list(fitted(known))
    assert lines == list(fitted(known))
    assert lines[1].startswith('        "telling": ')
    assert lines[2].split("\n")[2].startswith("INTERCEPT = -")
    assert lines[3].split()[-4] == "87.7%", "88% of the 57 that are to lean, or one fewer"
    assert float(lines[4].split()[-4].rstrip("%")) < 20
