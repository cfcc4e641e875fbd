"""The topic figures: what is counted, on a corpus whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.opening import open_assistant
from evals.topics import Labelled, read_questions, read_topics, report


def test_questions_are_read_with_turns_and_marks(tmp_path: Path):
    file = tmp_path / "questions.tsv"
    file.write_text('question\ttopics\tnote\nlost phone? >> a "tablet"\ta,b\tpartial\n!who hacked us\tnone\t\n')
    assert read_questions(file) == [
        Labelled(("lost phone?", 'a "tablet"'), frozenset({"a", "b"})),
        Labelled(("who hacked us",), frozenset()),
    ]


def test_hits_answers_and_refusals_are_counted(config: Config, tmp_path: Path):
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(json.dumps({"id": f"backups-0{n}", "topic": "backups"}) for n in (1, 2)))
    questions = [
        Labelled(("how often should we copy records", "and what about the drive?"), frozenset({"backups"})),
        Labelled(("how often should we copy records",), frozenset({"another"})),
        Labelled(("zebra crossing paint",), frozenset({"backups"})),
        Labelled(("zebra crossing",), frozenset()),
        Labelled(("copy records",), frozenset()),
    ]
    lines = list(report(open_assistant(config), questions, read_topics(facts), misses=True))
    figures = [line.split()[-2] for line in lines[:9]]
    assert figures[:1] + figures[6:] == ["1/3", "2/3", "1/1", "1/2"]
    assert figures[1:6] == ["1/2", "0/0", "0/0", "0/0", "0/1"]
    assert lines[9:] == [
        "not answered: zebra crossing paint",
        "other topics cited: how often should we copy records",
        "answered although unanswerable: copy records",
    ]


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How long do we have?", "who, where, when, how much"),
        ("whats the number for action fraud", "who, where, when, how much"),
        ("how do we test our plan", "what to do, how to"),
        ("What should go in a log?", "what to do, how to"),
        ("whats a ROPA", "what is it, why"),
        ("Is a stolen laptop a breach?", "yes or no"),
        ("island hopping is not a question word", "what happened, in their own words"),
        ("clicked a link!! help", "what happened, in their own words"),
    ],
)
def test_the_kind_of_a_question_is_told_by_its_first_words(question: str, form: str):
    assert Labelled((question,), frozenset()).form == form
