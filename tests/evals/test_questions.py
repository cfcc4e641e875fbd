"""The project's questions: labels that are found again, and figures that count what they say."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.opening import open_assistant
from assistant.wiring import Assistant
from evals.questions import FILE, KINDS, Label, Question, asked, auroc, read_questions, report, resolved
from tests.shipped import shipped_corpus

GOOD = Label("starter/phones", "lose-phone", "lock the phone from afar")


@pytest.fixture
def assistant(config: Config) -> Assistant:
    return open_assistant(config)


def question(*turns: str, kind: str = "plain", gold: tuple[Label, ...] = (GOOD,)) -> Question:
    return Question("q", kind, "dev", turns, gold)


def test_a_label_is_found_where_its_words_stand(assistant: Assistant):
    (label,) = resolved(question("x"), assistant).gold
    assert assistant.document(label.document).text[label.start : label.end] == GOOD.quote
    assert not label.lost


@pytest.mark.parametrize(
    "label",
    [
        dataclasses.replace(GOOD, quote="every hour"),
        dataclasses.replace(GOOD, anchor="nowhere"),
        dataclasses.replace(GOOD, document="starter/nothing"),
        dataclasses.replace(GOOD, quote="Restore one file"),
    ],
)
def test_a_label_whose_words_are_gone_is_lost_and_counts_for_nothing(assistant: Assistant, label: Label):
    made = resolved(question("who locks a lost phone", gold=(label,)), assistant)
    assert made.gold[0].lost
    outcome = asked(made, assistant)
    assert outcome.answered
    assert not (outcome.first)
    assert not (outcome.top)
    assert not (outcome.quoted)


def test_an_answer_is_compared_with_section_and_words(assistant: Assistant):
    outcome = asked(resolved(question("who locks a lost phone"), assistant), assistant)
    assert (outcome.answered, outcome.first, outcome.top, outcome.quoted) == (True, True, True, True)
    foreign = asked(question("zebra crossing paint", kind="unanswerable", gold=()), assistant)
    assert (foreign.answered, foreign.confidence) == (False, 0.0)


def test_the_report_counts_by_kind(assistant: Assistant):
    good = asked(resolved(question("who locks a lost phone"), assistant), assistant)
    bad = asked(resolved(question("zebra crossing", kind="short"), assistant), assistant)
    foreign = asked(question("zebra paint", kind="unanswerable", gold=()), assistant)
    lines = list(report([good, bad, foreign]))
    assert [line.split()[0] for line in lines[1:6]] == ["plain", "short", "all", "who", "other"]
    assert lines[3].split()[1:] == ["1/2", "50.0%"] * 4
    assert lines[6].startswith("lists in right sections quoted whole:")
    assert lines[7] == "quotes of an answer: 1.00"
    assert lines[8].split()[2:] == ["1/1", "100.0%"]
    assert lines[-1].endswith("0.750"), "one of two positives ties with the negative"


def test_the_turns_before_the_last_can_be_left_out(assistant: Assistant):
    made = resolved(dataclasses.replace(question("and who?"), turns=("who locks a lost phone", "and who?")), assistant)
    assert asked(made, assistant).first
    assert not asked(made, assistant, last_alone=True).answered


def test_auroc():
    assert auroc([3, 2], [1, 0]) == 1.0
    assert auroc([1], [1]) == 0.5
    assert math.isnan(auroc([], [1]))


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "{}",
        '{"id": "a", "kind": "odd", "split": "dev", "turns": ["x"], "gold": []}',
        '{"id": "a", "kind": "plain", "split": "all", "turns": ["x"], "gold": []}',
        '{"id": "a", "kind": "plain", "split": "dev", "turns": [], "gold": []}',
        '{"id": "a", "kind": "plain", "split": "dev", "turns": ["x"], "gold": [{"document": "d"}]}',
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "z", "kind": "plain", "split": "dev", "turns": ["x"], "gold": []}\n' + line + "\n")
    with pytest.raises(ConfigError, match=r"questions\.jsonl:2 "):
        read_questions(file)


def test_the_question_set_is_whole():
    """At least 300 questions, every kind in both splits, and the lengths that their kinds promise."""
    questions = read_questions(FILE)
    assert len(questions) >= 300
    for split in ("dev", "test"):
        assert {one.kind for one in questions if one.split == split} == set(KINDS)
    assert all(len(one.turns[-1]) < 50 for one in questions if one.kind == "short")
    assert all(len(one.turns[-1]) > 400 for one in questions if one.kind == "long")
    assert all((len(one.turns) > 1) == (one.kind == "follow-up") for one in questions if one.gold)
    assert all((not one.gold) == (one.kind == "unanswerable") for one in questions)


def test_no_label_of_the_question_set_is_lost():
    from evals.questions import found

    documents = {document.id: document for document in shipped_corpus().documents}
    labels = [(one.id, label) for one in read_questions(FILE) for label in one.gold]
    assert [(identity, label) for identity, label in labels if found(label, documents[label.document]).lost] == []


def test_no_question_is_one_of_the_development_questions():
    file = Path(__file__).resolve().parents[3] / "shared" / "facts" / "questions-dev.tsv"
    if not file.is_file():
        pytest.skip("the development questions stand beside the project and are absent here")
    theirs = {line.split("\t")[0].lstrip("!").strip().lower() for line in file.read_text(encoding="utf-8").splitlines()[1:]}
    theirs |= {turn.strip() for text in theirs for turn in text.split(">>")}
    ours = {turn.strip().lower() for one in read_questions(FILE) for turn in one.turns}
    assert not ours & theirs


def test_the_file_is_one_object_a_line():
    for line in FILE.read_text(encoding="utf-8").splitlines():
        assert set(json.loads(line)) - {"why"} == {"id", "kind", "split", "turns", "gold"}
