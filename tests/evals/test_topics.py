"""The topic figures: what is counted, on a corpus whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.config import Config
from assistant.wiring import open_assistant
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
    assert [line.split()[-2] for line in lines[:4]] == ["1/3", "2/3", "1/1", "1/2"]
    assert lines[4:] == [
        "missed: how often should we copy records",
        "missed: zebra crossing paint",
        "answered although unanswerable: copy records",
    ]
